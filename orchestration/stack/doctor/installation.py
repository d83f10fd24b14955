"""What is examined: the settings, RIFT_HOME and the database, looked at without making anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import psycopg2
from psycopg2 import extensions

from ingestion.migrations.roles import ROLES
from orchestration.stack import files
from orchestration.stack.database import DAGSTER, PASSWORDS, Database, plain
from orchestration.stack.errors import StackError
from orchestration.stack.parts import Environment
from orchestration.stack.postgres import OWNER_PASSWORD
from orchestration.stack.record import Record
from orchestration.stack.settings import Settings

CONNECT_SECONDS: Final = 3
STATEMENT_SECONDS: Final = 4


class AwayError(Exception):
    """The database cannot be asked; the message says why, and holds no secret."""


@dataclass(frozen=True)
class Installation:
    """One RIFT_HOME and its database. Nothing in here writes, makes a folder or starts a process."""

    settings: Settings
    # Why a role found no connection: said once, and not waited for again by each probe.
    _away: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def home(self) -> Path:
        return self.settings.rift_home

    @cached_property
    def database(self) -> Database:
        return Database(self.settings)

    @cached_property
    def environment(self) -> Environment:
        return Environment(self.settings, self.database)

    @property
    def supervises(self) -> bool:
        """Whether a `rift up` runs on this home."""
        # Asking takes the lock for a moment, and would make its file.
        if not (self.home / "run" / "stack.lock").exists():
            return False
        return Record(self.home).supervisor() is not None

    def parts(self) -> dict[str, dict[str, Any]]:
        """What the supervisor wrote down of each part that it runs, or ran before it was killed."""
        found: dict[str, dict[str, Any]] = Record(self.home).read().get("parts", {})
        return found

    def dsn(self, role: str) -> str:
        """The URL of a role. Raises `AwayError` where its password would first have to be made."""
        try:
            if self.settings.database_url is None and not (self.home / OWNER_PASSWORD).exists():
                raise AwayError("there is no database yet: rift up makes it")
            if role != "owner" and not {*ROLES, DAGSTER} <= files.read_json(self.home / PASSWORDS).keys():
                raise AwayError(f"{PASSWORDS} does not have the password of every role")
            return self.database.dsn(role)
        except (StackError, OSError) as error:
            raise AwayError(str(error)) from None

    def ask(self, query: str, *parameters: object, role: str = "owner") -> list[tuple[Any, ...]]:
        """The rows of one statement that only reads, as a role, in time or not at all.

        Raises `AwayError` when there is no connection to be had, `psycopg2.Error` for what the server refuses.
        """
        with self.connection(role) as cursor:
            cursor.execute(query, parameters or None)
            return list(cursor.fetchall())

    @contextmanager
    def connection(self, role: str = "owner") -> Iterator[extensions.cursor]:
        """A session of a role in which nothing can be written."""
        connection = self._connect(role)
        try:
            # Each statement is a transaction without an id: looking holds no watermark back.
            connection.set_session(readonly=True, autocommit=True)
            with connection.cursor() as cursor:
                cursor.execute("set statement_timeout = %s", [f"{STATEMENT_SECONDS}s"])
                yield cursor
        finally:
            connection.close()

    def _connect(self, role: str) -> extensions.connection:
        dsn = self.dsn(role)
        if role not in self._away:
            try:
                return psycopg2.connect(dsn, connect_timeout=CONNECT_SECONDS, application_name="rift doctor")
            except psycopg2.OperationalError as error:
                self._away[role] = plain(error, dsn).rstrip(".?")
            except psycopg2.Error:
                # libpq repeats what it could not read, which may be the password.
                self._away[role] = "DATABASE_URL is not a URL that libpq can read"
        raise AwayError(self._away[role])
