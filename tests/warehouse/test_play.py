"""The game: teams, achievements, streaks, personal bests, goals and duels, by name and against the oracle."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from orchestration.lib.dbt import DbtError
from tests import landing
from tests.conftest import Database, Warehouse
from tests.warehouse.oracle import LIVE, check_marts, play
from tests.warehouse.oracle.facts import Row
from tests.warehouse.test_scoring import check_arrivals

DAY: Final = timedelta(days=1)


def achievement(achievement_id: str, kind: str, threshold: int, event_type: str | None = None) -> Row:
    return {
        "achievement_id": achievement_id,
        "title": achievement_id,
        "description": None,
        "kind": kind,
        "event_type": event_type,
        "threshold": threshold,
        "sort_order": 1,
    }


def goal(
    goal_id: str, subject: tuple[str, str | None], metric: str, target: int, since: date, until: date | None
) -> Row:
    return {
        "goal_id": goal_id,
        "subject_type": subject[0],
        "subject_id": subject[1],
        "metric": metric,
        "target": target,
        "first_week": since,
        "last_week": until,
    }


def duel(duel_id: str, kind: str, sides: tuple[str, str], metric: str, starts_on: date, ends_on: date) -> Row:
    return {
        "duel_id": duel_id,
        "title": duel_id,
        "subject_type": kind,
        "challenger_id": sides[0],
        "opponent_id": sides[1],
        "metric": metric,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


ALWAYS: Final = (date(2025, 12, 1), None)
# Within the reach of a few random arrivals.
SMALL: Final = play.Seeds(
    achievements=[
        achievement("first call", "count", 1, "call_dial"),
        achievement("second meeting", "count", 2, "meeting_booked"),
        achievement("some xp", "xp", 210),
        achievement("some gold", "gold", 106),
        achievement("a day", "streak", 1),
        achievement("two days", "streak", 2),
        achievement("record", "personal_best", 1),
        achievement("bronze", "weekly_rank", 1),
        achievement("silver", "weekly_rank", 2),
        achievement("win", "team_win", 1),
        achievement("wins", "team_win", 2),
    ],
    goals=[
        goal("all", ("everyone", None), "meeting_booked", 1, *ALWAYS),
        goal("all dials", ("everyone", None), "call_dial", 2, *ALWAYS),
        goal("ann's", ("sdr", "ann"), "meeting_booked", 2, date(2026, 3, 25), date(2026, 3, 26)),
        goal("ann's gold", ("sdr", "ann"), "gold", 106, *ALWAYS),
        goal("blue's", ("team", "blue"), "call_dial", 2, *ALWAYS),
        goal("nobody's", ("team", "unassigned"), "xp", 11, *ALWAYS),
    ],
    duels=[
        duel("sdrs", "sdr", ("ann", "bob"), "gold", date(2026, 3, 29), date(2026, 11, 1)),
        duel("strangers", "sdr", ("nobody knows", "nobody at all"), "call_dial", date(2025, 12, 31), date(2026, 3, 28)),
        duel("teams", "team", ("blue", "deep-red"), "meeting_booked", date(2025, 12, 31), date(2026, 3, 29)),
        duel("later", "team", ("blue", "unassigned"), "xp", date(2026, 11, 1), date(2100, 1, 1)),
    ],
)


def plant(database: Database, seeds: play.Seeds) -> None:
    """Put these rows in the place of those shipped."""
    for table, rows in (("achievements", seeds.achievements), ("weekly_goals", seeds.goals), ("duels", seeds.duels)):
        database.execute(f"delete from seeds.{table}")
        for row in rows:
            places = ", ".join(["%s"] * len(row))
            database.execute(f"insert into seeds.{table} ({', '.join(row)}) values ({places})", *row.values())


@pytest.fixture
def small(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    """A warehouse with small seeds, and the oracle with the same."""
    plant(warehouse, SMALL)
    for mart, expectation in play.registry(SMALL).items():
        monkeypatch.setitem(LIVE, mart, expectation)  # type: ignore[arg-type]  # a dict, which others need not know
    yield warehouse


@pytest.mark.timeout(600)
def test_any_order_of_arrival_gives_the_game_that_the_oracle_plays(small: Warehouse) -> None:
    check_arrivals(small, examples=4, steps=20)


@pytest.mark.chaos
@pytest.mark.timeout(7200)
def test_any_order_of_arrival_gives_the_game_at_length(small: Warehouse) -> None:
    check_arrivals(small, examples=200, steps=60)
