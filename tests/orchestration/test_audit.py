"""The audit: what is left to it, what it finds, and that nothing waits for it."""

import json
import sys
import time
from contextlib import closing
from datetime import timedelta
from subprocess import Popen
from types import ModuleType
from typing import Any, Final

import dagster as dg
import psycopg2
import pytest
from dagster_dbt.utils import select_unique_ids

from orchestration.defs.transform.schedules import AUDIT_JOB, BUILD_JOB, STATE, WATCH_JOB, audit_schedule
from orchestration.lib import dbt, dbt_checks, tail
from tests import landing
from tests.conftest import Warehouse, environment
from tests.orchestration.conftest import Load

SETTLED_DAYS: Final = "assert_settled_days_equal_raw"
# Models that read what grows with history, and are cheap all the same.
CHEAP: Final = {
    "dim_dates": "reads the first event by an index",
    "dim_teams": "one row a team; reads people",
    "dim_user_stats": "one row an SDR; reads the settled totals and what is recent",
    "dim_users": "one row an SDR; reads the settled totals",
    "dim_users_history": "tested against dim_users",
    "int_closed_until": "one row; reads people",
    "int_events_scored": "only what was received within an hour is tested",
    "int_teams": "one row a team; reads people",
    "int_user_figures": "reads the settled totals and what is recent",
    "rpt_activity_feed": "the last 500 events",
    "rpt_leaderboard": "three rows an SDR; reads the settled totals and what is recent",
}
# Of these a row comes with each event or each week.
GROWING: Final = {
    "source.rift.raw.webhook_events",
    "source.rift.raw.rejected_events",
    "source.rift.raw.published_ranks",
    "source.rift.raw.weekly_reports",
    *(f"source.rift.raw_hubspot.{kind}" for kind in ("calls", "emails", "meetings")),
    *(f"source.rift.raw_salesforce.{kind}" for kind in ("tasks", "events")),
}


@pytest.fixture
def definitions(load: Load) -> ModuleType:
    return load("orchestration.definitions")


@pytest.fixture
def manifest(definitions: ModuleType) -> dict[str, Any]:  # noqa: ARG001  # parsed by now
    content: dict[str, Any] = json.loads(dbt.manifest_path().read_text(encoding="utf-8"))
    return content


@pytest.fixture
def settled(warehouse: Warehouse) -> Warehouse:
    """A settled event of ann, and of bob a settled one and one of the tail, on the same day."""
    for user in ("ann", "bob"):
        landing.land(warehouse, landing.event(user))
    warehouse.settle()
    landing.land(warehouse, landing.event("bob"))
    warehouse.dbt("compile", "--select", SETTLED_DAYS)
    return warehouse


def test_what_reads_history_is_left_to_the_audit(manifest: dict[str, Any]) -> None:
    """A new mart is either tagged `audit` in dbt_project.yml, or its tests are known to be cheap."""
    growing = set(GROWING)
    while found := {child for node in growing for child in manifest["child_map"].get(node, [])} - growing:
        growing |= found
    audits = {check.name for check in dbt_checks.audits(manifest)}
    dear = {
        (node["name"], parent)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["name"] not in audits
        for parent in node["depends_on"]["nodes"]
        if parent in growing and parent.split(".")[-1] not in CHEAP
    }
    assert not dear


def test_dbt_and_dagster_leave_out_the_same(manifest: dict[str, Any]) -> None:
    selected = select_unique_ids(dbt.AUDITS, exclude="", selector="", project=None, manifest_json=manifest)
    names = dbt_checks.tests_by_check(manifest)
    assert {names[check] for check in dbt_checks.audits(manifest)} == {
        manifest["nodes"][node]["name"] for node in selected
    }


def test_every_data_test_is_a_check(manifest: dict[str, Any]) -> None:
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    assert set(dbt_checks.tests_by_check(manifest).values()) == tests


def test_the_minute_runs_all_checks_but_the_audits(definitions: ModuleType, manifest: dict[str, Any]) -> None:
    checks = {
        job: definitions.defs.resolve_job_def(job).asset_layer.asset_graph.asset_check_keys
        for job in (BUILD_JOB, AUDIT_JOB, WATCH_JOB)
    }
    every_item = dg.AssetCheckKey(dg.AssetKey(["marts", "fct_unscored_items"]), "landed_items_are_accounted")
    every_event = dg.AssetCheckKey(dg.AssetKey(["marts", "fct_user_daily"]), "every_landed_event_is_counted")
    assert checks[AUDIT_JOB] == {*dbt_checks.audits(manifest), every_item, every_event}
    assert not checks[BUILD_JOB] & checks[AUDIT_JOB]
    # A tail may grow long within the hour, and with nothing landing.
    (both,) = checks[WATCH_JOB] & (checks[BUILD_JOB] | checks[AUDIT_JOB])
    assert (both.name, both in checks[BUILD_JOB]) == ("tail_is_short", True)
    assert dbt_checks.tests_by_check(manifest).keys() < checks[BUILD_JOB] | checks[AUDIT_JOB]


def test_a_build_runs_the_checks_that_are_left_to_it(
    definitions: ModuleType, manifest: dict[str, Any], instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    landing.land(warehouse, landing.event("ann"))
    models = [dg.AssetKey(["marts", "fct_streaks"]), dg.AssetKey(["marts", "dim_users"])]
    audits = dbt_checks.audits(manifest)
    selection = dg.AssetSelection.assets(*models) - dg.AssetSelection.checks(*audits)
    result = dg.materialize([definitions.warehouse], selection=selection, instance=instance)
    assert {event.asset_key for event in result.get_asset_materialization_events()} == set(models)
    checks = {check for check in dbt_checks.tests_by_check(manifest) if check.asset_key in models}
    assert checks & audits
    assert {check.asset_check_key for check in result.get_asset_check_evaluations()} == checks - audits


def test_the_audit_finds_what_a_settle_keeps(
    definitions: ModuleType, manifest: dict[str, Any], instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    """A wrong settled row stays wrong until something lands for its day: no check of a minute would see it."""
    landing.land(warehouse, landing.event("ann"))
    warehouse.settle()
    names = dbt_checks.tests_by_check(manifest)
    checks = [check for check, name in names.items() if name in (SETTLED_DAYS, "unique_fct_sales_events_event_id")]
    models = definitions.warehouse

    def audit() -> dg.ExecuteInProcessResult:
        selection = dg.AssetSelection.checks(*checks)
        return dg.materialize([models], selection=selection, instance=instance, raise_on_error=False)

    def unmet(result: dg.ExecuteInProcessResult) -> list[str]:
        return [check.check_name for check in result.get_asset_check_evaluations() if not check.passed]

    sound = audit()
    assert sound.success
    assert len(sound.get_asset_check_evaluations()) == len(checks) == 2
    warehouse.execute("update intermediate.int_user_days_settled set gold_value = gold_value + 1")
    broken = audit()
    assert not broken.success
    assert unmet(broken) == [SETTLED_DAYS]


def test_any_damage_of_a_cache_is_found(settled: Warehouse) -> None:
    days, totals = "intermediate.int_user_days_settled", "intermediate.settled_totals"
    weeks = "intermediate.settled_weeks"
    found_by = {
        "select 'no damage'": set(),
        f"delete from {days} where user_id = 'ann'": {"day", "settled_totals", "settled_weeks"},
        f"update {days} set team_id = 'blue' where user_id = 'ann'": {"day", "settled_weeks"},
        f"update {days} set active_day_count = 0 where user_id = 'ann'": {"day", "settled_totals", "settled_weeks"},
        f"update {weeks} set rank_points = rank_points + 1 where user_id = 'ann'": {"settled_weeks"},
        f"update {totals} set xp_value = xp_value + 1 where user_id = 'ann'": {"settled_totals"},
        f"delete from {totals} where user_id = 'ann'": {"settled_totals"},
    }
    query = (settled.home / f"dbt/compiled/rift/tests/{SETTLED_DAYS}.sql").read_text(encoding="utf-8")
    connection = psycopg2.connect(settled.owner_dsn)
    for damage, differences in found_by.items():
        with connection.cursor() as cursor:
            cursor.execute(damage)
            cursor.execute(query)
            assert {(difference, user) for difference, user, *_ in cursor.fetchall()} == {
                (difference, "ann") for difference in differences
            }, damage
        connection.rollback()
    connection.close()


def test_a_settle_does_not_wait_for_an_audit(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt, "LOCK_WAIT_SECONDS", 5)
    landing.land(warehouse, landing.event("ann"))
    code = "import sys; from orchestration.lib import dbt; dbt.audit(sys.argv[1:])"
    command = [sys.executable, "-c", code, "assert_published_weeks_are_unchanged"]
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'published_ranks'"
    # What holds the audit up is closed before its end is waited for.
    with (
        Popen(command, env=environment(warehouse, warehouse.home)) as audit,
        closing(psycopg2.connect(warehouse.owner_dsn)) as blocker,
        blocker.cursor() as cursor,
    ):
        cursor.execute("lock table raw.published_ranks in access exclusive mode")
        deadline = time.monotonic() + 30
        while warehouse.execute(waiting) == [(0,)]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        warehouse.settle()
        assert audit.poll() is None
    assert audit.returncode == 0
    assert warehouse.execute("select tail_event_count from intermediate.int_tail") == [(0,)]


def tick(instance: dg.DagsterInstance, warehouse: Warehouse) -> dg.RunRequest | str:
    """The run that the schedule asks for, or why it does not."""
    resource = tail.Warehouse(dsn=warehouse.dsn("transform"))
    with dg.build_schedule_context(instance=instance) as context:
        asked = audit_schedule(context, warehouse=resource)
    if isinstance(asked, dg.SkipReason):
        return str(asked.skip_message)
    assert isinstance(asked, dg.RunRequest)
    return asked


def test_what_landed_is_audited_once(
    instance: dg.DagsterInstance, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.land(warehouse, landing.event("ann"))
    for status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS):
        request = tick(instance, warehouse)
        assert isinstance(request, dg.RunRequest)
        instance.create_run_for_job(
            dg.GraphDefinition(name=AUDIT_JOB, node_defs=[]).to_job(), status=status, tags=dict(request.tags)
        )
        assert STATE in request.tags
    assert "Nothing has landed" in str(tick(instance, warehouse))
    # Nothing that lands tells that a definition is another, or that a disk lies: the week does.
    with monkeypatch.context() as patch:
        patch.setattr("orchestration.defs.transform.schedules.AUDITED_WITHIN", timedelta(0))
        assert isinstance(tick(instance, warehouse), dg.RunRequest)
    for table in ("settle_watermarks", "built_views"):
        change = f"update intermediate.{table} set definition_hash = %s || definition_hash"
        warehouse.execute(change, "of another model ")
        assert isinstance(tick(instance, warehouse), dg.RunRequest)
        warehouse.execute(f"update intermediate.{table} set definition_hash = substr(definition_hash, 18)")
    assert "Nothing has landed" in str(tick(instance, warehouse))
    landing.land(warehouse, landing.event("ann"))
    assert isinstance(tick(instance, warehouse), dg.RunRequest)
