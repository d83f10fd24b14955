"""Events as lines of COPY's text format."""

from collections.abc import Mapping
from typing import Final

from ingestion.webhooks.events import Event

# The last is known only when the event is compared with what has landed.
COLUMNS: Final = (
    "raw_id", "door", "source", "external_id", "dedup_key", "user_id", "event_type", "occurred_at", "reverses",
    "received_at", "verified_by", "payload", "reverses_event_id",
)  # fmt: skip
NULL: Final = "\\N"


def unfinished_line(event: Event) -> str:
    """All columns but the last."""
    return "\t".join((
        event.raw_id, event.door, _escaped(event.source), _escaped(event.external_id), event.dedup_key,
        _escaped(event.user_id), _escaped(event.event_type), event.occurred_at.isoformat(), _escaped(event.reverses),
        event.received_at.isoformat(), event.verified_by, _escaped(event.payload),
    ))  # fmt: skip


def with_named_event(event: Event, line: str, named: Mapping[str, str]) -> str:
    """The whole line; `named` holds by raw_id which event of ours a reversal takes back."""
    return f"{line}\t{named.get(event.raw_id, NULL)}\n"


def _escaped(text: str | None) -> str:
    if text is None:
        return NULL
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    # JSON text holds control characters only as white space between its parts.
    if not text.isprintable():
        text = text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text
