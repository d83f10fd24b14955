"""The file of a backup: a tar that `tar` can list, which ends with its manifest.

It is written under another name, flushed to the disk and only then given its own: a file with the name of a backup is
whole. Nothing of a file is believed before all of it has been compared with its manifest.
"""

import errno
import fcntl
import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, Final

from orchestration.stack.backup import manifest
from orchestration.stack.backup.manifest import Manifest, Member
from orchestration.stack.errors import StackError

CHUNK: Final = 1024 * 1024
# Above that it is no manifest; real ones take some kilobytes.
MANIFEST_BYTES: Final = 16 * 1024 * 1024
# What may stand in a backup beside the dump.
FOLDERS: Final = ("spool", "hud_assets", "secrets")
# How the name of a half begins and ends, that of nobody else's file.
HALF: Final = (".rift-backup-", ".part")

Progress = Callable[[int], None]


class Writer:
    """Adds members, one after the other; `path` is where they are until the backup gets its name."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self.members: dict[str, Member] = {}
        self._file = file

    def add(self, name: str, content: IO[bytes], progress: Progress = lambda _: None) -> Member:
        """Copy `content` to its end; its size need not be known before. `progress` is told the bytes so far."""
        start = self._file.tell()
        header = tarfile.TarInfo(name)
        header.mode = 0o600
        # It is written when the size is known, which it holds in the same room.
        self._file.write(bytes(len(header.tobuf(tarfile.GNU_FORMAT))))
        size, digest = 0, hashlib.sha256()
        while chunk := content.read(CHUNK):
            self._file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            progress(size)
        self._file.write(bytes(-size % tarfile.BLOCKSIZE))
        self._file.seek(start)
        header.size = size
        self._file.write(header.tobuf(tarfile.GNU_FORMAT))
        self._file.seek(0, os.SEEK_END)
        self.members[name] = Member(size=size, sha256=digest.hexdigest())
        return self.members[name]

    def finish(self) -> None:
        """Write the end of the tar, two empty blocks up to a whole record, and all of it to the disk."""
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))
        self._file.write(bytes(-self._file.tell() % tarfile.RECORDSIZE))
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """Write the backup `path`, for its owner's eyes only: there when the block ends, and not at all when it fails.

    The block finishes what it writes, and may then read it.
    """
    half = path.with_name(path.name.join(HALF))
    try:
        descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor is no path
            # Tells others that use the folder that somebody is at work on it.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield Writer(half, file)
            half.rename(path)
        flush_folder(path.parent)
    except OSError as error:
        if error.filename not in (None, half, str(half), str(path.parent)):
            raise StackError(f"Cannot read {error.filename}: {error.strerror}. No backup was made.") from error
        raise StackError(_unwritable(path, error)) from error
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete the halves that killed backups left in a folder; not those on which somebody is at work."""
    for half in folder.glob("*.tar".join(HALF)):
        with suppress(OSError), half.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            half.unlink()


def flush_folder(folder: Path) -> None:
    """Make what was named or unnamed in a folder last, where the file system can be told to."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


class Archive:
    """An opened backup whose manifest could be read."""

    def __init__(self, path: Path, tar: tarfile.TarFile, told: Manifest) -> None:
        self.path = path
        self.manifest = told
        self._tar = tar

    def names(self, folder: str) -> list[str]:
        """The members of one of `FOLDERS`."""
        return sorted(name for name in self.manifest.members if name.startswith(f"{folder}/"))

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a member."""
        return _content(self._tar, name, self.path)

    def require_whole(self, progress: Progress = lambda _: None) -> None:
        """Read every byte; raises `StackError` when one is not what the manifest says."""
        for name, member in self.manifest.members.items():
            size, digest = 0, hashlib.sha256()
            with self.open(name) as content:
                while chunk := content.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    progress(size)
            if (size, digest.hexdigest()) != (member.size, member.sha256):
                raise StackError(f"{self.path} is damaged: {name} is not what was written. Take another backup.")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a backup; raises `StackError` for a file that is none, a half of one, or of a newer Rift."""
    try:
        with tarfile.open(path, "r:") as tar:
            headers = tar.getmembers()
            if not headers or headers[-1].name != manifest.NAME or headers[-1].size > MANIFEST_BYTES:
                raise StackError(f"{path} is no whole backup: it does not end with a manifest.")
            with _content(tar, manifest.NAME, path) as content:
                told = manifest.read(content.read(), str(path))
            _require_listed(path, headers[:-1], told)
            yield Archive(path, tar, told)
    except tarfile.TarError:
        raise StackError(f"{path} is no backup of Rift, or a half of one.") from None
    except OSError as error:
        if error.filename not in (None, path, str(path)):
            raise
        raise StackError(f"Cannot read {path}: {error.strerror or error}.") from error


def _require_listed(path: Path, headers: list[tarfile.TarInfo], told: Manifest) -> None:
    """Names lead nowhere but into the known folders, and each is there once."""
    names = [header.name for header in headers]
    allowed = all(
        header.isreg() and (header.name == manifest.DUMP or _is_inside(PurePosixPath(header.name)))
        for header in headers
    )
    if not allowed or sorted(names) != sorted(told.members) or manifest.DUMP not in names:
        raise StackError(f"{path} is damaged: it does not hold what its manifest says.")


def _is_inside(name: PurePosixPath) -> bool:
    return len(name.parts) > 1 and name.parts[0] in FOLDERS and ".." not in name.parts and "\0" not in str(name)


def _content(tar: tarfile.TarFile, name: str, path: Path) -> IO[bytes]:
    content = tar.extractfile(name)
    if content is None:
        raise StackError(f"{path} is damaged: {name} is no file.")
    return content


def _unwritable(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = "the disk is full: free some space, or name another folder with --to"
    elif isinstance(error, FileExistsError):
        reason = "another backup writes it at this moment"
    else:
        reason = f"{error.strerror or error}: name another folder with --to"
    return f"Cannot write {path}: {reason}. No backup was made."
