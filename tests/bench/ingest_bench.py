"""Requests per second of the canonical door, beside the straightforward design that it is timed against.

`peers/seed_api.py` is that design: a check, a look-up, an insert and a commit for each request. Both run on one new
Postgres with fsync on, in alternating rounds. Each side's answers are compared with the rows that it stored, so that
neither refusals nor suppressed copies can pass for speed.

    python -m tests.bench.ingest_bench [ROUNDS] [SECONDS]
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg2

from ingestion.migrations import ROLES, migrate
from orchestration.stack.postgres import Cluster

PEERS: Final = Path(__file__).parent / "peers"
SECRET: Final = "the-secret-of-the-ingest-benchmark"
DOOR: Final = "/api/v1/webhook/ingest"
# Beyond 8 the peer's pool of 10 connections answers 500.
CONNECTIONS: Final = {"receiver": 64, "peer": 8}
ROWS: Final = {
    "receiver": "select count(*) from raw.webhook_events",
    "peer": "select count(*) from seed_peer.raw_events",
}
_SUMMARY: Final = re.compile(
    r"requests/s (?P<rate>\d+)  p50 (?P<p50>[\d.]+) ms  p95 (?P<p95>[\d.]+) ms  p99 (?P<p99>[\d.]+) ms"
    r"  non-2xx (?P<refused>\d+)  socket errors (?P<errors>\d+)"
)
_COMPLETED: Final = re.compile(r"(\d+) requests in ")


def run(rounds: int = 3, seconds: int = 10) -> dict[str, Any]:
    """Time both sides; returns the median of each, the ratio of their rates, and every round."""
    with tempfile.TemporaryDirectory(prefix="rift-bench-") as folder, _cluster(Path(folder)) as cluster:
        passwords = {role: f"{role}-password" for role in ROLES}
        migrate(cluster.owner_dsn, passwords)
        ports = {"receiver": _free_port(), "peer": _free_port()}
        measured: dict[str, list[dict[str, float]]] = {"receiver": [], "peer": []}
        with _serve_receiver(cluster, passwords, ports["receiver"]), _serve_peer(cluster, ports["peer"]):
            for _ in range(rounds):
                for side in ("peer", "receiver"):
                    measured[side].append(_round(side, ports[side], seconds, cluster.owner_dsn))
    medians = {side: _medians(results) for side, results in measured.items()}
    ratio = medians["receiver"]["rate"] / medians["peer"]["rate"]
    return {"rounds": measured, "connections": CONNECTIONS, **medians, "ratio": ratio}


def _round(side: str, port: int, seconds: int, dsn: str) -> dict[str, float]:
    before = _count(dsn, ROWS[side])
    command = ["wrk", "-t1", f"-c{CONNECTIONS[side]}", f"-d{seconds}s", "-s", str(PEERS / "ingest.lua")]
    # The secret is this script's own, so it may be seen among the arguments.
    url = f"http://127.0.0.1:{port}{DOOR}"
    output = subprocess.run([*command, url, "--", SECRET], check=True, capture_output=True, text=True).stdout
    summary, completed = _SUMMARY.search(output), _COMPLETED.search(output)
    if summary is None or completed is None:
        raise RuntimeError(f"wrk printed no summary:\n{output}")
    time.sleep(1)
    result = {name: float(value) for name, value in summary.groupdict().items()}
    stored = _count(dsn, ROWS[side]) - before
    # What was in flight when wrk stopped was stored, too, but not counted by it.
    surplus = stored - int(completed[1])
    result["unaccounted"] = 0.0 if 0 <= surplus <= CONNECTIONS[side] else float(surplus)
    return result


def _medians(results: list[dict[str, float]]) -> dict[str, float]:
    rates = {name: statistics.median(result[name] for result in results) for name in ("rate", "p50", "p95", "p99")}
    # A fault in any round counts, so these are no medians.
    faults = {name: sum(abs(result[name]) for result in results) for name in ("refused", "errors", "unaccounted")}
    return rates | faults


@contextmanager
def _cluster(folder: Path) -> Iterator[Cluster]:
    folder.chmod(0o755)
    cluster = Cluster(folder, _free_port())
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def _serve_receiver(cluster: Cluster, passwords: dict[str, str], port: int) -> Iterator[None]:
    environment = {
        "RIFT_INGEST_DSN": _as_role(cluster.owner_dsn, "rift_ingest", passwords),
        "RIFT_HUD_DSN": _as_role(cluster.owner_dsn, "rift_hud", passwords),
        "API_PORT": str(port),
        "RATE_LIMIT_PER_MINUTE": "0",
    }
    with _serve([sys.executable, "-m", "ingestion.webhooks"], environment, port):
        yield


@contextmanager
def _serve_peer(cluster: Cluster, port: int) -> Iterator[None]:
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "seed_api:app",
        "--port",
        str(port),
        "--workers",
        "1",
        "--no-access-log",
    ]
    with _serve([*command, "--app-dir", str(PEERS)], {"DATABASE_URL": cluster.owner_dsn}, port):
        yield


@contextmanager
def _serve(command: list[str], environment: dict[str, str], port: int) -> Iterator[None]:
    environment = {"PATH": os.environ["PATH"], "WEBHOOK_SECRET": SECRET, **environment}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")


def _as_role(owner_dsn: str, role: str, passwords: dict[str, str]) -> str:
    url = urlsplit(owner_dsn)
    return url._replace(netloc=f"{role}:{passwords[role]}@{url.hostname}:{url.port}").geturl()


def _count(dsn: str, query: str) -> int:
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchall()[0][0])
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def main() -> int:
    """Print a table; fails when a request failed or an answer has no row."""
    if shutil.which("wrk") is None:
        print("wrk is not installed: apt-get install wrk", file=sys.stderr)
        return 2
    results = run(*map(int, sys.argv[1:3]))
    print(f"{'':10}{'connections':>12}{'requests/s':>12}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'faults':>8}   rounds")
    faults = 0.0
    for side in ("peer", "receiver"):
        median = results[side]
        failed = median["refused"] + median["errors"] + median["unaccounted"]
        faults += failed
        rounds = ", ".join(f"{result['rate']:.0f}" for result in results["rounds"][side])
        print(
            f"{side:10}{CONNECTIONS[side]:>12}{median['rate']:>12.0f}{median['p50']:>8.1f}{median['p95']:>8.1f}"
            f"{median['p99']:>8.1f}{failed:>8.0f}   {rounds}"
        )
    print(f"{'ratio':10}{'':>12}{results['ratio']:>12.1f}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
