"""Why a backup is not brought back: who is at work, what is there, which server it is."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

from psycopg2 import errors, extensions

from orchestration.stack.backup import contents, databases
from orchestration.stack.backup.manifest import Manifest
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
# Ids from here on are those of what was made after the server's own.
IS_EMPTY: Final = """
select not exists (
    select oid from pg_class where oid >= 16384
    union all select oid from pg_proc where oid >= 16384
    union all select oid from pg_type where oid >= 16384
    union all select oid from pg_namespace where oid >= 16384 and nspname !~ '^pg_'
    union all select oid from pg_extension where oid >= 16384
    union all select oid from pg_largeobject_metadata
)
"""


@contextmanager
def alone(stack: Stack) -> Iterator[None]:
    """Be the one supervisor of this RIFT_HOME, as rift up is: nothing of it is started meanwhile."""
    if not stack.record.claim():
        raise StackError("Rift runs on this RIFT_HOME: stop it with rift down, and restore then.")
    try:
        yield
    finally:
        stack.record.release()


def require_fitting(cursor: extensions.cursor, database: Database, told: Manifest) -> int:
    """The server must be able to take the dump, and the user to rename the warehouse; returns the server's version."""
    cursor.execute("select current_setting('server_version_num')::integer")
    server = cursor.fetchall()[0][0] // 10_000
    if server < told.origin.server_version // 10_000:
        raise StackError(
            f"The backup is of Postgres {told.origin.server_version // 10_000}, and this server is Postgres {server}: "
            "a dump only goes to the same or a newer one."
        )
    name = database.name
    cursor.execute("select pg_has_role(datdba, 'usage'), current_user from pg_database where datname = %s", [name])
    owned, user = cursor.fetchall()[0]
    if not owned:
        raise StackError(
            f"The user {user} does not own the database {name}, which is to get another name. As a superuser, run: "
            f'alter database "{name}" owner to "{user}"'
        )
    return int(server)


def require_roles(cursor: extensions.cursor, made: Collection[str], told: Manifest) -> None:
    """The server must know whom the dump gives things to, but for its owner and roles that will be `made`."""
    cursor.execute(
        "select role, format('create role %%I;', role) from unnest(%s::text[]) as role"
        " where to_regrole(quote_ident(role)) is null order by role",
        [[role for role in told.origin.roles if role not in (*made, told.origin.owner)]],
    )
    if missing := cursor.fetchall():
        raise StackError(
            f"The backup gives things to roles that this server lacks: {', '.join(role for role, _ in missing)}. "
            f"Make them, then restore: {' '.join(statement for _, statement in missing)}"
        )


def require_nobody(cursor: extensions.cursor, database: Database) -> None:
    """Nobody may be connected to the warehouse or to Dagster's database: it might write."""
    names = [database.name, database.dagster_database]
    if users := databases.users(cursor, names):
        raise StackError(
            f"Somebody uses the database: {', '.join(users)}. What landed while it is restored would not be in it: "
            "end these first (receivers on other machines, rift run, rift exec, dashboards)."
        )


def require_free(database: Database, told: Manifest, *, replace: bool) -> tuple[int, bool]:
    """How often somebody was forgotten since the backup, and whether nothing at all is there; refuses events."""
    try:
        with databases.session(database.owner_dsn) as cursor:
            origin = contents.origin(cursor)
            if origin is None:
                cursor.execute(IS_EMPTY)
                return 0, cursor.fetchone() == (True,)
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
