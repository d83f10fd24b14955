"""The whole stack, up once for these tests, on free ports and in a home of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest

from orchestration.stack.settings import Settings
from tests import machine
from tests.conftest import free_port
from tests.orchestration.receivers import Webhooks, webhooks


@dataclass(frozen=True)
class Stack:
    """A running `rift up`."""

    environment: dict[str, str]
    hooks: Webhooks

    def rift(self, *arguments: str, timeout: float = 300) -> str:
        """The standard output of one `rift` command, which must succeed."""
        command = [sys.executable, "-m", "orchestration.stack.cli", *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=timeout
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def secret(self) -> str:
        return (Path(self.environment["RIFT_HOME"]) / "webhook_secret").read_text(encoding="utf-8").strip()

    def url(self, part: str) -> str:
        return f"http://127.0.0.1:{self.environment[f'{part}_PORT']}"

    def post(self, **event: Any) -> httpx.Response:
        """Post one event to the canonical door."""
        return httpx.post(
            f"{self.url('API')}/api/v1/webhook/ingest", json=event, headers={"X-RIFT-SECRET": self.secret}
        )

    def rows(self, query: str, role: str = "hud") -> list[tuple[Any, ...]]:
        """The rows of one statement, as a role."""
        connection = psycopg2.connect(self.rift("dsn", "--role", role).strip())
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        finally:
            connection.close()

    def graphql(self, query: str) -> Any:
        """The data of one query to Dagster's webserver."""
        answer = httpx.post(f"{self.url('DAGSTER')}/graphql", json={"query": query}, timeout=30).json()
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    home = machine.make_folder()
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    ports = {name: str(free_port()) for name in ("API_PORT", "HUD_PORT", "DAGSTER_PORT", "POSTGRES_PORT")}
    with webhooks() as hooks:
        running = Stack(kept | ports | {"RIFT_HOME": str(home), "RATE_LIMIT_PER_MINUTE": "0"}, hooks)
        channel = {"name": "hook", "url": hooks.url(), "kinds": ["rank_up"]}
        file = home / "notifications.yaml"
        file.touch(mode=0o600)
        file.write_text(json.dumps({"channels": [channel]}))
        try:
            running.rift("up", "--detach")
            yield running
        finally:
            running.rift("down")
            shutil.rmtree(home, ignore_errors=True)
