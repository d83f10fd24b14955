"""What the marts say: checks that failed, values and people that nobody knows, weeks that wait to be announced."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from orchestration.lib import runbook
from orchestration.lib.publication import UNPUBLISHED
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, some, span, warning
from orchestration.stack.doctor.installation import Installation

SHOWN: Final = 3
UNMAPPED: Final = """
select source, object_type, field, value, item_count, count(*) over () from marts.rpt_unmapped_values
order by item_count desc, source, object_type, field, value limit 3
"""
UNKNOWN: Final = """
select user_id, count(*) over () from marts.dim_users where not is_known order by user_id limit 3
"""
CHECKS: Final = """
select job_name, run_id, failures, failed_count, is_finished,
    extract(epoch from clock_timestamp() - ended_at)::double precision
from marts.rpt_checks where not is_passed or warned_count > 0 order by job_name
"""
# Warnings that a probe tells of by itself, with its own numbers and as of now.
PROBED: Final = frozenset(
    {
        "assert_every_sdr_is_known",
        "assert_every_value_is_mapped",
        "closed_weeks_are_published",
        "notifications_are_delivered",
        "objects_are_pulled_on_time",
        "tail_is_short",
    }
)
# build_job checks every minute in which something landed (noted every quarter of an hour), the audit every night after
# such a day, watch_job every hour (one may be missed by a restart).
LIMITS: Final = {"build_job": 1800, "audit_job": 2 * 86_400, "watch_job": 3 * 3600}
# How long the oldest of what has landed since the last checks has waited for the next; by indexes on xid and time.
UNCHECKED: Final = """
select extract(epoch from clock_timestamp() - latest.ended_at)::double precision,
    extract(epoch from clock_timestamp() - case when latest.ended_at is null
        then (select events.landed_at from raw.webhook_events as events order by events.landed_xid limit 1)
        else (select min(newer.received_at) from raw.webhook_events as newer where newer.received_at > latest.ended_at)
    end)::double precision
from (select max(checks.ended_at) as ended_at from marts.rpt_checks as checks where checks.job_name = %s) as latest
"""
# Published, and without a report of that very publication.
UNREPORTED: Final = """
select distinct ranks.week_start_date from raw.published_ranks as ranks
where not exists (
    select from raw.weekly_reports as reports
    where reports.week_start_date = ranks.week_start_date and reports.content_hash = ranks.content_hash
) and ranks.published_at < now() - interval '30 minutes'
order by 1
"""


def checks(installation: Installation) -> Iterator[Finding]:
    """What the last runs that check found wrong."""
    for job, run_id, failures, failed, is_finished, age in installation.ask(CHECKS):
        if not is_finished and not failed:
            yield warning(
                Alert.CHECKS_BROKEN_OFF,
                f"The last checks of {job} broke off {span(age)} ago: some were not made.",
                "Read the run's log in Dagster.",
                section=runbook.heading(job, Alert.CHECKS_BROKEN_OFF),
                job=job,
                run=run_id,
            )
        # A check of several assets is there once for each.
        for name, failure in {one["name"]: one for one in failures}.items():
            if not (failure["is_warning"] and name in PROBED):
                yield _unmet(job, run_id, failure, age)


def _unmet(job: str, run_id: str, failure: dict[str, Any], age: float) -> Finding:
    found, did, commands = broken, "failed", ["rift rebuild"]
    mend = "The runbook says what lies to whom. When the cause is mended, compute everything anew."
    if failure["is_warning"]:
        found, did, commands = warning, "warned", []
        mend = "The check's result in Dagster has the numbers; the runbook says what they mean."
    return found(
        Alert.CHECK_FAILED,
        f"The check {failure['name']} {did} {span(age)} ago ({job}). Not true is: {failure['words']}.",
        mend,
        *commands,
        section=runbook.heading(failure["name"], runbook.DBT_TESTS),
        check=failure["name"],
        job=job,
        run=run_id,
    )


def late_checks(installation: Installation, limits: Mapping[str, float] = LIMITS) -> Iterator[Finding]:
    """Jobs that have not checked for long, though something has landed since."""
    for job, limit in limits.items():
        ((checked, waited),) = installation.ask(UNCHECKED, job)
        if waited is not None and waited > limit:
            last = "never" if checked is None else f"{span(checked)} ago"
            yield warning(
                Alert.JOB_LATE,
                f"What landed {span(waited)} ago has not been checked by {job}; the last time was {last}.",
                "See in Dagster why it does not run or ends early; it runs by itself once that is mended.",
                section=runbook.heading(job, Alert.JOB_LATE),
                job=job,
                seconds=round(waited),
            )


def values(installation: Installation) -> Iterator[Finding]:
    rows = installation.ask(UNMAPPED)
    if rows:
        number = rows[0][-1]
        shown = "; ".join(f"{source} {kind}.{field} = {value!r} ({n})" for source, kind, field, value, n, _ in rows)
        yield warning(
            Alert.VALUES_UNMAPPED,
            f"{number} values that sales tools send are mapped to nothing, and score nothing. Most frequent: {shown}.",
            "Say what each means (or that it means nothing) in dbt_project/seeds/vendor_mappings.csv, then build.",
            "rift rebuild",
            values=number,
        )


def people(installation: Installation) -> Iterator[Finding]:
    rows = installation.ask(UNKNOWN)
    if rows:
        number = rows[0][-1]
        yield warning(
            Alert.SDRS_UNKNOWN,
            f"{number} ids send events and are on no roster: {', '.join(repr(user) for user, _ in rows)}"
            + (" and more" if number > SHOWN else "")
            + ". They count under Unassigned.",
            "Add them to your roster file, and load it.",
            "rift roster load people.csv",
            sdrs=number,
        )


def weeks(installation: Installation) -> Iterator[Finding]:
    """Weeks that are over, and neither announced nor reported."""
    unpublished = [week for (week,) in installation.ask(UNPUBLISHED)]
    if unpublished:
        yield warning(
            Alert.WEEK_UNPUBLISHED,
            f"{len(unpublished)} weeks are over and not published: {_weeks(unpublished)}.",
            "Dagster publishes within the hour; by hand, at once:",
            "rift publish",
            weeks=len(unpublished),
        )
    unreported = [week for (week,) in installation.ask(UNREPORTED)]
    if unreported:
        yield warning(
            Alert.WEEK_UNREPORTED,
            f"{len(unreported)} published weeks have no report: {_weeks(unreported)}.",
            "Dagster makes it within minutes; by hand, at once:",
            f"rift report --week {unreported[-1]:%G-W%V}",
            weeks=len(unreported),
        )


def _weeks(found: list[date]) -> str:
    return some([f"{week:%G-W%V}" for week in found])
