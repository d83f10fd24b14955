"""Imports one file: chunk by chunk its rows are compared and landed here, while another process reads the next.

Every chunk is a transaction of its own, which also notes how far it came; so an import that is killed anywhere goes on
after its last chunk. What has landed once is not landed again, whoever landed it.
"""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg2
from psycopg2 import extensions

from ingestion.importing import loading
from ingestion.importing.loading import Counts, Import
from ingestion.importing.reader import chunks_read_apart
from ingestion.importing.reading import Chunk, Reading, chunks
from ingestion.importing.rows import content_hash, open_regular

# To start another process takes as long as to read so much.
APART_BYTES: Final = 4 << 20
EARLIER: Final = """
select import_id::text, max(row_count), sum(landed_count)::bigint, sum(duplicate_count)::bigint
from raw.import_chunks
where content_hash = %(hash)s and (default_source is not distinct from %(source)s or %(finished)s)
group by import_id
having bool_or(is_last) = %(finished)s
order by max(landed_at) desc
limit 1
"""
REJECTED: Final = """
select rejections from raw.import_chunks where import_id = %s order by row_count
"""


@dataclass(frozen=True)
class Options:
    """How a file is to be imported."""

    dsn: str
    default_user_id: str
    max_row_bytes: int
    default_source: str | None = None
    dry_run: bool = False
    # A file that was imported to its end is not read again.
    once: bool = False
    # Between two chunks, outside any transaction: how much of the file is read, and what became of its rows so far.
    on_chunk: Callable[[float, Counts], None] = lambda _done, _counts: None


@dataclass(frozen=True)
class Imported:
    """What became of a file: `resumed_after` rows had been dealt with before; of a known content, all had."""

    content_hash: str
    counts: Counts
    resumed_after: int = 0
    was_known: bool = False


def import_file(path: Path, options: Options) -> Imported:
    """Import a file; raises `FileError`, `ReaderError`, `loading.DatabaseError` or `psycopg2.Error`."""
    with open_regular(path) as file, _connected(options.dsn) as connection:
        digest = content_hash(file)
        _wait_for_others(connection, digest)
        if options.once and (known := _earlier(connection, digest, options, finished=True)):
            return Imported(digest, known[1], was_known=True)
        stopped = None if options.dry_run else _earlier(connection, digest, options, finished=False)
        this, counts = stopped or (Import(str(uuid4()), digest, options.default_source), Counts())
        resumed_after = counts.rows
        reading = Reading(
            path.name, digest, options.max_row_bytes, options.default_user_id, options.default_source, resumed_after
        )
        with closing(_chunks(file, reading)) as read:
            for chunk in read:
                dealt = loading.look(connection, chunk) if options.dry_run else loading.land(connection, this, chunk)
                counts.add(dealt)
                options.on_chunk(chunk.done, counts)
        if not options.dry_run:
            loading.finish(connection, this, counts.rows)
    return Imported(digest, counts, resumed_after)


@contextmanager
def _connected(dsn: str) -> Iterator[extensions.connection]:
    connection = psycopg2.connect(dsn, connect_timeout=5, application_name="rift import")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(loading.SESSION)
        yield connection
    finally:
        connection.close()


def _wait_for_others(connection: extensions.connection, digest: str) -> None:
    """One import of a file at a time: a lock of the session, so that no transaction stays open."""
    key = int.from_bytes(bytes.fromhex(digest)[:8], signed=True)
    with connection, connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [key])


def _earlier(
    connection: extensions.connection, digest: str, options: Options, *, finished: bool
) -> tuple[Import, Counts] | None:
    """The latest import of the same content that has come to its end, or was stopped, and what it did."""
    with connection, connection.cursor() as cursor:
        cursor.execute(EARLIER, {"hash": digest, "source": options.default_source, "finished": finished})
        found = cursor.fetchone()
        if found is None:
            return None
        import_id, rows, landed, duplicates = found
        counts = Counts(rows, landed, duplicates)
        with connection.cursor(name="rejections") as reader:
            reader.execute(REJECTED, [import_id])
            for (chunk,) in reader:
                counts.reject([(line, reason) for line, reason in chunk])
    return Import(import_id, digest, options.default_source), counts


def _chunks(file: BufferedReader, reading: Reading) -> Generator[Chunk, None, None]:
    if os.fstat(file.fileno()).st_size < APART_BYTES:
        yield from chunks(file, reading)
    else:
        yield from chunks_read_apart(file, reading)
