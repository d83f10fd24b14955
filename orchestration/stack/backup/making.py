"""Makes a backup: one snapshot of the warehouse, dumped, counted and, unless told otherwise, tried.

The dump and the figures of the manifest are of one exported snapshot, so events may arrive all the while. To try it is
to restore it into a scratch database of the same server, and to compare every table and every mart. For the marts that
go by the clock the snapshot is asked again at the moment at which the copy is.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import psycopg2
from psycopg2 import extensions

from orchestration.stack.backup import archive, contents, databases, manifest, programs
from orchestration.stack.backup.archive import Writer
from orchestration.stack.backup.home import Home
from orchestration.stack.backup.loading import load
from orchestration.stack.backup.manifest import Contents, Manifest
from orchestration.stack.backup.programs import Programs
from orchestration.stack.database import Database
from orchestration.stack.errors import StackError
from orchestration.stack.up import Stack

# Custom format: compressed, and what pg_restore takes.
DUMP: Final = ("--format=custom", "--no-password", "--no-sync")
PROGRESS_SECONDS: Final = 10
# Between the two moments at which both are asked a day may begin: once more, and it has.
TRIES: Final = 2
ENDLESS: Final = (
    "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local lock_timeout = 0"
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Snapshot:
    """A moment of the warehouse that stays readable, for others under its id, as long as its transaction."""

    cursor: extensions.cursor
    snapshot_id: str
    made_at: datetime


def make(stack: Stack, path: Path, say: Say, *, verify: bool, with_secrets: bool) -> Manifest:
    """Write the backup `path`; the database must be up. Raises `StackError`, and then there is no such file."""
    home = Home(stack.settings)
    with archive.written(path) as writer, _connected(stack.database.owner_dsn) as connection:
        with home.spool_at_rest():
            snapshot = _begin(connection)
            _count(say, home.save_spool(writer), "deliveries that wait in the spool")
        origin = contents.origin(snapshot.cursor)
        if origin is None:
            raise StackError("This database holds nothing of Rift: there is nothing to back up. Start with rift up.")
        chosen = programs.choose(origin.server_version, stack.database.libpq_variables("owner"))
        _count(say, home.save_assets(writer), "files of hud_assets")
        if with_secrets:
            _count(say, home.save_secrets(writer), "secrets")
        _dump(chosen, snapshot, writer, say)
        started = time.monotonic()
        held = contents.contents(snapshot.cursor)
        told = Manifest(
            format=manifest.FORMAT,
            rift_version=manifest.version(),
            made_at=snapshot.made_at,
            origin=origin,
            contents=held,
            members=writer.members,
        )
        say(
            f"counted {sum(table.rows for table in held.tables.values()):,} rows of {len(held.tables)} tables and "
            f"{len(held.marts)} marts ({time.monotonic() - started:.1f} s)"
        )
        writer.add(manifest.NAME, BytesIO(told.model_dump_json(indent=1).encode()))
        writer.finish()
        if verify:
            _verify(stack.database, chosen, snapshot, writer.path, say)
    return told


def _verify(database: Database, chosen: Programs, snapshot: Snapshot, path: Path, say: Say) -> None:
    started = time.monotonic()
    with archive.opened(path) as written, databases.scratch(database) as name:
        written.require_whole()
        told = written.manifest
        load(chosen, name, written.open(manifest.DUMP))
        say(f"restored it into a scratch database ({time.monotonic() - started:.1f} s)")
        started = time.monotonic()
        for _ in range(TRIES):
            found = _differences(database, name, snapshot, told.contents)
            if not found:
                break
        else:
            raise StackError(
                f"The backup does not say what the database says, and was not kept: {'; '.join(found)}. "
                "Look for damage of the database in its log, and at rift rebuild."
            )
    say(f"its {len(told.contents.tables)} tables and {len(told.contents.marts)} marts say the same "
        f"({time.monotonic() - started:.1f} s)")  # fmt: skip


def _differences(database: Database, name: str, snapshot: Snapshot, saved: Contents) -> list[str]:
    """What the copy says otherwise, both asked now."""
    with (
        _connected(database.owner_dsn) as source,
        _connected(databases.url(database, name)) as copy,
        source.cursor() as cursor,
        copy.cursor() as copied,
    ):
        cursor.execute("set transaction snapshot %s", [snapshot.snapshot_id])
        cursor.execute(ENDLESS)
        copied.execute(ENDLESS)
        expected = saved.model_copy(update={"marts": contents.marts(cursor)})
        return contents.differences(expected, contents.contents(copied), same_moment=True)


def _dump(chosen: Programs, snapshot: Snapshot, writer: Writer, say: Say) -> None:
    started = said = time.monotonic()

    def progress(size: int) -> None:
        nonlocal said
        if time.monotonic() - said > PROGRESS_SECONDS:
            said = time.monotonic()
            say(f"  {megabytes(size)} so far")

    arguments = [*DUMP, f"--snapshot={snapshot.snapshot_id}"]
    with (
        tempfile.TemporaryFile() as errors,
        chosen.running(
            "pg_dump", arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        if process.stdout is None:
            raise AssertionError
        dump = writer.add(manifest.DUMP, process.stdout, progress)
        if process.wait() != 0:
            raise StackError(f"pg_dump failed: {programs.complaint(errors)}. No backup was made.")
    say(f"dumped the database: {megabytes(dump.size)} ({time.monotonic() - started:.1f} s)")


@contextmanager
def _connected(dsn: str) -> Iterator[extensions.connection]:
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        yield connection
    except psycopg2.Error as error:
        # The server quotes no values of ours here, but rows it may.
        raise StackError(f"The database refused: {error.diag.message_primary or type(error).__name__}.") from None
    finally:
        connection.close()


def _begin(connection: extensions.connection) -> Snapshot:
    cursor = connection.cursor()
    cursor.execute(f"{ENDLESS}; select pg_export_snapshot(), now()")
    snapshot_id, made_at = cursor.fetchall()[0]
    return Snapshot(cursor, snapshot_id, made_at.astimezone(UTC))


def _count(say: Say, count: int, what: str) -> None:
    if count:
        say(f"saved {count} {what}")


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / 1e6:,.1f} MB"
