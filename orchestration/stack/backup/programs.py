"""Postgres's own programs: which of those on this machine will do, and how they are run.

The package brings those of Postgres 18, without TLS. A newer server, or one that demands TLS, needs others: on the
PATH, or where Linux distributions and Homebrew put them. Passwords go through the environment of the child alone.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from orchestration.stack import placement
from orchestration.stack.errors import StackError
from orchestration.stack.spawn import end_with_parent

# What the server's list of sessions calls ours.
SESSION: Final = "rift backup"
NEEDED: Final = ("pg_dump", "pg_restore", "psql")
PLACES: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")
ASK_SECONDS: Final = 20
SHOWN: Final = 600  # characters of what a failed program said


class Programs:
    """`pg_dump`, `pg_restore` and `psql` of one folder and major version; `environment` is what libpq reads."""

    def __init__(self, folder: Path, version: int, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.version = version
        self._environment = {"PATH": os.defpath, "LC_ALL": "C", "PGAPPNAME": SESSION} | dict(environment)

    @contextmanager
    def running(
        self,
        program: str,
        arguments: Sequence[str],
        database: str | None = None,
        **pipes: Any,  # noqa: ANN401  # of Popen
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """A program at work; when the block ends before it does, it is killed."""
        environment = self._environment | ({"PGDATABASE": database} if database else {})
        process = subprocess.Popen(
            [str(self.folder / program), *arguments],
            env=environment,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509  # one system call, no lock
            **pipes,
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with suppress(BrokenPipeError):
                        pipe.close()


def choose(needed: int, environment: Mapping[str, str]) -> Programs:
    """Programs of this major version of Postgres or a newer one, that the server lets in.

    Raises `StackError`, which says what is wrong with each that was found.
    """
    refused = []
    for folder in _folders():
        found = _version(folder)
        if found is None:
            continue
        chosen = Programs(folder, found, environment)
        if found < needed:
            refused.append(f"{folder} has {found}")
        elif said := _refusal(chosen):
            refused.append(f"{folder}: {said}")
        else:
            return chosen
    raise StackError(
        f"This needs pg_dump of Postgres {needed} or newer, and none will do ({'; '.join(refused) or 'none found'}). "
        f"Install the client programs (postgresql-client-{needed} on Debian and Ubuntu), and put them on the PATH."
    )


def complaint(errors: IO[bytes]) -> str:
    """What a program wrote to its file of errors, in short."""
    errors.seek(0)
    # These quote rows.
    quoting = ("DETAIL:", "CONTEXT:", "LINE ")
    said = errors.read().decode(errors="replace").splitlines()
    lines = [line.strip() for line in said if line.strip() and not line.startswith(quoting)]
    return " ".join(lines)[:SHOWN] or "it gave no reason"


def _folders() -> Iterator[Path]:
    embedded, on_path = placement.programs(), shutil.which("pg_dump")
    if embedded:
        yield embedded
    if on_path:
        yield Path(on_path).parent
    for pattern in PLACES:
        # The newest first: 18 before 9.
        folders = Path("/").glob(pattern.lstrip("/"))
        yield from sorted(folders, key=lambda folder: (len(str(folder)), str(folder)), reverse=True)


def _version(folder: Path) -> int | None:
    if not all(os.access(folder / program, os.X_OK) for program in NEEDED):
        return None
    with suppress(OSError, subprocess.SubprocessError):
        command = [str(folder / "pg_dump"), "--version"]
        said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=ASK_SECONDS).stdout
        if version := VERSION.search(said):
            return int(version[1])
    return None


def _refusal(chosen: Programs) -> str | None:
    """Why these programs cannot log in: one without TLS, mostly."""
    ask = ["--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--command", "select 1"]
    try:
        with chosen.running(
            "psql", ask, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as psql:
            _, said = psql.communicate(timeout=ASK_SECONDS)
            return None if psql.returncode == 0 else said.decode(errors="replace").strip()[:SHOWN] or "it cannot log in"
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
