"""What checks found is noted in the warehouse: real runs of the jobs' names, the sensor, and the mart."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import psycopg2
import pytest

from orchestration.defs.transform.schedules import AUDIT_JOB, BUILD_JOB, WATCH_JOB
from orchestration.lib import dbt_checks, tail
from tests import landing
from tests.conftest import Warehouse
from tests.orchestration.conftest import Load

PEOPLE = dg.AssetKey(["marts", "dim_users"])
CHECKS = (
    "select job_name, passed_count, warned_count, failed_count, is_finished, is_passed, passing_since_at = ended_at,"
    " failures from marts.rpt_checks order by job_name"
)
Run = Callable[..., dg.ExecuteInProcessResult]


@pytest.fixture
def run(load: Load, instance: dg.DagsterInstance) -> Run:
    """Runs a selection under the name of a job, as Dagster's daemon would."""
    definitions = load("orchestration.definitions")

    def execute(job: str, selection: dg.AssetSelection) -> dg.ExecuteInProcessResult:
        small = dg.Definitions(
            assets=definitions.defs.assets,
            asset_checks=definitions.defs.asset_checks,
            resources=definitions.defs.resources,
            jobs=[dg.define_asset_job(job, selection=selection)],
        )
        return small.resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False)

    return execute


def sense(load: Load, instance: dg.DagsterInstance, warehouse: Warehouse, cursor: str | None) -> str:
    """One tick of the sensor; returns its cursor."""
    sensors = load("orchestration.defs.transform.sensors")
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        result = sensors.checks_sensor(context, warehouse=tail.Warehouse(dsn=warehouse.dsn("transform")))
    assert isinstance(result, dg.SensorResult)
    assert result.cursor
    return result.cursor


def quick(checked: dg.AssetKey) -> dg.AssetSelection:
    return dg.AssetSelection.assets(checked)


def test_what_a_run_found_is_in_the_marts_once(
    load: Load, run: Run, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    assert warehouse.execute(CHECKS, role="hud") == []
    assert run(BUILD_JOB, quick(PEOPLE)).success
    cursor = sense(load, instance, warehouse, None)
    ((job, passed, *found),) = warehouse.execute(CHECKS, role="hud")
    assert (job, found) == (BUILD_JOB, [0, 0, True, True, True, []])
    assert passed >= 4
    # The same again is not noted each minute; something else is, at once.
    assert run(BUILD_JOB, quick(PEOPLE)).success
    cursor = sense(load, instance, warehouse, cursor)
    assert warehouse.execute("select count(*) from raw.check_runs") == [(1,)]
    landing.land(warehouse, landing.event("who?"))
    assert run(BUILD_JOB, quick(PEOPLE)).success
    cursor = sense(load, instance, warehouse, cursor)
    ((_, _, warned, failed, finished, is_passed, since_this_one, failures),) = warehouse.execute(CHECKS)
    assert (warned, failed, finished, is_passed, since_this_one) == (1, 0, True, True, False)
    assert failures == [
        {"name": "assert_every_sdr_is_known", "words": "Every SDR is known", "is_warning": True},
    ]
    # A quarter of an hour later even the same is noted.
    warehouse.execute("update raw.check_runs set ended_at = ended_at - interval '16 minutes'")
    assert run(BUILD_JOB, quick(PEOPLE)).success
    sense(load, instance, warehouse, cursor)
    sense(load, instance, warehouse, None)
    assert warehouse.execute("select count(*) from raw.check_runs") == [(3,)]


def test_the_checks_of_every_job_that_makes_some_are_noted(load: Load) -> None:
    jobs = load("orchestration.definitions").defs.resolve_all_job_defs()
    named = {job.name for job in jobs if not job.name.startswith(("__", "backfill_"))}
    checking = {job.name for job in jobs if job.asset_layer.asset_graph.asset_check_keys} & named
    assert checking == load("orchestration.defs.transform.sensors").CHECKING


def test_a_failed_check_and_a_broken_run_are_told_apart(
    load: Load, run: Run, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    landing.land(warehouse, landing.event("ann"))
    warehouse.settle()
    warehouse.execute("update intermediate.int_user_days_settled set gold_value = gold_value + 1")
    manifest = load("orchestration.defs.transform.assets").PROJECT
    (settled,) = (
        check for check, name in dbt_checks.tests_by_check(manifest).items() if name == "assert_settled_days_equal_raw"
    )
    assert not run(AUDIT_JOB, dg.AssetSelection.checks(settled)).success
    # dbt cannot replace a view whose columns are others: the run breaks, whatever its checks would have said.
    warehouse.execute("drop view marts.rpt_checks; create view marts.rpt_checks as select 1 as job_name")
    assert not run(BUILD_JOB, quick(dg.AssetKey(["marts", "rpt_checks"]))).success
    warehouse.execute("drop view marts.rpt_checks")
    warehouse.dbt("run", "--select", "rpt_checks")
    sampled = dg.AssetCheckKey(dg.AssetKey(["intermediate", "int_user_days_settled"]), "sampled_rows_equal_raw")
    assert not run(WATCH_JOB, dg.AssetSelection.checks(sampled)).success
    sense(load, instance, warehouse, None)
    (audit, build, watch) = warehouse.execute(CHECKS)
    assert audit[:7] == (AUDIT_JOB, 0, 0, 1, True, False, None)
    assert [failure["name"] for failure in audit[7]] == ["assert_settled_days_equal_raw"]
    assert build == (BUILD_JOB, 0, 0, 0, False, False, None, [])
    words = "A sample of all days and sums is what was sent"
    assert watch[7] == [{"name": "sampled_rows_equal_raw", "words": words, "is_warning": False}]


def test_a_warehouse_that_is_away_is_asked_again(
    load: Load, run: Run, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    assert run(BUILD_JOB, quick(PEOPLE)).success
    sensors = load("orchestration.defs.transform.sensors")
    gone = tail.Warehouse(dsn=warehouse.dsn("transform").replace(warehouse.dsn("transform").rsplit("/", 1)[1], "gone"))
    with pytest.raises(psycopg2.OperationalError):
        sensors.checks_sensor(dg.build_sensor_context(instance=instance), warehouse=gone)
    sense(load, instance, warehouse, None)
    assert warehouse.execute("select job_name from marts.rpt_checks") == [(BUILD_JOB,)]


@pytest.mark.usefixtures("warehouse")
def test_generic_tests_have_words(load: Load) -> None:
    manifest: dict[str, Any] = dict(load("orchestration.defs.transform.assets").PROJECT)
    words = dbt_checks.words_by_name(manifest)
    assert words["unique_dim_users_user_id"] == "No user_id is in dim_users twice"
    assert words["not_null_dim_users_user_id"] == "Every row of dim_users has its user_id"
    unsaid = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["name"] not in words
    }
    assert all(name.startswith("assert_") for name in unsaid), unsaid
