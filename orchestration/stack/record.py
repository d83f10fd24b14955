"""What runs, as written down by the supervisor: for `rift status`, and to end what a killed supervisor left behind.

A process id alone proves nothing, since the kernel gives it to somebody else in time. The supervisor is known by the
lock that it holds; what it started, by a token in its environment that no other process has.
"""

import contextlib
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any, Final

import psutil

from orchestration.stack import files

TOKEN: Final = "RIFT_STACK_TOKEN"  # noqa: S105  # the name of a variable
STOP_SECONDS: Final = 5


class Record:
    """The record of one RIFT_HOME."""

    def __init__(self, home: Path) -> None:
        self.path = home / "run" / "stack.json"
        self._lock = files.Lock(home / "run" / "stack.lock")
        self.token = ""

    def claim(self) -> bool:
        """Become the one supervisor of this home; false when there is one."""
        if not self._lock.acquire():
            return False
        end_all(self.tokens())
        # The old token stays in the file until no process carries it.
        self.token = secrets.token_hex(16)
        self.write({}, ready=False)
        return True

    def release(self) -> None:
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
        self._lock.release()

    def write(self, parts: dict[str, dict[str, Any]], *, ready: bool) -> None:
        supervisor = {"pid": os.getpid(), "created": psutil.Process().create_time()}
        content = {"supervisor": supervisor, "token": self.token, "ready": ready, "parts": parts}
        files.write_private(self.path, json.dumps(content))

    def read(self) -> dict[str, Any]:
        return files.read_json(self.path)

    def tokens(self) -> set[str]:
        return {token} if (token := self.read().get("token")) else set()

    def supervisor(self) -> psutil.Process | None:
        """The running supervisor: whoever holds the lock wrote the record."""
        if not self.path.parent.exists():
            return None
        if self._lock.acquire():
            self._lock.release()
            return None
        known = self.read().get("supervisor", {})
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(known.get("pid", -1)) if known else None
            # Two seconds: the clock that create_time is computed from may be set in between.
            if process and abs(process.create_time() - known["created"]) < 2:
                return process
        return None


def stop_supervisor(record: Record, seconds: float) -> bool:
    """Ask the running supervisor to stop everything; true when there was one."""
    supervisor = record.supervisor()
    if supervisor is None:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        supervisor.terminate()
        try:
            supervisor.wait(seconds)
        except psutil.TimeoutExpired:
            supervisor.kill()
            supervisor.wait(STOP_SECONDS)
    return True


def carriers(tokens: set[str]) -> list[psutil.Process]:
    """The processes that were started with one of these tokens, by us or by what we started."""
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(TOKEN) in tokens:
                found.append(process)
    return found


def end_all(tokens: set[str], seconds: float = STOP_SECONDS) -> None:
    """End every process that carries one of these tokens: first asked, then killed."""
    if not tokens:
        return
    asked = carriers(tokens)
    for process in asked:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    psutil.wait_procs(asked, timeout=seconds)
    deadline = time.monotonic() + STOP_SECONDS
    # Again and again: one that is just being started appears only at the next look.
    while (left := carriers(tokens)) and time.monotonic() < deadline:
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=1)
