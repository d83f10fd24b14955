"""Brings a database to the current raw schema: numbered SQL files, applied once each, forwards only.

Beside it, in `roles`, the database roles; here also the one repair that raw ever needs: re-basing `landed_xid` after a
dump was restored into another cluster, or into this one at an earlier time of its life.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg2
from psycopg2 import extensions, sql

from ingestion.migrations.roles import ROLES, make_role, restrict_temporary_tables

__all__ = ["MIGRATIONS", "MINIMUM_VERSION", "ROLES", "MigrationError", "migrate"]

MIGRATIONS: Final = Path(__file__).parent
MINIMUM_VERSION: Final = 14
# Any constant will do, as long as no other lock of Rift uses it.
MIGRATION_LOCK: Final = 0x52494654
RAW_TABLES: Final = (
    "raw.webhook_events",
    "raw.rejected_events",
    "raw.gamification_rules",
    "raw.published_ranks",
    "raw_roster.sdr_versions",
    "raw_hubspot.calls",
    "raw_hubspot.emails",
    "raw_hubspot.meetings",
    "raw_salesforce.tasks",
    "raw_salesforce.events",
    "raw.import_chunks",
    "raw.forgettings",
    "raw.weekly_reports",
    "raw.check_runs",
    "raw.notifications",
    "raw.notification_deliveries",
)
# What dbt keeps with such ids of its own.
KEPT_TABLES: Final = ("staging.stg_vendor__events", "intermediate.vendor_days_touched")
WATERMARKS: Final = "intermediate.settle_watermarks"


class MigrationError(Exception):
    """The database cannot be brought to the current schema; the message says what to do."""


def migrate(
    owner_dsn: str, passwords: Mapping[str, str], *, reset_passwords: bool = False, is_restored: bool = False
) -> list[str]:
    """Apply what is missing, in one transaction, and return the names of the migrations applied.

    `passwords` maps each of `ROLES` to the password that it gets when it is made, or with `reset_passwords`; otherwise
    a role keeps its own, since other installations on the server may log in with it. A database that was just filled
    from a dump `is_restored`; any other such one is told by its transaction ids. Raises `MigrationError` for a server
    that is too old or a database that a newer Rift has migrated, `psycopg2.Error` for what the server refuses.
    """
    with _transaction(owner_dsn) as cursor:
        _require_supported_server(cursor)
        cursor.execute("select pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        for role in ROLES:
            make_role(cursor, role, passwords[role], reset_password=reset_passwords)
        restrict_temporary_tables(cursor)
        applied = _apply_missing(cursor)
        if is_restored or has_ids_of_others(cursor):
            _rebase(cursor)
    return applied


def migration_names() -> list[str]:
    """All that this version knows, in their order."""
    return sorted(file.stem for file in MIGRATIONS.glob("[0-9]*.sql"))


@contextmanager
def _transaction(dsn: str) -> Iterator[extensions.cursor]:
    connection: extensions.connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def _require_supported_server(cursor: extensions.cursor) -> None:
    version = cursor.connection.server_version // 10_000
    if version < MINIMUM_VERSION:
        raise MigrationError(
            f"DATABASE_URL: this server is Postgres {version}; Rift needs {MINIMUM_VERSION} or newer. "
            "Upgrade it, or unset DATABASE_URL to use the embedded Postgres."
        )


def _apply_missing(cursor: extensions.cursor) -> list[str]:
    cursor.execute(
        "create schema if not exists raw;"
        " create table if not exists raw.schema_migrations ("
        " name text primary key, applied_at timestamptz not null default clock_timestamp())"
    )
    cursor.execute("select name from raw.schema_migrations")
    done = {name for (name,) in cursor.fetchall()}
    known = migration_names()
    if unknown := sorted(done - set(known)):
        raise MigrationError(
            f"This database has migrations that this version of Rift does not know ({', '.join(unknown)}): "
            "it was written by a newer Rift. Run that version; migrations only go forwards."
        )
    missing = [name for name in known if name not in done]
    for name in missing:
        cursor.execute((MIGRATIONS / f"{name}.sql").read_text(encoding="utf-8"))
        cursor.execute("insert into raw.schema_migrations (name) values (%s)", [name])
    return missing


def has_ids_of_others(cursor: extensions.cursor) -> bool:
    """Whether transaction ids are another cluster's, or ones that this cluster has yet to give out.

    The latter come from a copy of this cluster that went on longer: of one that was set back to a snapshot of its disk,
    say. Both have one identifier. Asking takes no transaction id.
    """
    cursor.execute("select system_identifier <> raw.system_identifier() from raw.cluster")
    if cursor.fetchone() != (False,):
        return True
    newest = [_newest(table, "landed_xid") for table in _tables(cursor)]
    cursor.execute("select to_regclass(%s) is not null", [WATERMARKS])
    if cursor.fetchone() == (True,):
        newest.append(_newest(WATERMARKS, "xid"))
    cursor.execute(
        # Our own id is past the snapshot, too, and what others have landed since we began is past our own.
        sql.SQL(
            "select greatest({}) > greatest(pg_current_xact_id_if_assigned(), pg_snapshot_xmax(pg_current_snapshot()))"
        ).format(sql.SQL(", ").join(newest))
    )
    return cursor.fetchone() == (True,)


def _newest(table: str, column: str) -> sql.Composed:
    """By its index: what is looked at has to cost nothing at each start. Postgres 14 has no max(xid8)."""
    return sql.SQL("(select {column} from {table} order by {column} desc limit 1)").format(
        column=sql.Identifier(column), table=_qualified(table)
    )


def _tables(cursor: extensions.cursor) -> list[str]:
    """Those that hold such ids and are there: dbt makes its own later, and old versions lack some of raw."""
    cursor.execute(
        "select name from unnest(%s) as name where to_regclass(name) is not null", [[*RAW_TABLES, *KEPT_TABLES]]
    )
    return [name for (name,) in cursor.fetchall()]


def _rebase(cursor: extensions.cursor) -> None:
    """Give restored rows transaction ids that this cluster has already used, in their old order.

    Transaction ids belong to a cluster. Rows restored from another one can carry ids from this one's future: they would
    stay unsettled until it got there, and every read would count them again from raw. Or ids from before a watermark
    that was this database's own, if the marts had been built before raw was restored: so nothing counts as settled.
    """
    tables = _tables(cursor)
    for table in tables:
        cursor.execute(sql.SQL("lock table {} in exclusive mode").format(_qualified(table)))
    cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1")
    (newest_allowed,) = cursor.fetchone()  # type: ignore[misc]  # a select without from has one row
    for table in tables:
        cursor.execute(
            sql.SQL(
                "with ranked as (select landed_xid, row_number() over (order by landed_xid) as position"
                " from (select distinct landed_xid from {table}) as used)"
                " update {table} as landed"
                " set landed_xid = least(ranked.position + 3, %s)::text::xid8"
                " from ranked where ranked.landed_xid = landed.landed_xid"
            ).format(table=_qualified(table)),
            [newest_allowed],
        )
    cursor.execute("select to_regclass(%s) is not null", [WATERMARKS])
    if cursor.fetchone() == (True,):
        cursor.execute(sql.SQL("delete from {}").format(_qualified(WATERMARKS)))
    cursor.execute("update raw.cluster set system_identifier = raw.system_identifier(), noted_at = now()")
    # What was restored may be other items than those of which events were made.
    cursor.execute("select raw.interpret_pending()")


def _qualified(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))
