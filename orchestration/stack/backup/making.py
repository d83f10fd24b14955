"""Makes a backup: one snapshot of the warehouse, dumped, counted and, unless told otherwise, tried.

The dump and the figures of the manifest are of one exported snapshot, so events may arrive all the while.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

from orchestration.stack.backup import archive, contents, databases, manifest, programs, snapshots, trying
from orchestration.stack.backup.archive import Writer
from orchestration.stack.backup.home import Home
from orchestration.stack.backup.manifest import Manifest, Origin
from orchestration.stack.backup.programs import Programs
from orchestration.stack.backup.snapshots import Snapshot
from orchestration.stack.errors import StackError
from orchestration.stack.up import Stack

# Custom format: compressed, and what pg_restore takes.
DUMP: Final = ("--format=custom", "--no-password", "--no-sync")
PROGRESS_SECONDS: Final = 10

Say = Callable[[str], None]


def make(stack: Stack, path: Path, say: Say, *, verify: bool, with_secrets: bool) -> Manifest:
    """Write the backup `path`; the database must be up. Raises `StackError`, and then there is no such file."""
    home = Home(stack.settings)
    with (
        archive.written(path) as writer,
        databases.explained(),
        snapshots.connected(stack.database.owner_dsn) as connection,
    ):
        with home.spool_at_rest():
            snapshot = snapshots.begin(connection)
            _count(say, home.save_spool(writer), "deliveries that wait in the spool")
        origin = contents.origin(snapshot.cursor)
        if origin is None:
            raise StackError("This database holds nothing of Rift: there is nothing to back up. Start with rift up.")
        chosen = programs.choose(origin.server_version // 10_000, stack.database.libpq_variables("owner"))
        _count(say, home.save_assets(writer), "files of hud_assets")
        if with_secrets:
            _count(say, home.save_secrets(writer), "secrets")
        _dump(chosen, snapshot, writer, say)
        told = _describe(origin, chosen.version, snapshot, writer, say).model_copy(update={"is_tried": verify})
        writer.add(manifest.NAME, BytesIO(told.model_dump_json(indent=1).encode()))
        writer.finish()
        if verify:
            trying.try_out(stack.database, chosen, snapshot, writer.path, say)
    return told


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


def _describe(origin: Origin, dumped_by: int, snapshot: Snapshot, writer: Writer, say: Say) -> Manifest:
    started = time.monotonic()
    held = contents.contents(snapshot.cursor)
    rows = sum(table.rows for table in held.tables.values())
    seconds = time.monotonic() - started
    say(f"counted {rows:,} rows of {len(held.tables)} tables and {len(held.marts)} marts ({seconds:.1f} s)")
    return Manifest(
        format=manifest.FORMAT,
        rift_version=manifest.version(),
        dumped_by=dumped_by,
        made_at=snapshot.made_at,
        origin=origin,
        contents=held,
        members=writer.members,
    )


def _count(say: Say, count: int, what: str) -> None:
    if count:
        say(f"saved {count} {what}")


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / 1e6:,.1f} MB"
