"""One real Postgres for the whole test run; in it, for each test that asks, a freshly migrated or a built database.

A built one is a clone of one template, which dbt makes once a run. Where a test runs dbt on it, it always has the same
name: dbt parses its project again whenever the database that its profile names changes.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen, run
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from ingestion.migrations import ROLES, migrate
from orchestration.stack.postgres import Cluster
from tests import machine, order

PASSWORDS = {role: f"{role}-password" for role in ROLES}
# With the role that only a stack has. It is the cluster's: whichever test makes it, it has this password.
STACK_PASSWORDS = PASSWORDS | {"rift_dagster": "rift_dagster-password"}
WAREHOUSE = "warehouse"
TEMPLATE = "warehouse_template"
SETTLE = ["run", "--select", "stg_vendor__events", "int_user_days_settled"]


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


def environment(database: Database, home: Path) -> dict[str, str]:
    """The environment in which dbt and Dagster see this database."""
    url = urlsplit(database.owner_dsn)
    return {
        **os.environ,
        "RIFT_HOME": str(home),
        "RIFT_TRANSFORM_DSN": database.dsn("transform"),
        "RIFT_DB_HOST": str(url.hostname),
        "RIFT_DB_PORT": str(url.port),
        "RIFT_DB_NAME": url.path.lstrip("/"),
        "RIFT_TRANSFORM_PASSWORD": PASSWORDS["rift_transform"],
        "RIFT_TIMEZONE": "UTC",
    }


@dataclass(frozen=True)
class Warehouse(Database):
    """A database with marts."""

    home: Path

    def dbt(self, *arguments: str) -> None:
        """Run dbt in this process. Raises `DbtError` when anything failed."""
        from orchestration.lib import dbt  # noqa: PLC0415  # importing dbt costs seconds that most tests need not pay

        with self.environment():
            dbt.invoke(list(arguments))

    def keep_manifest(self) -> None:
        """Read the project once for all runs in this process: it is half of what a settle costs."""
        from orchestration.lib import dbt  # noqa: PLC0415  # see dbt

        with self.environment():
            dbt.keep_manifest()

    @contextmanager
    def environment(self) -> Iterator[None]:
        """That of this process is meanwhile what dbt and Dagster see this database in."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment(self, self.home).items():
                patch.setenv(name, value)
            yield

    def settle(self) -> None:
        """Bring the cache up to date, as the product does."""
        from orchestration.lib.settle import SETTLE  # noqa: PLC0415  # see dbt

        self.dbt(*SETTLE)

    def rebuild(self) -> None:
        """Settle everything again, in place."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PGOPTIONS", "-c rift.rebuild=on")
            self.settle()

    def start_dbt(self, *arguments: str) -> "Popen[bytes]":
        """Start dbt as a process of its own, to be watched or killed."""
        code = "import sys; from orchestration.lib import dbt; dbt.invoke(sys.argv[1:])"
        return Popen([sys.executable, "-c", code, *arguments], env=environment(self, self.home))


def free_port() -> int:
    """A port on which nobody listens, and that no test asks for again soon."""
    return machine.free_port()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with machine.folder() as home:
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


def drop_database(cluster: Cluster, name: str) -> None:
    connection = psycopg2.connect(cluster.owner_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'drop database if exists "{name}" with (force)')
    connection.close()


def clone(cluster: Cluster, name: str) -> Database:
    """A database with marts and without a single event, for whoever asks for `template` too."""
    database = create_database(cluster, name, template=TEMPLATE)
    migrate(database.owner_dsn, PASSWORDS)  # as at every start: a clone has none of its database's own privileges
    return database


@pytest.fixture
def database(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Database]:
    name = f"test_{abs(hash(request.node.nodeid)):x}"[:60]
    fresh = create_database(cluster, name)
    migrate(fresh.owner_dsn, PASSWORDS)
    yield fresh
    drop_database(cluster, name)


@pytest.fixture(scope="session")
def template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """What `WAREHOUSE` is a clone of; others clone `TEMPLATE` under names of their own (nobody is connected to it)."""
    database = create_database(cluster, WAREHOUSE)
    migrate(database.owner_dsn, PASSWORDS)
    home = tmp_path_factory.mktemp("dbt_home")
    run([sys.executable, "-m", "orchestration.lib.warehouse"], env=environment(database, home), check=True)
    create_database(cluster, TEMPLATE, template=WAREHOUSE)
    built = Warehouse(database.owner_dsn, home)
    built.keep_manifest()
    return built


@pytest.fixture
def warehouse(cluster: Cluster, template: Warehouse) -> Warehouse:
    """A database with marts and without a single event."""
    clone(cluster, WAREHOUSE)
    return template


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests in order, and give those that wait for many processes a second try.

    A busy machine pauses them, while a fault fails twice. Of the HUD's it helps those that only look: events that a
    test landed are still there when it runs again. Who was tried twice is listed at the end, to be looked into.
    """
    waiting = [Path(__file__).parent / folder for folder in ("stack", "end_to_end", "hud")]
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in waiting):
            item.add_marker(pytest.mark.flaky(reruns=1))
    order.arrange(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> order.Units:
    config.option.loadscopereorder = False  # they are in order
    return order.Units(config, log)
