"""Whether the ports that the stack needs are free."""

import contextlib
import socket
from collections.abc import Mapping

import psutil

from orchestration.stack.errors import StackError

ADDRESS = "127.0.0.1"
ANSWER_SECONDS = 1


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
                    f"{setting}: port {port} is already in use{_in_words(holder(port))}. Set {setting} to a free one."
                )
    if problems:
        raise StackError("\n".join(problems))


def choose_free() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as listener:
        listener.bind((ADDRESS, 0))
        return int(listener.getsockname()[1])


def is_taken(port: int) -> bool:
    """Whether somebody listens there, asked without listening."""
    try:
        socket.create_connection((ADDRESS, port), ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def free_after(port: int) -> int:
    """The next port on which nobody listens."""
    return next((other for other in range(port + 1, 65536) if not is_taken(other)), 0)


def holder(port: int) -> psutil.Process | None:
    """Who listens there, where the kernel lets this user know."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.pid and port in connection.laddr:
                return psutil.Process(connection.pid)
    return None


def _in_words(process: psutil.Process | None) -> str:
    with contextlib.suppress(psutil.Error):
        return f" (by {process.name()}, pid {process.pid})" if process else ""
    return ""
