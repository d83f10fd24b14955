"""Runs Dagster's runs in forks of one process that has everything imported: `python -m orchestration.lib.run_server`.

Importing Dagster, dbt and the definitions and reading the dbt project take 8 s of a core; a fork has them at once. This
process does nothing but fork: it holds no connection, no gRPC channel and no thread of Python's, which a fork could not
share.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import util
from pathlib import Path
from types import FrameType
from typing import Any

from orchestration.lib import run_process, run_socket
from orchestration.stack.spawn import end_with_parent


class RunServer:
    """The processes of the runs under way, by run id."""

    def __init__(self, listener: socket.socket, is_outdated: Callable[[], bool]) -> None:
        self.listener = listener
        self.is_outdated = is_outdated
        self.has_refused = False
        self.pids: dict[str, int] = {}

    def serve(self) -> None:
        """Answer requests until SIGTERM, or until its code is outdated and no run is under way."""
        with selectors.DefaultSelector() as selector, _ended_children() as ended:
            selector.register(self.listener, selectors.EVENT_READ)
            selector.register(ended, selectors.EVENT_READ)
            while self.pids or not self.has_refused:
                ready = [key.fileobj for key, _ in selector.select()]
                if ended in ready:
                    ended.recv(4096)
                    self._reap()
                if self.listener in ready:
                    self._answer()

    def _answer(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:
            # Whoever asked has gone, or there is no descriptor left just now: no reason to end all runs.
            return
        with connection, contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            connection.settimeout(run_socket.READ_SECONDS)
            request = run_socket.receive(connection)
            run_socket.send(connection, self.handle(request, connection))

    def handle(self, request: dict[str, Any], connection: socket.socket) -> dict[str, Any]:
        """The answer to one request of `WarmRunLauncher`; `connection` is what a fork must not keep open."""
        run_id = str(request["run_id"])
        if request["do"] == "start":
            self.has_refused = self.has_refused or self.is_outdated()
            if self.has_refused:
                return {"refused": "the code has changed since it was read"}
            return self._fork(run_id, [str(word) for word in request["command"]], connection)
        return {"signalled": self._interrupt(run_id)}

    def _fork(self, run_id: str, command: Sequence[str], connection: socket.socket) -> dict[str, Any]:
        if run_id in self.pids:
            return {"pid": self.pids[run_id]}
        # Nobody could end a run that outlives this process.
        end_with_me = end_with_parent(signal.SIGKILL)
        try:
            pid = os.fork()
        except OSError as error:
            return {"refused": f"there is no new process: {error.strerror}"}
        if pid:
            self.pids[run_id] = pid
            return {"pid": pid}
        code = 1
        try:
            end_with_me()
            connection.close()
            self.listener.close()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            code = run_process.execute(command)
        except BaseException:  # noqa: BLE001  # nothing may climb into the parent's loop
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            # dbt's semaphores are files in memory, which no public function removes without the interpreter's own exit.
            # What the parent made stays. (The name has no types.)
            util._run_finalizers()  # type: ignore[attr-defined]  # noqa: SLF001
            os._exit(code)

    def _interrupt(self, run_id: str) -> bool:
        """As Ctrl-C does: Dagster then ends the step, and says in the run's log that it was cancelled."""
        if run_id not in self.pids:
            return False
        os.kill(self.pids[run_id], signal.SIGINT)
        return True

    def _reap(self) -> None:
        for run_id, pid in list(self.pids.items()):
            ended, status, usage = os.wait4(pid, os.WNOHANG)
            if ended:
                del self.pids[run_id]
                code = os.waitstatus_to_exitcode(status)
                seconds = round(usage.ru_utime + usage.ru_stime, 2)
                print(json.dumps({"run_id": run_id, "exit_code": code, "cpu_seconds": seconds}), flush=True)


@contextlib.contextmanager
def _ended_children() -> Iterator[socket.socket]:
    """A socket that can be read when a child has ended."""
    ended, told = socket.socketpair()
    with ended, told:
        told.setblocking(False)  # noqa: FBT003  # the standard library's own signature
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        try:
            yield ended
        finally:
            signal.set_wakeup_fd(-1)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main(module: str) -> None:
    """Serve until SIGTERM; when the code changes, become a process that has read it anew."""
    signal.signal(signal.SIGTERM, _end)
    path = run_socket.path(Path(os.environ["DAGSTER_HOME"]))
    # Nobody may be let in before everything is there: a launcher that finds no socket starts the run by itself.
    path.unlink(missing_ok=True)
    read = run_process.sources()
    run_process.warm_up(module)
    with run_socket.listen(path) as listener:
        print(json.dumps({"listening": str(path), "pid": os.getpid()}), flush=True)
        server = RunServer(listener, lambda: run_process.sources() != read)
        try:
            server.serve()
        finally:
            path.unlink(missing_ok=True)
            for pid in server.pids.values():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
    os.execv(sys.executable, [sys.executable, "-m", "orchestration.lib.run_server", module])  # noqa: S606  # none needed


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "orchestration.definitions")
