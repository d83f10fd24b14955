"""The HUD's questions as SQL, asked over its own role."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from hud import queries
from hud.database import is_not_built, open_engine
from tests.conftest import Database
from tests.hud import marts


@pytest.fixture(scope="module")
def engine(hud_database: Database) -> Iterator[Engine]:
    opened = open_engine(hud_database.dsn("hud"))
    yield opened
    opened.dispose()


def test_connects_as_rift_hud_and_cannot_write(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("select current_user")).scalar() == "rift_hud"
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("delete from marts.dim_rank_tiers"))
    assert getattr(caught.value.orig, "pgcode", None) in {"25006", "42501"}


@pytest.mark.parametrize("relation", ["raw.webhook_events", "raw_roster.sdr_versions"])
def test_raw_is_refused(engine: Engine, relation: str) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text(f"select 1 from {relation}"))
    assert getattr(caught.value.orig, "pgcode", None) == "42501"


def test_sdr_has_its_own_newest_events(engine: Engine, hud_database: Database) -> None:
    marts.put_sdr(hud_database, "asked")
    marts.put_sdr(hud_database, "other")
    for seconds_ago in range(queries.FEED_LENGTH + 3):
        marts.put_event(hud_database, "asked", "call_dial", seconds_ago=seconds_ago)
    marts.put_event(hud_database, "other", "meeting_booked")
    found = queries.sdr(engine, "asked")
    assert found is not None
    times = [event["occurred_at"] for event in found["feed"]]
    assert times == sorted(times, reverse=True)
    assert len(times) == queries.FEED_LENGTH
    assert {event["event_type"] for event in found["feed"]} == {"call_dial"}
    assert found["as_of"] >= found["last_event_at"]


def test_sdr_that_does_not_exist(engine: Engine) -> None:
    assert queries.sdr(engine, "' or '' = '") is None


def test_search_reads_words_as_they_are(engine: Engine, hud_database: Database) -> None:
    marts.put_sdr(hud_database, "q-1", display_name="50%_Club", team_name="Quorum")
    marts.put_sdr(hud_database, "q-2", display_name="50 Club", team_name="Quorum")
    hud_database.execute("update marts.dim_users set is_active = false where user_id = 'q-2'")
    assert [row["user_id"] for row in queries.sdr_search(engine, " %_cLUB ")] == ["q-1"]
    assert [row["user_id"] for row in queries.sdr_search(engine, "quorum")] == ["q-1"], "who left is not offered"


def test_ladder_is_in_order(engine: Engine) -> None:
    tiers = queries.rank_tiers(engine)
    assert [tier["rank_order"] for tier in tiers] == list(range(10))


def test_absent_marts_are_told_from_other_failures(engine: Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(DBAPIError) as absent:
            connection.execute(text("select 1 from marts.not_there"))
        with pytest.raises(DBAPIError) as other:
            connection.execute(text("select 1 / 0"))
    assert is_not_built(absent.value)
    assert not is_not_built(other.value)
