"""Milliseconds from a commit until a mart shows the event, with Dagster up and with it stopped.

An event is posted at the door; its 2xx follows the commit. From that moment a reader with the HUD's role asks the SDR's
row of `dim_user_stats` until it has counted the event. Events are posted at a pace at which Dagster settles meanwhile.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg2

from orchestration.stack import placement
from orchestration.stack.settings import Settings
from tests.conftest import free_port

RIFT: Final = (sys.executable, "-m", "orchestration.stack.cli")
SDRS: Final = [f"sdr-{number:03}" for number in range(1, 13)]
PAUSE_SECONDS: Final = 0.2


def run(events: int = 200) -> dict[str, dict[str, float]]:
    """Measure `events` events each way, on one warehouse; returns p50, p95 and the longest, in milliseconds."""
    home = Path(tempfile.mkdtemp(prefix="rift-bench-"))
    try:
        environment = new_environment(home)
        with everything(environment):
            with_dagster = _measure(environment, events)
        with _receiver_alone(environment):
            without = _measure(environment, events)
    finally:
        remove(home)
    return {"Dagster up": with_dagster, "Dagster stopped": without}


def remove(home: Path) -> None:
    """Delete a home with its database, which for root lies elsewhere."""
    data = placement.remembered(home)
    shutil.rmtree(data.parent if data.is_relative_to(placement.STORE) else data, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def new_environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    ports = {name: str(free_port()) for name in ("API_PORT", "HUD_PORT", "DAGSTER_PORT", "POSTGRES_PORT")}
    return kept | ports | {"RIFT_HOME": str(home), "RATE_LIMIT_PER_MINUTE": "0"}


@contextmanager
def everything(environment: dict[str, str]) -> Iterator[None]:
    subprocess.run([*RIFT, "up", "--detach"], env=environment, check=True, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        subprocess.run([*RIFT, "down"], env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _receiver_alone(environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen([*RIFT, "run", "receiver"], env=environment, stdout=subprocess.DEVNULL)
    try:
        ready = f"http://127.0.0.1:{environment['API_PORT']}/api/v1/health/ready"
        for _ in range(600):
            try:
                if httpx.get(ready).is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _measure(environment: dict[str, str], events: int) -> dict[str, float]:
    secret = (Path(environment["RIFT_HOME"]) / "webhook_secret").read_text(encoding="utf-8").strip()
    dsn = subprocess.run(
        [*RIFT, "dsn", "--role", "hud"], env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    door = f"http://127.0.0.1:{environment['API_PORT']}/api/v1/webhook/ingest"
    waits = []
    with httpx.Client(headers={"X-RIFT-SECRET": secret}) as client, connection.cursor() as cursor:
        for number in range(-10, events):
            user_id = SDRS[number % len(SDRS)]
            wanted = _counted(cursor, user_id) + 1
            event = {
                "source": "bench",
                "event_type": "call_dial",
                "user_id": user_id,
                "metadata": {"n": time.time_ns()},
            }
            client.post(door, json=event).raise_for_status()
            committed = time.perf_counter()
            while _counted(cursor, user_id) < wanted:
                pass
            if number >= 0:  # the first ten warm the caches of both sides
                waits.append((time.perf_counter() - committed) * 1000)
            time.sleep(PAUSE_SECONDS)
    connection.close()
    centiles = statistics.quantiles(waits, n=100)
    return {"p50": centiles[49], "p95": centiles[94], "max": max(waits)}


def _counted(cursor: Any, user_id: str) -> int:
    cursor.execute("select total_events from marts.dim_user_stats where user_id = %s", [user_id])
    return int(cursor.fetchone()[0])
