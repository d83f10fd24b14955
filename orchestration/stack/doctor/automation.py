"""Dagster's daemons, schedules and sensors, asked in its own database.

That answers with the webserver down, and without loading anything of ours.
"""

import json
from collections.abc import Iterator
from typing import Final

from orchestration.lib import runbook
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, span, tail, typed, warning
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.record import Record
from orchestration.stack.settings import Settings

# A daemon beats every 30 s.
SILENT_SECONDS: Final = 150

HEARTBEATS: Final = """
select daemon_type, extract(epoch from (now() at time zone 'utc') - "timestamp")::double precision, body
from daemon_heartbeats where daemon_type = any(%s) order by 1
"""
# Without which something of ours is not done. Others may have left a last beat when an upgrade ended them.
NEEDED: Final = ["BACKFILL", "MONITORING", "QUEUED_RUN_COORDINATOR", "SCHEDULER", "SENSOR"]
# A row is there once somebody has switched one by hand; what the code declares has none.
STOPPED: Final = "select instigator_type, instigator_body from instigators where status = 'STOPPED' order by 1, 2"
# The last tick of each; a failure is tried again at the next one.
FAILING: Final = """
with latest as (
    select distinct on (selector_id) selector_id, status, tick_body
    from job_ticks
    where "timestamp" > (now() at time zone 'utc') - interval '2 days' and status in ('SUCCESS', 'SKIPPED', 'FAILURE')
    order by selector_id, "timestamp" desc
)

select latest.tick_body, (
    select count(*) from job_ticks as ticks
    where ticks.selector_id = latest.selector_id and ticks.status = 'FAILURE'
    and ticks."timestamp" > (now() at time zone 'utc') - interval '1 hour'
)
from latest where latest.status = 'FAILURE'
"""
EXISTS: Final = "select to_regclass('runs') is not null and to_regclass('job_ticks') is not null"


def is_made(installation: Installation) -> bool:
    """Whether Dagster has made its tables; before its first start it has none."""
    return installation.ask(EXISTS, role="dagster") == [(True,)]


def daemons(installation: Installation, seconds: float = SILENT_SECONDS) -> Iterator[Finding]:
    if not is_made(installation):
        return
    rows = installation.ask(HEARTBEATS, NEEDED, role="dagster")
    # Before it is ready, the last beats are those of the run before.
    if installation.supervises and Record(installation.home).read().get("ready"):
        silent = {kind: age for kind, age, _ in rows if age > seconds}
        if silent or not rows:
            who = ", ".join(f"{kind.lower()} for {span(age)}" for kind, age in silent.items()) or "all of them, always"
            yield broken(
                Alert.DAEMON_SILENT,
                f"Daemons of Dagster are silent: {who}. Nothing is settled, built, pulled or published meanwhile.",
                "Read the end of the daemon's log; restart Rift if it hangs.",
                tail(installation.home / "logs" / "daemon.log"),
                daemons=len(silent),
            )
    for kind, _, body in rows:
        if errors := json.loads(body or "{}").get("errors"):
            yield warning(
                Alert.DAEMON_FAILING,
                f"The daemon {kind.lower()} of Dagster reports {len(errors)} errors.",
                "Read them in Dagster (Deployment, Daemons) or in its log.",
                tail(installation.home / "logs" / "daemon.log"),
                daemon=kind,
                errors=len(errors),
            )


def automations(installation: Installation) -> Iterator[Finding]:
    """Schedules and sensors that should run: stopped by hand, or failing."""
    if not is_made(installation):
        return
    for kind, body in installation.ask(STOPPED, role="dagster"):
        name, word = _instigator(body), kind.lower()
        if name and not _is_meant_to_rest(name, installation.settings):
            yield warning(
                Alert.AUTOMATION_STOPPED,
                f"The {word} {name} was stopped by hand: what it asks for is not done.",
                "Start it, here or in Dagster (Automation).",
                f"rift exec dagster {word} start {name} -w {typed(installation.home / 'dagster' / 'workspace.yaml')}",
                name=name,
            )
    for body, failures in installation.ask(FAILING, role="dagster"):
        name = str(json.loads(body).get("job_name", ""))
        yield warning(
            Alert.AUTOMATION_FAILING,
            f"The last tick of {name} failed ({failures} within the hour).",
            "Read the tick's error in Dagster (Automation); often it is what else is found here.",
            section=runbook.heading(name, Alert.AUTOMATION_FAILING),
            name=name,
            failures=failures,
        )


def _instigator(body: str) -> str:
    """The name in a state as Dagster keeps it."""
    return str(json.loads(body).get("origin", {}).get("job_name", ""))


def _is_meant_to_rest(name: str, settings: Settings) -> bool:
    """A source that is not configured has nothing to be asked."""
    if "hubspot" in name:
        return settings.hubspot_access_token is None
    return "salesforce" in name and settings.salesforce_client_id is None
