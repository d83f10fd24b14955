"""Where authenticated deliveries wait while the database is away: a folder with one file for each.

A file is written whole, flushed to the disk and only then given its name, so that a receiver that is killed leaves a
delivery or nothing. Its items have their raw_ids already: landing them a second time lands nothing.
"""

import contextlib
import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from ingestion.webhooks.events import new_id
from ingestion.webhooks.vendors import spool_files
from ingestion.webhooks.vendors.spool_files import SpoolItem

# A file takes whole blocks, however little it holds.
BLOCK_BYTES: Final = 4096
# How long the size of the folder, which others write to as well, is believed.
USAGE_SECONDS: Final = 1.0
# What a killed receiver left half-written.
ABANDONED_SECONDS: Final = 3600

logger = logging.getLogger("rift.webhooks")


class SpoolError(Exception):
    """The delivery could not be kept; the message says why."""


class Spool:
    """The folder, which several receivers may share; it is made when it is needed first."""

    def __init__(self, folder: Path, maximum_bytes: int) -> None:
        self.folder = folder
        self._maximum_bytes = maximum_bytes
        self._lock = threading.Lock()
        self._usage = (0, 0, 0)
        self._usage_at = float("-inf")

    def keep(self, items: Sequence[Any]) -> None:
        """Write a delivery down, durably; raises `SpoolError` when it is not."""
        content = spool_files.written(items)
        size = _blocks(len(content))
        try:
            with self._lock:
                count, damaged, used = self._measure()
                if used + size > self._maximum_bytes:
                    raise SpoolError(f"{self.folder} is full (WEBHOOK_SPOOL_MAX_BYTES): {count} deliveries wait there")
                self._usage = (count + 1, damaged, used + size)
            self._write(content)
        except OSError as error:
            raise SpoolError(f"cannot write to {self.folder}: {error.strerror or error}") from error

    def counts(self) -> tuple[int, int]:
        """How many deliveries wait, and how many were set aside."""
        with self._lock, contextlib.suppress(OSError):
            return self._measure()[:2]
        return 0, 0

    def names(self) -> list[str]:
        """The files that wait, oldest first."""
        try:
            return sorted(name for name in os.listdir(self.folder) if name.endswith(".json"))  # noqa: PTH208
        except FileNotFoundError:
            return []

    def read(self, name: str) -> list[SpoolItem]:
        """The items of a file; raises `ValueError` for one that is damaged, `OSError`, and `NewerFileError`."""
        return spool_files.read((self.folder / name).read_bytes())

    def remove(self, name: str) -> None:
        """Forget a file whose items have landed."""
        (self.folder / name).unlink(missing_ok=True)
        with self._lock:
            self._usage_at = float("-inf")

    def set_aside(self, name: str) -> None:
        """Keep a damaged file, for people to look at, out of the way."""
        (self.folder / name).rename(self.folder / f"{name}.damaged")
        logger.error("spool: %s is damaged and was set aside", self.folder / name)

    @contextlib.contextmanager
    def claimed(self) -> Iterator[bool]:
        """Whether this process alone lands from the folder now; the kernel ends it with the process."""
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            os.close(descriptor)

    def sweep(self) -> None:
        """Delete what was never finished; nobody was told that it was taken."""
        with contextlib.suppress(FileNotFoundError):
            for half in self.folder.glob(".*.part"):
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - half.stat().st_mtime > ABANDONED_SECONDS:
                        half.unlink()

    def _write(self, content: bytes) -> None:
        if not self.folder.is_dir():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _flush_folder(self.folder.parent)
        name = f"{new_id()}.json"
        half = self.folder / f".{name}.part"
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor is no path
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            half.rename(self.folder / name)
        except OSError:
            with contextlib.suppress(OSError):
                half.unlink()
            raise
        _flush_folder(self.folder)

    def _measure(self) -> tuple[int, int, int]:
        """Files that wait, damaged ones, and bytes in the folder, as of a second ago."""
        if time.monotonic() - self._usage_at > USAGE_SECONDS:
            found = []
            with contextlib.suppress(FileNotFoundError), os.scandir(self.folder) as entries:
                for entry in entries:
                    # One that another receiver has just landed has no size any more.
                    with contextlib.suppress(FileNotFoundError):
                        found.append((Path(entry.name).suffix, _blocks(entry.stat().st_size)))
            suffixes = [suffix for suffix, _ in found]
            self._usage = (suffixes.count(".json"), suffixes.count(".damaged"), sum(size for _, size in found))
            self._usage_at = time.monotonic()
        return self._usage


def _blocks(size: int) -> int:
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
