"""Streaks and goals are dear: asked for all screens at once, now and then, and nobody waits for them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.engine import Engine

from hud.patient import APART_SECONDS, PatientLastKnown
from hud.queries import standing as queries
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


def test_standing_of_who_is_unknown_or_idle(engine: Engine, hud_database: Database) -> None:
    sdrs.hire(hud_database, "idle")
    assert queries.standings(engine, ["nobody' or '1"]) == {}
    idle = queries.standings(engine, ["idle", "nobody"])["idle"]
    assert (idle["streak"], idle["longest_streak"]) == (0, 0)
    assert {goal["actual"] for goal in idle["goals"]} == {0}
