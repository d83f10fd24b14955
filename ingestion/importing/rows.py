"""What the readers of all formats hand over: rows, each a JSON document or the reason why it is none."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path
from typing import Final, Protocol

from ingestion.webhooks.parser import UnusableError

# Of what is longer, so much is kept with the rejection: enough to find it in the file.
KEPT_BYTES: Final = 2048


class FileError(Exception):
    """The file as a whole cannot be imported; the message says why and what to do, and nothing of it was landed."""


class ReaderError(Exception):
    """The file was not read to its end, through no fault of its rows; what was committed stays."""


@dataclass(slots=True)
class Row:
    """A row of the file: `body` is the event as JSON text, or with a problem the bytes that are none."""

    line: int
    body: bytes
    problem: UnusableError | None = None


class Rows(Protocol):
    """The rows of an opened file, in order; the same each time."""

    def __iter__(self) -> Iterator[Row]: ...

    @property
    def done(self) -> float:
        """Which part of the file has been read, from 0 to 1."""
        ...


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file, and no link, pipe or device, without waiting for anybody."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        reason = "it is a symbolic link" if path.is_symlink() else error.strerror or str(error)
        raise FileError(f"Cannot read {path}: {reason}.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileError(f"Cannot read {path}: it is no regular file.")
    return os.fdopen(descriptor, "rb")


def content_hash(file: BufferedReader) -> str:
    """The SHA-256 of an opened file, which is then at its beginning again."""
    file.seek(0)
    digest = file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest
