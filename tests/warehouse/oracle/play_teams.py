"""The oracle of teams: who belongs to which on what day, and who wins a week."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from tests.warehouse.oracle.facts import Event, Facts, Row, Version, monday, rule_at

DAY: Final = timedelta(days=1)
TEAM_WEEK_COLUMNS: Final = (
    "team_id, team_name, headcount, meetings_booked, rank_points, gold, xp, event_count, meetings_per_head,"
    " gold_per_head, xp_per_head, position, total_position, is_closed, week_start_date, closes_at,"
    " points_per_head"
)
TeamWeek = tuple[str, date]


def rounded(value: Fraction, digits: int = 2) -> Decimal:
    """As numeric rounds: halves go away from zero."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def amount(events: list[Event], metric: str) -> int:
    """Gold, XP, rank points, or how many events of a type count."""
    scores = {"gold": "gold_value", "xp": "xp_value", "rank_points": "rank_points"}
    if metric in scores:
        return sum(getattr(event, scores[metric]) for event in events)
    return sum(event.counts for event in events if event.event_type == metric)


def team_on(facts: Facts, user_id: str, day: date) -> str:
    """The team of a person on a local day, employed or not."""
    versions = facts.roster.get(user_id, [])
    begun = [version for version in versions[1:] if version.begins <= day]
    return (begun or versions)[-1 if begun else 0].team_id if versions else "unassigned"


def membership(facts: Facts) -> Iterator[tuple[str, str, date]]:
    """Each user, team and local day, up to today, on which the user belonged to the team while employed."""
    for user_id, versions in facts.roster.items():
        current, today = facts.version_now(user_id), facts.local_date(user_id)
        assert current
        known_since = min([version.begins for version in versions[1:]], default=today)
        day = current.started_on or min(known_since, today)
        while day <= min(today, current.ended_on or today):
            yield user_id, team_on(facts, user_id, day), day
            day += DAY


def spelling(facts: Facts) -> dict[str, str]:
    """The name of each team, as the roster row loaded last has it."""
    versions = [version for person in facts.roster.values() for version in person]
    names = {v.team_id: v.team_name for v in sorted(versions, key=lambda version: version.row["version_id"])}
    return {"unassigned": "Unassigned"} | names


def _heads(facts: Facts) -> dict[TeamWeek, set[str]]:
    heads: dict[TeamWeek, set[str]] = {}
    for user_id, team_id, day in membership(facts):
        heads.setdefault((team_id, monday(day)), set()).add(user_id)
    for event in facts.events:
        heads.setdefault((event.team_id, event.week_start_date), set()).add(event.user_id)
    return heads


def _place(own: tuple[Fraction, ...], others: list[tuple[Fraction, ...]]) -> int:
    return 1 + sum(other > own for other in others)


def fct_team_weekly(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: `TEAM_WEEK_COLUMNS`."""
    heads, names = _heads(facts), spelling(facts)
    rows: list[tuple[object, ...]] = []
    figures = {key: _figures(facts, key) for key in heads}
    for (team_id, week), people in heads.items():
        meetings, points, gold, xp, count = own = figures[team_id, week]
        rivals = [key for key in heads if key[1] == week and key[0] != "unassigned"]
        per_head = [tuple(Fraction(n, len(heads[key])) for n in figures[key][1:3]) for key in rivals]
        totals = [tuple(map(Fraction, figures[key][1:3])) for key in rivals]
        fair = _place(tuple(Fraction(n, len(people)) for n in own[1:3]), per_head)
        place = _place(tuple(map(Fraction, own[1:3])), totals)
        shares = [rounded(Fraction(n, len(people))) for n in (meetings, gold, xp)]
        places: tuple[int | None, ...] = (None, None) if team_id == "unassigned" else (fair, place)
        close = facts.closes_at(week)
        head = (team_id, names[team_id], len(people), meetings, points, gold, xp, count)
        fair_points = rounded(Fraction(points, len(people)))
        rows.append((*head, *shares, *places, facts.is_closed(week), week, close, fair_points))
    return rows


def _figures(facts: Facts, key: TeamWeek) -> tuple[int, int, int, int, int]:
    events = [event for event in facts.events if (event.team_id, event.week_start_date) == key]
    meetings, points, gold, xp = (amount(events, m) for m in ("meeting_booked", "rank_points", "gold", "xp"))
    return meetings, points, gold, xp, sum(event.counts for event in events)


def wins(facts: Facts) -> dict[str, list[datetime]]:
    """By user: when each week closed that a team of his won."""
    weeks = [dict(zip(TEAM_WEEK_COLUMNS.split(", "), row, strict=True)) for row in fct_team_weekly(facts)]
    won: dict[str, set[datetime]] = {}
    for week in weeks:
        monday_of = week["week_start_date"]
        rivals = [w for w in weeks if w["week_start_date"] == monday_of and w["team_id"] != "unassigned"]
        if week["is_closed"] and week["position"] == 1 and len(rivals) > 1:
            for event in facts.events:
                if event.counts and (event.team_id, event.week_start_date) == (week["team_id"], monday_of):
                    won.setdefault(event.user_id, set()).add(facts.closes_at(event.week_start_date))
    return {user_id: sorted(moments) for user_id, moments in won.items()}


def _is_active(facts: Facts, user_id: str, version: Version | None) -> bool:
    today = facts.local_date(user_id)
    return version is None or (version.started_on or today) <= today <= (version.ended_on or today)


def dim_teams(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: team_id, team_name, sdr_count, is_active."""
    people = {user_id: facts.version_now(user_id) for user_id in facts.people}
    rows: list[tuple[object, ...]] = []
    for team_id, name in spelling(facts).items():
        teams = {user_id: (version.team_id if version else "unassigned") for user_id, version in people.items()}
        count = sum(teams[u] == team_id and _is_active(facts, u, version) for u, version in people.items())
        if team_id != "unassigned" or team_id in teams.values():
            rows.append((team_id, name, count, count > 0))
    return rows


def dim_event_types(facts: Facts, labels: list[Row]) -> list[tuple[object, ...]]:
    """Columns: event_type, event_label, sort_order, gold_value, xp_value, rank_points."""
    words = {row["event_type"]: row for row in labels}
    rows: list[tuple[object, ...]] = []
    for kind in set(words) | {rule["event_type"] for rule in facts.rules}:
        label = words.get(kind, {"event_label": kind, "sort_order": 1000})
        rule = rule_at(facts.rules, kind, facts.now) or {"gold_value": 0, "xp_value": 0, "rank_points": 0}
        worth = (rule["gold_value"], rule["xp_value"], rule["rank_points"])
        rows.append((kind, label["event_label"], label["sort_order"], *worth))
    return rows
