"""The oracle of user days, which everything that is counted by day, week or life adds up."""

from datetime import date
from typing import NamedTuple

from tests.conftest import Database
from tests.warehouse.oracle.facts import Facts, load
from tests.warehouse.oracle.vendor_decisions import Meanings
from tests.warehouse.reading import snapshot

DayKey = tuple[str, date, str]


class Day(NamedTuple):
    team_id: str
    event_count: int
    gross_event_count: int
    reversed_event_count: int
    gold_value: int
    xp_value: int
    rank_points: int


def days_of(facts: Facts) -> dict[DayKey, Day]:
    """By user, local date and event type."""
    days: dict[DayKey, Day] = {}
    for event in facts.events:
        score = (event.gold_value, event.xp_value, event.rank_points)
        one = Day(event.team_id, int(event.counts), 1, int(event.is_reversed), *score)
        key = (event.user_id, event.activity_date, event.event_type)
        days[key] = Day(one[0], *map(sum, zip(days[key][1:], one[1:], strict=True))) if key in days else one
    return days


def user_days(database: Database, meanings: Meanings | None = None) -> dict[DayKey, Day]:
    """The expected rows of fct_user_daily by user, local date and event type."""
    with snapshot(database) as questions, questions.connection.cursor() as cursor:
        return days_of(load(cursor, meanings))


def live_user_days(database: Database, relation: str = "marts.fct_user_daily") -> dict[DayKey, Day]:
    """What the warehouse says."""
    rows = database.execute(
        "select user_id, activity_date, event_type, team_id, event_count, gross_event_count, reversed_event_count,"
        f" gold_value, xp_value, rank_points from {relation}"
    )
    found = {(row[0], row[1], row[2]): Day(*row[3:]) for row in rows}
    assert len(found) == len(rows), "the grain of user_days is broken"
    return found


def fct_user_daily(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: user_id, activity_date, event_type, and those of `Day`."""
    return [(*key, *day) for key, day in days_of(facts).items()]
