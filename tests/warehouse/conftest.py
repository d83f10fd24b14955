"""A warehouse that dbt has built, fresh for each test: a clone of one template, always under one name.

(One name, because dbt parses its project again whenever the database that its profile names changes.)
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen, run
from urllib.parse import urlsplit

import pytest

from ingestion.migrations import migrate
from orchestration.stack.postgres import Cluster
from tests.conftest import PASSWORDS, Database, create_database

NAME = "warehouse"
SETTLE = ["run", "--select", "int_user_days_settled"]


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

        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment(self, self.home).items():
                patch.setenv(name, value)
            dbt.invoke(list(arguments))

    def settle(self) -> None:
        self.dbt(*SETTLE)

    def start_dbt(self, *arguments: str) -> "Popen[bytes]":
        """Start dbt as a process of its own, to be watched or killed."""
        code = "import sys; from orchestration.lib import dbt; dbt.invoke(sys.argv[1:])"
        return Popen([sys.executable, "-c", code, *arguments], env=environment(self, self.home))


@pytest.fixture(scope="session")
def template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    database = create_database(cluster, NAME)
    migrate(database.owner_dsn, PASSWORDS)
    home = tmp_path_factory.mktemp("dbt_home")
    run([sys.executable, "-m", "orchestration.lib.warehouse"], env=environment(database, home), check=True)
    create_database(cluster, f"{NAME}_template", template=NAME)
    return Warehouse(database.owner_dsn, home)


@pytest.fixture
def warehouse(cluster: Cluster, template: Warehouse) -> Warehouse:
    create_database(cluster, NAME, template=f"{NAME}_template")
    return template
