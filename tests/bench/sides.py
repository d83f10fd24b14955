"""The two sides of the receiving benchmarks on one new Postgres: the receiver, and the design beside it."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil
import psycopg2

from ingestion.migrations import migrate
from orchestration.stack.postgres import Cluster
from tests.conftest import PASSWORDS, free_port

PEERS: Final = Path(__file__).parent / "peers"
SECRET: Final = "the-secret-of-the-ingest-benchmark"
ROWS: Final = {
    "receiver": "select count(*) from raw.webhook_events",
    "peer": "select count(*) from seed_peer.raw_events",
}


@dataclass(frozen=True)
class Side:
    """One that answers, and the rows that it has stored."""

    name: str
    port: int
    process: psutil.Process
    owner_dsn: str

    def rows(self) -> int:
        connection = psycopg2.connect(self.owner_dsn)
        try:
            with connection.cursor() as cursor:
                cursor.execute(ROWS[self.name])
                return int(cursor.fetchall()[0][0])
        finally:
            connection.close()

    def megabytes(self) -> float:
        """Resident memory of all its processes now."""
        processes = [self.process, *self.process.children(recursive=True)]
        return float(sum(process.memory_info().rss for process in processes)) / 2**20


@contextmanager
def running_sides(*names: str, workers: int = 1) -> Iterator[dict[str, Side]]:
    """The sides of these names, ready."""
    with tempfile.TemporaryDirectory(prefix="rift-bench-") as folder, new_cluster(Path(folder)) as cluster:
        migrate(cluster.owner_dsn, PASSWORDS)
        sides = {}
        started = []
        try:
            for name in names:
                port = free_port()
                process = _start(name, cluster.owner_dsn, port, workers)
                started.append(process)
                _wait_for(port, process)
                sides[name] = Side(name, port, psutil.Process(process.pid), cluster.owner_dsn)
            yield sides
        finally:
            for process in started:
                process.terminate()
                process.wait(20)


@contextmanager
def new_cluster(folder: Path) -> Iterator[Cluster]:
    folder.chmod(0o755)
    cluster = Cluster(folder, free_port())
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def _start(name: str, owner_dsn: str, port: int, workers: int) -> "subprocess.Popen[bytes]":
    environment = {"PATH": os.environ["PATH"], "WEBHOOK_SECRET": SECRET}
    if name == "receiver":
        command = [sys.executable, "-m", "ingestion.webhooks"]
        environment |= {
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "RIFT_INGEST_DSN": as_role(owner_dsn, "rift_ingest"),
            "RIFT_HUD_DSN": as_role(owner_dsn, "rift_hud"),
            "API_PORT": str(port),
            "RATE_LIMIT_PER_MINUTE": "0",
            "WEBHOOK_WORKERS": str(workers),
        }
    else:
        command = [sys.executable, "-m", "uvicorn", "seed_api:app", "--port", str(port), "--workers", "1"]
        command += ["--no-access-log", "--app-dir", str(PEERS)]
        environment |= {"DATABASE_URL": owner_dsn}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
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


def as_role(owner_dsn: str, role: str) -> str:
    url = urlsplit(owner_dsn)
    return url._replace(netloc=f"{role}:{PASSWORDS[role]}@{url.hostname}:{url.port}").geturl()
