"""Publishing closed weeks: once, of one moment, whoever else is at it and whatever is killed."""

import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from subprocess import Popen
from types import ModuleType

import dagster as dg
import psycopg2
import pytest

from orchestration.defs.transform.schedules import STATE
from orchestration.lib import tail
from orchestration.lib.publication import NotYetError, publish
from tests import landing, vendors
from tests.conftest import Warehouse
from tests.orchestration.conftest import Load

TUESDAY = "2026-03-03 12:00+00"
PUBLISHED = "select user_id, weekly_meetings_booked from raw.published_ranks order by 1"
RESTATED = "select user_id, to_points from marts.fct_weekly_rank_restatements"


@pytest.fixture
def reports(load: Load) -> ModuleType:
    return load("orchestration.definitions")


def tick(instance: dg.DagsterInstance, warehouse: Warehouse) -> dg.RunRequest | str:
    from orchestration.defs.reports.schedules import publish_schedule  # noqa: PLC0415  # after its environment is set

    context = dg.build_schedule_context(instance=instance)
    asked = publish_schedule(context, warehouse=tail.Warehouse(dsn=warehouse.dsn("transform")))
    if isinstance(asked, dg.SkipReason):
        return str(asked.skip_message)
    assert isinstance(asked, dg.RunRequest)
    return asked


def run(reports: ModuleType, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = reports.defs.resolve_job_def("publish_job")
    assert job.tags["rift/writes"] == "publications"
    result: dg.ExecuteInProcessResult = job.execute_in_process(instance=instance, raise_on_error=False)
    return result


def passed(result: dg.ExecuteInProcessResult) -> tuple[bool, dg.AssetCheckSeverity]:
    (check,) = result.get_asset_check_evaluations()
    return check.passed, check.severity


@pytest.mark.usefixtures("reports")
def test_a_run_is_asked_for_when_a_closed_week_is_not_published(
    instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    landing.land(warehouse, landing.event("ann"))
    assert "is published" in str(tick(instance, warehouse))
    landing.land(warehouse, landing.event("ann", "meeting_booked", TUESDAY))
    request = tick(instance, warehouse)
    assert isinstance(request, dg.RunRequest)
    assert request.tags[STATE] == "2026-03-02 to 2026-03-02, 1 in all"
    publish(warehouse.dsn("transform"))
    assert "is published" in str(tick(instance, warehouse))


def test_a_run_publishes_and_says_what(reports: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse) -> None:
    for user in ("ann", "bob"):
        landing.land(warehouse, landing.event(user, "meeting_booked", TUESDAY))
    result = run(reports, instance)
    (event,) = result.get_asset_materialization_events()
    metadata = event.materialization.metadata
    ((content_hash,),) = warehouse.execute("select distinct content_hash from raw.published_ranks")
    assert (metadata["weeks"].value, metadata["rows"].value) == (["2026-03-02"], 2)
    assert metadata["content_hashes"].value == {"2026-03-02": content_hash}
    assert passed(result) == (True, dg.AssetCheckSeverity.WARN)


def test_an_unpublished_week_is_a_warning(warehouse: Warehouse, reports: ModuleType) -> None:
    del reports
    from orchestration.defs.reports.checks import closed_weeks_are_published  # noqa: PLC0415

    landing.land(warehouse, landing.event("ann", "call_dial", TUESDAY))
    check = closed_weeks_are_published(warehouse=tail.Warehouse(dsn=warehouse.dsn("transform")))
    assert isinstance(check, dg.AssetCheckResult)
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert check.metadata["unpublished_weeks"].value == ["2026-03-02"]


def test_two_publishers_at_once_publish_once(warehouse: Warehouse) -> None:
    for week in range(4):
        landing.land(warehouse, landing.event("ann", "meeting_booked", f"2026-03-{3 + week * 7:02} 12:00+00"))
    with ThreadPoolExecutor(4) as pool:
        published = list(pool.map(lambda _: publish(warehouse.dsn("transform")), range(4)))
    assert sorted(map(len, published)) == [0, 0, 0, 4]
    assert warehouse.execute(PUBLISHED) == [("ann", 1)] * 4


def test_what_is_open_across_the_cut_is_waited_for(warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann", "meeting_booked", TUESDAY))
    connection = psycopg2.connect(warehouse.dsn("ingest"))
    with connection.cursor() as cursor:
        cursor.execute(landing.INSERT, landing.event("bob", "meeting_booked", TUESDAY))
        with pytest.raises(NotYetError, match=rf"Postgres process {connection.get_backend_pid()}\)"):
            publish(warehouse.dsn("transform"), wait_seconds=0.5)
        assert warehouse.execute(PUBLISHED) == []
        timer = threading.Timer(1, connection.commit)
        timer.start()
        publish(warehouse.dsn("transform"), wait_seconds=20)
        timer.join()
    assert warehouse.execute(PUBLISHED) == [("ann", 1), ("bob", 1)]
    assert warehouse.execute(RESTATED) == []
    connection.close()


def test_a_publication_knows_what_had_landed_without_its_meaning(warehouse: Warehouse) -> None:
    at = datetime.fromisoformat(f"{TUESDAY}:00")
    landing.land(warehouse, landing.event("ann", "meeting_booked", TUESDAY))
    landing.deliver(warehouse, vendors.salesloft_meeting(at=at), interpreted=False)
    landing.pull(warehouse, vendors.hubspot("meeting", "1", at, at, outcome="SCHEDULED"), interpreted=False)
    publish(warehouse.dsn("transform"))
    assert warehouse.execute(PUBLISHED) == [("ann", 1), ("hubspot:67890", 1), ("salesloft:7", 1)]
    assert warehouse.execute(RESTATED) == []


def test_a_vacuum_is_not_waited_for(warehouse: Warehouse) -> None:
    """It holds the lock that a writer takes, but on the indexes of its table only."""
    landing.land(warehouse, landing.event("ann", "meeting_booked", TUESDAY))
    landing.land_many(warehouse, "bob", "call_dial", 1000)
    vacuum = psycopg2.connect(warehouse.owner_dsn)
    vacuum.autocommit = True
    with vacuum.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        cursor.execute("set vacuum_cost_delay = 100; set vacuum_cost_limit = 1")
        running = pool.submit(cursor.execute, "vacuum raw.webhook_events")
        try:
            locked = "select count(*) from pg_locks where pid = %s and mode = 'RowExclusiveLock'"
            deadline = time.monotonic() + 20
            while warehouse.execute(locked, vacuum.get_backend_pid()) == [(0,)]:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            publish(warehouse.dsn("transform"), wait_seconds=0.2)
            assert not running.done()
        finally:
            vacuum.cancel()
        assert isinstance(running.exception(), psycopg2.errors.QueryCanceled)
    vacuum.close()
    assert warehouse.execute(PUBLISHED) == [("ann", 1)]


def test_what_lands_after_the_cut_is_a_restatement(warehouse: Warehouse) -> None:
    """Also of a transaction that began before it; and a reader that stays open keeps nobody waiting."""
    landing.land(warehouse, landing.event("ann", "meeting_booked", TUESDAY))
    late, reader = psycopg2.connect(warehouse.dsn("ingest")), psycopg2.connect(warehouse.dsn("analyst"))
    with late.cursor() as writing, reader.cursor() as reading:
        writing.execute("select pg_current_xact_id()")
        reading.execute("select * from marts.fct_weekly_ranks")
        publish(warehouse.dsn("transform"), wait_seconds=1)
        writing.execute(landing.INSERT, landing.event("ann", "meeting_booked", TUESDAY))
    late.commit()
    assert warehouse.execute(PUBLISHED) == [("ann", 1)]
    assert warehouse.execute(RESTATED) == [("ann", 2)]
    late.close()
    reader.close()


def test_a_killed_publisher_leaves_whole_weeks(warehouse: Warehouse) -> None:
    """It is killed within a week's transaction: what it had locked by then is waited for here."""
    landing.land(warehouse, landing.event("ann", "meeting_booked", TUESDAY))
    landing.land(warehouse, landing.event("bob", "meeting_booked", TUESDAY))
    blocker = psycopg2.connect(warehouse.owner_dsn)
    with blocker.cursor() as cursor:
        # The insert of bob's row waits for this one to end.
        cursor.execute(
            "insert into raw.published_ranks (user_id, week_start_date, weekly_meetings_booked, rank_points, rank_tier,"
            " rank_position, content_hash) values ('bob', '2026-03-02', 0, 0, 'Iron', 1, '')"
        )
        code = "import sys; from orchestration.lib import publication as p; p.WRITERS = 'select 1, 2 where false';"
        code += " p.publish(sys.argv[1])"
        with Popen([sys.executable, "-c", code, warehouse.dsn("transform")]) as publisher:
            waiting = "select count(*) from pg_locks where not granted and locktype = 'transactionid'"
            deadline = time.monotonic() + 30
            while warehouse.execute(waiting) == [(0,)]:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            publisher.send_signal(signal.SIGKILL)
    blocker.rollback()
    blocker.close()
    # The server may finish the statement that it was at, or notice the loss: there is all of the week, or nothing.
    publish(warehouse.dsn("transform"))
    assert warehouse.execute(PUBLISHED) == [("ann", 1), ("bob", 1)]
    assert len(warehouse.execute("select distinct content_hash, published_at from raw.published_ranks")) == 1
