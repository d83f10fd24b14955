"""One running stack for one database: a second RIFT_HOME on one DATABASE_URL would share Dagster's queue of runs."""

from typing import Final

import psycopg2
from psycopg2 import errors, extensions

from orchestration.stack.errors import StackError

STACK_LOCK: Final = 0x52494658
# A supervisor that was just killed leaves its connection for some moments.
PATIENCE: Final = "5s"


class Tenancy:
    """A lock in the database, held by a connection for as long as a stack runs.

    A server that is restarted has forgotten it: it guards the start, when somebody makes the mistake.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: extensions.connection | None = None

    def claim(self) -> None:
        """Become the database's one stack. Raises `StackError` when there is another."""
        connection = psycopg2.connect(self._dsn, connect_timeout=5, application_name="rift up")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("set lock_timeout = %s", [PATIENCE])
                cursor.execute("select pg_advisory_lock(%s)", [STACK_LOCK])
        except errors.LockNotAvailable:
            connection.close()
            raise StackError(
                "DATABASE_URL: another stack (another RIFT_HOME, or another machine) runs on this database, and two "
                "would share Dagster's runs. Stop it with rift down there, or give this one a database of its own."
            ) from None
        self._connection = connection

    def release(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
