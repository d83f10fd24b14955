"""Whether the ports that the stack needs are free."""

import contextlib
import socket
from collections.abc import Mapping

import psutil

from orchestration.stack.errors import StackError

ADDRESS = "127.0.0.1"


def require_free(ports: Mapping[str, int]) -> None:
    """Raise `StackError` that names each setting (the key) whose port another program has."""
    problems = []
    for setting, port in ports.items():
        with socket.socket() as listener:
            # As servers do: a connection of the last run that lingers does not take the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((ADDRESS, port))
                listener.listen()
            except PermissionError:
                problems.append(f"{setting}: this user may not use port {port}. Set {setting} to a port above 1023.")
            except OSError:
                problems.append(
                    f"{setting}: port {port} is already in use{_holder(port)}. Set {setting} to a free one."
                )
    if problems:
        raise StackError("\n".join(problems))


def choose_free() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as listener:
        listener.bind((ADDRESS, 0))
        return int(listener.getsockname()[1])


def _holder(port: int) -> str:
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.pid and port in connection.laddr:
                return f" (by {psutil.Process(connection.pid).name()}, pid {connection.pid})"
    return ""
