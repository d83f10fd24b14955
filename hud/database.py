"""The HUD's connections: a small pool as the read-only role, which can see the marts and nothing else."""

from typing import Any

import psycopg2
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

# A marts view that is missing, or one of an older shape: the build has not happened (yet).
NOT_BUILT = {"42P01", "3F000", "42703", "42501"}

CONNECT_OPTIONS: dict[str, Any] = {
    "application_name": "rift-hud",
    # libpq's least; a screen that waits longer than its own refresh says so itself.
    "connect_timeout": 2,
    # A peer that vanished without a word is given up after five seconds.
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
}


def open_engine(dsn: str, pool_size: int = 8) -> Engine:
    """An engine over the libpq URL `dsn` with so many connections at most; it connects at the first query, not here."""
    return create_engine(
        "postgresql+psycopg2://",
        creator=lambda: psycopg2.connect(dsn, **CONNECT_OPTIONS),
        poolclass=QueuePool,
        # Queries take milliseconds and are shared between sessions: few connections carry many screens.
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=2,
        # Few are in use at a time: always the same, which have their statements prepared.
        pool_use_lifo=True,
        pool_pre_ping=True,
        pool_recycle=600,
        # Single statements need no BEGIN and ROLLBACK around them.
        isolation_level="AUTOCOMMIT",
    )


def is_not_built(error: BaseException) -> bool:
    """Whether a query failed because the marts it reads do not exist yet."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "pgcode", None) in NOT_BUILT
