"""Brings a backup back: into a database beside the warehouse, which then takes its place.

What is there stays as it is until the new one is whole, compared with the manifest, at this version's schema, and
re-based to this cluster's transaction ids. Then both change names, in one transaction. Killed before, nothing has
happened but that the next restore drops a database that nobody knows; killed after, it is done.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg2
from psycopg2 import errors, extensions

from ingestion.migrations import migrate
from ingestion.migrations.roles import make_role
from orchestration.stack.backup import archive, contents, databases, manifest, owners, programs
from orchestration.stack.backup.archive import Archive
from orchestration.stack.backup.home import Home
from orchestration.stack.backup.loading import load
from orchestration.stack.backup.manifest import Contents, Manifest
from orchestration.stack.database import Database
from orchestration.stack.errors import StackError
from orchestration.stack.up import Stack

# What nobody could bring back if it were lost. A roster and the results of checks are not among it: with those alone, a
# database is as good as new.
FACTS: Final = """
select exists (select from raw.webhook_events) or exists (select from raw.rejected_events)
    or exists (select from raw.gamification_rules where changed_by <> 'seed')
    or exists (select from raw.published_ranks)
    or exists (select from raw_hubspot.calls) or exists (select from raw_hubspot.emails)
    or exists (select from raw_hubspot.meetings) or exists (select from raw_salesforce.tasks)
    or exists (select from raw_salesforce.events)
"""

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

    Raises `StackError`; then the warehouse is what it was.
    """
    with archive.opened(path) as found, _alone(stack):
        found.require_whole()
        say(f"{path} is whole: {found.manifest.event_count:,} accepted items as of {found.manifest.made_at:%F %T} UTC")
        with stack.database.running():
            return _into(stack, found, say, replace=replace)


@contextmanager
def _alone(stack: Stack) -> Iterator[None]:
    if not stack.record.claim():
        raise StackError("Rift runs on this RIFT_HOME: stop it with rift down, and restore then.")
    try:
        yield
    finally:
        stack.record.release()


def _into(stack: Stack, found: Archive, say: Say, *, replace: bool) -> Restored:
    database = stack.database
    with databases.server(database) as cursor:
        _require_fitting(cursor, database, found.manifest)
        _require_nobody(cursor, database)
    forgotten_count, is_empty = _require_free(database, found.manifest, replace=replace)
    chosen = programs.choose(found.manifest.origin.server_version, database.libpq_variables("owner"))
    with databases.scratch(database) as name:
        dsn = databases.url(database, name)
        _make_roles(dsn, database)
        started = time.monotonic()
        with owners.stand_in(dsn, found.manifest.origin.owner):
            load(chosen, name, found.open(manifest.DUMP))
        say(f"restored the database ({time.monotonic() - started:.1f} s)")
        _compare(dsn, found.manifest, say)
        for migration in migrate(dsn, database.passwords()):
            say(f"applied migration {migration}")
        brought = Home(stack.settings).bring_back(found)
        kept = _change_places(database, name)
    if is_empty:
        with databases.server(database) as cursor:
            databases.drop(cursor, kept)
    database.migrate()
    return Restored(found.manifest, None if is_empty else kept, brought, forgotten_count)


def _require_fitting(cursor: extensions.cursor, database: Database, told: Manifest) -> None:
    cursor.execute("select current_setting('server_version_num')::integer")
    server = cursor.fetchall()[0][0] // 10_000
    if server < told.origin.server_version // 10_000:
        raise StackError(
            f"The backup is of Postgres {told.origin.server_version // 10_000}, and this server is Postgres {server}: "
            "a dump only goes to the same or a newer one."
        )
    name = databases.warehouse(database)
    cursor.execute("select pg_has_role(datdba, 'usage'), current_user from pg_database where datname = %s", [name])
    owned, user = cursor.fetchall()[0]
    if not owned:
        raise StackError(
            f"The user {user} does not own the database {name}, which is to get another name. As a superuser, run: "
            f'alter database "{name}" owner to "{user}"'
        )


def _require_nobody(cursor: extensions.cursor, database: Database) -> None:
    names = [databases.warehouse(database), database.dagster_database]
    if users := databases.users(cursor, names):
        raise StackError(
            f"Somebody uses the database: {', '.join(users)}. What landed while it is restored would not be in it: "
            "end these first (receivers on other machines, rift run, rift exec, dashboards)."
        )


def _require_free(database: Database, told: Manifest, *, replace: bool) -> tuple[int, bool]:
    """How often somebody was forgotten since the backup, and whether nothing at all is there; refuses events."""
    connection = psycopg2.connect(database.owner_dsn, connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            origin = contents.origin(cursor)
            if origin is None:
                cursor.execute(contents.TABLES)
                return 0, cursor.fetchone() is None
            cursor.execute(FACTS)
            if cursor.fetchone() == (True,) and not replace:
                raise StackError(
                    f"The database {origin.name} holds events. rift restore --replace puts the backup in its place, "
                    "and keeps it under another name."
                )
            cursor.execute("select count(*) from raw.forgettings where forgotten_at > %s", [told.made_at])
            return int(cursor.fetchall()[0][0]), False
    except errors.UndefinedTable:
        # Of an older version, so that one cannot say: as if it held some.
        if not replace:
            raise StackError(
                "The database is of an older version of Rift. Start it once with rift up, or use --replace."
            ) from None
        return 0, False
    finally:
        connection.close()


def _make_roles(dsn: str, database: Database) -> None:
    """The roles that the dump gives things to, with passwords of this installation where they are new."""
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            for role, password in database.passwords().items():
                make_role(cursor, role, password, reset_password=False)
    finally:
        connection.close()


def _compare(dsn: str, told: Manifest, say: Say) -> None:
    """Hold every table, and every mart that does not go by the clock, to what the manifest says of them."""
    started = time.monotonic()
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        with connection.cursor() as cursor:
            tables = contents.tables(cursor)
            # Undone below. Settled rows are believed where the watermark is this cluster's own: as the source did.
            cursor.execute("update raw.cluster set system_identifier = raw.system_identifier()")
            held = Contents(tables=tables, marts=contents.marts(cursor), objects=contents.objects(cursor))
        connection.rollback()
    finally:
        connection.close()
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


def _change_places(database: Database, name: str) -> str:
    """Give the restored database the warehouse's name, and that one and Dagster's another; returns it."""
    warehouse, dagster = databases.warehouse(database), database.dagster_database
    stamp = datetime.now(UTC).strftime("%Y%m%dt%H%M%S")
    kept = databases.named_after(warehouse, f"_before_{stamp}")
    names = [(warehouse, kept), (name, warehouse)]
    with databases.server(database) as cursor:
        # Its runs and cursors tell of what has landed in the other one.
        if databases.exists(cursor, dagster):
            names.append((dagster, databases.named_after(warehouse, f"_before_{stamp}_dagster")))
        try:
            databases.rename(cursor, names)
        except errors.ObjectInUse:
            raise StackError(
                "Somebody began to use the database while it was restored, so it stays as it was. End these first: "
                f"{', '.join(databases.users(cursor, [warehouse, dagster])) or 'they are gone again'}."
            ) from None
    return kept
