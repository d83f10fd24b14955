"""Databases beside the warehouse: one to try a restore in, and the change of places that ends one.

All are named after the warehouse, so that what a killed command left is found by the next one and dropped.
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import errors, extensions, sql

from orchestration.stack import files, placement
from orchestration.stack.database import LONGEST_NAME, Database
from orchestration.stack.errors import StackError

# Whose only users we are; what follows is drawn at random.
SCRATCH: Final = "_scratch_"
# Where one is connected to make, rename and drop others.
MAINTENANCE: Final = ("postgres", "template1")
CONNECT_SECONDS: Final = 5
# Indexes that are built anew sort on disk.
HEADROOM: Final = 1.2


def url(database: Database, name: str) -> str:
    """The owner's URL of another database on the warehouse's server."""
    return urlunsplit(urlsplit(database.owner_dsn)._replace(path=f"/{quote(name, safe='')}"))


def named_after(name: str, ending: str) -> str:
    """A name that Postgres does not cut off."""
    room = LONGEST_NAME - len(ending.encode())
    return name.encode()[:room].decode(errors="ignore") + ending


@contextmanager
def server(database: Database) -> Iterator[extensions.cursor]:
    """A cursor outside of the warehouse; each statement is a transaction of its own."""
    for name in MAINTENANCE:
        try:
            connection = psycopg2.connect(url(database, name), connect_timeout=CONNECT_SECONDS)
            break
        except psycopg2.OperationalError:
            continue
    else:
        raise StackError(
            "The user of DATABASE_URL can connect to neither the database postgres nor template1 of that server; "
            "one of them is needed to make others."
        )
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


@contextmanager
def session(dsn: str) -> Iterator[extensions.cursor]:
    """A cursor inside of a database; what it does is one transaction."""
    connection = psycopg2.connect(dsn, connect_timeout=CONNECT_SECONDS)
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the server refuses into a plain message, without the rows that it may quote."""
    try:
        yield
    except psycopg2.Error as error:
        said = error.diag.message_primary if error.diag else None
        raise StackError(f"The database refused: {said or type(error).__name__}.") from None


def require_room(database: Database, size: int) -> None:
    """Refuse to fill the disk of the embedded server with a database of `size` bytes beside the warehouse.

    A server elsewhere does not say how much room it has.
    """
    if database.cluster is None:
        return
    disk = os.statvfs(placement.remembered(database.home))
    free, needed = disk.f_bavail * disk.f_frsize, int(size * HEADROOM) + files.REQUIRED_BYTES
    if free < needed:
        raise StackError(
            f"The disk of the database has {free // 2**20} MB free, and a copy of it takes {needed // 2**20} MB. "
            "Free some space; rift backup --no-verify makes no copy there."
        )


@contextmanager
def scratch(database: Database) -> Iterator[str]:
    """A new, empty database like the warehouse; dropped at the end unless it has got another name."""
    drop_left_behind(database)
    name = named_after(database.name, f"{SCRATCH}{secrets.token_hex(4)}")
    with server(database) as cursor:
        cursor.execute(_creation(cursor, database.name, name))
    try:
        yield name
    finally:
        with server(database) as cursor:
            drop(cursor, name)


def drop(cursor: extensions.cursor, name: str) -> None:
    """Drop a database that is nobody else's, if there is one."""
    cursor.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def drop_left_behind(database: Database) -> None:
    """Drop what killed commands left, unless somebody is connected to it."""
    prefix = named_after(database.name, f"{SCRATCH}{'0' * 8}")[:-8]
    with server(database) as cursor:
        cursor.execute("select datname from pg_database where datname ~ %s", [f"^{_escaped(prefix)}[0-9a-f]{{8}}$"])
        for (name,) in cursor.fetchall():
            with suppress(errors.ObjectInUse):
                cursor.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def exists(cursor: extensions.cursor, name: str) -> bool:
    cursor.execute("select 1 from pg_database where datname = %s", [name])
    return cursor.fetchone() is not None


def users(cursor: extensions.cursor, names: Sequence[str]) -> list[str]:
    """Who is connected to these databases, as role and program."""
    cursor.execute(
        "select distinct usename || coalesce(' (' || nullif(application_name, '') || ')', '') from pg_stat_activity"
        " where datname = any(%s) and pid <> pg_backend_pid() and usename is not null"
        # Null to a user who may not know.
        " and coalesce(backend_type, 'client backend') = 'client backend' order by 1",
        [list(names)],
    )
    return [str(user) for (user,) in cursor.fetchall()]


def rename(cursor: extensions.cursor, names: Sequence[tuple[str, str]]) -> None:
    """Give databases other names, all of them or none. Raises `psycopg2.errors.ObjectInUse` while one is used."""
    cursor.execute("begin")
    try:
        for old, new in names:
            cursor.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(old), sql.Identifier(new)))
        cursor.execute("commit")
    except BaseException:
        cursor.execute("rollback")
        raise


def _creation(cursor: extensions.cursor, like: str, name: str) -> sql.Composed:
    """With the encoding and the locale of another: they decide in which order text stands."""
    cursor.execute(
        "select to_jsonb(kept), pg_encoding_to_char(encoding) from pg_database as kept where datname = %s", [like]
    )
    known, encoding = cursor.fetchall()[0]
    options = {"encoding": encoding, "lc_collate": known["datcollate"], "lc_ctype": known["datctype"]}
    provider = known.get("datlocprovider", "c")
    locale = known.get("datlocale") or known.get("daticulocale")
    if provider != "c":
        options["locale_provider"] = {"i": "icu", "b": "builtin"}[provider]
        options["icu_locale" if provider == "i" else "builtin_locale"] = locale
    told = [sql.SQL("{} {}").format(sql.SQL(option), sql.Literal(value)) for option, value in options.items()]
    return sql.SQL("create database {} template template0 {}").format(sql.Identifier(name), sql.SQL(" ").join(told))


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if not (letter.isalnum() or letter == "_") else letter for letter in text)
