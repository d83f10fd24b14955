"""Load by wrk, and what came of it: answers are compared with stored rows, so that no refusal can pass for speed."""

import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from tests.bench.sides import PEERS, SECRET, Side

DOOR: Final = "/api/v1/webhook/ingest"
BATCH: Final = f"{DOOR}/batch"
SAMPLES_PER_SECOND: Final = 10

_SUMMARY: Final = re.compile(
    r"requests/s (?P<rate>\d+)  p50 (?P<p50>[\d.]+) ms  p95 (?P<p95>[\d.]+) ms  p99 (?P<p99>[\d.]+) ms"
    r"  non-2xx (?P<refused>\d+)  socket errors (?P<errors>\d+)"
)
_COMPLETED: Final = re.compile(r"(\d+) requests in ")


@dataclass(frozen=True)
class Load:
    """What is sent: a wrk script with its arguments, to which path, over how many connections."""

    script: str
    connections: int
    path: str = DOOR
    arguments: tuple[str, ...] = ()
    # Rows that each request stores.
    items: int = 1


@dataclass
class Result:
    """Events a second, the latency of a request in milliseconds, what failed, and memory while it ran."""

    rate: float
    p50: float
    p95: float
    p99: float
    refused: float
    errors: float
    # Answers without a row, or rows without an answer beyond what was in flight at the end.
    unaccounted: float = 0
    megabytes: list[float] = field(default_factory=list)

    @property
    def faults(self) -> float:
        return self.refused + self.errors + abs(self.unaccounted)


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")


def run_load(side: Side, load: Load, seconds: int) -> Result:
    """Send for so long; the side's memory is looked at meanwhile."""
    before = side.rows()
    command = [
        "wrk",
        "-t1",
        f"-c{load.connections}",
        f"-d{seconds}s",
        "--timeout",
        "10s",
        "-s",
        str(PEERS / load.script),
    ]
    # The secret is the benchmark's own, so it may be seen among the arguments.
    command += [f"http://127.0.0.1:{side.port}{load.path}", "--", SECRET, *load.arguments]
    samples: list[float] = []
    stop = threading.Event()
    sampler = threading.Thread(target=_sample, args=[side, samples, stop])
    sampler.start()
    try:
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    finally:
        stop.set()
        sampler.join()
    summary, completed = _SUMMARY.search(output), _COMPLETED.search(output)
    if summary is None or completed is None:
        raise RuntimeError(f"wrk printed no summary:\n{output}")
    time.sleep(1)
    result = Result(**{name: float(value) for name, value in summary.groupdict().items()}, megabytes=samples)
    result.rate *= load.items
    # What was in flight when wrk stopped was stored, too, but not counted by it.
    surplus = side.rows() - before - int(completed[1]) * load.items
    result.unaccounted = 0 if 0 <= surplus <= load.connections * load.items else surplus
    return result


def _sample(side: Side, samples: list[float], stop: threading.Event) -> None:
    while not stop.wait(1 / SAMPLES_PER_SECOND):
        samples.append(side.megabytes())
