"""Files below RIFT_HOME: private, written whole or not at all, and locks on them."""

import errno
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from orchestration.stack.errors import StackError

# A new cluster takes 40 MB, its first WAL segments 32 MB, logs and a manifest the rest.
REQUIRED_BYTES: Final = 300 * 1024 * 1024


def make_home(home: Path) -> None:
    """Create RIFT_HOME. Others may pass through it to reach what they own in it, and may not list it."""
    with explained(home):
        home.parent.mkdir(parents=True, exist_ok=True)
        if not home.exists():
            home.mkdir()
            home.chmod(0o711)
        (home / "logs").mkdir(mode=0o700, exist_ok=True)
        (home / "run").mkdir(mode=0o700, exist_ok=True)


def require_space(home: Path) -> None:
    """Refuse to start on a disk that is as good as full: half of the stack would start and then fail."""
    usage = os.statvfs(home)
    free = usage.f_bavail * usage.f_frsize
    if free < REQUIRED_BYTES:
        raise StackError(
            f"The disk that holds RIFT_HOME ({home}) is full: {free // 2**20} MB are free, "
            f"{REQUIRED_BYTES // 2**20} MB are needed. Free some space, or set RIFT_HOME to a folder on another disk."
        )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a plain message."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason = "the disk is full: free some space, or set RIFT_HOME to a folder on another disk"
        elif isinstance(error, PermissionError):
            reason = (
                "this user may not write there: run rift as the owner of the folder, or set RIFT_HOME to another one"
            )
        else:
            reason = f"{error.strerror or error}: check RIFT_HOME"
        raise StackError(f"Cannot use {error.filename or path}: {reason}.") from error


def write_private(path: Path, text: str, *, replace: bool = True) -> None:
    """Write a file that only its owner can read; a reader sees the old text or the new, never a half.

    Without `replace`, a file that is already there stays as it is.
    """
    with explained(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                Path(name).replace(path)
            else:
                with suppress(FileExistsError):
                    path.hardlink_to(name)
        finally:
            Path(name).unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any]:
    """What `write_private` wrote as JSON; nothing when there is no such file."""
    try:
        with explained(path):
            value = json.loads(path.read_text(encoding="utf-8"))
    except StackError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return {}
        raise
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise StackError(f"{path} is damaged. Restore it from a backup of RIFT_HOME.")
    return value


def keep_secret(path: Path) -> str:
    """The secret kept in a 0600 file, made on first use."""
    if not path.exists():
        write_private(path, secrets.token_hex(32), replace=False)
    with explained(path):
        text = path.read_text(encoding="utf-8").strip()
    if not text:
        raise StackError(f"{path} is empty. Restore it from a backup of RIFT_HOME, or delete it to make a new one.")
    return text


class Lock:
    """A lock that the kernel drops with its holder, however that one ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: Any = None

    def acquire(self, *, wait: bool = False) -> bool:
        """Take the lock for this process alone; false when another has it and `wait` is off.

        From a shared lock it changes to this one; where it cannot, the shared one is lost too.
        """
        return self._lock(fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

    def share(self) -> None:
        """Hold the lock together with others who share it; waits for one that has it alone."""
        self._lock(fcntl.LOCK_SH)

    def _lock(self, operation: int) -> bool:
        with explained(self.path):
            if self._file is None:
                self._file = self.path.open("a+", encoding="utf-8")
            try:
                fcntl.flock(self._file, operation)
            except BlockingIOError:
                self.release()
                return False
            return True

    def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
