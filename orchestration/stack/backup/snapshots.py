"""One moment of a database, held still for as long as it takes to read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import psycopg2
from psycopg2 import extensions

from orchestration.stack.backup.programs import SESSION

# Millions of rows take minutes, and meanwhile nothing else happens in the transaction of the snapshot.
ENDLESS: Final = (
    "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local lock_timeout = 0"
)


@dataclass(frozen=True)
class Snapshot:
    """A moment that stays readable, for others under its id, as long as the transaction of `cursor`."""

    cursor: extensions.cursor
    snapshot_id: str
    made_at: datetime


@contextmanager
def connected(dsn: str) -> Iterator[extensions.connection]:
    """A connection whose transactions are of one snapshot each, and write nothing."""
    connection = psycopg2.connect(dsn, connect_timeout=5, application_name=SESSION)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        yield connection
    finally:
        connection.close()


def begin(connection: extensions.connection) -> Snapshot:
    """Take a snapshot. It has no transaction id: it holds no watermark back."""
    cursor = connection.cursor()
    cursor.execute(f"{ENDLESS}; select pg_export_snapshot(), now()")
    snapshot_id, made_at = cursor.fetchall()[0]
    return Snapshot(cursor, snapshot_id, made_at.astimezone(UTC))
