"""Which processes belong to an embedded cluster, and how to end them.

A process counts as the cluster's only when it is a postgres whose working directory is the cluster's data folder: a pid
file may be stale and name a stranger, who must not be signalled.
"""

import contextlib
import signal
import time
from pathlib import Path
from typing import Final

import psutil

STOP_SECONDS: Final = 6
BACKEND_SECONDS: Final = 2


def processes(data: Path) -> list[psutil.Process]:
    """The processes of the cluster: each server process works in its data folder."""
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["name"] == "postgres" and process.cwd() == str(data.resolve()):
                found.append(process)
    return found


def postmaster(data: Path) -> psutil.Process | None:
    pid = pid_file(data)[0]
    return next((process for process in processes(data) if process.pid == pid), None)


def pid_file(data: Path) -> tuple[int | None, int | None, str]:
    """The pid, the port and the status that the server wrote, in so far as it did."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return int(lines[0]), int(lines[3]), lines[7].strip() if len(lines) > 7 else ""
    except (OSError, ValueError, IndexError):
        return None, None, ""


def ended(process: psutil.Process, request: signal.Signals) -> bool:
    """Send the request; true when the process has ended in time, even if its parent has not noticed yet."""
    deadline = time.monotonic() + STOP_SECONDS
    try:
        process.send_signal(request)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
    except psutil.NoSuchProcess:
        pass
    return True


def end_backends(data: Path) -> None:
    """End what a killed server left behind: its shared memory would keep the next one from starting."""
    for request in (signal.SIGQUIT, signal.SIGKILL):
        backends = processes(data)
        for backend in backends:
            with contextlib.suppress(psutil.NoSuchProcess):
                backend.send_signal(request)
        psutil.wait_procs(backends, timeout=BACKEND_SECONDS)
