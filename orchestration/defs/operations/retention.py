"""Deletes every hour what is old enough: runs, their events and logs, and files of the past."""

import os
from pathlib import Path

import dagster as dg

from orchestration.lib import dbt, retention
from orchestration.lib.retention import Keep
from orchestration.lib.run_tags import RETENTION
from orchestration.lib.runs import UNFINISHED

DSN = "RIFT_DAGSTER_DSN"


@dg.op(
    out=dg.Out(dg.Nothing),
    description="Runs, the oldest first, then rows and files that belong to nothing any more.",
)
def delete_what_is_old(context: dg.OpExecutionContext) -> None:
    keep, dsn = Keep.from_environment(), os.environ[DSN]
    context.log.info("successful runs of every minute are kept for %s, others for %s", keep.routine, keep.others)
    done = retention.retain(context.instance, dsn, keep, context.log.info)
    done.files, done.file_bytes = retention.tidy(dsn, dbt.target_path().parent, Path(os.environ["DAGSTER_HOME"]), keep)
    context.log.info("%s", done)
    context.add_output_metadata(done.metadata())


@dg.job(
    name="retention_job",
    description="Deletes runs, their events and logs, and files older than RIFT_KEEP_RUNS_HOURS and _DAYS say.",
    tags=RETENTION,
    executor_def=dg.in_process_executor,
)
def retention_job() -> None:
    delete_what_is_old()


@dg.schedule(
    job=retention_job,
    cron_schedule="41 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every hour in which a run has become old enough.",
)
def retention_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    if context.instance.get_runs(dg.RunsFilter(job_name=retention_job.name, statuses=UNFINISHED), limit=1):
        return dg.SkipReason("A retention is under way.")
    if not retention.due(os.environ[DSN], Keep.from_environment()):
        return dg.SkipReason("Nothing is old enough.")
    return dg.RunRequest()
