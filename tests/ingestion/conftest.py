"""Receivers as their users run them: a process of its own, a real Postgres, real HTTP."""

import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingestion.migrations import migrate
from orchestration.stack.postgres import Cluster
from orchestration.stack.settings import ROOT
from tests.conftest import PASSWORDS, Database, create_database, free_port

SECRET = "first-secret-of-the-receiver-tests"
SECOND_SECRET = "second-secret-of-the-receiver-tests"
DOOR = "/api/v1/webhook/ingest"
BATCH = DOOR + "/batch"
# The base64 of 32 bytes each, as Standard Webhooks has its keys.
SIGNING_KEY = "whsec_" + b64encode(b"first key of the receiver tests.").decode()
SECOND_SIGNING_KEY = "whsec_" + b64encode(b"second key of the receiver test.").decode()
HEADERS = {"X-RIFT-SECRET": SECRET, "Content-Type": "application/json"}


class Receiver:
    """A running `python -m ingestion.webhooks`."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        self.client = httpx.Client(base_url=self.url, timeout=20)

    def post(self, event: object, **headers: str) -> httpx.Response:
        """Send an event (or, as bytes, any body) to the canonical door."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return self.client.post(DOOR, content=body, headers=HEADERS | headers)

    def post_batch(self, events: object, **headers: str) -> httpx.Response:
        """Send events (or, as bytes, any body) to the batch door."""
        body = events if isinstance(events, bytes) else json.dumps(events).encode()
        return self.client.post(BATCH, content=body, headers=HEADERS | headers)

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        return self.client.get(path, params=parameters)


StartReceiver = Callable[..., Any]


@contextmanager
def running_receiver(ingest_dsn: str, hud_dsn: str, folder: Path, **settings: str) -> Iterator[Receiver]:
    port = free_port()
    log = folder / f"receiver-{port}.log"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),  # this copy of the project, whichever is installed
        "RIFT_INGEST_DSN": ingest_dsn,
        "RIFT_HUD_DSN": hud_dsn,
        "WEBHOOK_SECRET": f"{SECRET},{SECOND_SECRET}",
        "WEBHOOK_SIGNING_SECRET": f"{SIGNING_KEY},{SECOND_SIGNING_KEY}",
        "API_PORT": str(port),
        "RATE_LIMIT_PER_MINUTE": "0",
    } | settings
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "ingestion.webhooks"], env=environment, stdout=output, stderr=output, cwd=folder
        )
    receiver = Receiver(process, port, log)
    try:
        _wait_until_alive(receiver)
        yield receiver
    finally:
        receiver.client.close()
        if process.poll() is None:
            process.terminate()
            process.wait(20)


def _wait_until_alive(receiver: Receiver) -> None:
    for _ in range(200):
        try:
            if receiver.get("/api/v1/health/live").status_code == 200:
                return
        except httpx.TransportError:
            if receiver.process.poll() is not None:
                break
            time.sleep(0.1)
    raise AssertionError(f"the receiver did not start:\n{receiver.log.read_text()}")


@pytest.fixture(scope="session")
def door_database(cluster: Cluster) -> Database:
    """The database of the receiver that most tests share: each test uses sources of its own."""
    database = create_database(cluster, "receiver")
    migrate(database.owner_dsn, PASSWORDS)
    return database


@pytest.fixture(scope="session")
def receiver(door_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    folder = tmp_path_factory.mktemp("receiver")
    with running_receiver(door_database.dsn("ingest"), door_database.dsn("hud"), folder) as running:
        yield running


@pytest.fixture
def source(request: pytest.FixtureRequest) -> str:
    """A source that no other test uses."""
    return str(request.node.name)[:200]


@pytest.fixture
def start_receiver(tmp_path: Path) -> Callable[..., Any]:
    """Start a receiver for this test: a context manager, given a database and settings."""

    def start(database: Database, **settings: str) -> Any:
        return running_receiver(database.dsn("ingest"), database.dsn("hud"), tmp_path, **settings)

    return start
