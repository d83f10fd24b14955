"""One chunk in one transaction: the door's locks, the comparison with what is there, COPY, and a note of it."""

import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import psycopg2
from psycopg2 import errors, extensions
from psycopg2.extras import execute_values

from ingestion.importing.copying import COLUMNS, finished_line
from ingestion.importing.judging import Judged, judge
from ingestion.importing.reading import Chunk
from ingestion.webhooks.events import Rejection

# As the door's session: each query looks up a few keys of a large table, and a plan must not become a scan of it.
SESSION: Final = "set synchronous_commit = on; set enable_seqscan = off; set jit = off; set timezone = 'UTC'"
COPY: Final = f"copy raw.webhook_events ({', '.join(COLUMNS)}) from stdin"
KEEP: Final = """
insert into raw.rejected_events (rejected_id, door, source, reason, detail, body, verified_by, received_at) values %s
on conflict (rejected_id) do nothing
"""
NOTE: Final = """
insert into raw.import_chunks (
    import_id, row_count, content_hash, default_source, landed_count, duplicate_count, rejections, is_last
) values (%s, %s, %s, %s, %s, %s, %s, %s)
"""
# In few pieces: each costs a turn of its own.
COPY_BYTES: Final = 1 << 20
TRIES: Final = 5
# About 100 MB.
MOST_LISTED: Final = 1_000_000


class DatabaseError(Exception):
    """The database refuses to go on; what was committed stays, and the next import goes on there."""


@dataclass(slots=True)
class Counts:
    """What became of rows: of one chunk, or of all."""

    rows: int = 0
    landed: int = 0
    duplicates: int = 0
    # Line and reason of each, as far as memory is to be spent on them; the counts are of all.
    rejected: list[tuple[int, str]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Counts") -> None:
        self.rows = max(self.rows, other.rows)
        self.landed += other.landed
        self.duplicates += other.duplicates
        self.reject(other.rejected)

    def reject(self, rejected: Sequence[tuple[int, str]]) -> None:
        self.reasons.update(reason for _, reason in rejected)
        self.rejected += rejected[: max(0, MOST_LISTED - len(self.rejected))]

    @property
    def rejected_count(self) -> int:
        return self.reasons.total()


@dataclass(frozen=True, slots=True)
class Import:
    """An import of one file, under the same id until the file has come to its end."""

    import_id: str
    content_hash: str
    default_source: str | None


def land(connection: extensions.connection, this: Import, chunk: Chunk) -> Counts:
    """Land a chunk and note that it has; with a copy that landed without our locks, or a deadlock, once more."""
    for _ in range(TRIES):
        try:
            with connection, connection.cursor() as cursor:
                return _land(cursor, this, chunk)
        except (errors.UniqueViolation, errors.DeadlockDetected, errors.SerializationFailure):
            continue
    raise DatabaseError(f"The database refused rows up to {chunk.row_count} {TRIES} times. Import the file again.")


def look(connection: extensions.connection, chunk: Chunk) -> Counts:
    """What would become of a chunk; nothing is written."""
    with connection, connection.cursor() as cursor:
        return _counts(chunk, judge(cursor, chunk))


def finish(connection: extensions.connection, this: Import, row_count: int) -> None:
    """Note that the file has come to its end."""
    with connection, connection.cursor() as cursor:
        cursor.execute(NOTE, [this.import_id, row_count, this.content_hash, this.default_source, 0, 0, "[]", True])


def _land(cursor: extensions.cursor, this: Import, chunk: Chunk) -> Counts:
    # In the order of the door's batches, and before the statement whose snapshot compares.
    cursor.execute("select count(pg_advisory_xact_lock(key)) from unnest(%s::bigint[]) as key", [chunk.locks])
    judged = judge(cursor, chunk)
    if judged.rejections:
        _keep(cursor, [rejection for _, rejection in judged.rejections])
    if judged.positions:
        lines = [finished_line(chunk.copy_lines[position], judged.named.get(position)) for position in judged.positions]
        cursor.copy_expert(COPY, io.StringIO("".join(lines)), size=COPY_BYTES)
    counts = _counts(chunk, judged)
    note = [counts.landed, counts.duplicates, json.dumps(counts.rejected), False]
    cursor.execute(NOTE, [this.import_id, chunk.row_count, this.content_hash, this.default_source, *note])
    return counts


def _counts(chunk: Chunk, judged: Judged) -> Counts:
    counts = Counts(chunk.row_count, len(judged.positions), judged.duplicate_count)
    counts.reject(sorted((line, rejection.reason) for line, rejection in judged.rejections))
    return counts


def _keep(cursor: extensions.cursor, rejections: list[Rejection]) -> None:
    rows = [
        (one.rejected_id, one.door, one.source, one.reason, one.detail, psycopg2.Binary(one.body), one.verified_by,
         one.received_at)
        for one in rejections
    ]  # fmt: skip
    execute_values(cursor, KEEP, rows, page_size=len(rows))
