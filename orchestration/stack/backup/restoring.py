"""Brings a backup back: into a database beside the warehouse, which then takes its place.

What is there stays as it is until the new one is whole, compared with the manifest, at this version's schema, and
re-based to this cluster's transaction ids. Then both change names, in one transaction. Killed before, nothing has
happened but that the next restore drops a database that nobody knows; killed after, only files may be missing, which
the same restore brings back.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg2
from psycopg2 import errors

from ingestion.migrations import MigrationError, migrate
from ingestion.migrations.roles import make_role
from orchestration.lib.notifications.ledger import drop_open
from orchestration.stack.backup import archive, contents, databases, likeness, manifest, owners, programs, refusing
from orchestration.stack.backup.archive import Archive
from orchestration.stack.backup.home import Home
from orchestration.stack.backup.loading import load
from orchestration.stack.backup.manifest import Manifest
from orchestration.stack.database import Database
from orchestration.stack.errors import StackError
from orchestration.stack.up import Stack

# The end of the name of what was there: when it was put aside.
PUT_ASIDE: Final = re.compile(r"_before_\d{8}t\d{6}$")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What became of the databases: `kept` is the new name of the one that was there."""

    manifest: Manifest
    kept: str | None
    brought: dict[str, int]
    forgotten_count: int


def restore(stack: Stack, path: Path, say: Say, *, replace: bool) -> Restored:
    """Bring the backup `path` back into the warehouse of the stack, which nobody may use meanwhile.

    Raises `StackError`; then the warehouse is what it was, unless the message says that it is restored.
    """
    with archive.opened(path) as found, refusing.alone(stack):
        found.require_whole()
        say(f"{path} is whole: {found.manifest.event_count:,} accepted items as of {found.manifest.made_at:%F %T} UTC")
        with stack.database.running(), databases.explained():
            return _into(stack, found, say, replace=replace)


def _into(stack: Stack, found: Archive, say: Say, *, replace: bool) -> Restored:
    database = stack.database
    with databases.server(database) as cursor:
        server = refusing.require_fitting(cursor, database, found.manifest)
        refusing.require_roles(cursor, database.passwords(), found.manifest)
        refusing.require_nobody(cursor, database)
    databases.require_room(database, found.manifest.origin.size)
    forgotten_count, is_empty = refusing.require_free(database, found.manifest, replace=replace)
    chosen = programs.choose(max(server, found.manifest.dumped_by), database.libpq_variables("owner"))
    with databases.scratch(database) as name:
        dsn = databases.url(database, name)
        _make_roles(dsn, database)
        started = time.monotonic()
        with owners.stand_in(dsn, found.manifest.origin.owner):
            load(chosen, name, found.open(manifest.DUMP))
        say(f"restored the database ({time.monotonic() - started:.1f} s)")
        _compare(dsn, found.manifest, say)
        _bring_up_to_date(dsn, database, say)
        _drop_notifications(dsn, say)
        kept = _change_places(database, name, say)
    if is_empty:
        with databases.server(database) as cursor:
            databases.drop(cursor, kept)
    try:
        brought = Home(stack.settings).bring_back(found)
        database.migrate()
    except StackError as error:
        raise StackError(f"The backup is restored. But: {error}") from error
    return Restored(found.manifest, None if is_empty else kept, brought, forgotten_count)


def _make_roles(dsn: str, database: Database) -> None:
    """The roles that the dump gives things to, with passwords of this installation where they are new."""
    with databases.session(dsn) as cursor:
        for role, password in database.passwords().items():
            make_role(cursor, role, password, reset_password=False)


def _bring_up_to_date(dsn: str, database: Database, say: Say) -> None:
    """This version's schema, and ids of transactions that this cluster has had: nothing lands before."""
    try:
        for migration in migrate(dsn, database.passwords(), is_restored=True):
            say(f"applied migration {migration}")
    except MigrationError as error:
        raise StackError(str(error)) from error


def _drop_notifications(dsn: str, say: Say) -> None:
    """What waited to be told when the backup was made has been told since, or is no news any more."""
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        if count := drop_open(connection):
            say(f"dropped {count} notifications that were not sent when the backup was made")
    finally:
        connection.close()


def _compare(dsn: str, told: Manifest, say: Say) -> None:
    """Hold every table, and every mart that does not go by the clock, to what the manifest says of them."""
    started = time.monotonic()
    with databases.session(dsn) as cursor:
        tables = contents.tables(cursor)
        # Undone below. Settled rows are believed where the watermark is this cluster's own: as the source did.
        cursor.execute("update raw.cluster set system_identifier = raw.system_identifier()")
        held = contents.with_tables(cursor, tables)
        cursor.connection.rollback()
    if found := contents.differences(told.contents, held, same_moment=False):
        raise StackError(
            f"What was restored is not what was saved: {'; '.join(found)}. The database is as it was. "
            "Take another backup."
        )
    lasting = sum(not mart.by_clock for mart in held.marts.values())
    say(
        f"{len(tables)} tables and the {lasting} marts that do not go by the clock say what was saved "
        f"({time.monotonic() - started:.1f} s)"
    )


def _change_places(database: Database, name: str, say: Say) -> str:
    """Give the restored database the warehouse's name, and that one and Dagster's another; returns it."""
    warehouse, dagster = database.name, database.dagster_database
    stamp = datetime.now(UTC).strftime("%Y%m%dt%H%M%S")
    kept = databases.named_after(warehouse, f"_before_{stamp}")
    names = [(warehouse, kept), (name, warehouse)]
    with databases.server(database) as cursor:
        for lost in likeness.carry_over(cursor, warehouse, name):
            say(f"not carried over to the restored database: {lost}")
        # Its runs and cursors tell of what has landed in the other one.
        if databases.exists(cursor, dagster):
            names.append((dagster, databases.named_after(warehouse, f"_before_{stamp}_dagster")))
        users = databases.users(cursor, [warehouse, dagster])
        try:
            if not users:
                databases.rename(cursor, names)
        except errors.ObjectInUse:
            users = databases.users(cursor, [warehouse, dagster]) or ["who is gone again"]
        if users:
            raise StackError(
                "Somebody began to use the database while it was restored, so it stays as it was. End these first: "
                f"{', '.join(users)}."
            )
    return kept


def drop_kept(database: Database, kept: str) -> None:
    """Drop what a restore has put aside, with Dagster's; raises `StackError` for anything else."""
    found = PUT_ASIDE.search(kept)
    with databases.explained(), databases.server(database) as cursor:
        if not found or kept != databases.named_after(database.name, found[0]) or not databases.exists(cursor, kept):
            raise StackError(f"There is no database {kept} that a restore has put aside.")
        for name in (kept, databases.named_after(database.name, f"{found[0]}_dagster")):
            databases.drop(cursor, name)
