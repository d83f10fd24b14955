"""Keeps the tail short while much lands: settles between chunks of an import, unless somebody else does.

Reads stay right without it, but slow: 200,000 events that are not settled make the week's board take 2 s (measured).
"""

import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Final

import psycopg2

from orchestration.stack.errors import StackError

# At most so many events are settled at once, and wait for it, while the import goes on beside the settle.
SETTLED_FROM: Final = 50_000
WAITS_AT: Final = 100_000
POLL_SECONDS: Final = 0.5
# The same lock that every invocation of dbt takes (orchestration/lib/dbt.py): whoever has it is settling or building.
INVOCATION_LOCK: Final = 0x52494655
TAIL: Final = "select tail_event_count from intermediate.int_tail"
IS_SETTLING: Final = """
select exists (
    select 1 from pg_locks
    where locktype = 'advisory' and classid = 0 and objid = %s and objsubid = 1 and granted
    and database = (select oid from pg_database where datname = current_database())
)
"""


class Settler:
    """Watches how much an import has landed; `environment` is what dbt knows."""

    def __init__(self, dsn: str, environment: Mapping[str, str]) -> None:
        self._dsn = dsn
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._looked_at = 0

    def landed(self, count: int) -> None:
        """So many events have landed in all; waits while there are too many that are not settled."""
        if count - self._looked_at < SETTLED_FROM:
            return
        self._looked_at = count
        while (tail := self._tail()) >= SETTLED_FROM:
            if not self._is_settling():
                self._start()
            if tail < WAITS_AT:
                # Looked at again after half as many.
                self._looked_at -= SETTLED_FROM // 2
                return
            time.sleep(POLL_SECONDS)

    def finish(self) -> None:
        """Wait for the settle that is under way."""
        if self._process is not None:
            code = self._process.wait()
            self._process = None
            if code != 0:
                raise StackError("A settle failed: see what it printed above. rift import --no-settle does without.")

    def _start(self) -> None:
        self.finish()
        command = [sys.executable, "-m", "orchestration.lib.settle"]
        self._process = subprocess.Popen(command, env=dict(self._environment), stdin=subprocess.DEVNULL)

    def _is_settling(self) -> bool:
        if self._process is not None and self._process.poll() is None:
            return True
        return bool(self._ask(IS_SETTLING, INVOCATION_LOCK))

    def _tail(self) -> int:
        return int(str(self._ask(TAIL)))

    def _ask(self, query: str, *parameters: object) -> object:
        connection = psycopg2.connect(self._dsn, connect_timeout=5)
        try:
            connection.set_session(readonly=True, autocommit=True)
            with connection.cursor() as cursor:
                cursor.execute(query, parameters or None)
                return cursor.fetchall()[0][0]
        finally:
            connection.close()
