"""What a probe finds: one thing that is wrong, by what numbers, and what mends it."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from orchestration.stack.doctor.alerts import Alert

SHOWN: Final = 5

Evidence = Mapping[str, str | int | float]


class Severity(StrEnum):
    # Something does not work, or says what is not true, or stands open to others.
    broken = "broken"
    # It works, and will not for long, or is not what was meant.
    warning = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    `mend` is a sentence; `commands` are to be typed as they stand. None of it may hold a secret. `section` is the
    heading in docs/runbook.md, where it is another than the alert's name.
    """

    alert: Alert
    severity: Severity
    sentence: str
    mend: str
    commands: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=dict)
    section: str = ""

    @property
    def heading(self) -> str:
        return self.section or self.alert.value


def broken(
    alert: Alert, sentence: str, mend: str, *commands: str, section: str = "", **evidence: str | float
) -> Finding:
    return Finding(alert, Severity.broken, sentence, mend, commands, evidence, section)


def warning(
    alert: Alert, sentence: str, mend: str, *commands: str, section: str = "", **evidence: str | float
) -> Finding:
    return Finding(alert, Severity.warning, sentence, mend, commands, evidence, section)


def sql(statement: str) -> str:
    """The command that runs a statement as the owner; the password is in none of its arguments."""
    quoted = statement.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
    return f'rift sql --role owner "{quoted}"'


def typed(path: Path | str) -> str:
    """A path as it is typed into a shell."""
    return shlex.quote(str(path))


def tail(log: Path | str) -> str:
    """The command that shows the end of a log."""
    return f"tail -n 40 {typed(log)}"


def span(seconds: float) -> str:
    """A duration in words, such as 3 minutes."""
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= unit:
            number = int(seconds // unit)
            return f"{number} {name}{'' if number == 1 else 's'}"
    return f"{seconds:.0f} s"


def some(names: Sequence[str]) -> str:
    """The first names of what may be many."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def megabytes(size: float) -> int:
    return round(size / 2**20)
