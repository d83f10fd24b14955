"""The oracle of personal bests, weekly goals and duels."""

from datetime import UTC, date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tests.warehouse.oracle.facts import Event, Facts, Row, monday
from tests.warehouse.oracle.play_achievements import crossing
from tests.warehouse.oracle.play_teams import DAY, amount, membership, rounded, team_on

BESTS: Final = {"gold": "gold", "xp": "xp", "meetings_booked": "meeting_booked", "calls_made": "call_dial"}
GOAL_COLUMNS: Final = (
    "goal_id, subject_type, subject_id, metric, actual, target, progress_ratio, is_reached, week_start_date, reached_at"
)
DUEL_COLUMNS: Final = (
    "duel_id, leader, status, challenger_score, opponent_score, challenger_headcount, opponent_headcount,"
    " challenger_score_per_head, opponent_score_per_head, margin"
)


def fct_personal_bests(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: user_id, metric, period, best_value, previous_best_value, reached_date."""
    groups: dict[tuple[str, str], dict[date, list[Event]]] = {}
    for event in facts.events:
        for period, begins in (("day", event.activity_date), ("week", event.week_start_date)):
            groups.setdefault((event.user_id, period), {}).setdefault(begins, []).append(event)
    rows: list[tuple[object, ...]] = []
    for (user_id, period), dated in groups.items():
        for name, metric in BESTS.items():
            values = {begins: amount(events, metric) for begins, events in dated.items()}
            best = max(values.values())
            reached = min(begins for begins, value in values.items() if value == best)
            before = max((value for begins, value in values.items() if begins < reached), default=0)
            if best:
                rows.append((user_id, name, period, best, before or None, reached))
    return rows


def _active_weeks(facts: Facts) -> tuple[set[tuple[str, date]], set[tuple[str, date]]]:
    """Users and teams with the weeks in which they were employed, had anybody, or did anything."""
    present = [(user_id, team_id, monday(day)) for user_id, team_id, day in membership(facts)]
    present += [(event.user_id, event.team_id, event.week_start_date) for event in facts.events]
    return {(user, week) for user, _, week in present}, {(team, week) for _, team, week in present}


def _holds(goal: Row, week: date) -> bool:
    return monday(goal["first_week"]) <= week and (goal["last_week"] is None or week <= monday(goal["last_week"]))


def _is_replaced(facts: Facts, goal: Row, goals: list[Row], user_id: str, week: date) -> bool:
    """Whether a goal of the SDR, or of the team at the week's end (or today), stands in for one for everyone."""
    team = team_on(facts, user_id, min(week + 6 * DAY, facts.local_date(user_id)))
    own = (("sdr", user_id), ("team", team))
    rivals = [g for g in goals if g["metric"] == goal["metric"] and _holds(g, week)]
    return any((rival["subject_type"], rival["subject_id"]) in own for rival in rivals)


def _goal_row(goal: Row, subject: tuple[str, str], week: date, events: list[Event]) -> tuple[object, ...]:
    metric, target = goal["metric"], goal["target"]
    actual = amount(events, metric)
    ratio = min(rounded(Fraction(actual, target), 4), Decimal(1))
    reached = crossing(events, metric, target)
    return (goal["goal_id"], *subject, metric, actual, target, ratio, actual >= target, week, reached)


def fct_goal_progress(facts: Facts, goals: list[Row]) -> list[tuple[object, ...]]:
    """Columns: `GOAL_COLUMNS`."""
    people, teams = _active_weeks(facts)
    rows: list[tuple[object, ...]] = []
    for goal in goals:
        kind = goal["subject_type"]
        for subject, week in teams if kind == "team" else people:
            if not _holds(goal, week) or (kind != "everyone" and goal["subject_id"] != subject):
                continue
            if kind == "everyone" and _is_replaced(facts, goal, goals, subject, week):
                continue
            whose = "team_id" if kind == "team" else "user_id"
            own = [e for e in facts.events if getattr(e, whose) == subject and e.week_start_date == week]
            rows.append(_goal_row(goal, ("team" if kind == "team" else "sdr", subject), week, own))
    return rows


def _side(facts: Facts, duel: Row, subject: str) -> tuple[int, int]:
    """Score and headcount."""
    events = [e for e in facts.events if duel["starts_on"] <= e.activity_date <= duel["ends_on"]]
    if duel["subject_type"] == "sdr":
        return amount([event for event in events if event.user_id == subject], duel["metric"]), 1
    own = [event for event in events if event.team_id == subject]
    members = {
        user_id
        for user_id, team_id, day in membership(facts)
        if team_id == subject and duel["starts_on"] <= day <= duel["ends_on"]
    }
    return amount(own, duel["metric"]), len(members | {event.user_id for event in own})


def _status(facts: Facts, duel: Row) -> str:
    dates = {facts.local_date(user_id) for user_id in facts.people if _takes_part(facts, duel, user_id)}
    dates = dates or {facts.now.astimezone(UTC).date()}
    if min(dates) > duel["ends_on"]:
        return "over"
    return "upcoming" if max(dates) < duel["starts_on"] else "running"


def _takes_part(facts: Facts, duel: Row, user_id: str) -> bool:
    version = facts.version_now(user_id)
    subject = user_id if duel["subject_type"] == "sdr" else (version.team_id if version else "unassigned")
    return subject in (duel["challenger_id"], duel["opponent_id"])


def fct_duels(facts: Facts, duels: list[Row]) -> list[tuple[object, ...]]:
    """Columns: `DUEL_COLUMNS`."""
    rows: list[tuple[object, ...]] = []
    for duel in duels:
        sides = [_side(facts, duel, duel[f"{who}_id"]) for who in ("challenger", "opponent")]
        shares = [Fraction(score, heads) if heads else Fraction(0) for score, heads in sides]
        leader = "challenger" if shares[0] > shares[1] else "opponent" if shares[0] < shares[1] else "tie"
        (one, heads_one), (two, heads_two) = sides
        figures = (one, two, heads_one, heads_two, *map(rounded, shares), rounded(abs(shares[0] - shares[1])))
        rows.append((duel["duel_id"], leader, _status(facts, duel), *figures))
    return rows
