"""Runs Dagster's runs in forks of one process that has everything imported: `python -m orchestration.lib.run_server`.

Importing Dagster, dbt and the definitions and reading the dbt project take 8 s of a core; a fork has them at once. This
process does nothing but fork: it holds no connection, no gRPC channel and no thread, which a fork could not share.
"""

import contextlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, Final

from orchestration.lib import run_socket

# Of ended runs that somebody may still ask about (Dagster's run monitoring asks every 30 s while a run is not finished).
REMEMBERED: Final = 200
WAKE_SECONDS: Final = 1.0


class RunServer:
    """The runs under way and how the last ones ended, by run id."""

    def __init__(self, listener: socket.socket, is_outdated: Any) -> None:  # noqa: ANN401  # a callable without arguments
        self.listener = listener
        self.is_outdated = is_outdated
        self.pids: dict[str, int] = {}
        self.exit_codes: dict[str, int] = {}

    def serve(self) -> None:
        """Answer requests until the dbt project is no longer the one that was read, or SIGTERM."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ)
            while self.pids or not self.is_outdated():
                ready = selector.select(WAKE_SECONDS)
                self.reap()
                if ready:
                    self._answer()

    def _answer(self) -> None:
        connection, _ = self.listener.accept()
        with connection, contextlib.suppress(OSError, ValueError, KeyError):
            connection.settimeout(run_socket.TIMEOUT_SECONDS)
            request = run_socket.receive(connection)
            run_socket.send(connection, self.handle(request, connection))

    def handle(self, request: dict[str, Any], connection: socket.socket) -> dict[str, Any]:
        """The answer to one request of `WarmRunLauncher`."""
        run_id = str(request["run_id"])
        if request["do"] == "start":
            if self.is_outdated():
                return {"refused": "the dbt project has changed since it was read"}
            return {"pid": self._fork(run_id, str(request["arguments"]), connection)}
        if request["do"] == "terminate":
            return {"signalled": self._interrupt(run_id)}
        return {"is_running": run_id in self.pids, "exit_code": self.exit_codes.get(run_id)}

    def _fork(self, run_id: str, arguments: str, connection: socket.socket) -> int:
        if run_id in self.pids:
            return self.pids[run_id]
        pid = os.fork()
        if pid:
            self.pids[run_id] = pid
            return pid
        # The child: from here on a process as `dagster api execute_run` would be.
        code = 1
        try:
            connection.close()
            self.listener.close()
            code = execute(arguments)
        except BaseException:  # noqa: BLE001  # nothing may climb into the parent's loop
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _interrupt(self, run_id: str) -> bool:
        """As Ctrl-C does: Dagster then ends the step, and says in the run's log that it was cancelled."""
        pid = self.pids.get(run_id)
        if pid is None:
            return False
        os.kill(pid, signal.SIGINT)
        return True

    def reap(self) -> None:
        """Note which runs have ended."""
        for run_id, pid in list(self.pids.items()):
            ended, status, usage = os.wait4(pid, os.WNOHANG)
            if ended:
                del self.pids[run_id]
                self.exit_codes[run_id] = code = os.waitstatus_to_exitcode(status)
                seconds = round(usage.ru_utime + usage.ru_stime, 2)
                print(json.dumps({"run_id": run_id, "exit_code": code, "cpu_seconds": seconds}), flush=True)
        while len(self.exit_codes) > REMEMBERED:
            del self.exit_codes[next(iter(self.exit_codes))]


def execute(arguments: str) -> int:
    """Execute one run as `dagster api execute_run` does, with the serialized arguments; returns the exit code."""
    from dagster._cli.api import api_cli  # noqa: PLC0415  # imported already, by `warm_up`

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    try:
        api_cli.main(["execute_run", arguments], standalone_mode=False)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def warm_up() -> Any:  # noqa: ANN401  # a callable without arguments
    """Import and resolve what every run needs; returns what says whether the dbt project has changed since."""
    import dagster._cli.api  # noqa: F401, PLC0415  # the command that a run is

    from orchestration.definitions import defs  # noqa: PLC0415  # seconds, and the reason for this process
    from orchestration.lib import dbt  # noqa: PLC0415

    repository = defs.get_repository_def()
    for job in repository.get_all_jobs():
        repository.get_job(job.name)
    dbt.keep_manifest()
    others = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    if others:
        print(f"threads that a fork will not have: {', '.join(others)}", file=sys.stderr, flush=True)
    read = dbt.newest_source()
    return lambda: dbt.newest_source() != read


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> None:
    signal.signal(signal.SIGTERM, _end)
    path = run_socket.path(Path(os.environ["DAGSTER_HOME"]))
    # Nobody may be let in before everything is there: a launcher that finds no socket starts the run by itself.
    path.unlink(missing_ok=True)
    is_outdated = warm_up()
    with run_socket.listen(path) as listener:
        print(json.dumps({"listening": str(path), "pid": os.getpid()}), flush=True)
        server = RunServer(listener, is_outdated)
        try:
            server.serve()
        finally:
            path.unlink(missing_ok=True)
            for pid in server.pids.values():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
    # The project has changed: this process again, with a fresh mind.
    os.execv(sys.executable, [sys.executable, "-m", "orchestration.lib.run_server"])


if __name__ == "__main__":
    main()
