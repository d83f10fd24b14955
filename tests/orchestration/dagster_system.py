"""Dagster as `rift up` starts it: the real code server, webserver and daemon, to be stopped, killed and started again.

Where they stand when they are killed is decided by locks in the databases that they work in, and not by chance.
"""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import dagster as dg
import httpx
import psutil
import psycopg2
import pytest
from dagster._core.scheduler.instigation import InstigatorTick

from orchestration.lib.runs import UNFINISHED
from orchestration.stack import files, parts
from orchestration.stack.database import Database
from orchestration.stack.processes import Supervisor
from orchestration.stack.record import Record
from orchestration.stack.settings import load
from tests.conftest import STACK_PASSWORDS, Warehouse, free_port

Found = TypeVar("Found")

SELECTOR: Final = '{repositoryLocationName: "rift", repositoryName: "__repository__", %s: "%s"}'
BUILDS: Final = "(scheduleSelector: " + SELECTOR % ("scheduleName", "build_schedule") + ")"
BUILDS_ID: Final = "{ scheduleOrError" + BUILDS + " { ... on Schedule { scheduleState { id } } } }"
START_BUILDS: Final = "mutation { startSchedule" + BUILDS + " { __typename } }"
STOP_BUILDS: Final = 'mutation {{ stopRunningSchedule(id: "{id}") {{ __typename }} }}'
LAUNCH: Final = (
    "mutation { launchRun(executionParams: {selector: " + SELECTOR % ("jobName", "settle_job") + "})"
    " { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"
)
# The ports of those who wait for what a session holds: each is the other end of a connection of a client.
WAITING: Final = "select client_port from pg_stat_activity where %s = any (pg_blocking_pids(pid))"


def wait_for(what: str, found: Callable[[], Found | None], seconds: float = 120, pause: float = 0.05) -> Found:
    """What is found, as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"no {what} after {seconds} s"
        time.sleep(pause)
    return result


class Gate:
    """A lock of a table at which whoever comes by stands still until it is opened."""

    def __init__(self, dsn: str, table: str, mode: str) -> None:
        self.holder, self.watcher = psycopg2.connect(dsn), psycopg2.connect(dsn)
        # What is seen of other sessions stays the same for as long as a transaction lasts.
        self.watcher.autocommit = True
        with self.holder.cursor() as cursor:
            cursor.execute(f"lock table {table} in {mode} mode")

    def waiting(self) -> list[psutil.Process]:
        """The processes that stand here."""
        with self.watcher.cursor() as cursor:
            cursor.execute(WAITING, [self.holder.info.backend_pid])
            ports = {port for (port,) in cursor.fetchall()}
        ends = [one for one in psutil.net_connections("tcp4") if one.laddr and one.laddr.port in ports]
        return [psutil.Process(pid) for pid in {one.pid for one in ends if one.pid}]

    def open(self) -> None:
        self.holder.close()
        self.watcher.close()


@dataclass
class DagsterSystem:
    """The parts, what they work on, and what the instance says of it."""

    warehouse: Warehouse
    database: Database
    supervisor: Supervisor
    instance: dg.DagsterInstance
    port: int

    def process(self, part: str) -> psutil.Process:
        running = self.supervisor.running[part].process
        assert running is not None, f"{part} does not run"
        return psutil.Process(running.pid)

    def kill(self, part: str) -> None:
        """SIGKILL, to the process alone; it is gone when this returns."""
        process = self.supervisor.running[part].process
        assert process is not None
        process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    def bury(self, part: str) -> None:
        """SIGKILL, also to all that it has started: what the supervisor does about a part that has died."""
        self.supervisor.running[part].plan_restart()

    def start(self, part: str) -> None:
        """What the supervisor does next."""
        self.bury(part)
        self.supervisor.running[part].start()

    def start_the_dead(self) -> None:
        for name, running in self.supervisor.running.items():
            if running.process is None or running.has_died():
                self.start(name)

    @contextmanager
    def frozen(self, part: str) -> Iterator[None]:
        """Nothing of this part goes on until the block ends."""
        group = os.getpgid(self.process(part).pid)
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    @contextmanager
    def gate(self, table: str, mode: str = "exclusive", *, instance: bool = True) -> Iterator[Gate]:
        """Hold a table of the instance's database, or of the warehouse: by default, so that it is only read."""
        dsn = self.database.dsn("dagster") if instance else self.warehouse.owner_dsn
        gate = Gate(dsn, table, mode)
        try:
            yield gate
        finally:
            gate.open()

    def stands_at(self, gate: Gate, part: str) -> psutil.Process:
        """Wait until a process of this part stands at the gate."""
        group = self.process(part).pid
        found = wait_for(
            f"process of {part} at the gate", lambda: [one for one in gate.waiting() if os.getpgid(one.pid) == group]
        )
        return found[0]

    def graphql(self, query: str) -> Any:
        """The data of one query to the webserver."""
        answer = httpx.post(f"http://127.0.0.1:{self.port}/graphql", json={"query": query}, timeout=60).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def request_settle(self) -> str:
        """What the button "Launch run" does; returns the id of the run."""
        launched = self.graphql(LAUNCH)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def stop_builds(self) -> None:
        schedule = self.graphql(BUILDS_ID)["scheduleOrError"]["scheduleState"]
        self.graphql(STOP_BUILDS.format(**schedule))

    @contextmanager
    def building(self) -> Iterator[None]:
        """With build_schedule at work."""
        self.graphql(START_BUILDS)
        try:
            yield
        finally:
            self.stop_builds()

    def runs(self, known: Sequence[str] = (), job: str = "settle_job") -> list[dg.DagsterRun]:
        """All runs of a job but those that are known, oldest first."""
        runs = self.instance.get_runs(dg.RunsFilter(job_name=job), ascending=True)
        return [run for run in runs if run.run_id not in known]

    def starts(self, run: dg.DagsterRun) -> int:
        """How often it has left the queue."""
        return len(self.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.PIPELINE_STARTING))

    def tick(self, after: float = 0, instigator: str = "webhook_sensor") -> InstigatorTick | None:
        """The newest tick of a sensor or schedule, if it began later."""
        for state in self.instance.all_instigator_state():
            if state.instigator_name == instigator:
                ticks = self.instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
                return ticks[0] if ticks and ticks[0].timestamp > after else None
        return None

    def is_settled(self) -> bool:
        return self.warehouse.execute("select is_settleable from intermediate.int_tail") == [(False,)]

    def is_idle(self) -> bool:
        """Whether everything is settled and no run is left that may still begin or end."""
        return self.is_settled() and not self.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED), limit=1)


@contextmanager
def dagster_system(warehouse: Warehouse, home: Path) -> Iterator[DagsterSystem]:
    """The system at work on this warehouse, settling; its build_schedule is off."""
    files.make_home(home)
    (home / "role_passwords.json").write_text(json.dumps(STACK_PASSWORDS))
    shutil.copytree(warehouse.home / "dbt", home / "dbt")
    settings = load(
        _env_file=None, rift_home=home, database_url=warehouse.owner_dsn, dagster_port=free_port(), rift_timezone="UTC"
    )
    database = Database(settings)
    database.migrate()
    made = parts.dagster(parts.Environment(settings, database), free_port())
    record = Record(home)
    assert record.claim()
    supervisor = Supervisor(home, record, lambda _: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RIFT_DAGSTER_DSN", database.dsn("dagster"))
        instance = dg.DagsterInstance.from_config(str(home / "dagster"))
    try:
        system = DagsterSystem(warehouse, database, supervisor, instance, settings.dagster_port)
        supervisor.start(part for part in made if part.name != "daemon")
        supervisor.await_healthy()
        system.stop_builds()
        supervisor.start(part for part in made if part.name == "daemon")
        supervisor.await_healthy()
        yield system
    finally:
        supervisor.stop()
        record.release()
        instance.dispose()
