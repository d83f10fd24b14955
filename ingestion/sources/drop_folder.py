"""The drop folder: which of its files are ready, and where they go with a report when they have been read."""

import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

# What people, browsers and copying programs call files that are still being written.
UNFINISHED: Final = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp")
# A file whose size has not changed for so long is taken to be whole.
QUIET_SECONDS: Final = 2.0
REPORT: Final = ".report.json"


class DropFolderError(Exception):
    """The folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Found:
    """A file in the folder, as it was when it was looked at."""

    name: str
    size: int
    modified: int
    inode: int


class DropFolder:
    """A folder with its `done` and `failed`, which are made when needed."""

    def __init__(self, path: Path) -> None:
        try:
            self.path = path.resolve(strict=True)
        except OSError as error:
            raise DropFolderError(f"RIFT_DROP_DIR: cannot use {path}: {error.strerror or error}.") from None
        if not self.path.is_dir():
            raise DropFolderError(f"RIFT_DROP_DIR: {path} is no folder.")

    def files(self) -> list[Found]:
        """Every regular file that has a finished name, by name. Links are left where they are: they lead elsewhere."""
        try:
            return sorted(self._found(), key=lambda found: found.name)
        except OSError as error:
            raise DropFolderError(f"RIFT_DROP_DIR: cannot read {self.path}: {error.strerror or error}.") from None

    def quiet_files(self, seconds: float = QUIET_SECONDS) -> list[Found]:
        """The files that nobody has written to for so long; waits as long when there are any."""
        before = set(self.files())
        if not before:
            return []
        time.sleep(seconds)
        return [found for found in self.files() if found in before]

    def links(self) -> list[str]:
        """The names of what is refused as it is no file of this folder."""
        with suppress(OSError), os.scandir(self.path) as entries:
            return sorted(entry.name for entry in entries if entry.is_symlink())
        return []

    def is_unchanged(self, found: Found) -> bool:
        return found in self.files()

    def finish(self, found: Found, report: dict[str, Any], *, failed: bool) -> Path:
        """Move a file away with its report beside it; the report is written first, so that none is without."""
        folder = self.path / ("failed" if failed else "done")
        if folder.is_symlink():
            raise DropFolderError(f"RIFT_DROP_DIR: {folder} is a symbolic link. Replace it by a folder.")
        try:
            folder.mkdir(exist_ok=True)
            target = self._free(folder, found.name)
            text = json.dumps(report, ensure_ascii=False, indent=1)
            target.with_name(target.name + REPORT).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
            (self.path / found.name).rename(target)
        except OSError as error:
            raise DropFolderError(f"RIFT_DROP_DIR: cannot write to {folder}: {error.strerror or error}.") from None
        return target

    def _found(self) -> Iterator[Found]:
        with os.scandir(self.path) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED):
                    continue
                # Gone meanwhile: somebody renamed it.
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield Found(entry.name, status.st_size, status.st_mtime_ns, status.st_ino)

    @staticmethod
    def _free(folder: Path, name: str) -> Path:
        """A name that no file there has: another of the same name may have come before."""
        path, number = folder / name, 1
        while path.exists() or path.is_symlink():
            number += 1
            path = folder / f"{Path(name).stem}.{number}{Path(name).suffix}"
        return path
