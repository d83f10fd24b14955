"""Streaks and goals are dear: asked for all screens at once, now and then, and nobody waits for them."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.engine import Engine

from hud.database import open_engine
from hud.patient import APART_SECONDS, PatientLastKnown
from hud.queries import standing as queries
from tests import landing
from tests.conftest import Database
from tests.hud import sdrs
from tests.hud.test_live import Clock


def test_screens_that_open_one_after_the_other_share_a_round() -> None:
    clock = Clock()
    rounds: list[list[str]] = []

    def ask(keys: Sequence[str]) -> dict[str, int]:
        rounds.append(sorted(keys))
        return dict.fromkeys(keys, len(rounds))

    answers = PatientLastKnown(ask, max_age_seconds=10.0, clock=clock)
    assert answers.get("a").value == 1
    with ThreadPoolExecutor(8) as screens:
        assert set(screens.map(lambda number: answers.get(f"new {number}").value, range(50))) == {None}
    clock.now += APART_SECONDS
    assert answers.get("new 7").value == 2
    assert [len(keys) for keys in rounds] == [1, 51]
    assert answers.get("a").value == 2
    clock.now += 9.9
    assert answers.get("a").value == 2, "not asked before it is old"


@pytest.fixture(scope="module")
def engine(hud_database: Database) -> Iterator[Engine]:
    opened = open_engine(hud_database.dsn("hud"))
    yield opened
    opened.dispose()


def test_what_landed_is_told_by_sdr_however_long_ago_it_occurred(engine: Engine, hud_database: Database) -> None:
    (late,) = landing.land(hud_database, landing.event("landed-1", "call_connect", "2026-01-14T10:00:00Z"))
    sdrs.work(hud_database, "landed-2", "call_dial", seconds_ago=queries.NEWS_SECONDS + 60)
    found = queries.landed(engine)
    assert [event["event_id"] for event in found["by_user"]["landed-1"]] == [late]
    assert "landed-2" not in found["by_user"], "it was received long ago"
    assert found["as_of"] >= found["by_user"]["landed-1"][0]["received_at"]


def test_standing_of_who_is_unknown_or_idle(engine: Engine, hud_database: Database) -> None:
    sdrs.hire(hud_database, "idle")
    assert queries.standings(engine, ["nobody' or '1"]) == {}
    idle = queries.standings(engine, ["idle", "nobody"])["idle"]
    assert (idle["streak"], idle["longest_streak"]) == (0, 0)
    assert {goal["actual"] for goal in idle["goals"]} == {0}
