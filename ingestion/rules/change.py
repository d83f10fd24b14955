"""What somebody asks to change: its fields, and what is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from ingestion.webhooks.events import MAXIMUM_TEXT_LENGTH
from ingestion.webhooks.parser import UnusableError, shorten

VALUES: Final = ("gold_value", "xp_value", "rank_points")
TIMES: Final = ("effective_from", "effective_to")
CANDIDATE_FIELDS: Final = (*VALUES, *TIMES)
FIELDS: Final = (*CANDIDATE_FIELDS, "new_type", "changed_by")
LARGEST_VALUE: Final = 1_000_000
# No event is from before 2000; a rule for a time beyond 2100 is a slip of the keyboard.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)

EVENT_TYPE: Final = "[a-z][a-z0-9_]{0,63}"
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Change:
    """From `effective_from` (None: now) an event of a type is worth these values (None: as it is in force then).

    It holds up to `effective_to`, from when on everything is as it was before; without one, up to the next version that
    was landed already for a later time.
    """

    event_type: str
    gold_value: int | None = None
    xp_value: int | None = None
    rank_points: int | None = None
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    new_type: bool = False
    changed_by: str = "api"


def read_change(event_type: str, document: object) -> Change:
    """The change in a parsed JSON document; raises `UnusableError` with the reason when it is none."""
    members = require_object(document, FIELDS)
    new_type = members.get("new_type", False)
    if not isinstance(new_type, bool):
        refuse("new_type", "is neither true nor false")
    return _change(event_type, members, new_type=new_type, changed_by=_text(members, "changed_by") or "api")


def read_candidate(document: object) -> Change:
    """The candidate of a preview in a parsed JSON document; raises `UnusableError` when it is none."""
    members = require_object(document, ("event_type", *CANDIDATE_FIELDS))
    event_type = members.get("event_type")
    if not isinstance(event_type, str):
        refuse("event_type", "is missing" if event_type is None else "is no text")
    return _change(event_type, members, new_type=False, changed_by="preview")


def require_object(document: object, known: tuple[str, ...]) -> Mapping[str, Any]:
    """The members of a JSON object that has no others than the known ones."""
    if not isinstance(document, dict):
        raise UnusableError("not_an_object", "This is no JSON object. Send the values as an object.")
    if unknown := [name for name in document if name not in known]:
        names = ", ".join(shorten(name) for name in unknown[:10])
        raise UnusableError(
            "unknown_field", f"Unknown fields: {names}. Known are {', '.join(known)}.", unknown[0][:200]
        )
    return document


def require_event_type(event_type: str) -> str:
    if not re.fullmatch(EVENT_TYPE, event_type):
        refuse("event_type", "is no name of lower-case letters, digits and _ that begins with a letter (64 at most)")
    return event_type


def _change(event_type: str, members: Mapping[str, Any], *, new_type: bool, changed_by: str) -> Change:
    gold, xp, points = (_value(members, name) for name in VALUES)
    begins, ends = (_instant(members, name) for name in TIMES)
    if gold is None and xp is None and points is None:
        raise UnusableError("missing_field", f"Nothing to change: give one or more of {', '.join(VALUES)}.", VALUES[0])
    if begins and ends and ends <= begins:
        refuse("effective_to", "is not after effective_from")
    return Change(require_event_type(event_type), gold, xp, points, begins, ends, new_type, changed_by)


def _value(members: Mapping[str, Any], field: str) -> int | None:
    value = members.get(field)
    if value is None:
        if field in members:
            refuse(field, "is null; leave it out to keep what is in force")
        return None
    # A bool is an int to Python, and 1.0 is a float to everybody.
    if isinstance(value, bool) or not isinstance(value, int):
        refuse(field, "is no whole number")
    number: int = value
    if not 0 <= number <= LARGEST_VALUE:
        refuse(field, f"is not from 0 to {LARGEST_VALUE}")
    return number


def _instant(members: Mapping[str, Any], field: str) -> datetime | None:
    value = members.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        refuse(field, "is no ISO 8601 time with a zone, such as 2026-03-14T09:00:00+01:00")
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        refuse(field, "is no time that exists")
    if not EARLIEST <= moment <= LATEST:
        refuse(field, f"is not from {EARLIEST.year} to {LATEST.year}")
    return moment


def _text(members: Mapping[str, Any], field: str) -> str | None:
    value = members.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        refuse(field, "is no text")
    if len(value) > MAXIMUM_TEXT_LENGTH or not value.isprintable():
        refuse(field, f"is longer than {MAXIMUM_TEXT_LENGTH} characters, or holds a control character")
    return value


def refuse(field: str, problem: str) -> NoReturn:
    code = "missing_field" if problem == "is missing" else "invalid_field"
    raise UnusableError(code, f"{field} {problem}. Correct it and try again.", field)
