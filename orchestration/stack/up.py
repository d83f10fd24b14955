"""`rift up`: brings the stack up in order, keeps it up, and takes all of it down again."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestration.stack import files, parts, ports
from orchestration.stack.database import Database
from orchestration.stack.errors import StackError
from orchestration.stack.fingerprint import MARKER, fingerprint
from orchestration.stack.processes import StopRequestedError, Supervisor, run_step, stop_on_signals
from orchestration.stack.record import Record
from orchestration.stack.settings import PORTS, Settings
from orchestration.stack.tenancy import Tenancy

SAMPLE_ROSTER: Final = Path(__file__).with_name("sample_roster.csv")
POSTGRES_CHECK_SECONDS: Final = 1


@dataclass
class Stack:
    """Everything that the steps share."""

    settings: Settings
    say: Callable[[str], None]

    def __post_init__(self) -> None:
        self.home = self.settings.rift_home
        self.database = Database(self.settings)
        self.environment = parts.Environment(self.settings, self.database)
        self.record = Record(self.home)
        self.supervisor = Supervisor(self.home, self.record, self.say)
        self.tenancy = None if self.database.cluster else Tenancy(self.database.owner_dsn)

    def run(self, *, demo: bool, on_ready: Callable[["Stack"], None]) -> None:
        """Bring everything up, call `on_ready`, and stay until told to stop; then, or on any error, stop everything."""
        files.make_home(self.home)
        stop_on_signals()
        if not self.record.claim():
            supervisor = self.record.supervisor()
            raise StackError(
                f"Rift already runs on {self.home}" + (f" (pid {supervisor.pid})" if supervisor else "") + ". "
                "See it with rift status, stop it with rift down, or set RIFT_HOME and the ports for a second one."
            )
        try:
            self._start(demo=demo)
            on_ready(self)
            self.supervisor.supervise(self._look_after_postgres())
        except StopRequestedError:
            self.say("stopping")
        finally:
            self.stop()

    def stop(self) -> None:
        self.supervisor.stop()
        if self.tenancy:
            self.tenancy.release()
        self.database.leave()
        self.record.release()

    def _start(self, *, demo: bool) -> None:
        files.require_space(self.home)
        self._require_ports()
        self.say("starting Postgres" if self.database.cluster else "checking DATABASE_URL")
        self.database.start()
        if self.tenancy:
            self.tenancy.claim()
        if self.database.cluster:
            cluster = self.database.cluster
            self.supervisor.extra["postgres"] = {"pid": cluster.pid, "port": cluster.port, "log": str(cluster.log)}
        for name in self.database.migrate():
            self.say(f"applied migration {name}")
        self.prepare()
        dagster = parts.dagster(self.environment, ports.choose_free())
        others = [parts.receiver(self.environment), parts.hud(self.environment)]
        self.say("starting the receiver, the HUD and Dagster")
        self.supervisor.start([*dagster, *others, *([parts.simulation(self.environment)] if demo else [])])
        self.supervisor.await_healthy()

    def _require_ports(self) -> None:
        wanted = {name.upper(): getattr(self.settings, name) for name in PORTS if name != "postgres_port"}
        # Our own server, left behind by a killed supervisor, may have the last one; the cluster knows.
        if self.database.cluster and not self.database.cluster.is_running():
            wanted["POSTGRES_PORT"] = self.settings.postgres_port
        ports.require_free(wanted)

    def prepare(self) -> None:
        """Bring a new database to where its marts answer; of several commands that start at once, one does it."""
        lock = files.Lock(self.home / "run" / "prepare.lock")
        try:
            lock.acquire(wait=True)
            self._load_sample_roster()
            self._build_warehouse()
        finally:
            lock.release()

    def _load_sample_roster(self) -> None:
        """Give a new database a team to begin with."""
        if self.database.question("select exists (select from raw_roster.sdr_versions)") == (False,):
            self.say("loading the sample roster (replace it with rift roster load FILE)")
            command = (sys.executable, "-m", "ingestion.sources.roster", str(SAMPLE_ROSTER))
            self._step(parts.Part("roster", command, self.environment.roster()))

    def _build_warehouse(self) -> None:
        """Run the dbt build when this database has not seen this dbt project yet."""
        current = fingerprint(self.settings, self.database)
        marker = self.home / MARKER
        built = self.database.question("select to_regclass('marts.rpt_health') is not null") == (True,)
        if built and files.read_json(marker).get("fingerprint") == current:
            return
        self.say("building the warehouse with dbt")
        parts.prepare_dagster(self.environment)
        started = time.monotonic()
        command = (sys.executable, "-m", "orchestration.lib.warehouse")
        self._step(parts.Part("warehouse", command, self.environment.warehouse()))
        self.say(f"the warehouse is built ({time.monotonic() - started:.0f} s)")
        files.write_private(marker, json.dumps({"fingerprint": current}))

    def _step(self, part: parts.Part) -> None:
        run_step(part, self.home / "logs" / f"{part.name}.log", self.record.token, lambda line: self.say(f"  {line}"))

    def _look_after_postgres(self) -> Callable[[], None]:
        """Start the embedded server again when it has died."""
        cluster = self.database.cluster
        last = time.monotonic()

        def look() -> None:
            nonlocal last
            if cluster is None or time.monotonic() - last < POSTGRES_CHECK_SECONDS:
                return
            last = time.monotonic()
            if not cluster.is_running():
                self.say(f"Postgres ended; it is started again. Its log: {cluster.log}")
                try:
                    self.database.start()
                except StackError as error:
                    self.say(str(error))
                    last += 5
                else:
                    self.supervisor.extra["postgres"]["pid"] = cluster.pid

        return look


def become_quiet(log: Path) -> None:
    """Go on in the background: what follows is written to a log, and whoever waits on our output sees its end."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
    os.close(descriptor)
