"""`rift doctor`: what is wrong, and how to mend it. It looks, and changes nothing."""

import json
import time
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from orchestration.lib import runbook
from orchestration.stack.console import FAILED, console, literal, plainly
from orchestration.stack.doctor.configuration import usable_settings
from orchestration.stack.doctor.examination import Report, examine
from orchestration.stack.doctor.finding import Finding, Severity
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.doctor.probes import PROBES

SIGNS: Final = {Severity.broken: "[bold red]broken [/]", Severity.warning: "[yellow]warning[/]"}

app = typer.Typer()


@app.command(epilog="Examples: rift doctor · rift doctor --strict · rift doctor --json")
def doctor(
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Say what is wrong and how to mend it; changes nothing. Ends with 1 when something is broken."""
    with plainly():
        started = time.monotonic()
        report = examine(Installation(usable_settings()), PROBES)
        well = report.is_well(strict=strict)
        if as_json:
            print(json.dumps(_document(report, well=well), indent=2, ensure_ascii=False))
        else:
            _show(report, time.monotonic() - started)
        if not well:
            raise typer.Exit(FAILED)


def _document(report: Report, *, well: bool) -> dict[str, Any]:
    findings = [asdict(finding) | {"runbook": runbook.link(finding.heading)} for finding in report.findings]
    for finding in findings:
        del finding["section"]
    return {"is_well": well, "findings": findings, "unexamined": report.unexamined}


def _show(report: Report, seconds: float) -> None:
    for finding in report.findings:
        _tell(finding)
    reasons: dict[str, list[str]] = {}
    for name, why in report.unexamined.items():
        reasons.setdefault(why, []).append(name)
    for why, names in reasons.items():
        console.print(f"Not examined, since {literal(why)}: {literal(', '.join(names))}.")
    broken = sum(finding.severity is Severity.broken for finding in report.findings)
    warned = len(report.findings) - broken
    if not report.findings and not report.unexamined:
        console.print("[green]All is well.[/]", end=" ")
    else:
        console.print(f"{broken} broken, {warned} to be looked at.", end=" ")
    console.print(f"({len(PROBES)} examinations, {seconds:.1f} s)")


def _plain(text: str) -> str:
    """What others sent may be quoted in it: nothing of that steers a terminal."""
    return literal("".join(character if character.isprintable() else "\ufffd" for character in text))


def _tell(finding: Finding) -> None:
    console.print(f"{SIGNS[finding.severity]}  {_plain(finding.sentence)}")
    if finding.evidence:
        numbers = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in finding.evidence.items())
        console.print(f"         [dim]{_plain(numbers)}[/]")
    console.print(f"         {_plain(finding.mend)}")
    for command in finding.commands:
        console.print(f"           [bold]{_plain(command)}[/]")
    console.print(f"         [dim]{literal(runbook.link(finding.heading))}[/]\n")
