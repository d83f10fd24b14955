"""One real Postgres for the whole test run, and a freshly migrated database for each test that asks for one."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from ingestion.migrations import ROLES, migrate
from orchestration.stack.postgres import Cluster

PASSWORDS = {role: f"{role}-password" for role in ROLES}


@dataclass(frozen=True)
class Database:
    """A migrated database of the test cluster."""

    owner_dsn: str

    def dsn(self, role: str) -> str:
        """The libpq URL of a role: owner, transform, ingest, hud or analyst."""
        if role == "owner":
            return self.owner_dsn
        url = urlsplit(self.owner_dsn)
        name = f"rift_{role}"
        return urlunsplit(url._replace(netloc=f"{name}:{PASSWORDS[name]}@{url.hostname}:{url.port}"))

    def execute(self, query: str, *parameters: object, role: str = "owner") -> list[tuple[Any, ...]]:
        """Run one statement, commit it and return its rows, if it has any."""
        connection = psycopg2.connect(self.dsn(role))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, parameters or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    home = tmp_path_factory.mktemp("cluster")
    running = Cluster(home, free_port())
    running.start()
    yield running
    running.destroy()


def create_database(cluster: Cluster, name: str, template: str | None = None) -> Database:
    connection = psycopg2.connect(cluster.owner_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'drop database if exists "{name}" with (force)')
        cursor.execute(f'create database "{name}"' + (f' template "{template}"' if template else ""))
    connection.close()
    return Database(urlunsplit(urlsplit(cluster.owner_dsn)._replace(path=f"/{name}")))


@pytest.fixture
def database(cluster: Cluster, request: pytest.FixtureRequest) -> Database:
    fresh = create_database(cluster, f"test_{abs(hash(request.node.nodeid)):x}"[:60])
    migrate(fresh.owner_dsn, PASSWORDS)
    return fresh
