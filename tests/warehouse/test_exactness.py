"""The promise: an event is in the marts when its commit returns, counted once, whatever happens to dbt."""

import random
import signal
import threading
import time
from collections.abc import Callable

import psycopg2
import pytest

from tests import landing
from tests.conftest import SETTLE, Database, Warehouse
from tests.warehouse.background import Polls, background
from tests.warehouse.oracle import LIVE, check_marts, live_user_days, user_days
from tests.warehouse.work import some_weeks

COMPARE = (
    "select (select count(*) from raw.webhook_events where door = 'canonical'),"
    " (select coalesce(sum(gross_event_count), 0)::bigint from marts.fct_user_daily)"
)


def writer(database: Database, seed: int) -> Callable[[], None]:
    """Lands events in overlapping transactions of random length, some rolled back: commits come out of order."""
    chance = random.Random(seed)
    connection = psycopg2.connect(database.dsn("ingest"))

    def write() -> None:
        with connection.cursor() as cursor:
            for _ in range(chance.randint(1, 4)):
                cursor.execute(landing.INSERT, landing.event(f"user {chance.randint(1, 9)}"))
                time.sleep(chance.random() * 0.01)
        if chance.random() < 0.2:
            connection.rollback()
        else:
            connection.commit()

    return write


class Reader:
    """Compares mart and log in one statement, and with what it saw before."""

    def __init__(self, database: Database) -> None:
        self.connection = psycopg2.connect(database.owner_dsn)
        self.connection.autocommit = True
        self.previous, self.reads = 0, 0

    def read(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(COMPARE)
            landed, counted = cursor.fetchone()  # type: ignore[misc]  # always one row
        assert landed == counted
        assert counted >= self.previous
        self.previous, self.reads = counted, self.reads + 1


def check_reads(warehouse: Warehouse, reads: int, settles: int, kills: int, seconds: float) -> None:
    """Read under four writers until so many reads, settles and killed settles have happened, or the time is over."""
    reader, ended, killed = Reader(warehouse), 0, 0
    chance = random.Random(7)
    with background() as running:
        for seed in range(4):
            running.repeat(writer(warehouse, seed))
        running.repeat(reader.read)
        deadline = time.monotonic() + seconds
        while (reader.reads < reads or ended < settles or killed < kills) and time.monotonic() < deadline:
            if running.errors:
                break
            process = warehouse.start_dbt(*SETTLE)
            if ended > killed:
                # Somewhere between the first import and after the last commit.
                time.sleep(chance.uniform(1.5, 4.0))
                process.send_signal(signal.SIGKILL)
                killed += 1
            else:
                ended += 1
            process.wait(60)
    assert reader.reads >= reads
    assert ended >= settles
    assert killed >= kills
    assert live_user_days(warehouse) == user_days(warehouse)
    warehouse.settle()
    assert live_user_days(warehouse, "intermediate.int_user_days_settled") == user_days(warehouse)


@pytest.mark.timeout(300)
def test_every_read_is_exact_under_writers_settles_and_kills(warehouse: Warehouse) -> None:
    check_reads(warehouse, reads=300, settles=2, kills=2, seconds=200)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
def test_every_read_is_exact_at_length(warehouse: Warehouse) -> None:
    check_reads(warehouse, reads=20_000, settles=40, kills=40, seconds=1800)


def test_a_settle_never_passes_a_transaction_that_is_still_open(warehouse: Warehouse) -> None:
    connection = psycopg2.connect(warehouse.dsn("ingest"))
    with connection.cursor() as cursor:
        cursor.execute(landing.INSERT, landing.event("early"))  # has its transaction id, is not committed
        landing.land(warehouse, landing.event("late"))
        warehouse.settle()
        assert live_user_days(warehouse) == user_days(warehouse)  # nor settles what it will meet again above its mark
    connection.commit()
    assert {user for user, _, _ in live_user_days(warehouse)} == {"early", "late"}
    check_marts(warehouse, LIVE)
    warehouse.settle()
    assert live_user_days(warehouse, "intermediate.int_user_days_settled") == user_days(warehouse)
    check_marts(warehouse, LIVE)


@pytest.mark.timeout(300)
def test_a_reader_never_sees_an_error_or_fewer_rows(warehouse: Warehouse) -> None:
    some_weeks(warehouse)
    polls = Polls(warehouse)
    with background() as running:
        running.repeat(polls.poll)
        for _ in range(5):
            warehouse.settle()
        settled = polls.count
        warehouse.dbt("seed", "--full-refresh")
        warehouse.dbt("run", "--full-refresh")
        warehouse.execute("delete from intermediate.settle_watermarks")
        warehouse.settle()
    assert polls.count > settled + 2
    # Nobody duels, no vendor has sent anything, and no run of Dagster has noted its checks or made a report.
    nothing = ["marts.fct_duels", "marts.rpt_checks", "marts.rpt_unmapped_values", "marts.rpt_weekly_reports"]
    assert [mart for mart, rows in polls.rows.items() if not rows] == nothing


def test_a_changed_view_is_replaced_under_a_reader_with_a_long_query(warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann"))
    warehouse.execute("update intermediate.built_views set definition_hash = 'another'")
    connection = psycopg2.connect(warehouse.dsn("analyst"))
    waits: list[float] = []

    def poll() -> None:
        started = time.monotonic()
        warehouse.execute("select count(*) from marts.dim_user_stats", role="hud")
        waits.append(time.monotonic() - started)

    with connection.cursor() as cursor, background() as running:
        cursor.execute("select * from marts.dim_user_stats")  # holds its locks until it commits
        running.repeat(poll)
        timer = threading.Timer(3, connection.commit)
        timer.start()
        warehouse.dbt("run", "--select", "dim_user_stats")
        timer.join()
    assert max(waits) < 1


def test_an_empty_run_is_refused_by_a_settled_table(warehouse: Warehouse) -> None:
    from orchestration.lib.dbt import DbtError  # noqa: PLC0415  # see Warehouse.dbt

    landing.land(warehouse, landing.event("ann"))
    with pytest.raises(DbtError, match="--empty"):
        warehouse.dbt(*SETTLE, "--empty")
    assert live_user_days(warehouse) == user_days(warehouse)


@pytest.mark.parametrize("schema", ["raw", "raw_roster", "staging", "intermediate", "seeds"])
@pytest.mark.parametrize("role", ["hud", "analyst"])
def test_readers_are_refused_everything_but_marts(warehouse: Warehouse, schema: str, role: str) -> None:
    relations = warehouse.execute(
        "select relname from pg_class where relnamespace = %s::regnamespace and relkind in ('r', 'v')", schema
    )
    assert relations
    for (relation,) in relations:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            warehouse.execute(f'select * from {schema}."{relation}"', role=role)


@pytest.mark.parametrize("role", ["hud", "analyst"])
@pytest.mark.parametrize("statement", ["create table marts.mine (x int)", "create temporary table mine (x int)"])
def test_readers_cannot_write(warehouse: Warehouse, role: str, statement: str) -> None:
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        warehouse.execute(statement, role=role)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        warehouse.execute(f"set default_transaction_read_only = off; commit; {statement}", role=role)


def test_every_mart_and_column_is_described_in_the_database(warehouse: Warehouse) -> None:
    undescribed = warehouse.execute(
        "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0"
        " where c.relnamespace = 'marts'::regnamespace and c.relkind in ('v', 'r', 'm')"
        " and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)"
    )
    assert undescribed == []
    functions = warehouse.execute(
        "select f.proname from pg_proc f where f.pronamespace = 'marts'::regnamespace"
        " and obj_description(f.oid, 'pg_proc') is null"
    )
    assert functions == []
