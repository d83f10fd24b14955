"""Where backups go, and which older ones may go."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from orchestration.stack import files
from orchestration.stack.backup import archive
from orchestration.stack.backup.manifest import Manifest
from orchestration.stack.errors import StackError

SUFFIX: Final = ".tar"
PREFIX: Final = "rift-"


def target(to: Path | None, home: Path) -> Path:
    """The file to write: `to` when it is named like one, else one with the time in its name in that folder.

    Makes the folder. Raises `StackError` for a file that is there already.
    """
    to = (to or home / "backups").expanduser().absolute()
    is_file = to.suffix == SUFFIX and not to.is_dir()
    name = to.name if is_file else f"{PREFIX}{datetime.now(UTC).strftime('%Y%m%dT%H%M%SZ')}{SUFFIX}"
    folder = to.parent if is_file else to
    try:
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
        archive.sweep(folder)
    except OSError as error:
        raise StackError(f"Cannot use {folder}: {error.strerror or error}. Name another folder with --to.") from error
    if (folder / name).exists():
        raise StackError(f"{folder / name} is there already: name another file with --to.")
    return folder / name


def remove_older(made: Path, told: Manifest, keep: int) -> tuple[list[Path], list[Path]]:
    """Delete all but the newest `keep` backups of the same database in the folder of a new one.

    The newest that was tried stays in any case: those after it may be of no use.
    Returns what was deleted, and what was left because it cannot be read; other files are not looked at.
    """
    known: list[tuple[datetime, Path, bool]] = []
    unreadable = []
    for path in sorted(made.parent.glob(f"{PREFIX}*{SUFFIX}")):
        if path.is_symlink() or not path.is_file():
            continue
        try:
            with archive.opened(path) as found:
                manifest = found.manifest
        except StackError:
            unreadable.append(path)
            continue
        origin = manifest.origin
        if (origin.system_identifier, origin.name) == (told.origin.system_identifier, told.origin.name):
            known.append((manifest.made_at, path, manifest.is_tried))
    known.sort(reverse=True)
    tried = next((path for _, path, is_tried in known if is_tried), None)
    older = [path for _, path, _ in known[keep:] if path not in (made, tried)]
    for path in older:
        with files.explained(path), suppress(FileNotFoundError):
            path.unlink()
    return older, unreadable
