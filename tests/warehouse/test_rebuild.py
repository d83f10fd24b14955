"""A rebuild: everything that is not raw, computed again, under readers, after damage, killed, and from raw alone."""

import signal
import subprocess
import time
from pathlib import Path

import psycopg2
import pytest

from ingestion.migrations import RAW_TABLES, migrate
from orchestration.lib.checksums import checksums, differing
from orchestration.stack import placement
from orchestration.stack.postgres import Cluster
from tests import landing
from tests.conftest import PASSWORDS, Warehouse, create_database
from tests.warehouse.background import Polls, background
from tests.warehouse.oracle import LIVE, SETTLED, check_marts, live_user_days, user_days
from tests.warehouse.work import RAW, an_item_of_each_kind, some_weeks


def rebuild(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> str:
    """What the rebuild says."""
    from orchestration.lib.rebuild import main  # noqa: PLC0415  # see Warehouse.dbt

    with warehouse.environment():
        assert main() == 0
    return capsys.readouterr().out


def test_a_rebuild_mends_what_was_wrong_and_says_so_while_readers_read(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    some_weeks(warehouse)
    warehouse.settle()
    right = checksums(warehouse.dsn("transform"))
    warehouse.execute(
        "update intermediate.int_user_days_settled set gold_value = gold_value + 1"
        " where (user_id, activity_date) = (select user_id, max(activity_date) from"
        " intermediate.int_user_days_settled where user_id = 'bob' group by user_id);"
        " update intermediate.settled_weeks set rank_points = rank_points + 1"
        " where (user_id, week_start_date) = (select user_id, max(week_start_date) from"
        " intermediate.settled_weeks where user_id = 'bob' group by user_id)"
    )
    assert "fct_user_daily" in differing(right, checksums(warehouse.dsn("transform")))
    polls = Polls(warehouse)
    with background() as running:
        running.repeat(polls.poll)
        said = rebuild(warehouse, capsys)
    assert polls.count > 3
    assert "the cache was wrong" in said
    (line,) = [line for line in said.splitlines() if "other than before" in line]
    for mart in ("fct_user_daily", "fct_weekly_ranks"):
        assert mart in line
    assert differing(right, checksums(warehouse.dsn("transform"))) == []
    check_marts(warehouse, LIVE, SETTLED)


def test_a_killed_rebuild_has_not_happened(warehouse: Warehouse) -> None:
    """It is killed when it has deleted every settled row, and waits for what holds the watermark."""
    some_weeks(warehouse)
    warehouse.settle()
    right = checksums(warehouse.dsn("transform"))
    holder = psycopg2.connect(warehouse.owner_dsn)
    settled_at = "select settled_at from intermediate.settle_watermarks"
    before = warehouse.execute(settled_at)
    with holder.cursor() as cursor:
        cursor.execute("select * from intermediate.settle_watermarks for update")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PGOPTIONS", "-c rift.rebuild=on")
            process = warehouse.start_dbt("run", "--select", "config.incremental_strategy:settle")
        deadline = time.monotonic() + 60
        while warehouse.execute("select count(*) from pg_locks where not granted") == [(0,)]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert differing(right, checksums(warehouse.dsn("transform"))) == []
        warehouse.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where usename = 'rift_transform' and wait_event_type = 'Lock'"
        )
    holder.rollback()
    holder.close()
    assert warehouse.execute(settled_at) == before
    assert live_user_days(warehouse, "intermediate.int_user_days_settled") == user_days(warehouse)
    assert differing(right, checksums(warehouse.dsn("transform"))) == []


def test_from_raw_alone_every_mart_says_the_same(warehouse: Warehouse, cluster: Cluster, tmp_path: Path) -> None:
    some_weeks(warehouse)
    an_item_of_each_kind(warehouse)
    # What dlt makes of its own where it runs, and not in an empty database.
    warehouse.execute("create table raw_hubspot._dlt_loads as select 'one' as load_id")
    programs = placement.programs()
    assert programs
    dump = [str(programs / "pg_dump"), "--data-only", *RAW, "-d", warehouse.owner_dsn]
    rows = subprocess.run(dump, check=True, capture_output=True).stdout
    other = Warehouse(create_database(cluster, "from_raw").owner_dsn, tmp_path)
    migrate(other.owner_dsn, PASSWORDS)
    other.execute(f"truncate raw.schema_migrations, raw.cluster, {', '.join(RAW_TABLES)}")
    restore = [str(programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", other.owner_dsn]
    subprocess.run(restore, input=rows, check=True, capture_output=True)
    assert migrate(other.owner_dsn, PASSWORDS) == []
    other.dbt("build")
    expected = checksums(warehouse.dsn("transform"))
    assert differing(expected, checksums(other.dsn("transform"))) == []
    sources = "select distinct source from staging.stg_vendor__events order by 1"
    assert other.execute(sources) == [(name,) for name in ("calendly", "hubspot", "nooks", "outreach", "salesloft")]
    landing.land(other, landing.event("bob", "meeting_booked"))
    assert "fct_user_daily" in differing(expected, checksums(other.dsn("transform")))
