"""RIFT_HOME: whose it is, who may look into it, whether its secrets are there and closed, and room on its disk."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ingestion.migrations.roles import ROLES
from orchestration.stack import files, placement
from orchestration.stack.database import DAGSTER, PASSWORDS
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.configuration import env_file, written
from orchestration.stack.doctor.finding import Finding, broken, megabytes, typed, warning
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.errors import StackError
from orchestration.stack.parts import GENERATED
from orchestration.stack.postgres import OWNER_PASSWORD
from orchestration.stack.settings import SECRETS

# What Rift has made, each a file of its own.
MADE: Final = (OWNER_PASSWORD, PASSWORDS, *GENERATED)
# Addresses of notifications hold tokens.
SECRET_FILES: Final = (*MADE, "notifications.yaml")
OTHERS: Final = 0o077
OTHERS_WRITE: Final = 0o022
OTHERS_LIST: Final = 0o044
# Room for a rebuild of a small warehouse; below `files.REQUIRED_BYTES` nothing starts.
LOW_BYTES: Final = 2 * 2**30
LOW_INODES: Final = 5_000
FEWEST_INODES: Final = 500


def home(installation: Installation) -> Iterator[Finding]:
    path = installation.home
    if not path.is_dir():
        sentence = f"RIFT_HOME ({path}) does not exist: Rift has not run here yet, or the setting names another folder."
        yield broken(Alert.HOME_MISSING, sentence, "Start Rift, or correct RIFT_HOME.", "rift up --detach")
        return
    me, owner = os.geteuid(), path.stat().st_uid
    unusable = [str(one) for one in (path, path / "logs", path / "run") if one.exists() and not _is_usable(one)]
    if unusable or owner != me:
        sentence = f"RIFT_HOME ({path}) belongs to user {owner}, and user {me} asks"
        sentence += f": {', '.join(unusable)} cannot be written." if unusable else ": what it writes is that user's."
        mend = "Run rift as the owner of the folder, or give the folder to the user who runs Rift."
        found = broken if unusable else warning
        yield found(Alert.HOME_UNUSABLE, sentence, mend, f"chown {me} {typed(path)}", owner=owner, user=me)
    for folder, allowed in ((path, OTHERS_LIST | OTHERS_WRITE), (path / "logs", OTHERS), (path / "run", OTHERS)):
        if folder.is_dir() and (mode := folder.stat().st_mode & 0o777) & allowed:
            what = "write into" if mode & OTHERS_WRITE else "look into"
            right = "711" if folder == path else "700"
            yield (broken if mode & OTHERS_WRITE else warning)(
                Alert.HOME_OPEN,
                f"Other users of this machine may {what} {folder} (mode {mode:o}).",
                "Close it to them.",
                f"chmod {right} {typed(folder)}",
                mode=f"{mode:o}",
            )


def _is_usable(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.W_OK | os.X_OK)


def secrets(installation: Installation) -> Iterator[Finding]:
    yield from _exposed([installation.home / name for name in SECRET_FILES])
    path = env_file()
    if path and any(name.lower() in SECRETS for name in written(path)):
        yield from _exposed([path])
    yield from _lost(installation)


def _exposed(paths: list[Path]) -> Iterator[Finding]:
    for path in paths:
        if path.is_file() and (mode := path.stat().st_mode & 0o777) & OTHERS:
            yield broken(
                Alert.SECRET_EXPOSED,
                f"{path} holds secrets, and other users of this machine may read it (mode {mode:o}).",
                "Close it to them, and change what it holds if others use this machine.",
                f"chmod 600 {typed(path)}",
                mode=f"{mode:o}",
            )


def _lost(installation: Installation) -> Iterator[Finding]:
    """Secrets that were made once, and cannot be made again without a step of their own."""
    path = installation.home
    if not path.is_dir():
        return
    needed: tuple[str, ...] = ()
    if installation.settings.database_url is not None:
        needed = (PASSWORDS,)
    elif placement.remembered(path).exists():
        needed = (OWNER_PASSWORD, PASSWORDS)
    for name in needed:
        if not (path / name).exists():
            reset = ("rift migrate --reset-passwords",) if name == PASSWORDS else ()
            yield broken(
                Alert.SECRET_MISSING,
                f"{path / name} is gone, and the database is there: nobody can log in to it.",
                f"Restore {name} from a backup of RIFT_HOME" + (", or give the roles new passwords." if reset else "."),
                *reset,
                file=name,
            )
    for name in MADE:
        if (path / name).is_file() and (why := _damage(path / name)):
            yield broken(
                Alert.SECRET_DAMAGED,
                f"{path / name} is damaged: {why}.",
                "Restore it from a backup of RIFT_HOME; the runbook says what can be made anew.",
                file=name,
            )


def _damage(path: Path) -> str:
    try:
        if path.name == PASSWORDS:
            return "" if {*ROLES, DAGSTER} <= files.read_json(path).keys() else "a role has no password in it"
        return "" if path.read_text(encoding="utf-8").strip() else "it is empty"
    except (StackError, OSError, UnicodeDecodeError):
        return "it cannot be read"


def disk(installation: Installation) -> Iterator[Finding]:
    folders = [installation.home, placement.remembered(installation.home), Path(os.environ.get("TMPDIR", "/tmp"))]  # noqa: S108
    seen = set()
    for folder in folders:
        if folder.exists() and (device := folder.stat().st_dev) not in seen:
            seen.add(device)
            yield from room(folder)


def room(folder: Path, low_bytes: int = LOW_BYTES, low_inodes: int = LOW_INODES) -> Iterator[Finding]:
    """Whether there is room on the disk of a folder, in bytes and in files."""
    usage = os.statvfs(folder)
    free, inodes = usage.f_bavail * usage.f_frsize, usage.f_favail
    # Some file systems have no fixed number of files, and say 0 of 0.
    inodes = inodes if usage.f_files else low_inodes
    if free >= low_bytes and inodes >= low_inodes:
        return
    is_full = free < files.REQUIRED_BYTES or inodes < FEWEST_INODES
    what = f"{megabytes(free)} MB" if free < low_bytes else f"{inodes} files"
    yield (broken if is_full else warning)(
        Alert.DISK_FULL if is_full else Alert.DISK_LOW,
        f"The disk that holds {folder} {'is full' if is_full else 'is filling up'}: room is left for {what}.",
        "Free some space; these say what takes it. Deliveries of vendors wait meanwhile, other senders get a 503.",
        f"du -xh -d 2 {typed(folder)} | sort -h | tail",
        f"df -h {typed(folder)}; df -i {typed(folder)}",
        free_megabytes=megabytes(free),
        free_files=inodes,
    )
