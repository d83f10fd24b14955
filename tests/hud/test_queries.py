"""The HUD's questions as SQL, asked over its own role."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from hud.database import is_not_built
from hud.queries import Prepared, arena, ladder, prepared_rows, tv
from hud.queries import my_hud as queries
from tests import landing
from tests.conftest import Database
from tests.hud import sdrs


def test_connects_as_rift_hud_and_cannot_write(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("select current_user")).scalar() == "rift_hud"
        # Even a session that asks for the right to write has none.
        for setting, refusal in (("on", "25006"), ("off", "42501")):
            connection.execute(text(f"set default_transaction_read_only = {setting}"))
            with pytest.raises(DBAPIError) as caught:
                connection.execute(text("create table marts.mine (id integer)"))
            assert getattr(caught.value.orig, "pgcode", None) == refusal
        connection.invalidate()


@pytest.mark.parametrize("relation", ["raw.webhook_events", "raw_roster.sdr_versions"])
def test_raw_is_refused(engine: Engine, relation: str) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text(f"select 1 from {relation}"))
    assert getattr(caught.value.orig, "pgcode", None) == "42501"


def test_sdr_has_its_own_newest_events(engine: Engine, hud_database: Database) -> None:
    sdrs.work(hud_database, "asked", "call_dial", queries.FEED_LENGTH + 3, seconds_ago=3_600)
    sdrs.work(hud_database, "busier colleagues", "meeting_booked", 600)
    found = queries.sdr(engine, "asked")
    assert found is not None
    times = [event["occurred_at"] for event in found["feed"]]
    assert times == sorted(times, reverse=True)
    assert len(times) == queries.FEED_LENGTH
    assert {event["event_label"] for event in found["feed"]} == {"Call dialled"}
    assert found["as_of"] >= found["last_event_at"] == times[0]


def test_feed_reads_no_more_the_longer_somebody_works(engine: Engine, hud_database: Database) -> None:
    for user_id in ("veteran", "colleague"):
        sdrs.work(hud_database, user_id, "call_dial", 5_000)
    hud_database.execute("analyze")
    feed = """
        select event_id, event_label, gold_value from marts.fct_sales_events where user_id = 'veteran'
        order by occurred_at desc, received_at desc limit 14
    """
    with engine.connect() as connection:
        plan = connection.execute(text(f"explain (analyze, buffers, format json) {feed}")).scalar_one()
    assert plan[0]["Plan"]["Actual Rows"] == 14
    assert plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"] < 200


def test_checks_are_read_by_index_however_many_were_noted(engine: Engine, hud_database: Database) -> None:
    hud_database.execute("""
        insert into raw.check_runs (
            run_id, job_name, failures, passed_count, warned_count, failed_count, is_finished, started_at, ended_at
        )
        select job || ran, job, '[]', 9, 0, (ran = 5000 and job = 'mended')::integer, job <> 'broken' or ran > 1, at, at
        from unnest(array['broken', 'mended', 'well']) as job, generate_series(1, 10000) as ran,
            lateral (select timestamptz '2026-03-02' - ran * interval '15 minutes' as at);
        analyze raw.check_runs
    """)
    with engine.connect() as connection:
        found = connection.execute(
            text("select job_name, run_id, is_passed, passing_since_at from marts.rpt_checks order by job_name")
        ).all()
        plan = connection.execute(text("explain (analyze, buffers, format json) table marts.rpt_checks")).scalar_one()
    hud_database.execute("truncate raw.check_runs")
    (_, broken_run, *broken), (_, mended_run, is_mended, mended_since), (*_, well_since) = found
    assert (broken_run, broken, mended_run, is_mended) == ("broken1", [False, None], "mended1", True)
    assert (mended_since - well_since) / timedelta(minutes=15) == 10_000 - 4_999
    # All that there is to read fills over 400.
    assert plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"] < 100


def test_sdr_that_does_not_exist(engine: Engine) -> None:
    assert queries.sdr(engine, "' or '' = '") is None


def test_sdrs_of_all_screens_come_in_one_statement(engine: Engine, hud_database: Database) -> None:
    for place, user_id in enumerate(("together 1", "together '2'", "{together,3}"), start=1):
        sdrs.work(hud_database, user_id, "call_dial", place)
    asked = ["together 1", "nobody at all", "together '2'", "{together,3}"]
    found = queries.sdrs(engine, asked)
    assert {user_id: row["events_today"] for user_id, row in found.items()} == {
        "together 1": 1,
        "together '2'": 2,
        "{together,3}": 3,
    }
    assert found["{together,3}"] | {"as_of": 0} == (queries.sdr(engine, "{together,3}") or {}) | {"as_of": 0}
    assert queries.sdrs(engine, []) == {}


def test_sdr_is_planned_once(engine: Engine, hud_database: Database) -> None:
    queries.sdr(engine, "planned")
    with engine.connect() as connection:
        counts = "select generic_plans, custom_plans from pg_prepared_statements where name = 'hud_sdrs'"
        before = connection.exec_driver_sql(counts).one()
    sdrs.work(hud_database, "planned", "call_dial", 3)
    assert (queries.sdr(engine, "planned") or {})["events_today"] == 3
    with engine.connect() as connection:
        after = connection.exec_driver_sql(counts).one()
    assert (after.generic_plans - before.generic_plans, after.custom_plans) == (1, 0)


def test_round_reads_no_history_but_that_of_its_sdrs(engine: Engine, hud_database: Database) -> None:
    def blocks_read() -> int:
        hud_database.execute("analyze")
        with engine.connect() as connection:
            connection.exec_driver_sql("set plan_cache_mode = force_generic_plan")
            connection.exec_driver_sql(f"prepare looked_at as {queries.SDRS.numbered}")
            asked = {"user_ids": ["few 0", "few 1", "few 2"], "feed_length": 14, "news_length": 40, "news_seconds": 90}
            plan = connection.exec_driver_sql(
                "explain (analyze, buffers, format json) execute looked_at (%s, %s, %s, %s)",
                tuple(asked[name] for name in queries.SDRS.parameters),
            ).scalar_one()[0]["Plan"]
            connection.invalidate()
        assert plan["Actual Rows"] == 3
        return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])

    sdrs.work(hud_database, "crowd", "call_dial", 5_000, seconds_ago=100)
    for number in range(3):
        sdrs.work(hud_database, f"few {number}", "call_dial", 5)
    before = blocks_read()
    sdrs.work(hud_database, "crowd", "call_dial", 20_000, seconds_ago=6_000)
    # Each of those rows, read for each of the three, would be 60,000 and more.
    assert blocks_read() - before < 3_000


def test_polls_survive_what_is_rebuilt_underneath(engine: Engine, hud_database: Database) -> None:
    """Views that come back in another shape, and connections that know nothing of what was prepared."""
    statement = Prepared("shifting", "select id, label from marts.shifting where id = any(cast(:ids as integer[]))")

    def ask() -> list[dict[str, object]]:
        return prepared_rows(engine, statement, {"ids": [1]})

    def build(label: str) -> None:
        hud_database.execute(
            f"drop view if exists marts.shifting; create view marts.shifting as select 1 as id, {label} as label;"
            " grant select on marts.shifting to rift_hud"
        )

    with pytest.raises(DBAPIError) as absent:
        ask()
    assert is_not_built(absent.value)
    build("'text'::text")
    assert ask() == [{"id": 1, "label": "text"}]
    build("42")
    assert ask() == ask() == [{"id": 1, "label": 42}]
    hud_database.execute("drop view marts.shifting")
    with pytest.raises(DBAPIError) as gone:
        ask()
    assert is_not_built(gone.value)
    build("43")
    assert ask() == [{"id": 1, "label": 43}]
    with engine.connect() as connection:
        connection.exec_driver_sql("deallocate all")
    assert ask() == ask() == [{"id": 1, "label": 43}]
    hud_database.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rift_hud'")
    assert ask() == [{"id": 1, "label": 43}]
    hud_database.execute("drop view marts.shifting")


def test_search_reads_words_as_they_are(engine: Engine, hud_database: Database) -> None:
    sdrs.hire(hud_database, "q-1", "50%_Club", "Quorum")
    sdrs.hire(hud_database, "q-2", "50 Club", "Quorum", ended_on="2026-01-01")
    assert [row["user_id"] for row in queries.sdr_search(engine, " %_cLUB ")] == ["q-1"]
    assert [row["user_id"] for row in queries.sdr_search(engine, "quorum")] == ["q-1"], "who left is not offered"


def test_teams_have_one_week_on_every_page(engine: Engine, hud_database: Database) -> None:
    """That of the weekly board: for some of these people it is another day, and on Sundays another week."""
    for user_id, zone in (("weekly 1", "Pacific/Kiritimati"), ("weekly 2", "Pacific/Pago_Pago"), ("weekly 3", "UTC")):
        landing.employ(hud_database, user_id, zone, f"Team {user_id}")
        sdrs.work(hud_database, user_id, "meeting_booked", 4)
        sdrs.work(hud_database, user_id, "meeting_booked", 8, seconds_ago=8 * 86_400)
    with engine.connect() as connection:
        weeks = "select distinct week_start_date from marts.fct_team_weekly where is_current"
        board = "select date_trunc('week', now() at time zone 'UTC')::date"
        assert connection.execute(text(weeks)).all() == connection.execute(text(board)).all()
    on_the_wall = {team["name"]: team["meetings"] for team in tv.boards(engine)["teams"]}
    in_arena = {team["team_name"]: team["meetings_booked"] for team in arena.teams(engine)}
    assert on_the_wall == {name: in_arena[name] for name in on_the_wall} != {}


def test_ladder_is_in_order(engine: Engine) -> None:
    tiers = ladder.rank_tiers(engine)
    assert [tier["rank_order"] for tier in tiers] == list(range(10))


def test_absent_marts_are_told_from_other_failures(engine: Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(DBAPIError) as absent:
            connection.execute(text("select 1 from marts.not_there"))
        with pytest.raises(DBAPIError) as other:
            connection.execute(text("select 1 / 0"))
    assert is_not_built(absent.value)
    assert not is_not_built(other.value)
