"""Fills an empty database from a dump: pg_restore writes SQL, psql runs it, and the first error ends both."""

import subprocess
import tempfile
import threading
from contextlib import suppress
from typing import IO, Final

from orchestration.stack.backup import programs
from orchestration.stack.backup.archive import CHUNK
from orchestration.stack.backup.programs import Programs
from orchestration.stack.errors import StackError

PSQL: Final = ("--no-psqlrc", "--no-password", "--quiet", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null")
# pg_restore of Postgres 17 and newer begins with settings of its own version, which an older server does not know.
UNKNOWN_BEFORE_17: Final = b"SET transaction_timeout = 0;\n"
# A dump has no statistics: without them the planner reads whole tables for a day of one SDR.
ANALYZE: Final = b"\nanalyze;\n"
HEADER_BYTES: Final = 4096


def load(chosen: Programs, database: str, dump: IO[bytes]) -> None:
    """Restore a dump into the database of that name. Raises `StackError` with what the server refused."""
    with (
        dump as content,
        tempfile.TemporaryFile() as errors,
        chosen.running(
            "pg_restore", ["--file=-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        ) as reader,
        chosen.running(
            "psql", PSQL, database, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors
        ) as server,
    ):
        feeder = threading.Thread(target=_feed, args=(content, reader.stdin), daemon=True)
        feeder.start()
        _pass_on(reader.stdout, server.stdin)
        # A pg_restore whose text nobody takes any more ends by that.
        codes = (server.wait(), reader.wait())
        feeder.join()
        if any(codes):
            raise StackError(f"The dump could not be restored: {programs.complaint(errors)}")


def _feed(content: IO[bytes], into: IO[bytes] | None) -> None:
    if into is None:
        raise AssertionError
    # Whoever reads has said why it ended.
    with suppress(BrokenPipeError), into:
        while chunk := content.read(CHUNK):
            into.write(chunk)


def _pass_on(sql: IO[bytes] | None, into: IO[bytes] | None) -> None:
    if sql is None or into is None:
        raise AssertionError
    with sql, suppress(BrokenPipeError), into:
        into.write(_header(sql).replace(UNKNOWN_BEFORE_17, b""))
        while chunk := sql.read(CHUNK):
            into.write(chunk)
        into.write(ANALYZE)


def _header(sql: IO[bytes]) -> bytes:
    """Up to the settings' end: nothing of the data is among it."""
    lines = b""
    while (line := sql.readline()) and len(lines) < HEADER_BYTES:
        lines += line
        if line == UNKNOWN_BEFORE_17:
            return lines
    return lines + line
