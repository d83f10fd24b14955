"""What retention deletes of a real instance on Postgres, and what it must leave."""

import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from orchestration.defs.operations.retention import retention_job, retention_schedule
from orchestration.defs.transform.schedules import RUN_KEY, STATE, has_succeeded, run_request
from orchestration.lib import old_files, retention
from orchestration.lib.retention import Keep
from orchestration.lib.run_tags import KEPT_LONG
from orchestration.stack.postgres import Cluster
from tests.conftest import Database, create_database, drop_database

LATER = datetime.now(UTC) + timedelta(days=2)
MUCH_LATER = datetime.now(UTC) + timedelta(days=200)
WEEKS = dg.StaticPartitionsDefinition(["w1", "w2"])
SETTLED, REPORT = dg.AssetKey(["intermediate", "settled"]), dg.AssetKey(["reports", "report"])
HOLDS = dg.AssetCheckKey(SETTLED, "it_holds")


@dg.asset(key=SETTLED)
def settled(context: dg.AssetExecutionContext) -> None:
    print("to the captured logs")
    if context.run.tags.get("fails"):
        raise dg.Failure(description="as asked")


@dg.asset_check(asset=SETTLED)
def it_holds(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed="differs" not in context.run.tags)


@dg.asset(key=REPORT, partitions_def=WEEKS)
def report() -> None:
    """A partition a week."""


def job(name: str, asset: dg.AssetsDefinition, tags: Mapping[str, str] | None = None) -> Any:
    return dg.define_asset_job(name, selection=dg.AssetSelection.assets(asset), tags=tags)


DEFINITIONS = dg.Definitions(
    assets=[settled, report],
    asset_checks=[it_holds],
    jobs=[job("settle_job", settled), job("audit_job", settled, KEPT_LONG), job("report_job", report)],
    executor=dg.in_process_executor,
)


@dataclass
class Dagster:
    """An instance on Postgres, with runs that really ran."""

    instance: dg.DagsterInstance
    database: Database

    def run(self, name: str, partition: str | None = None, **tags: str) -> str:
        result = DEFINITIONS.resolve_job_def(name).execute_in_process(
            instance=self.instance, partition_key=partition, tags=tags, raise_on_error=False
        )
        return result.run_id

    def unfinished(self) -> str:
        graph = dg.GraphDefinition(name="settle_job", node_defs=[]).to_job()
        return self.instance.create_run_for_job(graph, status=dg.DagsterRunStatus.STARTED).run_id

    @property
    def runs(self) -> set[str]:
        return {run.run_id for run in self.instance.get_runs()}

    def retain(self, now: datetime, **keep: Any) -> retention.Deleted:
        return retention.retain(self.instance, self.database.owner_dsn, Keep(**keep), print, now)

    def count(self, table: str, *runs: str) -> int:
        return int(self.database.execute(f"select count(*) from {table} where run_id = any(%s)", list(runs))[0][0])


@pytest.fixture
def dagster(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dagster]:
    database = create_database(cluster, "dagster_of_retention")
    storage = {"storage": {"postgres": {"postgres_url": database.owner_dsn}}}
    with dg.instance_for_test(overrides=storage) as instance:
        monkeypatch.setenv("RIFT_DAGSTER_DSN", database.owner_dsn)
        monkeypatch.setenv("DAGSTER_HOME", instance.root_directory)
        yield Dagster(instance, database)
    drop_database(cluster, "dagster_of_retention")


def test_what_pages_sensors_and_schedules_ask_for_is_left(dagster: Dagster) -> None:
    old = [dagster.run("settle_job", **{STATE: f"state-{number}"}) for number in range(3)]
    weeks = [dagster.run("report_job", "w1") for _ in range(2)] + [dagster.run("report_job", "w2")]
    failed = [dagster.run("settle_job", fails="yes") for _ in range(2)]
    audit = dagster.run("audit_job")
    by_hand, running = dagster.run("settle_job"), dagster.unfinished()
    for _ in range(3):
        dagster.instance.report_runless_asset_event(dg.AssetMaterialization(SETTLED))
    assert dagster.retain(datetime.now(UTC)).runs == 0
    # One by one, as if each were killed: by the clock, and between a run and its events.
    first = dagster.retain(LATER, most_seconds=-1)
    assert (first.runs, first.is_complete, dagster.count("event_logs", old[0])) == (1, False, 0)
    dagster.database.execute("delete from runs where run_id = %s", old[1])
    assert dagster.count("event_logs", old[1]) > 0
    done = dagster.retain(LATER)
    assert done.is_complete
    assert done.rows > 0
    assert dagster.runs == {old[2], *weeks[1:], *failed, audit, by_hand, running}
    gone = [*old[:2], weeks[0]]
    tables = ("event_logs", "asset_check_executions", "run_tags")
    assert [dagster.count(table, *gone) for table in tables] == [0, 0, 0]
    assert dagster.count("event_logs", "") == 1
    assert has_succeeded(dagster.instance, "settle_job", "state-2")
    # After a long time: what failed goes, too; what a page shows stays, also the newest that came to no check.
    dagster.retain(MUCH_LATER)
    assert dagster.runs == {old[2], *weeks[1:], failed[1], by_hand, running, audit}
    assert dagster.instance.fetch_materializations(SETTLED, limit=9).records
    assert dagster.instance.get_materialized_partitions(REPORT) == {"w1", "w2"}
    history = dagster.instance.event_log_storage.get_asset_check_execution_history(HOLDS, limit=9)
    assert {record.run_id for record in history} <= dagster.runs
    assert history[0].status.value == "SUCCEEDED"


def test_of_each_job_so_many_are_left(dagster: Dagster) -> None:
    settles = [dagster.run("settle_job") for _ in range(4)]
    failed = dagster.run("settle_job", fails="yes")
    for run in (cancelled := [dagster.unfinished() for _ in range(3)]):
        dagster.instance.report_run_canceled(dagster.instance.get_run_by_id(run) or pytest.fail(run))
    dagster.retain(LATER, most=2, routine=timedelta(days=9))
    assert dagster.runs == {*settles[2:], failed, *cancelled[1:]}


def test_a_check_that_fails_still_knows_when_it_last_passed(dagster: Dagster) -> None:
    passed = [dagster.run("settle_job") for _ in range(2)]
    failed = [dagster.run("settle_job", differs="yes") for _ in range(2)]
    dagster.retain(LATER)
    assert dagster.runs == {passed[1], failed[1]}
    succeeded = {AssetCheckExecutionRecordStatus.SUCCEEDED}
    history = dagster.instance.event_log_storage.get_asset_check_execution_history(HOLDS, limit=9, status=succeeded)
    assert [record.run_id for record in history] == passed[1:]


def test_a_deleted_attempt_leaves_its_number_taken(dagster: Dagster) -> None:
    """Else a request for this state would have the key of a run that is still there, and Dagster would ignore it."""
    first = run_request(dagster.instance, "settle_job", "state")
    assert isinstance(first, dg.RunRequest)
    assert first.run_key == "state-0"
    runs = [dagster.run("settle_job", **{STATE: "state", RUN_KEY: f"state-{number}"}) for number in range(2)]
    dagster.instance.delete_run(runs[0])
    again = run_request(dagster.instance, "settle_job", "state")
    assert isinstance(again, dg.RunRequest)
    assert again.run_key == "state-2"


def test_the_job_deletes_runs_and_files_and_says_how_many(
    dagster: Dagster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIFT_HOME", str(tmp_path))
    context = dg.build_schedule_context(instance=dagster.instance)
    skipped: Any = retention_schedule(context)
    assert skipped.skip_message == "Nothing is old enough."
    old, new = dagster.run("settle_job"), dagster.run("settle_job")
    dagster.database.execute("update runs set end_time = end_time - 90000, update_timestamp = now()")
    storage = Path(dagster.instance.root_directory) / "storage"
    by_hand = storage / str(uuid.uuid4()) / "compute_logs" / "step.out"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_text("of a run that somebody deleted in Dagster")
    kept = [tmp_path / name for name in ("reports/2026-W46.html", "logs/hud.log", "dbt/manifest.json", "spool/one")]
    aged = [tmp_path / name for name in ("logs/warehouse.log", "dbt/run/gone.sql", "dlt/hubspot/load/calls.jsonl")]
    for path in (*kept, *aged):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        if path.name != "hud.log":
            os.utime(path, (0, 0))
    assert isinstance(retention_schedule(context), dg.RunRequest)
    assert (storage / old).exists()
    result = retention_job.execute_in_process(instance=dagster.instance)
    (output,) = [event for event in result.all_node_events if event.is_successful_output]
    said = {name: value.value for name, value in output.step_output_data.metadata.items()}
    assert (said["runs"], said["files"], said["is_complete"]) == (1, len(aged) + 1, True)
    assert dagster.runs == {new, result.run_id}
    assert not (storage / old).exists()
    assert not by_hand.parents[1].exists()
    assert (storage / new).exists()
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in aged)


def test_files_outside_are_never_deleted(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "one.log").write_text("x")
    logs = tmp_path / "home" / "logs"
    logs.mkdir(parents=True)
    (logs / "link").symlink_to(outside, target_is_directory=True)
    found = list(old_files.unused(tmp_path / "home", MUCH_LATER, timedelta(days=1)))
    old_files.delete(found)
    assert (outside / "one.log").exists()
