"""How the launcher of runs and the server that forks them speak: a JSON line each way, over a socket of the owner's."""

import json
import os
import socket
import stat
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

TIMEOUT_SECONDS: Final = 10.0
# Requests come whole at once: whoever is silent for so long would keep others waiting.
READ_SECONDS: Final = 1.0
# A run's arguments hold the configuration of the instance and where its job is: some kilobytes.
LONGEST_LINE: Final = 1024 * 1024
# What every system takes (macOS 104 with the closing zero).
LONGEST_PATH: Final = 100


def path(dagster_home: Path) -> Path:
    """Where the socket is: in Dagster's home, or, when that is too long for a socket, in a folder of its own."""
    wanted = dagster_home.absolute() / "runs.sock"
    if len(os.fsencode(wanted)) <= LONGEST_PATH:
        return wanted
    name = sha256(os.fsencode(wanted)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"rift-{os.getuid()}-{name}" / "runs.sock"


def listen(place: Path) -> socket.socket:
    """A listening socket that only its owner can open."""
    place.parent.mkdir(mode=0o700, exist_ok=True)
    _require_own(place.parent)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(str(place))
    finally:
        os.umask(before)
    listener.listen(16)
    return listener


def ask(place: Path, request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request. Raises `OSError` when nobody listens, `ValueError` for what is no answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        _require_own(place.parent)
        connection.connect(str(place))
        send(connection, request)
        return receive(connection)


def _require_own(folder: Path) -> None:
    # In a folder for everybody, somebody else may have made it first, as a link, or may write to it.
    found = folder.lstat()
    is_private = stat.S_ISDIR(found.st_mode) and not found.st_mode & stat.S_IWOTH
    if found.st_uid != os.getuid() or not is_private:
        raise PermissionError(f"{folder} belongs to somebody else, is a link, or others may write to it.")


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    connection.sendall(json.dumps(message).encode() + b"\n")


def receive(connection: socket.socket) -> dict[str, Any]:
    """One message. Raises `ValueError` for anything else."""
    with connection.makefile("rb") as lines:
        line = lines.readline(LONGEST_LINE)
    try:
        message = json.loads(line) if line.endswith(b"\n") else None
    except RecursionError:
        message = None
    if not isinstance(message, dict):
        raise ValueError("no message")  # noqa: TRY004  # the text is wrong, not a type of ours
    return message
