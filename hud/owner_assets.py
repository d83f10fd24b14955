"""The files that browsers get: those of hud/static, and the owner's own in their place.

An owner drops files of the same names into a folder (docs/hud.md lists them). They are read whole and checked when they
change, so what is served was looked at, whatever happens to the folder meanwhile; no restart is needed.
"""

import hashlib
import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from hud.asset_kinds import KINDS, NAMES, problem_of, slot_of

STATIC: Final = Path(__file__).parent / "static"
LARGEST_BYTES: Final = 4 * 1024 * 1024
MOST_FILES: Final = 1000
LOOK_AGAIN_SECONDS: Final = 5.0
SYMBOL: Final = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)
log: Final = logging.getLogger("rift.hud")


@dataclass(frozen=True)
class File:
    """One file as it is sent."""

    content: bytes
    kind: str

    @cached_property
    def tag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:20]}"'


Seen = dict[str, tuple[int, int, int]]


class Files:
    """Our files by their path under app/static, with the owner's over them, and the version of the whole."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._ours = {
            path.relative_to(STATIC).as_posix(): File(path.read_bytes(), KINDS[path.suffix])
            for path in sorted(STATIC.rglob("*"))
            if path.is_file() and path.suffix in KINDS
        }
        self._seen: Seen = {}
        self._told: set[str] = set()
        self._looked_at = float("-inf")
        self._all = self._ours
        self._version = _version(self._ours)

    @property
    def version(self) -> str:
        """Changes whenever any file does, so that no browser mixes an old file with a new one."""
        self._look()
        return self._version

    def find(self, path: str) -> File | None:
        """What is sent for a path under app/static; nothing but what was found and checked has a path."""
        self._look()
        return self._all.get(path)

    def _look(self) -> None:
        if self._folder is None or time.monotonic() - self._looked_at < LOOK_AGAIN_SECONDS:
            return
        with self._lock:
            if time.monotonic() - self._looked_at < LOOK_AGAIN_SECONDS:
                return
            seen = dict(_listed(self._folder))
            if seen != self._seen:
                files = self._ours | self._theirs(self._folder, seen)
                # The files first: a version must never be older than what it names.
                self._all, self._version = files, _version(files)
                self._seen = seen
            self._looked_at = time.monotonic()

    def _theirs(self, folder: Path, seen: Seen) -> dict[str, File]:
        found: dict[str, File] = {}
        for name in sorted(seen):
            slot = slot_of(name, self._ours)
            if slot is None:
                self._tell(name, f"is no name that the HUD knows: it knows {NAMES}")
                continue
            try:
                found[slot] = _read(folder, name)
            except (OSError, ValueError) as error:
                self._tell(name, f"cannot be used: {error}. The HUD's own is used")
        if "icons.svg" in found:
            found["icons.svg"] = _completed(found["icons.svg"], self._ours["icons.svg"])
        return found

    def _tell(self, name: str, words: str) -> None:
        line = f"The owner's file {name!r} {words}."
        if line not in self._told:
            self._told.add(line)
            log.warning("%s", line)


def _listed(folder: Path) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """What lies in the folder, with what tells whether it has changed. Notes and hidden files are not asked for."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith(".") or name.lower().endswith((".txt", ".md", ".db", ".ini")):
                continue
            count += 1
            if count > MOST_FILES:
                return
            path = Path(place, name)
            try:
                now = path.stat()
            except OSError:
                yield path.relative_to(folder).as_posix(), (0, 0, 0)
            else:
                yield path.relative_to(folder).as_posix(), (now.st_mtime_ns, now.st_size, now.st_ino)


def _read(folder: Path, name: str) -> File:
    """One of the owner's files, whole and of the kind that its name says; raises where it is not."""
    path = (folder / name).resolve(strict=True)
    if not path.is_relative_to(folder.resolve()):
        raise ValueError("it leads out of the folder")
    if not path.is_file():
        raise ValueError("it is no plain file")
    with path.open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise ValueError(f"it is larger than {LARGEST_BYTES // 2**20} MB")
    suffix = Path(name).suffix.lower()
    problem = problem_of(content, suffix)
    if problem:
        raise ValueError(problem)
    return File(content, KINDS[suffix])


def _completed(theirs: File, ours: File) -> File:
    """The owner's sheet of icons, and ours for those that it does not draw."""
    text = theirs.content.decode("utf-8")
    drawn = set(re.findall(r'\bid="([^"]+)"', text))
    rest = "".join(symbol.group(0) for symbol in SYMBOL.finditer(ours.content.decode()) if symbol.group(1) not in drawn)
    head, end, tail = text.rpartition("</svg>")
    return File((head + rest + end + tail).encode(), theirs.kind)


def _version(files: dict[str, File]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name} {len(files[name].content)} {files[name].kind}\n".encode() + files[name].content)
    return digest.hexdigest()[:12]


_files: list[Files] = []


def use_folder(folder: Path | None, *, is_expected: bool) -> None:
    """Serve the files of this folder over ours. One that need not exist may be missing without a word."""
    if is_expected and folder and not folder.is_dir():
        log.warning("HUD_ASSETS_DIR is no folder yet: %s. The HUD's own fonts, icons and sounds are used.", folder)
    _files[:] = [Files(folder)]


def files() -> Files:
    """The files of this server."""
    if not _files:
        _files.append(Files(None))
    return _files[0]
