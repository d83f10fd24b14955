"""The oracle of what people see of themselves and of each other: dim_user_stats and rpt_leaderboard."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from tests.warehouse.oracle.facts import Event, Facts, monday, tier

Rows = list[tuple[object, ...]]
Events = dict[str, list[Event]]
Score = Callable[[list[Event]], tuple[int, ...]]

STATS_COLUMNS = (
    "user_id, display_name, team_id, team_name, current_rank, total_gold, total_xp, current_level, xp_in_current_level,"
    " xp_to_next_level, total_events, events_today, calls_made, calls_connected, emails_sent, meetings_booked,"
    " meetings_attended, meetings_lost, weekly_meetings_booked, weekly_rank_points, gold_today, xp_today,"
    " connect_ratio, meeting_ratio, show_ratio, xp_per_active_day, kda_ratio, last_event_at"
)
BOARD_COLUMNS = (
    "user_id, period, display_name, team_name, current_rank, position, previous_position, movement, gold, xp,"
    " meetings_booked, rank_points"
)


def name_and_team(facts: Facts, user_id: str) -> tuple[str, str, str]:
    version = facts.version_now(user_id)
    return (
        (version.display_name, version.team_id, version.team_name) if version else (user_id, "unassigned", "Unassigned")
    )


def dim_user_stats(facts: Facts) -> Rows:
    return [_stats(facts, user_id) for user_id in facts.people]


def _stats(facts: Facts, user_id: str) -> tuple[object, ...]:
    today = facts.local_date(user_id)
    all_events = [event for event in facts.events if event.user_id == user_id]
    counted = [event for event in all_events if event.counts]
    week = [event for event in counted if event.week_start_date == monday(today)]
    of_today = [event for event in counted if event.activity_date == today]
    dials, connects, emails, booked, attended = (
        sum(event.event_type == kind for event in counted)
        for kind in ("call_dial", "call_connect", "email_sent", "meeting_booked", "meeting_attended")
    )
    lost = sum(event.is_reversed and event.event_type == "meeting_booked" for event in all_events)
    points = sum(event.rank_points for event in week)
    xp = sum(event.xp_value for event in counted)
    name, team_id, team_name = name_and_team(facts, user_id)
    return (
        *(user_id, name, team_id, team_name, tier(points), sum(event.gold_value for event in counted)),
        *(xp, xp // 1000 + 1, xp % 1000, 1000 - xp % 1000, len(counted), len(of_today)),
        *(dials, connects, emails, booked, attended, lost),
        *(sum(event.event_type == "meeting_booked" for event in week), points),
        *(sum(event.gold_value for event in of_today), sum(event.xp_value for event in of_today)),
        *(_ratio(connects, dials, 4), _ratio(booked, connects, 4), _ratio(attended, booked, 4)),
        _ratio(xp, len({event.activity_date for event in counted}), 2),
        _ratio(booked + connects, max(lost, 1), 2),
        max((event.occurred_at for event in all_events), default=None),
    )


def _ratio(numerator: int, denominator: int, digits: int) -> Decimal | None:
    if not denominator:
        return None
    return (Decimal(numerator) / denominator).quantize(Decimal(10) ** -digits, ROUND_HALF_UP)


def rpt_leaderboard(facts: Facts) -> Rows:
    board_week = monday(facts.now.date())  # of the default zone, here UTC
    by_user: Events = {user_id: [] for user_id in facts.people}
    for event in facts.events:
        if event.counts:
            by_user[event.user_id].append(event)
    today = {user_id: facts.local_date(user_id) for user_id in by_user}

    def select(keep: Callable[[Event], bool]) -> Events:
        return {user_id: [event for event in events if keep(event)] for user_id, events in by_user.items()}

    week = select(lambda e: e.week_start_date == board_week)
    last_week = select(lambda e: (board_week - e.week_start_date).days == 7)
    periods: dict[str, tuple[Events, Events, Score]] = {
        "today": (
            select(lambda e: e.activity_date == today[e.user_id]),
            select(lambda e: (today[e.user_id] - e.activity_date).days == 1),
            lambda events: (_sum(events, "gold_value"),),
        ),
        "week": (week, last_week, lambda events: (_sum(events, "rank_points"), _sum(events, "gold_value"))),
        "all_time": (
            by_user,
            select(lambda e: e.activity_date < today[e.user_id]),
            lambda events: (_sum(events, "xp_value"),),
        ),
    }
    rows: Rows = []
    for period, (current, previous, score) in periods.items():
        now = {user_id: score(events) for user_id, events in current.items()}
        then = {user_id: score(events) for user_id, events in previous.items()}
        for user_id, events in current.items():
            position = 1 + sum(other > now[user_id] for other in now.values())
            before = 1 + sum(other > then[user_id] for other in then.values())
            name, _, team_name = name_and_team(facts, user_id)
            rows.append(
                (
                    *(user_id, period, name, team_name, tier(_sum(week[user_id], "rank_points"))),
                    *(position, before, before - position, _sum(events, "gold_value"), _sum(events, "xp_value")),
                    *(sum(event.event_type == "meeting_booked" for event in events), _sum(events, "rank_points")),
                )
            )
    return rows


def _sum(events: list[Event], field: str) -> int:
    return sum(getattr(event, field) for event in events)
