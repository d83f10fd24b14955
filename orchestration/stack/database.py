"""The database of the stack, embedded or the operator's own: its URLs for each role, and what it must be able to do."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import psycopg2
from psycopg2 import extensions, sql

from ingestion.migrations import MINIMUM_VERSION, ROLES, MigrationError, migrate
from ingestion.migrations.roles import make_role
from orchestration.stack import files
from orchestration.stack.errors import StackError
from orchestration.stack.postgres import Cluster
from orchestration.stack.settings import Settings

DAGSTER: Final = "rift_dagster"
LONGEST_NAME: Final = 63  # bytes; Postgres cuts off the rest
PASSWORDS: Final = "role_passwords.json"
CONNECT_SECONDS: Final = 5
# Settings of a connection that libpq takes from a URL, and from these variables where a tool builds its own.
LIBPQ_VARIABLES: Final = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "channel_binding": "PGCHANNELBINDING",
    "options": "PGOPTIONS",
}


class Database:
    """Knows every URL without connecting to anything."""

    def __init__(self, settings: Settings) -> None:
        self.home = settings.rift_home
        self.cluster = None if settings.database_url else Cluster(settings.rift_home, settings.postgres_port)
        self._owner_url = settings.database_url.get_secret_value() if settings.database_url else None

    @property
    def owner_dsn(self) -> str:
        return self._owner_url or Cluster.owner_dsn.fget(self.cluster)  # type: ignore[attr-defined]  # one of the two

    def dsn(self, role: str) -> str:
        """The libpq URL of owner, transform, ingest, hud, analyst or dagster (which has a database of its own)."""
        if role == "owner":
            return self.owner_dsn
        name = f"rift_{role}"
        url = urlsplit(self.owner_dsn)
        address = url.netloc.rpartition("@")[2]
        query = urlencode(
            [item for item in parse_qsl(url.query) if item[0] not in ("user", "password")], quote_via=quote
        )
        path = f"/{quote(self.dagster_database, safe='')}" if name == DAGSTER else url.path
        netloc = f"{name}:{self.passwords()[name]}@{address}"
        return urlunsplit(("postgresql", netloc, path, query, ""))

    @property
    def name(self) -> str:
        """The warehouse's."""
        return unquote(urlsplit(self.owner_dsn).path.strip("/"))

    @property
    def dagster_database(self) -> str:
        """Dagster's own database, named after the warehouse's: a server may hold several warehouses."""
        name = f"{self.name}_dagster"
        if len(name.encode()) > LONGEST_NAME:
            raise StackError(f"DATABASE_URL: Dagster's database would be {name}: too long. Use one of a shorter name.")
        return name

    def passwords(self) -> dict[str, str]:
        """The password of each role of ours, made on first use and kept where only this user reads it."""
        path = self.home / PASSWORDS
        kept = files.read_json(path)
        if missing := [role for role in (*ROLES, DAGSTER) if role not in kept]:
            made = kept | {role: secrets.token_hex(24) for role in missing}
            # Two commands may be the first one at the same time: both then use what one of them wrote.
            files.write_private(path, json.dumps(made), replace=bool(kept))
            kept = files.read_json(path)
        return kept

    def connection_variables(self) -> dict[str, str]:
        """What the dbt profile and `psql` read, for the role that transforms."""
        url = urlsplit(self.dsn("transform"))
        name = unquote(url.path.strip("/"))
        host, port, password = url.hostname or "", str(url.port or 5432), url.password or ""
        found = {
            "RIFT_DB_HOST": host,
            "RIFT_DB_PORT": port,
            "RIFT_DB_NAME": name,
            "RIFT_TRANSFORM_USER": "rift_transform",
            "RIFT_TRANSFORM_PASSWORD": password,
        }
        return found | {LIBPQ_VARIABLES[key]: value for key, value in parse_qsl(url.query) if key in LIBPQ_VARIABLES}

    def libpq_variables(self, role: str) -> dict[str, str]:
        """What a client of libpq reads in place of a URL, which all users of the machine would see in its arguments."""
        url = urlsplit(self.dsn(role))
        found = {
            "PGHOST": url.hostname or "",
            "PGPORT": str(url.port or 5432),
            "PGDATABASE": unquote(url.path.strip("/")),
            "PGUSER": unquote(url.username or ""),
            "PGPASSWORD": unquote(url.password or ""),
        }
        return found | {LIBPQ_VARIABLES[key]: value for key, value in parse_qsl(url.query) if key in LIBPQ_VARIABLES}

    def start(self) -> None:
        """Bring up the embedded server, or make sure that the operator's own will do."""
        if self.cluster:
            # Not bound to this process: other commands may come to use it, and stay longer.
            self.cluster.start(bound=False)
        else:
            require_usable(self.owner_dsn)

    def leave(self) -> None:
        """End what `start` began; the embedded server stays up for others that use it."""
        if self.cluster:
            self.cluster.leave()

    def is_up(self) -> bool:
        """Whether the owner can connect right now."""
        try:
            psycopg2.connect(self.owner_dsn, connect_timeout=CONNECT_SECONDS).close()
        except psycopg2.Error:
            return False
        return True

    def migrate(self, *, reset_passwords: bool = False) -> list[str]:
        """Apply the raw migrations, make Dagster's own database, and make sure that every role can log in.

        The roles belong to the whole server: without `reset_passwords`, one that is there keeps its password.
        """
        passwords = self.passwords()
        try:
            applied = migrate(self.owner_dsn, passwords, reset_passwords=reset_passwords)
            with _session(self.owner_dsn) as cursor:
                make_role(cursor, DAGSTER, passwords[DAGSTER], reset_password=reset_passwords)
                _make_dagster_database(cursor, self.dagster_database)
        except MigrationError as error:
            raise StackError(str(error)) from error
        except psycopg2.Error as error:
            raise StackError(f"The database refused a migration: {plain(error, self.owner_dsn)}") from None
        self._require_logins()
        return applied

    def _require_logins(self) -> None:
        for name in (*ROLES, DAGSTER):
            dsn = self.dsn(name.removeprefix("rift_"))
            try:
                psycopg2.connect(dsn, connect_timeout=CONNECT_SECONDS).close()
            except psycopg2.OperationalError as error:
                raise StackError(
                    f"The role {name} cannot log in: {plain(error, dsn)}. If it exists on this server with another "
                    f"password, copy {PASSWORDS} of the RIFT_HOME that made it to {self.home / PASSWORDS}; or run "
                    "rift migrate --reset-passwords, which cuts every other RIFT_HOME on this server off."
                ) from None

    def question(self, query: str, role: str = "owner") -> tuple[object, ...] | None:
        """The first row of an answer."""
        with _session(self.dsn(role)) as cursor:
            cursor.execute(query)
            return cursor.fetchone()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Use the database, bringing the embedded server up when nobody else has; who leaves it last stops it."""
        try:
            self.start()
            yield
        finally:
            self.leave()


@contextmanager
def _session(dsn: str) -> Iterator[extensions.cursor]:
    connection = psycopg2.connect(dsn, connect_timeout=CONNECT_SECONDS)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def plain(error: Exception, url: str) -> str:
    """What the server or libpq said, without the URL or the part of it that holds the password."""
    text = " ".join(str(error).split()).replace(url, "***")
    password = urlsplit(url).password
    return text.replace(f":{password}@", ":***@") if password else text


def require_usable(url: str) -> None:
    """Raise `StackError`, with what to do, for a server of the operator's that will not do."""
    hint = "Correct DATABASE_URL, or unset it to use the embedded Postgres."
    try:
        with _session(url) as cursor:
            version = cursor.connection.server_version // 10_000
            if version < MINIMUM_VERSION:
                raise StackError(
                    f"DATABASE_URL: this server is Postgres {version}; Rift needs {MINIMUM_VERSION} or newer. "
                    "Upgrade it, or unset DATABASE_URL to use the embedded Postgres."
                )
            cursor.execute(
                "select rolsuper or (rolcreaterole and rolcreatedb"
                " and has_database_privilege(current_database(), 'create')), current_user, current_database()"
                " from pg_roles where rolname = current_user"
            )
            allowed, user, name = cursor.fetchone() or (False, "?", "?")
    except psycopg2.OperationalError as error:
        raise StackError(f"DATABASE_URL: cannot connect: {plain(error, url)}. {hint}") from None
    except psycopg2.ProgrammingError:
        # libpq repeats the part of the URL that it could not read, which may be the password.
        raise StackError(
            f"DATABASE_URL is not a URL that libpq can read (is a character not %-encoded?). {hint}"
        ) from None
    except psycopg2.Error as error:
        raise StackError(f"DATABASE_URL: the server failed: {plain(error, url)}. {hint}") from None
    if not allowed:
        raise StackError(
            f"DATABASE_URL: the user {user} must be able to create roles, databases and schemas. As a superuser, run: "
            f'alter role "{user}" createrole createdb; grant create on database "{name}" to "{user}"'
        )


def _make_dagster_database(cursor: extensions.cursor, name: str) -> None:
    cursor.execute("select 1 from pg_database where datname = %s", [name])
    if cursor.fetchone() is not None:
        return
    role, database = sql.Identifier(DAGSTER), sql.Identifier(name)
    cursor.execute(sql.SQL("create database {} owner {}").format(database, role))
    cursor.execute(sql.SQL("revoke all on database {} from public").format(database))
