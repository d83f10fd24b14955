"""Pulls as processes of their own: killed, at once, unconfigured, by hand."""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Database, Warehouse
from tests.ingestion.salesforce_server import CLIENT_ID, CLIENT_SECRET, Salesforce
from tests.ingestion.vendor_server import TOKEN, HubSpot, Request, Server
from tests.warehouse.reading import DIFFERENCE

NOW = 1_768_230_422_000
HUBSPOT = "hubspot"
SALESFORCE = "salesforce"


@pytest.fixture
def hubspot() -> Iterator[HubSpot]:
    server = HubSpot(page=50)
    with server.running():
        yield server


@pytest.fixture
def salesforce() -> Iterator[Salesforce]:
    server = Salesforce(page=50)
    with server.running():
        yield server


class Pulls:
    """Starts `python -m ingestion.sources.…`."""

    def __init__(self, database: Database, home: Path) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "RIFT_INGEST_DSN": database.dsn("ingest"),
            "RIFT_HOME": str(home),
        }

    def at(self, hubspot: HubSpot | None = None, salesforce: Salesforce | None = None) -> "Pulls":
        if hubspot:
            self.environment |= {"HUBSPOT_ACCESS_TOKEN": TOKEN, "HUBSPOT_BASE_URL": hubspot.url}
        if salesforce:
            self.environment |= {
                "SALESFORCE_BASE_URL": salesforce.url,
                "SALESFORCE_CLIENT_ID": CLIENT_ID,
                "SALESFORCE_CLIENT_SECRET": CLIENT_SECRET,
            }
        return self

    def start(self, source: str, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", f"ingestion.sources.{source}", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, source: str, *arguments: str) -> tuple[int, str, str]:
        process = self.start(source, *arguments)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


@pytest.fixture
def pulls(database: Database, tmp_path: Path) -> Pulls:
    return Pulls(database, tmp_path)


def landed(database: Database, table: str) -> list[tuple[str, int, bool]]:
    return database.execute(
        f"select object_id, (extract(epoch from modified_at) * 1000)::bigint, is_deleted from {table} order by 1, 2, 3"
    )


def fill(hubspot: HubSpot, salesforce: Salesforce, count: int) -> None:
    for number in range(1, count + 1):
        hubspot.put("calls", number, NOW + number, archived=number % 10 == 0)
        hubspot.put("meetings", number, NOW + number // 3)
        salesforce.put("Task", number, NOW + number, IsDeleted=number % 10 == 0)


def require_exact(database: Database, hubspot: HubSpot, salesforce: Salesforce) -> None:
    """Every version that there is landed, and each once."""
    found = {
        "raw_hubspot.calls": hubspot.versions("calls"),
        "raw_hubspot.meetings": hubspot.versions("meetings"),
        "raw_salesforce.tasks": salesforce.versions("Task"),
    }
    for table, versions in found.items():
        rows = landed(database, table)
        assert len(rows) == len(set(rows))
        assert versions <= set(rows), table


def kill_somewhere(pulls: Pulls, source: str, requests: list[Request], moment: float) -> None:
    """SIGKILL a pull, `moment` seconds after it has begun to ask."""
    asked = len(requests)
    process = pulls.start(source)
    while len(requests) == asked and process.poll() is None:
        time.sleep(0.01)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def changing(put: Callable[[int, int], None]) -> Callable[[Request], None]:
    """With every request there is another object, and one that was there has another version."""
    turns = itertools.count(1)

    def change(_: Request) -> None:
        turn = next(turns)
        for number in (1000 + turn, 1 + turn % 200):
            # HubSpot's list of what was deleted is read once an hour: those stay as they are.
            if number % 10:
                put(number, NOW + 1000 * turn)

    return change


def kill_and_rerun(pulls: Pulls, database: Database, hubspot: HubSpot, salesforce: Salesforce, times: int) -> None:
    fill(hubspot, salesforce, 200)
    pulls.at(hubspot, salesforce)
    sources: list[tuple[str, Server, Callable[[Request], None]]] = [
        (HUBSPOT, hubspot, changing(lambda number, at: hubspot.put("calls", number, at))),
        (SALESFORCE, salesforce, changing(lambda number, at: salesforce.put("Task", number, at, IsDeleted=False))),
    ]
    for turn in range(times):
        source, server, change = sources[turn % 2]
        server.before = change
        kill_somewhere(pulls, source, server.requests, random.uniform(0, 1.5))
        server.before = None
        for name in (source, SALESFORCE) if turn == 0 else (source,):
            code, _, err = pulls.finish(name)
            assert (code, err) == (0, "")
        require_exact(database, hubspot, salesforce)
        assert database.execute(DIFFERENCE) == [(0,)]
    assert database.execute("select distinct source from staging.stg_vendor__events") == [("hubspot",)]


def test_killed_and_run_again_it_is_exact(
    warehouse: Warehouse, tmp_path: Path, hubspot: HubSpot, salesforce: Salesforce
) -> None:
    kill_and_rerun(Pulls(warehouse, tmp_path), warehouse, hubspot, salesforce, 2)


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_killed_at_twenty_moments_each_is_exact(
    warehouse: Warehouse, tmp_path: Path, hubspot: HubSpot, salesforce: Salesforce
) -> None:
    kill_and_rerun(Pulls(warehouse, tmp_path), warehouse, hubspot, salesforce, 40)


def test_of_two_at_once_the_second_waits(pulls: Pulls, database: Database, hubspot: HubSpot) -> None:
    for number in range(200):
        hubspot.put("calls", number, NOW + number)
    hubspot.before = lambda _: time.sleep(0.05)
    both = [pulls.at(hubspot).start(HUBSPOT, "calls") for _ in range(2)]
    said = sorted(process.communicate(timeout=60)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(landed(database, "raw_hubspot.calls")) == sorted(hubspot.versions("calls"))
    assert any("200 seen, 200 new" in text for text in said), said
    assert any("200 seen, 0 new versions (0 of them deletions), 200 unchanged" in text for text in said), said


def test_the_commands_explain_themselves(pulls: Pulls) -> None:
    code, out, _ = pulls.finish(HUBSPOT, "--help")
    assert code == 0
    assert "HUBSPOT_ACCESS_TOKEN" in out
    assert "calls:88123" in out
    code, _, err = pulls.finish(HUBSPOT, "calls")
    assert code == 2
    assert err == (
        "HUBSPOT_ACCESS_TOKEN: is not set. Set it in the environment or in .env; docs/sources.md says what it is.\n"
    )


def test_what_is_wrong_with_the_settings_is_said_without_them(pulls: Pulls, hubspot: HubSpot) -> None:
    pulls.at(hubspot).environment |= {"HUBSPOT_BASE_URL": "http://example.com", "HUBSPOT_START_DATE": "yesterday"}
    code, _, err = pulls.finish(HUBSPOT)
    assert code == 2
    assert "HUBSPOT_BASE_URL: expected an address such as https://api.hubapi.com" in err
    assert "HUBSPOT_START_DATE" in err
    assert "yesterday" not in err
    assert "Traceback" not in err


def test_a_database_that_is_away_is_said(pulls: Pulls, hubspot: HubSpot) -> None:
    pulls.at(hubspot).environment["RIFT_INGEST_DSN"] = "postgresql://rift_ingest:hidden@127.0.0.1:1/rift"
    code, _, err = pulls.finish(HUBSPOT)
    assert code == 1
    assert err.startswith("RIFT_INGEST_DSN: the database refused: connection")
    assert "hidden" not in err
    assert "Traceback" not in err


def test_a_pull_says_what_it_did(pulls: Pulls, hubspot: HubSpot) -> None:
    hubspot.put("calls", 1, NOW, hs_new="x")
    code, out, err = pulls.at(hubspot).finish(HUBSPOT, "--ids", "calls:1,meetings:2")
    assert (code, err) == (0, "")
    # What passed through dlt's files is gone, and was for nobody else.
    folder = Path(pulls.environment["RIFT_HOME"]) / "dlt"
    assert (list(folder.iterdir()), folder.stat().st_mode & 0o777) == ([], 0o700)
    assert out == (
        "calls: 1 seen, 1 new versions (0 of them deletions), 0 unchanged, 0 rejected\n"
        "calls: field added: properties.hs_new (1 of 1 records)\n"
        "meetings: 0 seen, 0 new versions (0 of them deletions), 0 unchanged, 0 rejected, 1 not found\n"
    )
