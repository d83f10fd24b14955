"""Runs every probe at once, each for so long and no longer: one that hangs or breaks takes no other with it."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import psycopg2

from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, Severity, warning
from orchestration.stack.doctor.installation import AwayError, Installation
from orchestration.stack.errors import StackError

Probe = Callable[[Installation], Iterable[Finding]]

# Some statements of at most four seconds each; on a well machine all of it takes about one.
PROBE_SECONDS: Final = 15.0
# Of the 100 connections that our own server has, the doctor takes no more than so many.
AT_ONCE: Final = 6
AWAY: Final = "the database cannot be asked"


@dataclass
class Report:
    """What was found, the worst first, and what could not be looked at, with why."""

    findings: list[Finding] = field(default_factory=list)
    unexamined: dict[str, str] = field(default_factory=dict)

    def is_well(self, *, strict: bool) -> bool:
        return not any(strict or finding.severity is Severity.broken for finding in self.findings)


class _Examination:
    def __init__(self, probe: Probe) -> None:
        self.name = subject(probe)
        self.probe = probe
        self.findings: list[Finding] = []
        self.unexamined = ""
        self.is_over = False

    def run(self, installation: Installation, turn: threading.Semaphore) -> None:
        with turn:
            self._run(installation)
        self.is_over = True

    def _run(self, installation: Installation) -> None:
        try:
            self.findings = list(self.probe(installation))
        except AwayError:
            self.unexamined = AWAY
        except psycopg2.errors.QueryCanceled:
            self.findings = [_unanswered(self.name, "the database did not answer in time")]
        except (psycopg2.errors.UndefinedTable, psycopg2.errors.InvalidSchemaName, psycopg2.errors.UndefinedColumn):
            self.unexamined = "the warehouse is not built as this version of Rift builds it"
        except psycopg2.errors.InsufficientPrivilege:
            self.unexamined = "the user of DATABASE_URL may not look"
        except StackError as error:
            self.findings = [_unanswered(self.name, str(error))]
        except Exception as error:  # noqa: BLE001  # whatever is broken is the reason to have been asked
            # By its kind alone: what a message quotes may be a secret.
            self.findings = [_unanswered(self.name, f"it broke ({type(error).__name__})")]


def subject(probe: Probe) -> str:
    """What a probe looks at, in words."""
    return getattr(probe, "__name__", "probe").replace("_", " ")


def examine(installation: Installation, probes: Sequence[Probe], seconds: float = PROBE_SECONDS) -> Report:
    """What the probes find. Returns within `seconds`, whatever hangs."""
    turn = threading.Semaphore(AT_ONCE)
    examinations = [_Examination(probe) for probe in probes]
    # Daemons: a file system that does not answer keeps its thread for ever.
    threads = [threading.Thread(target=one.run, args=(installation, turn), daemon=True) for one in examinations]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    report = Report()
    for one in examinations:
        if not one.is_over:
            report.findings.append(_unanswered(one.name, f"it took more than {seconds:.0f} s"))
        report.findings += one.findings
        if one.unexamined:
            report.unexamined[one.name] = one.unexamined
    report.findings.sort(key=lambda finding: finding.severity is not Severity.broken)
    return report


def _unanswered(name: str, why: str) -> Finding:
    return warning(
        Alert.PROBE_UNANSWERED,
        f"The examination of {name} was not finished: {why}.",
        "Mend what else is found, and ask again.",
        "rift doctor",
        probe=name,
    )
