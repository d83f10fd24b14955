"""When runs are asked for: driven on a real instance and a real warehouse."""

import time
from subprocess import TimeoutExpired
from types import ModuleType
from typing import Any

import dagster as dg
import psycopg2
import pytest

from orchestration.defs.ingest.sensors import webhook_sensor
from orchestration.defs.transform.schedules import STATE, build_schedule
from orchestration.lib import dbt, tail
from orchestration.lib.dbt import BUILD, INVOCATION_LOCK
from orchestration.lib.run_tags import WAREHOUSE
from tests import landing
from tests.conftest import SETTLE, Warehouse, free_port
from tests.orchestration.conftest import Load
from tests.warehouse.oracle import LIVE, check_marts


@pytest.fixture
def assets(load: Load) -> ModuleType:
    return load("orchestration.defs.transform.assets")


def sense(instance: dg.DagsterInstance, warehouse: Warehouse) -> dg.RunRequest | str:
    """The run that the sensor asks for, or why it does not."""
    resource = tail.Warehouse(dsn=warehouse.dsn("transform"))
    context = dg.build_sensor_context(instance=instance)
    return _asked(webhook_sensor(context, warehouse=resource))


def tick(instance: dg.DagsterInstance, warehouse: Warehouse) -> dg.RunRequest | str:
    """The run that the schedule asks for, or why it does not."""
    resource = tail.Warehouse(dsn=warehouse.dsn("transform"))
    context = dg.build_schedule_context(instance=instance)
    return _asked(build_schedule(context, warehouse=resource))


def _asked(result: object) -> dg.RunRequest | str:
    if isinstance(result, dg.SkipReason):
        return str(result.skip_message)
    if isinstance(result, dg.SensorResult):
        (request,) = result.run_requests or []
        (event,) = result.asset_events
        assert isinstance(event, dg.AssetMaterialization)
        assert event.asset_key == dg.AssetKey(["raw", "webhook_events"])
        return request
    assert isinstance(result, dg.RunRequest)
    return result


def record(instance: dg.DagsterInstance, job: str, request: dg.RunRequest, status: dg.DagsterRunStatus) -> None:
    instance.create_run_for_job(
        dg.GraphDefinition(name=job, node_defs=[]).to_job(),
        status=status,
        tags={**WAREHOUSE, **dict(request.tags)},
    )


def test_nothing_is_settled_when_nothing_landed(instance: dg.DagsterInstance, warehouse: Warehouse) -> None:
    assert sense(instance, warehouse) == "Everything that can be settled is settled."


@pytest.mark.parametrize("arrival", ["event", "rule", "person"])
def test_whatever_lands_is_settled(instance: dg.DagsterInstance, warehouse: Warehouse, arrival: str) -> None:
    if arrival == "event":
        landing.land(warehouse, landing.event("ann"))
    elif arrival == "rule":
        landing.rule(warehouse, "call_dial", 1, 1, 0, "2026-01-01 00:00+00")
    else:
        landing.employ(warehouse, "ann")
    request = sense(instance, warehouse)
    assert isinstance(request, dg.RunRequest)
    assert request.run_key == f"{request.tags[STATE]}-0"


def test_one_run_at_a_time_is_asked_for(instance: dg.DagsterInstance, warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann"))
    request = sense(instance, warehouse)
    assert isinstance(request, dg.RunRequest)
    record(instance, "build_job", request, dg.DagsterRunStatus.STARTED)
    assert "under way" in str(sense(instance, warehouse))


def test_a_failed_run_is_tried_again_but_not_for_ever(instance: dg.DagsterInstance, warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann"))
    keys = []
    for _ in range(3):
        request = sense(instance, warehouse)
        assert isinstance(request, dg.RunRequest)
        keys.append(request.run_key)
        record(instance, "settle_job", request, dg.DagsterRunStatus.FAILURE)
    assert len(set(keys)) == 3
    assert "tried 3 times" in str(sense(instance, warehouse))
    landing.land(warehouse, landing.event("ann"))
    assert isinstance(sense(instance, warehouse), dg.RunRequest)


def test_the_schedule_builds_once_for_what_landed(instance: dg.DagsterInstance, warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann"))
    request = tick(instance, warehouse)
    assert isinstance(request, dg.RunRequest)
    warehouse.settle()  # the sensor's run came first; the checks are still to be run
    assert isinstance(tick(instance, warehouse), dg.RunRequest)
    record(instance, "build_job", request, dg.DagsterRunStatus.SUCCESS)
    assert "has been built and checked" in str(tick(instance, warehouse))


def test_builds_do_not_queue_behind_one_that_waits(instance: dg.DagsterInstance, warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann"))
    request = tick(instance, warehouse)
    assert isinstance(request, dg.RunRequest)
    record(instance, "build_job", request, dg.DagsterRunStatus.STARTED)
    landing.land(warehouse, landing.event("ann"))
    later = tick(instance, warehouse)
    assert isinstance(later, dg.RunRequest)
    record(instance, "build_job", later, dg.DagsterRunStatus.NOT_STARTED)
    landing.land(warehouse, landing.event("ann"))
    assert "waits in the queue" in str(tick(instance, warehouse))


def test_what_an_open_transaction_held_back_is_settled_after_it(
    instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    connection = psycopg2.connect(warehouse.dsn("ingest"))
    with connection.cursor() as cursor:
        cursor.execute(landing.INSERT, landing.event("early"))
        landing.land(warehouse, landing.event("late"))
        assert "can be settled" in str(sense(instance, warehouse))
        build = tick(instance, warehouse)
        assert isinstance(build, dg.RunRequest)
        record(instance, "build_job", build, dg.DagsterRunStatus.SUCCESS)
    connection.commit()
    settle_request, build_request = sense(instance, warehouse), tick(instance, warehouse)
    assert isinstance(settle_request, dg.RunRequest)
    record(instance, "settle_job", settle_request, dg.DagsterRunStatus.SUCCESS)
    assert isinstance(build_request, dg.RunRequest)
    warehouse.settle()
    assert "can be settled" in str(sense(instance, warehouse))
    assert isinstance(tick(instance, warehouse), dg.RunRequest)


def test_a_changed_definition_is_settled_though_nothing_landed(
    instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    warehouse.execute("update intermediate.settle_watermarks set definition_hash = 'another'")
    assert isinstance(sense(instance, warehouse), dg.RunRequest)


def test_a_second_dbt_waits_for_the_first(warehouse: Warehouse) -> None:
    connection = psycopg2.connect(warehouse.dsn("transform"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [INVOCATION_LOCK])
        waiting = warehouse.start_dbt(*SETTLE)
        deadline = time.monotonic() + 60
        while warehouse.execute("select count(*) from pg_locks where locktype = 'advisory' and not granted") == [(0,)]:
            assert waiting.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with pytest.raises(TimeoutExpired):
            waiting.wait(2)  # longer than one moment in the queue
        cursor.execute("select pg_advisory_unlock(%s)", [INVOCATION_LOCK])
    assert waiting.wait(30) == 0


def test_without_the_warehouse_the_project_is_kept_all_the_same(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[Any, Any] = {}
    monkeypatch.setattr(dbt, "_kept", kept)
    with warehouse.environment():
        monkeypatch.setenv("RIFT_DB_PORT", str(free_port()))
        dbt.warm_up()
    (project,) = kept.values()
    assert dbt.COMPILED in {node.name for node in project.nodes.values()}
    warehouse.settle()


def test_dbt_builds_what_is_selected(assets: ModuleType) -> None:
    keys = {dg.AssetKey(["marts", "a"]), dg.AssetKey(["staging", "b"])}
    assert assets.dbt_command(keys, keys, has_checks=True) == [*BUILD]
    some = {dg.AssetKey(["marts", "a"])}
    assert assets.dbt_command(some, keys, has_checks=False) == ["run", "--select", "a"]
    seed = {dg.AssetKey(["seeds", "c"])}
    assert assets.dbt_command(seed, keys, has_checks=False)[0] == "build"


SETTLED = dg.AssetKey(["intermediate", "int_user_days_settled"])


def settle(assets: ModuleType, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return dg.materialize([assets.warehouse], selection=[SETTLED], instance=instance, raise_on_error=False)


def test_a_run_settles_what_it_selects(assets: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann"))
    result = settle(assets, instance)
    assert result.success
    assert [event.asset_key for event in result.get_asset_materialization_events()] == [SETTLED]
    assert warehouse.execute("select tail_event_count from intermediate.int_tail") == [(0,)]


def test_after_an_hour_without_dagster_readers_were_right_and_one_run_catches_up(
    assets: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    landing.land_many(warehouse, "ann", "meeting_booked", 60, apart=60)
    check_marts(warehouse, LIVE)
    assert isinstance(sense(instance, warehouse), dg.RunRequest)
    assert settle(assets, instance).success
    assert sense(instance, warehouse) == "Everything that can be settled is settled."
    assert warehouse.execute("select tail_event_count from intermediate.int_tail") == [(0,)]
    check_marts(warehouse, LIVE)


def test_a_failed_dbt_node_fails_the_run_and_is_named(
    assets: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    landing.land(warehouse, landing.event("ann"))
    warehouse.execute("alter table intermediate.int_user_days_settled add constraint broken check (user_id <> 'ann')")
    result = settle(assets, instance)
    assert not result.success
    (failure,) = [event for event in result.all_node_events if event.is_step_failure]
    assert "int_user_days_settled" in str(failure.step_failure_data.user_failure_data)


def test_an_unknown_sdr_is_counted_and_only_warned_about(
    assets: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    landing.land(warehouse, landing.event("who?"))
    assert warehouse.execute("select user_id, team_name from marts.dim_users") == [("who?", "Unassigned")]
    selection = dg.AssetSelection.assets(["marts", "dim_users"])
    result = dg.materialize([assets.warehouse], selection=selection, instance=instance, raise_on_error=False)
    assert result.success
    unmet = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert [(check.check_name, check.asset_key.path[-1], check.severity) for check in unmet] == [
        ("assert_every_sdr_is_known", "dim_users", dg.AssetCheckSeverity.WARN)
    ]
