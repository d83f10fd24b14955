"""What RIFT_HOME holds that the database does not: deliveries that wait, the owner's own look, generated secrets.

Everything else in it is a copy of what the database has (reports, dlt), of use to this cluster alone (the passwords of
its roles), or made anew (dbt, logs, Dagster's home).
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ingestion.webhooks.vendors.spool import Spool
from orchestration.stack import files
from orchestration.stack.backup.archive import CHUNK, Archive, Writer, flush_folder
from orchestration.stack.errors import StackError
from orchestration.stack.parts import GENERATED
from orchestration.stack.settings import Settings

# Made once by this installation, or with secret URLs in it. Roles' passwords belong to a cluster: another one gives its
# roles others.
SECRETS: Final = (*GENERATED, "notifications.yaml")
# A receiver that lands from the spool holds it for as long as it has something to land.
CLAIM_SECONDS: Final = 60
POLL_SECONDS: Final = 0.05


class Home:
    """The folders of one installation."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.rift_home
        self._spool = settings.rift_home / settings.webhook_spool_dir
        # One that was put elsewhere is its owner's to save.
        self._assets = settings.rift_home / "hud_assets"

    @contextlib.contextmanager
    def spool_at_rest(self) -> Iterator[None]:
        """Nobody lands from the spool meanwhile.

        What waits there when a snapshot is taken in this block is in none of its tables, and still there to be copied.
        Deliveries go on being accepted.
        """
        if not self._spool.is_dir():
            yield
            return
        spool = Spool(self._spool, 0)
        deadline = time.monotonic() + CLAIM_SECONDS
        while True:
            with spool.claimed() as is_ours:
                if is_ours:
                    yield
                    return
            if time.monotonic() > deadline:
                raise StackError(
                    f"The receiver has been landing from {self._spool} for more than {CLAIM_SECONDS} s. "
                    "No backup was made: try again when rift status shows it well."
                )
            time.sleep(POLL_SECONDS)

    def save_spool(self, writer: Writer) -> int:
        """Add the deliveries that wait, and those that were set aside as damaged; returns how many."""
        return _save(writer, "spool", self._spool, (".json", ".damaged"))

    def save_assets(self, writer: Writer) -> int:
        return _save(writer, "hud_assets", self._assets, ())

    def save_secrets(self, writer: Writer) -> int:
        """Add those that were generated, and the channels of notifications; .env is its owner's to save."""
        found = [self._home / name for name in SECRETS if (self._home / name).is_file()]
        for path in found:
            with path.open("rb") as content:
                writer.add(f"secrets/{path.name}", content)
        return len(found)

    def bring_back(self, archive: Archive) -> dict[str, int]:
        """Write what a backup has and this home has not; what is there stays. Returns how many, by folder.

        A delivery that has landed may be written again: the receiver lands it once.
        """
        targets = {"spool": self._spool, "hud_assets": self._assets, "secrets": self._home}
        brought = {}
        for folder, target in targets.items():
            names = [name for name in archive.names(folder) if folder != "secrets" or name.split("/", 1)[1] in SECRETS]
            brought[folder] = sum(_bring(archive, name, target / name.split("/", 1)[1]) for name in names)
        return {folder: count for folder, count in brought.items() if count}


def _save(writer: Writer, name: str, folder: Path, suffixes: tuple[str, ...]) -> int:
    count = 0
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        # Links may lead anywhere, and hidden files are halves and locks.
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_symlink() or not path.is_file() or hidden or (suffixes and path.suffix not in suffixes):
            continue
        with path.open("rb") as content:
            writer.add(f"{name}/{path.relative_to(folder).as_posix()}", content)
        count += 1
    return count


def _bring(archive: Archive, name: str, target: Path) -> bool:
    """Write one file, whole or not at all; false when there is one."""
    with files.explained(target):
        if target.exists() or target.is_symlink():
            return False
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = target.with_name(f".{target.name}.part")
        half.unlink(missing_ok=True)
        with archive.open(name) as content, half.open("xb") as file:
            half.chmod(0o600)
            while chunk := content.read(CHUNK):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        half.rename(target)
        flush_folder(target.parent)
    return True
