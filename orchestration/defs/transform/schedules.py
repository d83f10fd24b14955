"""When the warehouse is settled, built and audited.

Runs that write it share a tag, of which one run may be under way at a time (dagster.yaml).
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.lib.run_tags import COALESCES, WAREHOUSE
from orchestration.lib.tail import Warehouse

STATE = "rift/state"
RUN_KEY = "dagster/run_key"
BUILD_JOB = "build_job"
AUDIT_JOB = "audit_job"
WATCH_JOB = "watch_job"
# A cause that has not gone after three tries is left alone for a while, so that its runs do not fill the machine.
MAXIMUM_ATTEMPTS = 3
ATTEMPTS_WITHIN = timedelta(minutes=10)
WAITING = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED]
# A daemon that was away makes up for the hours that it missed, each of which would look at the same.
WATCH_WITHIN = timedelta(minutes=30)
# A week less some hours: an audit a week ago tonight began a few seconds earlier or later.
AUDITED_WITHIN = timedelta(days=7) - timedelta(hours=6)
# Of what everything was built from: another one once a model, a mapping or a zone has changed and was built.
DEFINED = """
select md5(string_agg(hash, ' ' order by hash)) from (
    select model || definition_hash as hash from intermediate.settle_watermarks
    union all
    select relation || definition_hash from intermediate.built_views
) as hashes
"""

settle_job = dg.define_asset_job(
    "settle_job",
    description="Caches what has landed, so that reads stay fast. Readers are right with or without it.",
    selection=dg.AssetSelection.assets(
        # What vendors' items mean, first: nobody may have said so when they landed.
        dg.AssetKey(["staging", "stg_vendor__events"]),
        dg.AssetKey(["intermediate", "int_user_days_settled"]),
    ).without_checks(),
    tags=WAREHOUSE | COALESCES,
    executor_def=dg.in_process_executor,
)


def run_request(instance: dg.DagsterInstance, job_name: str, state: str) -> dg.RunRequest | dg.SkipReason:
    """A run for this state of the warehouse, unless one is under way or several have just failed to change it.

    What is to be done is read from the warehouse, and what was tried from the runs: there is no cursor that could move
    too early.
    """
    tried = instance.get_run_records(dg.RunsFilter(job_name=job_name, tags={STATE: state}))
    if any(not record.dagster_run.is_finished for record in tried):
        return dg.SkipReason(f"{job_name} is under way.")
    recently = [record for record in tried if record.create_timestamp > datetime.now(UTC) - ATTEMPTS_WITHIN]
    if len(recently) >= MAXIMUM_ATTEMPTS:
        return dg.SkipReason(f"{job_name} was tried {len(recently)} times within {ATTEMPTS_WITHIN}: read its last run.")
    return dg.RunRequest(run_key=f"{state}-{_attempt(tried)}", tags={STATE: state})


def _attempt(tried: Sequence[dg.RunRecord]) -> int:
    """A number that no earlier run for this state has in its key, also when some of them have been deleted."""
    keys = [record.dagster_run.tags.get(RUN_KEY, "").rpartition("-")[2] for record in tried]
    return max([len(tried), *(int(key) + 1 for key in keys if key.isdecimal())])


def has_succeeded(instance: dg.DagsterInstance, job_name: str, state: str, within: timedelta | None = None) -> bool:
    """Whether a run of the job for this state has succeeded (that was asked for within that time)."""
    succeeded = dg.RunsFilter(
        job_name=job_name,
        tags={STATE: state},
        statuses=[dg.DagsterRunStatus.SUCCESS],
        created_after=None if within is None else datetime.now(UTC) - within,
    )
    return bool(instance.get_runs(succeeded, limit=1))


@dg.schedule(
    job_name=BUILD_JOB,
    cron_schedule="* * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every minute in which something has landed.",
)
def build_schedule(context: dg.ScheduleEvaluationContext, warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    tail = warehouse.tail()
    if not tail.is_settleable and has_succeeded(context.instance, BUILD_JOB, tail.landed):
        return dg.SkipReason("Every model has been built and checked since something last landed.")
    # Of another state than now, as each minute has one of its own while events come.
    if context.instance.get_runs(dg.RunsFilter(job_name=BUILD_JOB, statuses=WAITING), limit=1):
        return dg.SkipReason("A build waits in the queue; it does what this one would.")
    return run_request(context.instance, BUILD_JOB, tail.landed)


@dg.schedule(
    job_name=AUDIT_JOB,
    cron_schedule="17 3 * * *",
    execution_timezone=os.environ.get("RIFT_TIMEZONE", "UTC"),
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=(
        "Every night, unless the last audit found nothing wrong, is less than a week old, and since then nothing has "
        "landed and no definition has changed."
    ),
)
def audit_schedule(context: dg.ScheduleEvaluationContext, warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    ((defined,),) = warehouse.query(DEFINED)
    state = f"{warehouse.tail().landed}-{str(defined)[:12]}"
    if has_succeeded(context.instance, AUDIT_JOB, state, AUDITED_WITHIN):
        return dg.SkipReason("Nothing has landed or changed since an audit of this week found nothing wrong.")
    return run_request(context.instance, AUDIT_JOB, state)


@dg.schedule(
    job_name=WATCH_JOB,
    # After the hour's publication, and not with everything else that begins on the hour.
    cron_schedule="23 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every hour, also when nothing has landed: that may be what is wrong.",
)
def watch_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    if datetime.now(UTC) - context.scheduled_execution_time > WATCH_WITHIN:
        return dg.SkipReason("Nobody was there to look at that time; the next look tells how it is now.")
    return dg.RunRequest()
