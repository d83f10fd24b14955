"""Tries a backup before it is kept: restores it into a scratch database of the same server, and compares.

For the marts that go by the clock the snapshot is asked again at the moment at which the copy is.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from orchestration.stack.backup import archive, contents, databases, manifest
from orchestration.stack.backup.archive import Archive
from orchestration.stack.backup.loading import load
from orchestration.stack.backup.programs import Programs
from orchestration.stack.backup.snapshots import ENDLESS, Snapshot, connected
from orchestration.stack.database import Database
from orchestration.stack.errors import StackError

# Between the two moments at which both are asked a day may begin: once more, and it has.
TRIES: Final = 2

Say = Callable[[str], None]


def try_out(database: Database, chosen: Programs, snapshot: Snapshot, path: Path, say: Say) -> None:
    """Raise `StackError` unless what is in the file is what the snapshot holds: every table, every mart."""
    with archive.opened(path) as written:
        written.require_whole()
        databases.require_room(database, written.manifest.origin.size)
        with databases.scratch(database) as name:
            started = time.monotonic()
            load(chosen, name, written.open(manifest.DUMP))
            say(f"restored it into a scratch database ({time.monotonic() - started:.1f} s)")
            started = time.monotonic()
            _require_same(database, name, snapshot, written)
    held = written.manifest.contents
    seconds = time.monotonic() - started
    say(f"its {len(held.tables)} tables and {len(held.marts)} marts say the same ({seconds:.1f} s)")


def _require_same(database: Database, name: str, snapshot: Snapshot, written: Archive) -> None:
    found: list[str] = []
    for _ in range(TRIES):
        found = _differences(database, name, snapshot, written)
        if not found:
            return
    raise StackError(
        f"The backup does not say what the database says, and was not kept: {'; '.join(found)}. "
        "Look for damage of the database in its log, and with rift rebuild."
    )


def _differences(database: Database, name: str, snapshot: Snapshot, written: Archive) -> list[str]:
    """What the copy says otherwise, both asked now."""
    with (
        connected(database.owner_dsn) as source,
        connected(databases.url(database, name)) as copy,
        source.cursor() as cursor,
        copy.cursor() as copied,
    ):
        cursor.execute("set transaction snapshot %s", [snapshot.snapshot_id])
        cursor.execute(ENDLESS)
        copied.execute(ENDLESS)
        saved = contents.asked_again(cursor, written.manifest.contents)
        return contents.differences(saved, contents.contents(copied), same_moment=True)
