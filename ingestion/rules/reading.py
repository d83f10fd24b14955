"""One read-only transaction on the marts: all that is computed in it is of one moment, and nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import extensions


@contextmanager
def snapshot(dsn: str) -> Iterator[extensions.cursor]:
    """A cursor as a role that reads the marts; how long a statement may take is that role's setting."""
    connection: extensions.connection = psycopg2.connect(
        dsn, connect_timeout=2, tcp_user_timeout=2000, application_name="rift rules reads"
    )
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
