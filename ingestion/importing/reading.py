"""Rows into chunks: each row read as the door would read its body, each chunk ready to be compared and sent.

All that needs no database is done here: who lands the chunks only asks and sends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import BufferedReader
from itertools import islice
from typing import Final
from uuid import UUID

from ingestion.importing.copying import unfinished_line
from ingestion.importing.formats import open_rows
from ingestion.importing.rows import Row
from ingestion.webhooks.events import Event, Rejection, build_event, named_source, require_object
from ingestion.webhooks.landing import lock_keys
from ingestion.webhooks.parser import UnusableError, parse

# An event takes a lock, a reversal two, of the 6,400 of a default Postgres, which the door needs as well.
CHUNK_ROWS: Final = 2000
CHUNK_BYTES: Final = 4 * 1024 * 1024
VERIFIED_BY: Final = "import"
_EVENT_ID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read of a file, and how."""

    name: str
    content_hash: str
    max_row_bytes: int
    default_user_id: str
    default_source: str | None
    # So many rows were dealt with before.
    skipped: int


@dataclass(slots=True)
class Keys:
    """What to look for in the log: the source and the key of events, and where in the chunk they are."""

    sources: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Chunk:
    """Rows that are judged and landed together; flat lists, which one process hands to another at little cost."""

    file: str
    content_hash: str
    # How many rows of the file there are up to the end of this chunk, and which part of it that is.
    row_count: int = 0
    done: float = 0.0
    # Each event that lands unless it is there: its line of the file, and for COPY.
    lines: list[int] = field(default_factory=list)
    copy_lines: list[str] = field(default_factory=list)
    # By external_id, and by content where there is none.
    named: Keys = field(default_factory=Keys)
    alike: Keys = field(default_factory=Keys)
    duplicate_count: int = 0
    rejections: list[tuple[int, Rejection]] = field(default_factory=list)
    # An array, as Postgres writes it.
    locks: str = "{}"
    # By type: when its first and last event occurred.
    times: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    # By the position of a reversal: the event of ours that it may name.
    taken_back: dict[int, str] = field(default_factory=dict)

    def add(self, line: int, event: Event) -> None:
        """Take in an event that no other of the chunk is a copy of."""
        position = len(self.lines)
        self.lines.append(line)
        self.copy_lines.append(unfinished_line(event))
        keys, key = (self.alike, event.dedup_key) if event.external_id is None else (self.named, event.external_id)
        keys.sources.append(event.source)
        keys.keys.append(key)
        keys.positions.append(position)
        at = event.occurred_at
        first, last = self.times.setdefault(event.event_type, (at, at))
        if not first <= at <= last:
            self.times[event.event_type] = (min(first, at), max(last, at))
        if event.reverses is not None and _EVENT_ID.fullmatch(named := event.reverses.lower()):
            self.taken_back[position] = named

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


def chunks(file: BufferedReader, reading: Reading) -> Iterator[Chunk]:
    """The rows behind the skipped ones, as chunks; raises `FileError`."""
    rows = open_rows(reading.name, file, reading.max_row_bytes, reading.default_source)
    count = reading.skipped
    remaining = islice(rows, reading.skipped, None)
    while batch := list(_batch(remaining)):
        count += len(batch)
        yield _read(Chunk(reading.name, reading.content_hash, count, rows.done), batch, reading.default_user_id)


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
    events: dict[bytes, Event] = {}
    for row in batch:
        event = _event(chunk, row, received_at, default_user_id)
        if event is None:
            continue
        if event.identity in events:
            chunk.duplicate_count += 1
            continue
        events[event.identity] = event
        chunk.add(row.line, event)
    chunk.locks = "{" + ",".join(map(str, lock_keys(events.values()))) + "}"
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
