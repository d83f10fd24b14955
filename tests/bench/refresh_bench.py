"""What a refresh costs, from the sensor's request to the run's end, against the stock design; and what idling costs.

The stock design (`peers/stock_refresh.py`) is what Dagster's and dbt's tutorials build: a sensor, a run, `dbt build`.
CPU seconds are those of the daemon and of everything that works for it (code server, run server, runs), from the
sensor's request (the stock side: from the commit, which its sensor sees within a second) until four seconds after the
event was settled; the databases of both sides are left out.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
import psutil

from orchestration.stack import placement
from tests.bench.freshness_bench import everything, new_environment, remove
from tests.bench.sides import PEERS, new_cluster

MAXIMUM_SECONDS: Final = 4.0
MAXIMUM_SHARE: Final = 0.1
MAXIMUM_IDLE: Final = 0.1
IDLE_SECONDS: Final = 90
AFTERWARDS_SECONDS: Final = 4
SAMPLE_SECONDS: Final = 0.1
SAMPLES_OF_A_LOOK: Final = 5
# The minute's build settles, too: events are posted when it is over, and long before the next.
QUIET_PART_OF_MINUTE: Final = (25, 40)
WORDS_OF_REFRESHING: Final = ("dagster._daemon", "code-server", "dagster api", "orchestration.lib.run_server")
STOCK_LINE: Final = re.compile(r"stock refresh: median ([\d.]+) s, ([\d.]+) CPU s")


@dataclass(frozen=True)
class Refreshes:
    """Seconds and CPU seconds, medians; the idle stack in cores, by part."""

    stock_seconds: float
    stock_cpu_seconds: float
    seconds: float
    cpu_seconds: float
    build_cpu_seconds: float
    idle_cores: Mapping[str, float]

    def is_met(self) -> bool:
        is_cheap = self.cpu_seconds <= MAXIMUM_SHARE * self.stock_cpu_seconds
        return self.seconds <= MAXIMUM_SECONDS and is_cheap and sum(self.idle_cores.values()) <= MAXIMUM_IDLE


def run(events: int = 5) -> Refreshes:
    """Both sides, one after the other, on a Postgres of its own each."""
    with tempfile.TemporaryDirectory(prefix="rift-bench-") as folder, new_cluster(Path(folder)) as cluster:
        stock_seconds, stock_cpu = _stock(cluster.owner_dsn, events)
    home = Path(tempfile.mkdtemp(prefix="rift-bench-"))
    try:
        environment = new_environment(home)
        with everything(environment):
            seconds, cpu = zip(*(_settle(environment) for _ in range(events)), strict=True)
            build = _build(environment)
            idle = _idle(environment)
    finally:
        remove(home)
    return Refreshes(stock_seconds, stock_cpu, median(seconds), median(cpu), build, idle)


def _stock(owner_dsn: str, events: int) -> tuple[float, float]:
    command = [sys.executable, str(PEERS / "stock_refresh.py"), str(events)]
    # Its programs are those of this environment.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command, env=os.environ | {"DATABASE_URL": owner_dsn, "PATH": path}, check=True, capture_output=True, text=True
    )
    found = STOCK_LINE.search(done.stdout)
    if found is None:
        raise RuntimeError(f"the stock side said: {done.stdout}")
    return float(found[1]), float(found[2])


def _settle(environment: Mapping[str, str]) -> tuple[float, float]:
    """Post one event; the seconds from the request of the run that settles it to its end, and CPU seconds."""
    while True:
        _await(_is_quiet_part_of_minute)
        _await(lambda: not _runs(environment, "[QUEUED, STARTING, STARTED]"))
        known = {run["runId"] for run in _runs(environment, "[SUCCESS]")}
        _post(environment)
        used: list[tuple[float, float]] = []  # seconds of the epoch, CPU seconds until then
        ended: list[dict[str, Any]] = []
        while not ended:
            for _ in range(SAMPLES_OF_A_LOOK):  # to look costs the database something, too
                used.append((time.time(), _cpu(_refreshing(environment))))
                time.sleep(SAMPLE_SECONDS)
            ended = [run for run in _runs(environment, "[SUCCESS]") if run["runId"] not in known]
        if ended[0]["jobName"] == "settle_job":
            break
    asked, succeeded = ended[0]["creationTime"], ended[0]["endTime"]
    time.sleep(max(0.0, succeeded + AFTERWARDS_SECONDS - time.time()))
    before = max(cpu for at, cpu in used if at <= asked)
    return succeeded - asked, _cpu(_refreshing(environment)) - before


def _build(environment: Mapping[str, str]) -> float:
    """CPU seconds of the minute's build with all its checks, which runs when something has landed."""
    _await(lambda: time.time() % 60 > 50)
    before = _cpu(_refreshing(environment))
    asked = time.time()
    _post(environment)
    _await(
        lambda: any(run["endTime"] > asked for run in _runs(environment, "[SUCCESS]") if run["jobName"] == "build_job")
    )
    time.sleep(AFTERWARDS_SECONDS)
    return _cpu(_refreshing(environment)) - before


def _idle(environment: Mapping[str, str]) -> dict[str, float]:
    """Cores that each part uses while nothing lands."""
    time.sleep(30)
    _await(lambda: not _runs(environment, "[QUEUED, STARTING, STARTED]"))
    parts = _parts(environment)
    before = {name: _cpu(processes) for name, processes in parts.items()}
    time.sleep(IDLE_SECONDS)
    return {name: (_cpu(processes) - before[name]) / IDLE_SECONDS for name, processes in _parts(environment).items()}


def _post(environment: Mapping[str, str]) -> None:
    secret = (Path(environment["RIFT_HOME"]) / "webhook_secret").read_text(encoding="utf-8").strip()
    event = {"source": "bench", "event_type": "call_dial", "user_id": "sdr-001", "metadata": {"n": time.time_ns()}}
    door = f"http://127.0.0.1:{environment['API_PORT']}/api/v1/webhook/ingest"
    httpx.post(door, json=event, headers={"X-RIFT-SECRET": secret}).raise_for_status()


def _runs(environment: Mapping[str, str], statuses: str) -> list[dict[str, Any]]:
    """The newest runs with these statuses, newest first."""
    query = (
        f"{{ runsOrError(filter: {{statuses: {statuses}}}, limit: 5)"
        " { ... on Runs { results { runId jobName creationTime endTime } } } }"
    )
    url = f"http://127.0.0.1:{environment['DAGSTER_PORT']}/graphql"
    answer = httpx.post(url, json={"query": query}, timeout=60).json()
    found: list[dict[str, Any]] = answer["data"]["runsOrError"]["results"]
    return found


def _is_quiet_part_of_minute() -> bool:
    first, last = QUIET_PART_OF_MINUTE
    return first < time.time() % 60 < last


def _parts(environment: Mapping[str, str]) -> dict[str, list[psutil.Process]]:
    """The processes of the stack, by what they are."""
    known = {"dagster._daemon": "daemon", "dagster_webserver": "webserver", "code-server": "code server"}
    known |= {"dagster api": "code server", "run_server": "run server", "ingestion.webhooks": "receiver"}
    known |= {"streamlit": "HUD", "postgres": "Postgres"}
    found: dict[str, list[psutil.Process]] = {}
    for process in _processes(environment):
        words = _words(process)
        name = next((name for word, name in known.items() if word in words), "supervisor")
        found.setdefault(name, []).append(process)
    return found


def _refreshing(environment: Mapping[str, str]) -> list[psutil.Process]:
    return [
        process for process in _processes(environment) if any(word in _words(process) for word in WORDS_OF_REFRESHING)
    ]


def _words(process: psutil.Process) -> str:
    """Its command line; nothing, when it has just ended."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def _processes(environment: Mapping[str, str]) -> list[psutil.Process]:
    """All that were started for this home, and the server of its database."""
    home = environment["RIFT_HOME"]
    started = [one for one in psutil.process_iter(["environ"]) if (one.info["environ"] or {}).get("RIFT_HOME") == home]
    number = (placement.remembered(Path(home)) / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    server = psutil.Process(int(number))
    found = {process.pid: process for process in (*started, server, *server.children())}
    found.pop(os.getpid(), None)
    return list(found.values())


def _cpu(processes: Iterable[psutil.Process]) -> float:
    """CPU seconds of processes and of those of their children that have ended."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _await(found: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        if time.monotonic() > deadline:
            raise TimeoutError("Dagster did not do what was waited for")
        time.sleep(0.2)


def section(figures: Refreshes) -> list[str]:
    """The part of docs/benchmarks.md."""
    share = figures.cpu_seconds / figures.stock_cpu_seconds
    idle = sum(figures.idle_cores.values())
    told = ", ".join(
        f"{name} {100 * cores:.1f}%" for name, cores in sorted(figures.idle_cores.items(), key=lambda it: -it[1])
    )
    return [
        "## Refreshing",
        "",
        "A settle run, from the sensor's request to its success, against the stock design of a sensor that launches",
        "`dbt build` (`tests/bench/peers/stock_refresh.py`, from the commit, which its sensor sees within a second, to",
        "the mart). CPU seconds are those of the daemon and all that works for it, until four seconds after the end;",
        "the databases of both sides are left out.",
        "Rift's marts have the event at once; the settle only keeps reads fast.",
        f"Targets: median at most {MAXIMUM_SECONDS:.0f} s, at most {MAXIMUM_SHARE:.0%} of the stock design's CPU",
        f"seconds, the whole idle stack at most {MAXIMUM_IDLE:.0%} of a core.",
        "",
        "| | seconds | CPU seconds |",
        "|---|---|---|",
        f"| stock | {figures.stock_seconds:.1f} | {figures.stock_cpu_seconds:.1f} |",
        f"| a settle run | {figures.seconds:.1f} | {figures.cpu_seconds:.1f} ({share:.0%}) |",
        f"| the minute's build, with every quick check, and a settle | | {figures.build_cpu_seconds:.1f} |",
        "",
        "A minute in which something lands has settles and one build; the stock design has no checks but two.",
        "",
        f"Idle, no events: {idle:.1%} of a core ({told}).",
        "",
        "Every target is met." if figures.is_met() else "**A target is missed.**",
    ]


if __name__ == "__main__":
    print("\n".join(section(run(int(sys.argv[1]) if len(sys.argv) > 1 else 5))))
