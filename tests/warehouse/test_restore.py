"""A dump restored into another cluster, whose transaction ids start lower, goes on counting."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from subprocess import run

import pytest

from ingestion.migrations import migrate
from orchestration.lib.publication import publish
from orchestration.stack import placement
from orchestration.stack.postgres import Cluster
from tests import landing, machine, vendors
from tests.conftest import PASSWORDS, Warehouse, create_database, environment, free_port
from tests.warehouse.oracle import live_user_days, user_days
from tests.warehouse.work import RAW

PUBLISHED = "select user_id, week_start_date, rank_points, content_hash, published_at from raw.published_ranks"


@pytest.fixture
def second() -> Iterator[Cluster]:
    """Another cluster, whose transaction ids begin anew."""
    with machine.folder() as home:
        cluster = Cluster(home, free_port())
        cluster.start()
        yield cluster
        cluster.destroy()


def test_a_restored_dump_counts_at_once(warehouse: Warehouse, second: Cluster) -> None:
    for _ in range(1500):  # push the ids of this cluster well past those of a fresh one
        warehouse.execute("select pg_current_xact_id()")
    landing.land(warehouse, landing.event("ann", "meeting_booked"))
    landing.land(warehouse, landing.event("ann", "meeting_booked", "2026-03-03 12:00+00"))
    landing.deliver(warehouse, vendors.nooks_call())
    assert publish(warehouse.dsn("transform"))
    late = landing.event("ann", "meeting_booked", "2026-03-03 12:00+00")
    landing.land(warehouse, late)
    published = warehouse.execute(PUBLISHED)
    warehouse.settle()
    migrate(second.owner_dsn, PASSWORDS)  # makes the roles
    restored = create_database(second, "restored")
    binaries = placement.programs()
    assert binaries
    dump = run([binaries / "pg_dump", "-d", warehouse.owner_dsn], check=True, capture_output=True)
    run(
        [binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", restored.owner_dsn],
        input=dump.stdout,
        check=True,
        capture_output=True,
    )

    # Before the start-up has looked at it: the watermark of the other cluster is not believed.
    landing.land(restored, landing.event("bob"))
    assert live_user_days(restored) == user_days(restored)
    migrate(restored.owner_dsn, PASSWORDS)
    landing.land(restored, landing.event("cyd"))
    assert live_user_days(restored) == user_days(restored)

    moved = Warehouse(restored.owner_dsn, warehouse.home)
    moved.settle()
    landing.land(restored, landing.event("dan"))
    assert live_user_days(restored) == user_days(restored)
    assert restored.execute("select tail_event_count from intermediate.int_tail") == [(1,)]
    # Publications go by the clock, which a dump carries along.
    assert publish(restored.dsn("transform")) == []
    assert restored.execute(PUBLISHED) == published
    restated = "select from_points, to_points, caused_by_event_id::text from marts.fct_weekly_rank_restatements"
    assert restored.execute(restated) == [(1, 2, late[0])]


def test_raw_restored_into_a_home_with_marts_counts(warehouse: Warehouse) -> None:
    landing.land(warehouse, *(landing.event("ann", "meeting_booked") for _ in range(5)))
    now = datetime.now(UTC)
    landing.deliver(warehouse, vendors.nooks_call(at=now))
    landing.pull(warehouse, vendors.hubspot("call", "1", now, now, direction="OUTBOUND"))
    binaries = placement.programs()
    assert binaries
    dump = run(
        [binaries / "pg_dump", "--data-only", *RAW, "-d", warehouse.owner_dsn],
        check=True,
        capture_output=True,
    )
    # What another cluster would have: events of its own that were settled, another identifier, lower ids in the dump.
    landing.land(warehouse, landing.event("bob"))
    landing.deliver(warehouse, vendors.nooks_call("another call", at=now))
    warehouse.settle()
    tables = warehouse.execute(
        "select string_agg(relnamespace::regnamespace || '.' || relname, ', ') from pg_class"
        " where relkind = 'r' and relnamespace::regnamespace::text like 'raw%'"
    )
    warehouse.execute(f"truncate {tables[0][0]}")
    run(
        [binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", warehouse.owner_dsn],
        input=dump.stdout,
        check=True,
        capture_output=True,
    )
    warehouse.execute("update raw.cluster set system_identifier = system_identifier + 1")
    migrate(warehouse.owner_dsn, PASSWORDS)
    assert live_user_days(warehouse) == user_days(warehouse)
    assert {user for user, _, _ in live_user_days(warehouse)} == {"ann", "nooks:u-1", "hubspot:67890"}
    warehouse.settle()
    assert live_user_days(warehouse) == user_days(warehouse)


def test_a_changed_time_zone_is_exact_before_the_settle_too(warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann", occurred_at="2026-03-08 23:30+00"))
    warehouse.settle()
    # A build that dies after it has replaced the first views.
    command = [sys.executable, "-c", "import sys; from orchestration.lib import dbt; dbt.invoke(sys.argv[1:])"]
    moved = environment(warehouse, warehouse.home) | {"RIFT_TIMEZONE": "Asia/Tokyo"}
    run([*command, "run", "--select", "staging", "int_events_located"], env=moved, check=True)
    days = "select activity_date::text from marts."
    assert warehouse.execute(days + "fct_sales_events") == [("2026-03-09",)]
    assert warehouse.execute(days + "fct_user_daily") == [("2026-03-09",)]
