"""Notes in the warehouse what checks found, for those who read the marts and not Dagster."""

from datetime import UTC, datetime, timedelta
from functools import cache

import dagster as dg

from orchestration.defs.transform.assets import PROJECT
from orchestration.defs.transform.schedules import AUDIT_JOB, BUILD_JOB, WATCH_JOB
from orchestration.lib import check_runs, dbt_checks
from orchestration.lib.runs import ended_since
from orchestration.lib.tail import Warehouse

CHECKING = frozenset(
    {BUILD_JOB, AUDIT_JOB, WATCH_JOB, "publish_job", "pull_hubspot_job", "pull_salesforce_job", "notify_job"}
)
FIRST_LOOK_BACK = timedelta(days=1)
# What checks of ours mean to who reads the marts, where the name alone does not say it.
WORDS = {
    "deliveries_are_pulled": "Whatever HubSpot has told of has come",
    "fields_are_known": "All fields of what is pulled are as they were",
    "landed_items_are_accounted": "Whatever was sent is scored, or listed with the reason",
    "notifications_are_delivered": "Every channel takes its notifications",
    "objects_are_pulled_on_time": "HubSpot and Salesforce are asked for what is new in time",
    "sampled_objects_equal_items": "A sample of what sales tools sent is scored as they say",
    "sampled_rows_equal_raw": "A sample of all days and sums is what was sent",
    "sources_keep_sending": "Every source sends when it usually does",
    "tail_is_short": "What lands is settled within minutes",
}


@dg.sensor(
    name="checks_sensor",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Notes in raw.check_runs what the checks of finished runs found: marts.rpt_checks, the Health page.",
)
def checks_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult:
    """A sensor of runs and no part of them: what it costs, and that it may fail, is nothing to a run.

    Dagster's own sensors of run statuses each know one status, and go on when the warehouse was away; this one's cursor
    moves when all up to it is noted.
    """
    since = datetime.fromisoformat(context.cursor) if context.cursor else datetime.now(UTC) - FIRST_LOOK_BACK
    records = ended_since(context.instance, since)
    found = [
        check_runs.read_run(context.instance, record, _words())
        for record in records
        if record.dagster_run.job_name in CHECKING
    ]
    if found:
        check_runs.note(warehouse.dsn, found)
    cursor = records[-1].update_timestamp.isoformat() if records else context.cursor
    return dg.SensorResult(skip_reason=f"{len(found)} runs with checks have ended since.", cursor=cursor)


@cache
def _words() -> dict[str, str]:
    return dbt_checks.words_by_name(PROJECT) | WORDS
