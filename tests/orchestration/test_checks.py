"""The checks of ours: each is seen to fail, alone and with the right numbers, when what it guards is damaged."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import dagster as dg
import pytest

from orchestration.defs.transform import schedules
from orchestration.defs.transform.schedules import BUILD_JOB, WATCH_JOB
from orchestration.lib import counting, tail
from orchestration.lib.publication import publish
from tests import landing, vendors
from tests.conftest import Warehouse
from tests.orchestration.conftest import Load

Found = dict[str, dict[str, Any]]
Check = Callable[..., Found]
DAYS = "intermediate.int_user_days_settled"
ARRIVE = """
insert into raw.webhook_events (
    raw_id, door, source, external_id, dedup_key, user_id, event_type, occurred_at, received_at, verified_by, payload
)
select gen_random_uuid(), %s, %s, %s, gen_random_uuid()::text, 'ann', 'call_dial', at, at, 'secret', '{}'
from generate_series(now() - %s::interval, now() - %s::interval, '1 hour') as at
"""


@pytest.fixture
def definitions(load: Load) -> ModuleType:
    return load("orchestration.definitions")


@pytest.fixture
def unmet(definitions: ModuleType, instance: dg.DagsterInstance) -> Check:
    """Runs some checks under the name of a job, by default those of the hour; the metadata of those that are not met."""

    def run(*checks: Any) -> Found:
        job = definitions.defs.resolve_job_def(WATCH_JOB)
        if checks:
            selected = dg.define_asset_job(BUILD_JOB, selection=dg.AssetSelection.checks(*checks))
            job = dg.Definitions(
                assets=definitions.defs.assets,
                asset_checks=definitions.defs.asset_checks,
                resources=definitions.defs.resources,
                jobs=[selected],
            ).resolve_job_def(BUILD_JOB)
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        evaluations = result.get_asset_check_evaluations()
        assert evaluations
        failed = [one for one in evaluations if not one.passed]
        assert result.success == all(one.severity is dg.AssetCheckSeverity.WARN for one in failed)
        return {one.check_name: {name: found.value for name, found in one.metadata.items()} for one in failed}

    return run


def hide(warehouse: Warehouse, view: str, condition: str) -> None:
    """A view that leaves rows out."""
    ((definition,),) = warehouse.execute(f"select pg_get_viewdef('{view}'::regclass)")
    inner = definition.rstrip().rstrip(";")
    warehouse.execute(f"create or replace view {view} as select * from ({inner}) as whole where {condition}")


def test_the_hour_finds_what_is_wrong(
    unmet: Check, definitions: ModuleType, warehouse: Warehouse, instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    now = datetime.now(UTC)
    landing.employ(warehouse, "ann", identities={"nooks": "u-1"})
    landing.land(warehouse, landing.event("ann"), landing.event("ann", "meeting_booked", now - timedelta(days=30)))
    landing.deliver(warehouse, vendors.nooks_call(at=now))
    warehouse.settle()
    publish(warehouse.dsn("transform"))
    assert unmet() == {}

    warehouse.execute(f"update {DAYS} set gold_value = gold_value + 1 where activity_date < current_date - 2")
    found = unmet()
    assert found.keys() == {"sampled_rows_equal_raw"}
