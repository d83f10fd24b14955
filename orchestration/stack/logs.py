"""One log file for each process: kept small, and shown when its process fails."""

import os
import shutil
from pathlib import Path
from typing import IO, Final

from orchestration.stack import files

LARGEST_BYTES: Final = 20 * 1024 * 1024  # with its predecessor, at most 40 MB a process
TAIL_BYTES: Final = 4096
TAIL_LINES: Final = 15


def opened(path: Path) -> IO[bytes]:
    """The log for appending, by its owner alone. A large one is set aside first."""
    with files.explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        keep_small(path)
        # Appending lets `keep_small` cut the file while its process runs.
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


def keep_small(path: Path) -> None:
    """Copy a log that has grown large to `<name>.1` and cut it."""
    if path.exists() and path.stat().st_size > LARGEST_BYTES:
        shutil.copyfile(path, path.with_name(path.name + ".1"))
        os.truncate(path, 0)


def tail(path: Path) -> str:
    """The last lines, for an error message."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-TAIL_LINES:])
