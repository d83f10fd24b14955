"""When sources are pulled: every few minutes where they are configured, and HubSpot's objects when it tells of them.

Runs that pull one source share a tag, of which one run may be under way at a time (dagster.yaml).
"""

import json

import dagster as dg

from orchestration.defs.ingest.pulls import checks, keys
from orchestration.defs.transform.schedules import has_succeeded, run_request
from orchestration.lib import pulls
from orchestration.lib.pulls import HUBSPOT, SALESFORCE, Source
from orchestration.lib.run_tags import PULLS
from orchestration.lib.runs import UNFINISHED
from orchestration.lib.tail import Warehouse


def _selection(source: Source) -> dg.AssetSelection:
    return dg.AssetSelection.assets(*keys(source)).without_checks() | dg.AssetSelection.checks(*checks(source))


pull_hubspot_job = dg.define_asset_job(
    "pull_hubspot_job",
    description="Pulls what has changed in HubSpot since the last pull, or just what notifications tell of.",
    selection=_selection(HUBSPOT),
    tags={PULLS: HUBSPOT.name},
    executor_def=dg.in_process_executor,
)
pull_salesforce_job = dg.define_asset_job(
    "pull_salesforce_job",
    description="Pulls what has changed in Salesforce since the last pull.",
    selection=_selection(SALESFORCE),
    tags={PULLS: SALESFORCE.name},
    executor_def=dg.in_process_executor,
)


def _schedule(source: Source, job_name: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"pull_{source.name}_schedule",
        job_name=job_name,
        cron_schedule=pulls.cron(source.minutes()),
        default_status=dg.DefaultScheduleStatus.STOPPED if source.missing() else dg.DefaultScheduleStatus.RUNNING,
        description=f"Where {source.title} is configured ({source.poll_minutes} says how often).",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if missing := source.missing():
            return dg.SkipReason(f"{source.title} is not configured. {missing}")
        if context.instance.get_runs(dg.RunsFilter(tags={PULLS: source.name}, statuses=UNFINISHED), limit=1):
            return dg.SkipReason(f"A pull of {source.title} is under way.")
        return dg.RunRequest()

    return tick


pull_hubspot_schedule = _schedule(HUBSPOT, pull_hubspot_job.name)
pull_salesforce_schedule = _schedule(SALESFORCE, pull_salesforce_job.name)


@dg.sensor(
    job=pull_hubspot_job,
    name="hubspot_notification_sensor",
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.STOPPED if HUBSPOT.missing() else dg.DefaultSensorStatus.RUNNING,
    description="Pulls the objects that HubSpot's notifications tell of, which hold nothing but ids.",
)
def hubspot_notification_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult:
    """Asks for one stretch of the raw log at a time, until a run for it has succeeded: nothing is left out."""
    if missing := HUBSPOT.missing():
        return dg.SensorResult(skip_reason=f"HubSpot is not configured. {missing}")
    since, until = json.loads(context.cursor) if context.cursor else (0, None)
    if until is not None and has_succeeded(context.instance, pull_hubspot_job.name, f"{since}-{until}"):
        since, until = until, None
    if until is None:
        until = warehouse.horizon()
        if since > until:
            since = 0  # the ids of another cluster, before a restore
        if not pulls.notified(warehouse, since, until):
            return dg.SensorResult(skip_reason="HubSpot has told of nothing new.", cursor=json.dumps([until, None]))
    cursor = json.dumps([since, until])
    request = run_request(context.instance, pull_hubspot_job.name, f"{since}-{until}")
    if isinstance(request, dg.SkipReason):
        return dg.SensorResult(skip_reason=request, cursor=cursor)
    config = {"ops": {HUBSPOT.name: {"config": {"since": since, "until": until}}}}
    asked = dg.RunRequest(run_key=request.run_key, tags=request.tags, run_config=config)
    return dg.SensorResult(run_requests=[asked], cursor=cursor)
