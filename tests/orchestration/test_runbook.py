"""The runbook has a section for each alert: what the doctor finds, our checks, our jobs; and its commands exist."""

import re

import pytest
import typer

from orchestration.lib import dbt_checks, runbook
from orchestration.stack.cli import app
from orchestration.stack.doctor import landing, runs
from orchestration.stack.doctor.alerts import Alert
from tests.orchestration.conftest import Load

TEXT = runbook.PATH.read_text(encoding="utf-8")


@pytest.fixture
def sections() -> dict[str, str]:
    found = re.split(r"^### (\S+)\n", TEXT, flags=re.MULTILINE)[1:]
    names = found[::2]
    assert sorted(names) == sorted(set(names))
    return dict(zip(names, found[1::2], strict=True))


def test_each_finding_of_the_doctor_has_a_section(sections: dict[str, str]) -> None:
    text = TEXT[: TEXT.index("\n## Checks\n")]
    told = re.findall(r"^### (\S+)$", text[text.index("\n## Findings") :], re.MULTILINE)
    assert sorted(told) == sorted(alert.value for alert in Alert)
    # What it means, how bad it is, and what to do.
    levels = ("lies", "stands", "waits", "open", "soon")
    assert [name for name in told if not any(f"**{level}" in sections[name].lower() for level in levels)] == []
    assert runbook.headings() == sections.keys()
    assert runbook.heading("build_job", "run-failed") == "build_job"
    assert runbook.heading("unique_dim_users_user_id", runbook.DBT_TESTS) == "dbt-tests"


def test_each_check_and_job_of_ours_has_a_section(load: Load, sections: dict[str, str]) -> None:
    definitions = load("orchestration.definitions").defs
    manifest = load("orchestration.defs.transform.assets").PROJECT
    of_dbt = dbt_checks.tests_by_check(manifest)
    checks = {key.name for key in definitions.resolve_asset_graph().asset_check_keys if key not in of_dbt}
    assert {"landed_events_are_counted", "fields_are_known"} <= checks
    assert sorted(checks - sections.keys()) == []
    jobs = {job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")}
    assert "settle_job" in jobs
    assert sorted(jobs - sections.keys()) == []
    automations = {one.name for one in [*(definitions.schedules or []), *(definitions.sensors or [])]}
    assert "watch_schedule" in automations
    assert [name for name in sorted(automations) if f"`{name}`" not in sections["automation-stopped"]] == []
    singular = {name for name in of_dbt.values() if name.startswith("assert_")}
    assert [name for name in sorted(singular) if f"`{name}`" not in sections["dbt-tests"]] == []


def test_the_doctor_and_the_checks_have_the_same_limits(load: Load) -> None:
    settling, pulling = load("orchestration.defs.transform.checks"), load("orchestration.defs.ingest.checks")
    assert landing.LARGE_TAIL == settling.LONG_TAIL
    assert (runs.MISSED_PULLS, runs.SHORTEST_PULL_SECONDS) == (pulling.MISSED_PULLS, pulling.SHORTEST_WAIT_MINUTES * 60)


def test_links_and_commands_lead_somewhere(sections: dict[str, str]) -> None:
    assert sorted(set(re.findall(r"\]\(#([^)]+)\)", TEXT)) - sections.keys()) == []
    commands = set(typer.main.get_group(app).commands)
    typed = set(re.findall(r"^rift ([a-z]+)|`rift ([a-z]+)", TEXT, re.MULTILINE))
    assert sorted({first or second for first, second in typed} - commands) == []
