"""When the warehouse is settled and built.

Runs that write it share a tag, of which one run may be under way at a time (dagster.yaml).
"""

import dagster as dg

from orchestration.lib.tail import Warehouse

WRITES_WAREHOUSE = {"rift/writes": "warehouse"}
HIGH_WATER = "rift/high_water"
# After three failures at the same high water a retry by itself will not help; the next event starts anew.
MAXIMUM_ATTEMPTS = 3

settle_job = dg.define_asset_job(
    "settle_job",
    description="Caches what has landed, so that reads stay fast. Readers are right with or without it.",
    selection=dg.AssetSelection.keys(["intermediate", "int_user_days_settled"]).without_checks(),
    tags=WRITES_WAREHOUSE,
    executor_def=dg.in_process_executor,
)

build_job = dg.define_asset_job(
    "build_job",
    description="Settles, brings every model up to date and runs every check.",
    selection=dg.AssetSelection.groups("staging", "intermediate", "marts", "seeds"),
    tags=WRITES_WAREHOUSE,
    executor_def=dg.in_process_executor,
)


def run_request(instance: dg.DagsterInstance, job_name: str, high_water: str) -> dg.RunRequest | dg.SkipReason:
    """A run for this high water of raw, unless one has succeeded, is under way, or has failed too often.

    The state is in the warehouse and in the runs themselves; there is no cursor that could be moved too early.
    """
    records = instance.get_runs(
        dg.RunsFilter(job_name=job_name, tags={HIGH_WATER: high_water}), limit=MAXIMUM_ATTEMPTS + 1
    )
    if any(run.status == dg.DagsterRunStatus.SUCCESS for run in records):
        return dg.SkipReason(f"Transaction {high_water} is the newest that landed, and {job_name} has seen it.")
    if any(not run.is_finished for run in records):
        return dg.SkipReason(f"{job_name} is under way for transaction {high_water}.")
    if len(records) >= MAXIMUM_ATTEMPTS:
        return dg.SkipReason(f"{job_name} failed {len(records)} times for transaction {high_water}: read its last run.")
    return dg.RunRequest(run_key=f"{high_water}-{len(records)}", tags={HIGH_WATER: high_water})


@dg.schedule(
    job=build_job,
    cron_schedule="* * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every minute in which something has landed.",
)
def build_schedule(context: dg.ScheduleEvaluationContext, warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    return run_request(context.instance, build_job.name, warehouse.tail().newest_landed_xid)
