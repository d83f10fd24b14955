"""What the form of the Rules page sent, read as what it is: text from a browser, which may be anything."""

import re
from dataclasses import dataclass
from typing import Any, Final

from hud.rules_api import LABELS, RefusedError

EVENT_TYPE: Final = re.compile("[a-z][a-z0-9_]{0,63}")
VALUES: Final = ("gold_value", "xp_value", "rank_points")
LARGEST_VALUE: Final = 1_000_000
WEEKS: Final = (1, 4, 8, 12)
LONGEST_NAME: Final = 200
LONGEST_SECRET: Final = 500
LONGEST_TIME: Final = 40


@dataclass(frozen=True)
class Proposal:
    """A rule as somebody would have it. Times are texts, which the receiver judges; None: from now on, without end."""

    event_type: str
    values: dict[str, int]
    effective_from: str | None
    effective_to: str | None
    is_new: bool
    weeks: int

    def candidate(self) -> dict[str, object]:
        """For a preview."""
        return {"event_type": self.event_type, **self.values, **self._times()}

    def change(self, changed_by: str) -> dict[str, object]:
        """For a change, in the name of somebody."""
        new = {"new_type": True} if self.is_new else {}
        return {**self.values, **self._times(), **new, "changed_by": changed_by}

    def _times(self) -> dict[str, str]:
        times = {"effective_from": self.effective_from, "effective_to": self.effective_to}
        return {name: moment for name, moment in times.items() if moment}


def read(document: dict[str, Any]) -> Proposal:
    """The proposal in what the form sent; raises `RefusedError` with the field and what is wrong with it."""
    event_type = text(document, "event_type", 100)
    # It becomes part of an address, too.
    if not EVENT_TYPE.fullmatch(event_type):
        raise RefusedError(
            "A type is small letters, digits and _ (64 at most), and begins with a letter: demo_held.", "event_type"
        )
    weeks = document.get("weeks")
    return Proposal(
        event_type,
        {name: _value(document, name) for name in VALUES},
        text(document, "effective_from", LONGEST_TIME) or None,
        text(document, "effective_to", LONGEST_TIME) or None,
        document.get("is_new") is True,
        weeks if isinstance(weeks, int) and weeks in WEEKS else 8,
    )


def text(document: dict[str, Any], field: str, longest: int) -> str:
    """A text of the form without blanks around it; empty when there is none, or no such text."""
    value = document.get(field)
    return value.strip() if isinstance(value, str) and len(value) <= longest and value.isprintable() else ""


def _value(document: dict[str, Any], field: str) -> int:
    sent = text(document, field, 20).replace(",", "")
    if not re.fullmatch("[0-9]{1,15}", sent):
        raise RefusedError(f"{LABELS[field]} is a whole number: 0, or more.", field)
    if int(sent) > LARGEST_VALUE:
        raise RefusedError(f"{LABELS[field]} is at most {LARGEST_VALUE:,}.", field)
    return int(sent)
