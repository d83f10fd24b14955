"""The runs of Dagster, asked in its own database: those that stand still, failed, or have not come for long."""

from collections.abc import Iterator
from typing import Final

from orchestration.lib import runbook
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.automation import is_made
from orchestration.stack.doctor.finding import Finding, megabytes, span, warning
from orchestration.stack.doctor.installation import Installation

# As orchestration/dagster.yaml gives them up: one that starts after 120 s, and any after 2 h; the longest is a rebuild.
STARTING_SECONDS: Final = 150
QUEUED_SECONDS: Final = 900
STARTED_SECONDS: Final = 3600
LARGE_BYTES: Final = 2 * 2**30
LATEST_RUN_DAYS: Final = 30

STUCK: Final = """
select run_id, pipeline_name, status,
    extract(epoch from (now() at time zone 'utc') - greatest(create_timestamp, update_timestamp))::double precision
from runs
where status in ('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING')
order by create_timestamp
"""
LIMITS: Final = {"QUEUED": QUEUED_SECONDS, "STARTED": STARTED_SECONDS}
LATEST: Final = """
select distinct on (pipeline_name) pipeline_name, run_id, status,
    extract(epoch from now())::double precision - end_time
from runs
where status in ('SUCCESS', 'FAILURE') and end_time > extract(epoch from now()) - %s * 86400
order by pipeline_name, end_time desc
"""
# Seconds since the last good pull; where there never was one, since Dagster's first run.
PULLED: Final = """
select extract(epoch from now())::double precision - coalesce(
    max(end_time) filter (where pipeline_name = %s and status = 'SUCCESS'),
    extract(epoch from min(create_timestamp) at time zone 'utc')
) from runs
"""
# As long as a pull may fail or meet a limit of the vendor without being a fault: as the check
# objects_are_pulled_on_time, whose module loads Dagster.
MISSED_PULLS: Final = 3
SHORTEST_PULL_SECONDS: Final = 1800


def runs(installation: Installation) -> Iterator[Finding]:
    if not is_made(installation):
        return
    for run_id, job, status, age in installation.ask(STUCK, role="dagster"):
        if age > LIMITS.get(status, STARTING_SECONDS):
            yield warning(
                Alert.RUN_STUCK,
                f"A run of {job} is {status} for {span(age)}: no other that writes the same may begin.",
                "If its log stands still, terminate it in Dagster; one whose process is gone is failed by the daemon.",
                job=job,
                run=run_id,
                seconds=round(age),
            )
    for job, run_id, status, age in installation.ask(LATEST, LATEST_RUN_DAYS, role="dagster"):
        if status == "FAILURE":
            yield warning(
                Alert.RUN_FAILED,
                f"The last run of {job} failed {span(age)} ago.",
                "Read its log in Dagster; the runbook says what is left undone meanwhile, and how to repeat it.",
                section=runbook.heading(job, Alert.RUN_FAILED),
                job=job,
                run=run_id,
            )


def late_pulls(installation: Installation, shortest: float = SHORTEST_PULL_SECONDS) -> Iterator[Finding]:
    """Sources that are configured, and have not been pulled with success for longer than a pull may fail."""
    settings = installation.settings
    sources = (
        ("hubspot", settings.hubspot_access_token, settings.hubspot_poll_minutes),
        ("salesforce", settings.salesforce_client_id, settings.salesforce_poll_minutes),
    )
    for name, access, minutes in sources:
        if access is None or not installation.supervises or not is_made(installation):
            continue
        job = f"pull_{name}_job"
        ((ago,),) = installation.ask(PULLED, job, role="dagster")
        if ago is not None and ago > max(MISSED_PULLS * minutes * 60, shortest):
            yield warning(
                Alert.JOB_LATE,
                f"{name} is configured, and was last pulled with success {span(ago)} ago, not every {minutes} minutes.",
                "Pull by hand: it says what is wrong.",
                f"rift pull {name}",
                section=runbook.heading(job, Alert.JOB_LATE),
                job=job,
                seconds=round(ago),
            )


def dagster_size(installation: Installation, large: int = LARGE_BYTES) -> Iterator[Finding]:
    ((used,),) = installation.ask("select pg_database_size(current_database())", role="dagster")
    if used > large:
        yield warning(
            Alert.DAGSTER_DATABASE_LARGE,
            f"Dagster's database has {megabytes(used)} MB: runs, ticks and event logs are not cleaned up.",
            "See that retention runs; delete old runs in Dagster (Runs) meanwhile.",
            megabytes=megabytes(used),
        )
