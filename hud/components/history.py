"""What the History page is sent: the charts for each range, personal bests and achievements, in one answer."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hud.components import history_charts as charts
from hud.components.history_periods import (
    kinds,
    monday_of,
    of_days,
    of_weeks,
    short_name,
    with_others,
)
from hud.components.history_ranks import of_own_days, ranks
from hud.queries.history import CALENDAR_WEEKS, LONGEST_WEEKS

# Weeks of a range; the widest shows weeks, the others days.
RANGES: Final = {"4": 4, "12": 12, "all": LONGEST_WEEKS}
BESTS: Final = (
    ("gold", "Gold", "coin"),
    ("xp", "XP", "event"),
    ("meetings_booked", "Meetings booked", "meeting_booked"),
    ("calls_made", "Dials", "call_dial"),
)

Row = dict[str, Any]


def past(sdr: Row, ranks_of_a_year: Sequence[Row], progress: Sequence[Row], names: dict[str, list[Row]]) -> Row:
    """Everything that changes seldom, with a `version` that changes with it."""
    weeks = _weeks(sdr, ranks_of_a_year, names["tiers"])
    content = {
        "charts": {name: _range(sdr, weeks, names, name) for name in RANGES} if sdr["first_date"] else None,
        "calendar": _calendar(sdr) if sdr["first_date"] else None,
        "bests": _bests(sdr["bests"]),
        "achievements": _achievements(names["catalogue"], progress, sdr["time_zone"]),
        "summary": _summary(sdr, weeks, names["tiers"]),
    }
    text = json.dumps(content, sort_keys=True)
    return {"version": hashlib.sha256(text.encode()).hexdigest()[:16], **content}


def _range(sdr: Row, weeks: Sequence[Row], names: dict[str, list[Row]], name: str) -> Row:
    last = _last_day(sdr)
    first = max(_first_week(sdr), monday_of(last) - timedelta(weeks=RANGES[name] - 1))
    unit = "week" if name == "all" else "day"
    periods = of_weeks(sdr["weeks"], first, last) if unit == "week" else of_days(sdr["days"], first, last)
    labels = {row["event_type"]: row["event_label"] for row in names["event_types"]}
    shown = kinds(sdr["weeks"], labels)
    before = sdr["total_xp"] - sum(period.xp for period in periods)
    return {
        "ranks": ranks([week for week in weeks if week["week_start_date"] >= first], names["tiers"]),
        "experience": charts.experience(periods, unit, before, sdr["xp_per_level"]),
        "activity": charts.activity(with_others(periods, shown), unit, shown),
    }


def _weeks(sdr: Row, of_a_year: Sequence[Row], tiers: Sequence[Row]) -> list[Row]:
    """The weeks since the first event, oldest first.

    This week's rank is the one that My HUD shows: the weeks may have been asked a minute before.
    """
    if not sdr["first_date"]:
        return list(of_a_year)
    now = {
        "rank_tier": sdr["current_rank"],
        "weekly_rank_points": sdr["weekly_rank_points"],
        "weekly_meetings_booked": sdr["weekly_meetings_booked"],
    }
    this_week, first = monday_of(sdr["local_date"]), _first_week(sdr)
    recent = [
        {**week, **now} if week["week_start_date"] == this_week else week
        for week in of_a_year
        if week["week_start_date"] >= first
    ]
    since = min((week["week_start_date"] for week in recent), default=this_week)
    older = of_weeks(sdr["weeks"], first, since - timedelta(days=1)) if first < since else []
    return [*of_own_days(older, tiers), *recent]


def _first_week(sdr: Row) -> date:
    earliest = monday_of(_last_day(sdr)) - timedelta(weeks=LONGEST_WEEKS - 1)
    return max(monday_of(sdr["first_date"]), earliest)


def _calendar(sdr: Row) -> Row:
    counts: Counter[date] = Counter()
    for day, _, event_count, *_ in sdr["days"]:
        counts[date.fromisoformat(day)] += event_count
    return charts.calendar(dict(counts), _last_day(sdr), CALENDAR_WEEKS)


def _last_day(sdr: Row) -> date:
    """Today of the SDR, or a day beyond it that has an event already."""
    today: date = sdr["local_date"]
    return max([today, *(date.fromisoformat(day) for day, *_ in sdr["days"])])


def _bests(found: Sequence[Row]) -> list[Row]:
    by_place = {(row["metric"], row["period"]): row for row in found}
    return [
        {
            "metric": metric,
            "label": label,
            "icon": icon,
            **{p: _best(by_place.get((metric, p))) for p in ("day", "week")},
        }
        for metric, label, icon in BESTS
        if (metric, "day") in by_place
    ]


def _best(row: Row | None) -> Row | None:
    if row is None:
        return None
    return {
        "value": row["best_value"],
        "before": row["previous_best_value"],
        "on": short_name(date.fromisoformat(row["reached_date"])),
    }


def _achievements(catalogue: Sequence[Row], progress: Sequence[Row], time_zone: str) -> list[Row]:
    """The nearest that is still ahead first, then those earned, the newest first."""
    by_id = {row["achievement_id"]: row for row in progress}
    known = [{**entry, **by_id[entry["achievement_id"]]} for entry in catalogue if entry["achievement_id"] in by_id]
    ahead = sorted((row for row in known if not row["is_earned"]), key=lambda row: -row["progress_ratio"])
    earned = sorted((row for row in known if row["is_earned"]), key=lambda row: row["earned_at"], reverse=True)
    return [_achievement(row, time_zone) for row in [*ahead, *earned]]


def _achievement(row: Row, time_zone: str) -> Row:
    kept = ("achievement_id", "title", "description", "kind", "event_type", "threshold", "is_earned")
    return {
        **{name: row[name] for name in kept},
        "value": row["current_value"],
        "ratio": row["progress_ratio"],
        "on": short_name(_local(row["earned_at"], time_zone)) if row["earned_at"] else None,
    }


def _local(moment: datetime, time_zone: str) -> date:
    """The day at the SDR's; of zones that only Postgres knows, the day in UTC."""
    try:
        zone: tzinfo = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = UTC
    return moment.astimezone(zone).date()


def _summary(sdr: Row, weeks: Sequence[Row], tiers: Sequence[Row]) -> Row:
    order = {tier["rank_tier"]: tier["rank_order"] for tier in tiers}
    best = max(weeks, key=lambda week: order.get(week["rank_tier"], 0), default=None)
    streak = sdr["streak"] or {"current_streak_days": 0, "longest_streak_days": 0}
    return {
        "highest": {
            "rank": best["rank_tier"] if best else sdr["current_rank"],
            "order": order.get(best["rank_tier"], 0) if best else sdr["current_rank_order"],
            "on": short_name(best["week_start_date"]) if best else None,
        },
        **streak,
        "active_day_count": sdr["active_day_count"],
        "first_day": short_name(sdr["first_date"]) if sdr["first_date"] else None,
    }
