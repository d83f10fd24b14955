"""What an event of the canonical door is: its fields, its identity, and what is refused."""

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NoReturn

from ingestion.webhooks.parser import UnusableError, canonical, parse, shorten

FIELDS = ("source", "event_type", "user_id", "external_id", "occurred_at", "reverses", "metadata")
_KNOWN = frozenset(FIELDS)
MAXIMUM_TEXT_LENGTH = 200
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# A sender's clock or zone may be wrong by hours, hardly by more than a day.
FUTURE_TOLERANCE = timedelta(days=1)

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)


@dataclass(slots=True)
class Event:
    """An event that may land, with its identity among all others."""

    raw_id: str
    source: str
    external_id: str | None
    identity: bytes
    user_id: str
    event_type: str
    occurred_at: datetime
    reverses: str | None
    received_at: datetime
    payload: str
    door: str = "canonical"
    verified_by: str = "secret"

    @property
    def dedup_key(self) -> str:
        return self.identity.hex()


@dataclass(slots=True)
class Rejection:
    """An item that passed authentication and cannot be an event: kept as it came, with the reason."""

    rejected_id: str
    source: str | None
    reason: str
    detail: str
    body: bytes
    received_at: datetime
    door: str = "canonical"
    verified_by: str = "secret"
    field: str | None = None
    # What happened, and what its sender calls the item, where a header said it: to be read again, the item needs it.
    event_type: str | None = None
    external_id: str | None = None


def read_event(body: bytes, received_at: datetime, default_user_id: str) -> Event:
    """The event in a body of the canonical door; raises `UnusableError` when it is none."""
    return build_event(require_object(parse(body)), body.decode(), received_at, default_user_id)


def require_object(document: object) -> dict[str, Any]:
    """The document; raises `UnusableError` when it is no object."""
    if not isinstance(document, dict):
        raise UnusableError("not_an_object", "This is no JSON object. Send an event as an object.")
    return document


def named_source(document: object) -> str | None:
    """The source that an unusable document names, where it does."""
    try:
        return _text(document, "source") if isinstance(document, dict) else None
    except UnusableError:
        return None


def external_identity(source: str, external_id: str) -> bytes:
    """The identity of an event that its sender named: its content does not matter."""
    # canonical(["external", source, external_id]), in a third of the time.
    return sha256(f'["external",{canonical(source)},{canonical(external_id)}]'.encode()).digest()


def _content_identity(source: str, content: list[object]) -> bytes:
    """The identity of an event that its sender did not name: all that it says.

    The time counts as it was sent (none is a value of its own), and so does what is reversed: two reversals of
    different events may agree in all else.
    """
    return sha256(canonical(["content", source, *content]).encode()).digest()


def new_id() -> str:
    """A uuid v7 (RFC 9562): milliseconds, then their fraction in 12 bits, then 62 random bits."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    number = (
        milliseconds << 80
        | 0x7 << 76
        | (rest << 12) // 1_000_000 << 64
        | 0b10 << 62
        | int.from_bytes(os.urandom(8)) >> 2
    )
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def build_event(
    document: dict[str, Any], payload: str, received_at: datetime, default_user_id: str, name: str | None = None
) -> Event:
    """The event that a document describes; `name` is its external_id where it has none of its own."""
    if not document.keys() <= _KNOWN:
        unknown = [name for name in document if name not in _KNOWN]
        names = ", ".join(shorten(name) for name in unknown[:10])
        raise UnusableError(
            "unknown_field", f"Unknown fields: {names}. Known are {', '.join(FIELDS)}.", unknown[0][:200]
        )
    source = _required(document, "source", _text(document, "source"))
    external_id = _text(document, "external_id") or name
    reverses = _text(document, "reverses")
    event_type = document.get("event_type")
    if not isinstance(event_type, str):
        _refuse("event_type", "is missing" if event_type is None else "is no text")
    user_id = _text(document, "user_id") or default_user_id
    occurred_at = _occurred_at(document.get("occurred_at"), received_at)
    metadata = document.get("metadata", {})
    if not isinstance(metadata, dict):
        _refuse("metadata", "is no object")
    if external_id is not None:
        identity = external_identity(source, external_id)
    else:
        content = [event_type, user_id, metadata, document.get("occurred_at"), reverses]
        identity = _content_identity(source, content)
    return Event(
        raw_id=new_id(),
        source=source,
        external_id=external_id,
        identity=identity,
        user_id=user_id,
        event_type=event_type,
        occurred_at=occurred_at,
        reverses=reverses,
        received_at=received_at,
        payload=payload,
    )


def _text(document: Mapping[str, Any], field: str) -> str | None:
    value = document.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        _refuse(field, "is no text")
    if not value.strip():
        _refuse(field, "is empty")
    if len(value) > MAXIMUM_TEXT_LENGTH:
        _refuse(field, f"is longer than {MAXIMUM_TEXT_LENGTH} characters")
    # What is printable is no control character, and quickly asked.
    if not value.isprintable() and _CONTROL.search(value):
        _refuse(field, "holds a control character")
    return value


def _required(document: Mapping[str, Any], field: str, value: str | None) -> str:
    if value is None:
        _refuse(field, "is null" if field in document else "is missing")
    return value


def _occurred_at(value: object, received_at: datetime) -> datetime:
    if value is None:
        return received_at
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        _refuse("occurred_at", "is no RFC 3339 time with a zone, such as 2026-03-14T09:26:53Z")
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        _refuse("occurred_at", "is no time that exists")
    if moment < EARLIEST:
        _refuse("occurred_at", "is before 2000")
    if moment > received_at + FUTURE_TOLERANCE:
        raise UnusableError(
            "occurred_at_in_future",
            "occurred_at is more than a day ahead of our clock. Check the sender's clock and zone.",
            "occurred_at",
        )
    return moment


def _refuse(field: str, problem: str) -> NoReturn:
    code = "missing_field" if problem in {"is missing", "is null"} else "invalid_field"
    raise UnusableError(code, f"{field} {problem}. Correct it and send the event again.", field)
