"""Places for a RIFT_HOME: folders that everybody may enter, and ones below a 0700 home."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.stack import files
from orchestration.stack.database import Database
from orchestration.stack.fingerprint import MARKER, fingerprint
from orchestration.stack.postgres import Cluster
from orchestration.stack.settings import Settings, load
from tests import landing, machine
from tests.conftest import STACK_PASSWORDS, Warehouse, free_port

Rift = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def folder() -> Iterator[Path]:
    with machine.folder() as path:
        yield path


@pytest.fixture
def make_cluster() -> Iterator[Callable[[Path], Cluster]]:
    """Makes clusters on free ports, and deletes them at the end."""
    made: list[Cluster] = []

    def make(home: Path) -> Cluster:
        made.append(Cluster(home, free_port()))
        return made[-1]

    yield make
    for cluster in made:
        cluster.destroy()


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    """The environment of a stack of its own: home and ports."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    ports = {name: str(free_port()) for name in ("API_PORT", "HUD_PORT", "DAGSTER_PORT", "POSTGRES_PORT")}
    return kept | ports | {"RIFT_HOME": str(folder / "home")}


@pytest.fixture
def warehouse_environment(environment: dict[str, str], warehouse: Warehouse, folder: Path) -> dict[str, str]:
    """The environment of a stack whose database is the one in which the marts have been built."""
    home = folder / "home"
    home.mkdir()
    (home / "role_passwords.json").write_text(json.dumps(STACK_PASSWORDS))
    return environment | {"DATABASE_URL": warehouse.owner_dsn}


def at_work(environment: dict[str, str], warehouse: Warehouse) -> dict[str, str]:
    """The environment of a stack that has loaded its people and built its warehouse."""
    landing.employ(warehouse, "ann")
    landing.land(warehouse, landing.event("ann", "meeting_booked", "2026-03-03 12:00+00"))
    home = Path(environment["RIFT_HOME"])
    settings = load(_env_file=None, rift_home=home, database_url=warehouse.owner_dsn)
    # Building would take half a minute.
    files.write_private(home / MARKER, json.dumps({"fingerprint": fingerprint(settings, Database(settings))}))
    shutil.copytree(warehouse.home / "dbt", home / "dbt")
    return environment


@pytest.fixture
def rift(environment: dict[str, str]) -> Rift:
    """Runs the command line to its end."""

    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "orchestration.stack.cli", *arguments],
            env=environment | changes,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run
