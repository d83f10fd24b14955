"""Rows into chunks: each row read as the door would read its body, each chunk ready to be compared and sent.

All that needs no database is done here, by the thread that reads: the other one only asks and sends.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import Final
from uuid import UUID

from ingestion.importing.copying import unfinished_line
from ingestion.importing.rows import Row
from ingestion.webhooks.events import Event, Rejection, build_event, named_source, require_object
from ingestion.webhooks.landing import lock_keys
from ingestion.webhooks.parser import UnusableError, parse

# An event takes a lock, a reversal two, of the 6,400 of a default Postgres, which the door needs as well.
CHUNK_ROWS: Final = 2000
CHUNK_BYTES: Final = 4 * 1024 * 1024
VERIFIED_BY: Final = "import"
_EVENT_ID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(slots=True)
class Candidate:
    """An event that lands unless it is there: with its line of the file, and for COPY."""

    line: int
    event: Event
    copy_line: str


@dataclass(slots=True)
class Chunk:
    """Rows that are judged and landed together."""

    file: str
    content_hash: str
    # How many rows of the file there are up to the end of this chunk.
    row_count: int = 0
    candidates: list[Candidate] = field(default_factory=list)
    duplicate_count: int = 0
    rejections: list[tuple[int, Rejection]] = field(default_factory=list)
    locks: list[int] = field(default_factory=list)
    # By type: when its first and last event occurred.
    times: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    # By the raw_id of a reversal: the event of ours that it may name.
    named: dict[str, str] = field(default_factory=dict)

    def reject(self, line: int, source: str | None, error: UnusableError, body: bytes, at: datetime) -> None:
        """Set a row aside."""
        self.rejections.append((line, self.rejection(line, source, error, body, at)))

    def rejection(self, line: int, source: str | None, error: UnusableError, body: bytes, at: datetime) -> Rejection:
        """The same row of the same file is the same rejection, however often the file is imported."""
        digest = sha256(f"rejected row\0{self.content_hash}\0{line}".encode()).digest()
        return Rejection(
            rejected_id=str(UUID(bytes=digest[:16], version=5)),
            source=source,
            reason=error.reason,
            detail=f"{self.file}, line {line}: {error.detail}",
            body=body,
            received_at=at,
            verified_by=VERIFIED_BY,
        )


def chunks(rows: Iterable[Row], file: str, content_hash: str, skipped: int, default_user_id: str) -> Iterator[Chunk]:
    """The rows behind the skipped ones, as chunks."""
    count = skipped
    remaining = islice(rows, skipped, None)
    while batch := list(_batch(remaining)):
        count += len(batch)
        yield _read(Chunk(file, content_hash, count), batch, default_user_id)


def _batch(rows: Iterator[Row]) -> Iterator[Row]:
    size = 0
    locks = 0
    for row in rows:
        yield row
        size += len(row.body)
        locks += 2 if b'"reverses"' in row.body else 1
        if size > CHUNK_BYTES or locks >= CHUNK_ROWS:
            return


def _read(chunk: Chunk, batch: list[Row], default_user_id: str) -> Chunk:
    received_at = datetime.now(UTC)
    seen = set()
    for row in batch:
        event = _event(chunk, row, received_at, default_user_id)
        if event is None:
            continue
        if event.identity in seen:
            chunk.duplicate_count += 1
            continue
        seen.add(event.identity)
        chunk.candidates.append(Candidate(row.line, event, unfinished_line(event)))
        first, last = chunk.times.get(event.event_type, (event.occurred_at, event.occurred_at))
        chunk.times[event.event_type] = (min(first, event.occurred_at), max(last, event.occurred_at))
        if event.reverses is not None and _EVENT_ID.fullmatch(named := event.reverses.lower()):
            chunk.named[event.raw_id] = named
    chunk.locks = lock_keys(candidate.event for candidate in chunk.candidates)
    return chunk


def _event(chunk: Chunk, row: Row, received_at: datetime, default_user_id: str) -> Event | None:
    document: object = None
    try:
        if row.problem:
            raise row.problem
        document = parse(row.body)
        event = build_event(require_object(document), row.body.decode(), received_at, default_user_id)
        # To an event that names no time the door gives that of receiving: this very object.
        if event.occurred_at is received_at:
            detail = "occurred_at is missing: history must say when it occurred."
            raise UnusableError("missing_field", detail, "occurred_at")  # noqa: TRY301  # as the others
    except UnusableError as error:
        chunk.reject(row.line, named_source(document), error, row.body, received_at)
        return None
    event.verified_by = VERIFIED_BY
    return event
