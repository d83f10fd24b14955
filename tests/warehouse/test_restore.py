"""A dump restored into another cluster, whose transaction ids start lower, goes on counting."""

from subprocess import run

import pytest

from ingestion.migrations import migrate
from orchestration.lib.publication import publish
from orchestration.stack import placement
from orchestration.stack.postgres import Cluster
from tests import landing
from tests.conftest import PASSWORDS, Warehouse, create_database, free_port
from tests.warehouse.oracle import live_user_days, user_days

PUBLISHED = "select user_id, week_start_date, rank_points, content_hash, published_at from raw.published_ranks"


def test_a_restored_dump_counts_at_once(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> None:
    for _ in range(1500):  # push the ids of this cluster well past those of a fresh one
        warehouse.execute("select pg_current_xact_id()")
    landing.land(warehouse, landing.event("ann", "meeting_booked"))
    landing.land(warehouse, landing.event("ann", "meeting_booked", "2026-03-03 12:00+00"))
    assert publish(warehouse.dsn("transform"))
    late = landing.event("ann", "meeting_booked", "2026-03-03 12:00+00")
    landing.land(warehouse, late)
    published = warehouse.execute(PUBLISHED)
    warehouse.settle()
    second = Cluster(tmp_path_factory.mktemp("second"), free_port())
    second.start()
    try:
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
    finally:
        second.destroy()
