"""The oracle of achievements and streaks: one walk through a person's events in the order in which they occurred."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from tests.warehouse.oracle.facts import Event, Facts, Row, ordered
from tests.warehouse.oracle.play_teams import amount, rounded, wins

Tiers = dict[int, int]
DAY = timedelta(days=1)
FRIDAY = 4


def crossing(events: list[Event], metric: str | None, needed: int) -> datetime | None:
    """When the sum of a metric reached what is needed; without a metric every event that counts is one."""
    total = 0
    for event in ordered(events):
        step = amount([event], metric) if metric else int(event.counts)
        total += step
        if step and total >= needed:
            return event.occurred_at
    return None


def by_day(events: list[Event]) -> dict[date, list[Event]]:
    dated = sorted(events, key=lambda event: event.activity_date)
    return {day: list(group) for day, group in groupby(dated, key=lambda event: event.activity_date)}


def active_days(events: list[Event]) -> set[date]:
    return {event.activity_date for event in events if event.counts}


def previous_working_day(day: date) -> date:
    day -= DAY
    while day.weekday() > FRIDAY:
        day -= DAY
    return day


def streak_until(active: set[date], day: date) -> int:
    """How many working days in a row, up to and with this one, somebody was active."""
    length = 0
    while day in active and day.weekday() <= FRIDAY:
        length, day = length + 1, previous_working_day(day)
    return length


def _streak(events: list[Event], needed: int) -> datetime | None:
    active = active_days(events)
    for day in sorted(active):
        if streak_until(active, day) == needed:
            return crossing(by_day(events)[day], None, 1)
    return None


def _personal_best(events: list[Event], needed: int) -> datetime | None:
    days = by_day(events)
    best, actives = -1, 0
    for day in sorted(days):
        gold = amount(days[day], "gold")
        if actives >= needed and gold > best >= 0:
            return crossing(days[day], "gold", best + 1)
        best, actives = max(best, gold), actives + any(event.counts for event in days[day])
    return None


def _weekly(events: list[Event], needed: int) -> datetime | None:
    weeks = {event.week_start_date for event in events}
    found = [crossing([e for e in events if e.week_start_date == week], "rank_points", needed) for week in weeks]
    return min((moment for moment in found if moment), default=None)


def _most_points(events: list[Event]) -> int:
    weeks = {event.week_start_date for event in events}
    return max(
        (amount([event for event in events if event.week_start_date == week], "rank_points") for week in weeks),
        default=0,
    )


def _earned(events: list[Event], won: list[datetime], row: Row, tiers: Tiers) -> datetime | None:
    kind, needed = row["kind"], row["threshold"]
    if kind == "weekly_rank":
        return _weekly(events, tiers[needed])
    if kind == "team_win":
        return won[needed - 1] if len(won) >= needed else None
    if kind == "streak":
        return _streak(events, needed)
    if kind == "personal_best":
        return _personal_best(events, needed)
    return crossing(events, row["event_type"] if kind == "count" else kind, needed)


def _progress(
    events: list[Event], won: list[datetime], row: Row, tiers: Tiers, earned: datetime | None
) -> tuple[int, int]:
    kind, needed = row["kind"], row["threshold"]
    if kind == "weekly_rank":
        return _most_points(events), tiers[needed]
    if kind == "team_win":
        return len(won), needed
    active = active_days(events)
    if kind == "streak":
        return max((streak_until(active, day) for day in active), default=0), needed
    if kind == "personal_best":
        return (needed + 1 if earned else min(len(active), needed)), needed + 1
    return amount(events, row["event_type"] if kind == "count" else kind), needed


def _walk(facts: Facts, catalogue: list[Row], tiers: Tiers) -> list[tuple[str, Row, datetime | None, int, int]]:
    won = wins(facts)
    walked = []
    for user_id in facts.people:
        events, own = [event for event in facts.events if event.user_id == user_id], won.get(user_id, [])
        for row in catalogue:
            earned = _earned(events, own, row, tiers)
            walked.append((user_id, row, earned, *_progress(events, own, row, tiers, earned)))
    return walked


def fct_achievements(facts: Facts, catalogue: list[Row], tiers: Tiers) -> list[tuple[object, ...]]:
    """Columns: user_id, achievement_id, kind, earned_at."""
    return [
        (user_id, row["achievement_id"], row["kind"], earned)
        for user_id, row, earned, *_ in _walk(facts, catalogue, tiers)
        if earned
    ]


def fct_achievement_progress(facts: Facts, catalogue: list[Row], tiers: Tiers) -> list[tuple[object, ...]]:
    """Columns: user_id, achievement_id, current_value, threshold, progress_ratio, is_earned, earned_at."""
    rows: list[tuple[object, ...]] = []
    for user_id, row, earned, value, needed in _walk(facts, catalogue, tiers):
        ratio: Decimal = min(rounded(Fraction(value, needed), 4), Decimal(1))
        rows.append((user_id, row["achievement_id"], value, needed, ratio, earned is not None, earned))
    return rows


def fct_streaks(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: user_id, current_streak_days, longest_streak_days, last_active_date."""
    rows: list[tuple[object, ...]] = []
    for user_id in facts.people:
        active = active_days([event for event in facts.events if event.user_id == user_id])
        today = facts.local_date(user_id)
        current = streak_until(active, today) or streak_until(active, previous_working_day(today))
        longest = max((streak_until(active, day) for day in active), default=0)
        rows.append((user_id, current, longest, max(active, default=None)))
    return rows
