"""The supervisor: starts the parts of the stack, restarts what dies, and leaves nothing running.

Each part has a session of its own, so that a Ctrl-C reaches the supervisor alone, and a token in its environment, so
that whatever it starts in turn is found and ended with it.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final

from orchestration.stack import logs, record
from orchestration.stack.errors import StackError
from orchestration.stack.health import is_well
from orchestration.stack.parts import Part
from orchestration.stack.settings import ROOT
from orchestration.stack.spawn import end_with_parent

HEALTHY_SECONDS: Final = 120  # three Python programs that import Dagster at once, on two slow cores
PAUSES: Final = (0.5, 1, 2, 5, 10, 30)  # between restarts, while the part keeps dying
PROVEN_SECONDS: Final = 2
STEADY_SECONDS: Final = 60  # after which a death counts as the first again
TICK_SECONDS: Final = 0.1
HOUSEKEEPING_SECONDS: Final = 30


class StopRequestedError(BaseException):
    """Ctrl-C or SIGTERM. Like KeyboardInterrupt, it passes through what handles errors."""


def stop_on_signals() -> None:
    """Make the first SIGINT, SIGTERM or SIGHUP raise `StopRequestedError` in the main thread, and ignore the rest."""
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in wanted:
            signal.signal(number, signal.SIG_IGN)
        raise StopRequestedError

    for number in wanted:
        signal.signal(number, stop)


class Running:
    """One part and its process, replaced when it dies."""

    def __init__(self, part: Part, log: Path, token: str) -> None:
        self.part = part
        self.log = log
        self.token = token
        self.process: subprocess.Popen[bytes] | None = None
        self.healthy = False
        self.deaths = 0
        self.restarts = 0
        self.started_at = 0.0
        self.since = 0.0
        self.start_at = 0.0

    def start(self) -> None:
        self.process = spawn(self.part.command, self.part.environment, self.log, self.token)
        self.started_at = time.monotonic()
        self.since = time.time()

    def has_died(self) -> bool:
        return self.process is not None and _has_ended(self.process)

    def is_old_enough(self) -> bool:
        """A part that answers no questions is believed when it has lived for a while."""
        return self.part.port is not None or time.monotonic() - self.started_at > PROVEN_SECONDS

    def plan_restart(self) -> None:
        """Leave a pause that grows while the part keeps dying, and end what the dead process had started."""
        if self.process is not None:
            _end_group(self.process)
            self.process = None
        now = time.monotonic()
        self.deaths = 0 if now - self.started_at > STEADY_SECONDS else self.deaths
        self.start_at = now + PAUSES[min(self.deaths, len(PAUSES) - 1)]
        self.deaths += 1
        self.restarts += 1

    def describe(self) -> dict[str, Any]:
        pid = self.process.pid if self.process else None
        return {
            "pid": pid,
            "port": self.part.port,
            "health": self.part.health,
            "health_port": self.part.health_port,
            "restarts": self.restarts,
            "log": str(self.log),
        }


class Supervisor:
    """Runs parts until it is told to stop."""

    def __init__(self, home: Path, log_record: record.Record, say: Callable[[str], None]) -> None:
        self.home = home
        self.record = log_record
        self.say = say
        self.running: dict[str, Running] = {}
        self.extra: dict[str, dict[str, Any]] = {}
        self.ready = False

    def start(self, parts: Iterable[Part]) -> None:
        """Start parts, as far as they wait for none, all at once; `await_healthy` starts the rest."""
        for part in parts:
            self.running[part.name] = Running(part, self.home / "logs" / f"{part.name}.log", self.record.token)
        self._start_those_whose_turn_it_is()

    def await_healthy(self, seconds: float = HEALTHY_SECONDS) -> None:
        """Return when every part is well; the first that dies or takes too long is an error that shows its log.

        So is one that says itself why it will never be well.
        """
        deadline = time.monotonic() + seconds
        while waiting := [part for part in self.running.values() if not part.healthy]:
            for running in waiting:
                if running.has_died():
                    raise StackError(_failure(running, "ended while it was starting"))
                if running.process is not None and running.is_old_enough() and is_well(running.part, running.since):
                    running.healthy = True
                    self.say(f"{running.part.name} is up after {time.monotonic() - running.started_at:.1f} s")
            self._start_those_whose_turn_it_is()
            if time.monotonic() > deadline:
                raise StackError(_failure(waiting[0], f"was not well after {seconds:.0f} s"))
            time.sleep(TICK_SECONDS)
        self.ready = True
        self._write()

    def supervise(self, also: Callable[[], None] = lambda: None) -> None:
        """Restart what dies, for ever. `also` is called now and then, for what is no part."""
        last = time.monotonic()
        while True:
            time.sleep(TICK_SECONDS)
            self._restart_the_dead()
            if time.monotonic() - last > HOUSEKEEPING_SECONDS:
                last = time.monotonic()
                # Not only of the parts: the database's and our own, too.
                for log in (self.home / "logs").glob("*.log"):
                    with contextlib.suppress(OSError):
                        logs.keep_small(log)
            also()

    def stop(self) -> None:
        """End every part and whatever the parts started."""
        processes = [running.process for running in self.running.values() if running.process is not None]
        _stop(processes)
        record.end_all({self.record.token}, seconds=0)
        self.running.clear()

    def _start_those_whose_turn_it_is(self) -> None:
        for running in self.running.values():
            before = self.running.get(running.part.after or "")
            if running.process is None and (before is None or before.healthy):
                running.start()
        self._write()

    def _restart_the_dead(self) -> None:
        for running in self.running.values():
            if running.has_died():
                running.plan_restart()
                self.say(f"{running.part.name} ended; it is started again. Its log: {running.log}")
                self._write()
            elif running.process is None and time.monotonic() >= running.start_at:
                with contextlib.suppress(StackError):  # a full disk: tried again at the next tick
                    running.start()
                    self._write()

    def _write(self) -> None:
        described = {name: running.describe() for name, running in self.running.items()}
        with contextlib.suppress(StackError):  # a disk that filled up meanwhile does not take the stack down
            self.record.write(described | self.extra, ready=self.ready)


def spawn(command: Sequence[str], environment: Mapping[str, str], log: Path, token: str) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, with its output in a log, bound to the life of this process."""
    with logs.opened(log) as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment, record.TOKEN: token},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509  # one system call, no lock
        )


def run_step(part: Part, log: Path, token: str, show: Callable[[str], None]) -> None:
    """Run a program that ends by itself, showing what it says; a failure shows the end of its log."""
    process = spawn(part.command, part.environment, log, token)
    try:
        with log.open("rb") as output:
            output.seek(0, os.SEEK_END)
            while not _has_ended(process):
                time.sleep(TICK_SECONDS)
                for line in output.read().decode(errors="replace").splitlines():
                    show(line)
        code = process.wait()
    except BaseException:
        _stop([process])
        raise
    if code != 0:
        raise StackError(f"{part.name} failed (exit code {code}). The end of its log, {log}:\n{logs.tail(log)}")


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended, without reaping it: until then its id, and its group's, cannot become a stranger's."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask the groups of these processes to end, all at once, and kill what has not ended in time."""
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + record.STOP_SECONDS
    while time.monotonic() < deadline and not all(_has_ended(process) for process in processes):
        time.sleep(0.02)
    for process in processes:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], request: signal.Signals) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, request)


def _failure(running: Running, what: str) -> str:
    return f"{running.part.name} {what}. The end of its log, {running.log}:\n{logs.tail(running.log)}"
