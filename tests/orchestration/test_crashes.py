"""Whatever of Dagster is killed, and whenever: what landed is settled once, and nothing is left behind.

On the real code server, daemon and webserver. One crash and one flood of requests in `make test`;
the others are in `make chaos`.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import dagster as dg
import psutil
import pytest
from dagster._core.scheduler.instigation import TickStatus
from dagster._core.storage.tags import RUN_KEY_TAG

from ingestion.migrations import migrate
from orchestration.lib.dbt import INVOCATION_LOCK
from orchestration.stack.postgres import Cluster
from tests import landing, machine
from tests.conftest import PASSWORDS, TEMPLATE, WAREHOUSE, Warehouse, create_database, drop_database
from tests.orchestration import moments
from tests.orchestration.dagster_system import DagsterSystem, dagster_system, wait_for
from tests.orchestration.receivers import Webhooks, webhooks
from tests.warehouse.background import background
from tests.warehouse.oracle import LIVE, check_marts, live_user_days, user_days

QUEUED, CANCELED = dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.CANCELED
SUCCESS, FAILURE = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE
# A busy machine may keep one of many processes waiting for minutes; a fault fails twice.
pytestmark = pytest.mark.flaky(reruns=1)
Record = Callable[[str, object], None]
AT_ONCE = 4
PARTS = ("code-server", "run-server", "webserver", "daemon")
KILLED_AT = (
    moments.tick_created, moments.tick_held, moments.run_reserved, moments.run_created, moments.run_queued,
    moments.run_launched, moments.in_dbt,
)  # fmt: skip


@pytest.fixture(scope="module")
def system(cluster: Cluster, template: Warehouse) -> Iterator[DagsterSystem]:
    drop_database(cluster, f"{WAREHOUSE}_dagster")
    create_database(cluster, WAREHOUSE, template=TEMPLATE)
    migrate(template.owner_dsn, PASSWORDS)
    with machine.folder() as folder, dagster_system(template, folder / "home") as running:
        yield running
    drop_database(cluster, f"{WAREHOUSE}_dagster")


@pytest.fixture
def known(system: DagsterSystem) -> list[str]:
    """The runs that were there before the test, when all is at rest."""
    system.start_the_dead()  # by a test that failed
    wait_for("rest", system.is_idle, 240)
    return [run.run_id for run in system.runs()]


def recovers(system: DagsterSystem, known: list[str], seconds: float = 240) -> Counter[dg.DagsterRunStatus]:
    """How the runs ended that there were since, when all is at rest again and right."""

    def at_rest() -> bool:
        tick = system.tick()
        return system.is_idle() and tick is not None and tick.status is not TickStatus.STARTED

    wait_for("rest", at_rest, seconds)
    runs = system.runs(known)
    asked = [run.tags[RUN_KEY_TAG] for run in runs if RUN_KEY_TAG in run.tags]
    assert len(asked) == len(set(asked)), "a sensor's request became two runs"
    check_marts(system.warehouse, LIVE)
    assert live_user_days(system.warehouse, "intermediate.int_user_days_settled") == user_days(system.warehouse)
    return Counter(run.status for run in runs)


def one_after_the_other(system: DagsterSystem, known: list[str]) -> bool:
    """Whether of the runs that executed each had ended before the next began."""
    records = [record for record in system.instance.get_run_records() if record.dagster_run.run_id not in known]
    spans = sorted((one.start_time, one.end_time or 0) for one in records if one.start_time)
    return all(ended <= began for (_, ended), (began, _) in pairwise(spans))


def request(
    system: DagsterSystem, count: int, within: float = 0, at_once: int = AT_ONCE
) -> Counter[dg.DagsterRunStatus]:
    """Ask for settles through the webserver, spread over some seconds; returns what they are when all are asked for."""
    begin = time.monotonic()

    def ask(number: int) -> str:
        time.sleep(max(0.0, begin + within * number / count - time.monotonic()))
        return system.request_settle()

    with ThreadPoolExecutor(at_once) as threads:
        asked = list(threads.map(ask, range(count)))
    return Counter(run.status for run in system.runs() if run.run_id in asked)


def answered(system: DagsterSystem, runs: list[dg.DagsterRun]) -> bool:
    """Whether each run that was cancelled was told of one that has succeeded."""
    done = [run.run_id for run in runs if run.status is SUCCESS]
    cancelled = [run.run_id for run in runs if run.status is CANCELED]
    told = [system.instance.all_logs(one, of_type=dg.DagsterEventType.PIPELINE_CANCELED) for one in cancelled]
    return all(any(run_id in event.message for run_id in done) for (event,) in told)


def work_for_an_hour(system: DagsterSystem) -> None:
    """Land what occurred within an hour, ten minutes after ten minutes; readers are right after each."""
    for minutes_ago in range(60, 0, -10):
        for user in ("ann", "bob"):
            landing.land_many(system.warehouse, user, "meeting_booked", 10, minutes_ago * 60 - 600, apart=60)
        check_marts(system.warehouse, LIVE)


@pytest.mark.timeout(600)
def test_one_run_does_what_landed_and_was_asked_for_in_an_hour_though_the_daemon_is_killed_again(
    system: DagsterSystem, known: list[str]
) -> None:
    system.kill("daemon")
    work_for_an_hour(system)
    # The first waits, and the others are told so.
    assert request(system, 10, at_once=1) == {QUEUED: 1, CANCELED: 9}
    with system.gate(*moments.SETTLE, instance=False) as gate:
        system.start("daemon")
        wait_for("settle at work", gate.waiting, 240)
        system.kill("daemon")
    system.start("daemon")
    assert recovers(system, known) == {SUCCESS: 1, CANCELED: 9}
    assert answered(system, system.runs(known))


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("moment", KILLED_AT, ids=lambda moment: moment.__name__)
def test_a_daemon_that_is_killed_at_any_moment_has_one_effect(
    system: DagsterSystem, known: list[str], moment: moments.Moment, record_property: Record
) -> None:
    with moment(system):
        system.kill("daemon")
    began = time.monotonic()
    system.start("daemon")
    # A run that nobody was told to execute is given up after the start_timeout_seconds of dagster.yaml.
    ended = recovers(system, known, seconds=480)
    record_property("recovery_seconds", round(time.monotonic() - began))
    assert ended == ({FAILURE: 1, SUCCESS: 1} if moment is moments.run_launched else {SUCCESS: 1})


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_a_daemon_that_is_killed_in_a_tick_of_a_schedule_builds_once(system: DagsterSystem, known: list[str]) -> None:
    built = [run.run_id for run in system.runs(job="build_job")]
    with system.building():
        with moments.schedule_held(system):
            system.kill("daemon")
        system.start("daemon")
        wait_for("build", lambda: SUCCESS in [run.status for run in system.runs(built, "build_job")], 480)
    recovers(system, known, seconds=480)
    assert [run.status for run in system.runs(built, "build_job")] == [SUCCESS]


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", [*PARTS, "run"])
def test_what_is_killed_in_the_middle_of_dbt_costs_one_retry(
    system: DagsterSystem, known: list[str], part: str, record_property: Record
) -> None:
    if part not in {*system.supervisor.running, "run"}:
        pytest.skip(f"there is no {part}")
    with moments.settling(system) as gate:
        (run,) = {process.pid: process for process in gate.waiting()}.values()
        is_its_parent = part != "run" and os.getpgid(run.pid) == system.process(part).pid
        began = time.monotonic()
        if part == "run":
            run.kill()
        else:
            system.kill(part)
            system.start(part)
    ended = recovers(system, known, seconds=480)
    record_property("recovery_seconds", round(time.monotonic() - began))
    assert ended == ({FAILURE: 1, SUCCESS: 1} if part == "run" or is_its_parent else {SUCCESS: 1})


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_readers_are_right_for_an_hour_without_a_daemon_and_one_run_catches_up(
    system: DagsterSystem, known: list[str]
) -> None:
    system.kill("daemon")
    work_for_an_hour(system)
    assert system.runs(known) == []
    system.start("daemon")
    assert recovers(system, known) == {SUCCESS: 1}


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_200_requests_in_a_minute_while_events_land(system: DagsterSystem, known: list[str]) -> None:
    queued: list[int] = []
    writing: list[int] = []

    def look() -> None:
        queued.append(sum(run.status is QUEUED for run in system.runs(known)))
        # Whoever writes has this lock; who waits for it has been started though another one was at work.
        ((count,),) = system.warehouse.execute(
            "select count(*)::int from pg_locks where locktype = 'advisory' and objid = %s", INVOCATION_LOCK
        )
        writing.append(count)
        time.sleep(0.1)

    def work() -> None:
        landing.land(system.warehouse, landing.event("ann"))
        time.sleep(0.2)

    with background() as running:
        running.repeat(look)
        running.repeat(work)
        asked = request(system, 200, within=60)
    assert asked.total() == 200
    ended = recovers(system, known, seconds=480)
    assert set(ended) == {SUCCESS, CANCELED}
    assert ended.total() >= 200
    assert answered(system, system.runs(known))
    assert max(queued) <= AT_ONCE + 1  # and the sensor
    assert max(writing) == 1
    assert one_after_the_other(system, known)


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_a_code_server_that_stood_still_goes_on(system: DagsterSystem, known: list[str]) -> None:
    with system.frozen("code-server"):
        time.sleep(45)  # as on a machine that sleeps: longer than any of Dagster's heartbeats
    landing.land(system.warehouse, landing.event("ann"))
    assert recovers(system, known) == {SUCCESS: 1}


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_a_request_waits_for_a_code_server_that_is_away(system: DagsterSystem, known: list[str]) -> None:
    system.kill("daemon")
    landing.land(system.warehouse, landing.event("ann"))
    assert request(system, 1) == {QUEUED: 1}
    system.bury("code-server")
    system.start("daemon")
    (run,) = system.runs(known)
    # Taken out of the queue, and put back.
    wait_for("attempt to launch it", lambda: system.starts(run) > 0)
    system.start("code-server")
    assert recovers(system, known) == {SUCCESS: 1}


@pytest.fixture
def hooks(system: DagsterSystem) -> Iterator[Webhooks]:
    """A channel that is told of ranks, once the sensor has looked."""
    file = system.supervisor.home / "notifications.yaml"
    with webhooks() as running:
        channel = {"name": "hook", "url": f"{running.url()}?rto=50", "kinds": ["rank_up"]}
        file.touch(mode=0o600)
        file.write_text(json.dumps({"channels": [channel]}))
        looked(system)
        yield running
    file.unlink()


def looked(system: DagsterSystem) -> None:
    """Wait for a whole look of notification_sensor."""
    now = time.time()

    def has_looked() -> bool:
        tick = system.tick(now, "notification_sensor")
        return tick is not None and tick.status is not TickStatus.STARTED

    wait_for("look for what to tell", has_looked)


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_a_channel_that_hangs_holds_up_no_settle_and_is_told_once_though_its_sender_is_killed(
    system: DagsterSystem, known: list[str], hooks: Webhooks
) -> None:
    hooks.answers = [0]
    landing.employ(system.warehouse, "eve", name="Eve")
    landing.land(system.warehouse, landing.event("eve", "meeting_booked"))
    wait_for("message on its way", lambda: not hooks.answers)
    (sender,) = system.runs(job="notify_job")
    settled = system.runs(known)
    landing.land(system.warehouse, landing.event("eve"))
    wait_for("settle beside it", lambda: system.is_settled() and len(system.runs(known)) > len(settled))
    assert [run.status for run in system.runs(job="notify_job")] == [dg.DagsterRunStatus.STARTED]
    (process,) = {one.pid for one in psutil.net_connections("tcp4") if one.raddr and one.raddr.port == hooks.port}
    psutil.Process(process).kill()
    wait_for("end of the sender", lambda: [run.status for run in system.runs(job="notify_job")] == [FAILURE])
    assert hooks.titles == []
    # When its claim has run out, it is sent once more.
    system.warehouse.execute("update raw.notification_deliveries set noted_at = noted_at - interval '6 minutes'")
    wait_for("message", lambda: hooks.titles)
    wait_for(
        "end of the next sender",
        lambda: [run.status for run in system.runs([sender.run_id], "notify_job")] == [SUCCESS],
    )
    looked(system)
    assert hooks.titles == ["Eve reached Bronze"]
    assert set(recovers(system, known)) == {SUCCESS}
