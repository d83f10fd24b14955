"""Events as lines of COPY's text format."""

import re
from typing import Final

from ingestion.webhooks.events import Event

# The last is known only when the event is compared with what has landed.
COLUMNS: Final = (
    "raw_id", "door", "source", "external_id", "dedup_key", "user_id", "event_type", "occurred_at", "reverses",
    "received_at", "verified_by", "payload", "reverses_event_id",
)  # fmt: skip
NULL: Final = "\\N"
_ESCAPED: Final = re.compile(r"\\(.)")
_MEANT: Final = {"t": "\t", "n": "\n", "r": "\r"}


def unfinished_line(event: Event) -> str:
    """All columns but the last."""
    return "\t".join((
        event.raw_id, event.door, _escaped(event.source), _escaped(event.external_id), event.dedup_key,
        _escaped(event.user_id), _escaped(event.event_type), event.occurred_at.isoformat(), _escaped(event.reverses),
        event.received_at.isoformat(), event.verified_by, _escaped(event.payload),
    ))  # fmt: skip


def finished_line(line: str, named_event: str | None) -> str:
    """The whole line; `named_event` is the event of ours that a reversal takes back."""
    return f"{line}\t{named_event or NULL}\n"


def texts_of(line: str) -> dict[str, str]:
    """What an unfinished line says, by column, as it was before it was escaped. No text is told from NULL here."""
    return {column: _ESCAPED.sub(_meant, text) for column, text in zip(COLUMNS, line.split("\t"), strict=False)}


def _escaped(text: str | None) -> str:
    if text is None:
        return NULL
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    # JSON text holds control characters only as white space between its parts.
    if not text.isprintable():
        text = text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def _meant(escaped: re.Match[str]) -> str:
    return _MEANT.get(escaped[1], escaped[1])
