"""Connections to Dagster's database: one for each storage, held for a while, and made anew when they are ended."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy

from orchestration.lib import run_process
from orchestration.lib.held_storage import HOLDS
from tests.conftest import Database
from tests.hud.conftest import wait_until

CONFIGURATION = """
telemetry: {enabled: false}
storage:
  custom: {module: orchestration.lib.held_storage, class: HeldStorage, config: {postgres_url: {env: RIFT_DAGSTER_DSN}}}
"""
BACKENDS = """
select pid from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
"""


@pytest.fixture
def opened(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dg.DagsterInstance]:
    (tmp_path / "dagster.yaml").write_text(CONFIGURATION)
    monkeypatch.setenv("RIFT_DAGSTER_DSN", database.owner_dsn)
    return lambda: dg.DagsterInstance.from_config(str(tmp_path))


def backends(database: Database) -> set[int]:
    return {int(row[0]) for row in database.execute(BACKENDS)}


def test_a_process_that_lives_long_holds_its_connection(
    opened: Callable[[], dg.DagsterInstance], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOLDS, "3600")
    with opened() as instance:
        instance.get_runs()
        # What made the tables ends a moment later.
        wait_until(lambda: len(backends(database)) == 1, 30)
        held = backends(database)
        for _ in range(5):
            instance.get_runs()
        assert backends(database) == held

        # A restart of the server costs one question: the next has a connection of its own.
        database.execute(f"select pg_terminate_backend(pid) from ({BACKENDS}) as others")
        with pytest.raises(sqlalchemy.exc.OperationalError):
            instance.get_runs()
        assert list(instance.get_runs()) == []
        assert backends(database).isdisjoint(held)


def test_a_connection_is_held_no_longer_than_is_said(
    opened: Callable[[], dg.DagsterInstance], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run says after minutes of dbt's does not meet a connection that was cut meanwhile."""
    monkeypatch.setenv(HOLDS, "1")
    with opened() as instance:
        instance.get_runs()
        began = time.monotonic()
        database.execute(f"select pg_terminate_backend(pid) from ({BACKENDS}) as others")
        wait_until(lambda: time.monotonic() - began > 1, 30)
        assert list(instance.get_runs()) == []


def test_the_process_of_a_run_holds_its_connection_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOLDS, "")
    interrupted = signal.getsignal(signal.SIGINT)
    try:
        run_process.execute(["dagster", "api", "--help"])
    finally:
        signal.signal(signal.SIGINT, interrupted)
    assert 2 < int(os.environ[HOLDS]) <= 60


def test_a_process_that_forks_holds_none(
    opened: Callable[[], dg.DagsterInstance], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(HOLDS, raising=False)
    with opened() as instance:
        assert list(instance.get_runs()) == []
        wait_until(lambda: not backends(database), 30)
