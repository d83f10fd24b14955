"""Files below RIFT_HOME that nobody needs any more. Reports, the spool, passwords and the database are none of them."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

# What processes say is cut at 20 MB while they run (stack/logs.py); these are of processes that run no more. dbt writes
# over what it has written of a model, and leaves what it wrote of one that is gone.
AGEING: Final = ("logs", "dbt/logs", "dbt/compiled", "dbt/run")
# A pull removes its folder when it ends, and the next one what a killed one left, personal data among it.
WORKING: Final = "dlt"
WORKED: Final = timedelta(days=1)


def unused(home: Path, now: datetime, age: timedelta) -> Iterator[Path]:
    """The files that nobody has written for so long, and what killed pulls left."""
    for name in AGEING:
        yield from _older(home / name, now - age)
    yield from _older(home / WORKING, now - WORKED)


def all_files(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it; links are not followed."""
    for path, _, names in os.walk(folder):
        yield from (Path(path) / name for name in names)


def delete(paths: Iterable[Path]) -> tuple[int, int]:
    """Delete files; returns how many, and their bytes. One that is gone, or that somebody holds, is passed over."""
    count = size = 0
    for path in paths:
        with contextlib.suppress(OSError):
            taken = path.lstat().st_size
            path.unlink()
            count, size = count + 1, size + taken
    return count, size


def remove_empty(folder: Path) -> None:
    """Remove a folder and those in it, as far as they are empty."""
    for path, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            Path(path).rmdir()


def _older(folder: Path, end: datetime) -> Iterator[Path]:
    for path in all_files(folder):
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime < end.timestamp():
                yield path
