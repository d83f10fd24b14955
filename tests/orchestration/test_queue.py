"""Which runs wait for their turn, and which are seen to have lost their process: on a real instance."""

import os
import subprocess
from collections.abc import Iterator
from typing import Any, cast

import dagster as dg
import psutil
import pytest
from dagster._core.events import EngineEventData
from dagster._core.launcher import WorkerStatus
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.run_coordinator import SubmitRunContext

from orchestration.lib.run_health import health, is_process
from orchestration.lib.run_tags import BACKFILLS, COALESCES

QUEUED, CANCELED = dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.CANCELED


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    coordinator = {"module": "orchestration.lib.coordinator", "class": "CoalescingRunCoordinator"}
    with dg.instance_for_test(overrides={"run_coordinator": coordinator}) as temporary:
        yield temporary


@dg.asset(key=["backfills", "days"])
def days() -> None:
    pass


@dg.asset(key=["raw_hubspot", "calls"])
def items() -> None:
    pass


def submit(instance: dg.DagsterInstance, job: str = "settle_job", **changes: Any) -> dg.DagsterRun:
    server = GrpcServerCodeLocationOrigin(host="127.0.0.1", port=1, location_name="rift")
    run = instance.create_run_for_job(
        dg.Definitions(assets=[days, items], jobs=[dg.define_asset_job(job)]).resolve_job_def(job),
        remote_job_origin=RemoteJobOrigin(RemoteRepositoryOrigin(server, "__repository__"), job),
        **{"tags": COALESCES, "status": dg.DagsterRunStatus.NOT_STARTED, **changes},
    )
    # Nothing in a queue asks for the workspace.
    return instance.run_coordinator.submit_run(SubmitRunContext(run, workspace=cast("Any", None)))


def test_a_run_behind_an_equal_one_is_cancelled_and_told_which(instance: dg.DagsterInstance) -> None:
    first, second = submit(instance), submit(instance)
    assert (first.status, second.status) == (QUEUED, CANCELED)
    (said,) = instance.all_logs(second.run_id, of_type=dg.DagsterEventType.PIPELINE_CANCELED)
    assert first.run_id in said.message


def test_a_run_that_does_anything_else_waits_for_itself(instance: dg.DagsterInstance) -> None:
    submit(instance)
    assert submit(instance, job="another_job").status is QUEUED
    assert submit(instance, tags={}).status is QUEUED
    assert submit(instance, asset_selection=frozenset({days.key})).status is QUEUED
    assert submit(instance, run_config={"execution": {"config": {"multiprocess": {}}}}).status is QUEUED


def test_a_run_from_an_assets_page_has_the_tags_of_a_job_where_it_has_none(instance: dg.DagsterInstance) -> None:
    own = {"dagster/max_runtime": "7"}
    for asset, tags in ((days, BACKFILLS | own), (items, {"rift/pulls": "hubspot"} | own)):
        run = submit(instance, "__ASSET_JOB", tags=own, asset_selection=frozenset({asset.key}))
        (queued,) = instance.get_run_records(dg.RunsFilter(run_ids=[run.run_id], tags=tags))
        assert (queued.dagster_run.status, run.tags.items() >= tags.items()) == (QUEUED, True)
    by_job = submit(instance, "another_job", tags={})
    assert not by_job.tags.keys() & BACKFILLS.keys()


def test_a_run_that_has_begun_may_have_read_less_than_has_landed(instance: dg.DagsterInstance) -> None:
    begun = submit(instance)
    instance.report_dagster_event(
        dg.DagsterEvent(event_type_value=dg.DagsterEventType.PIPELINE_STARTING.value, job_name=begun.job_name),
        run_id=begun.run_id,
    )
    assert submit(instance).status is QUEUED


def test_a_run_is_alive_while_the_first_process_that_executes_it_is(instance: dg.DagsterInstance) -> None:
    run = submit(instance)
    assert health(instance, run).status is WorkerStatus.RUNNING  # it has not said which process it is
    ended = subprocess.Popen(["true"])
    ended.wait()
    instance.report_engine_event("it is queued", run)
    instance.report_engine_event("begins", run, EngineEventData.in_process(os.getpid()))
    instance.report_engine_event("a step that has ended", run, EngineEventData.in_process(ended.pid))
    assert health(instance, run).status is WorkerStatus.RUNNING
    lost = submit(instance, "another_job")
    instance.report_engine_event("begins", lost, EngineEventData.in_process(ended.pid))
    assert health(instance, lost).status is WorkerStatus.NOT_FOUND


def test_a_number_that_another_process_has_inherited_is_not_the_run() -> None:
    began = psutil.Process().create_time()
    assert is_process(os.getpid(), began)
    assert not is_process(os.getpid(), began - 60)


def test_a_process_that_has_ended_is_gone_though_nobody_has_asked_how() -> None:
    process = subprocess.Popen(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not is_process(process.pid, psutil.boot_time() + 10**9)
    process.wait()
