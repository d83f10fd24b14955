"""`rift log`, as people type it, on a database of their own."""

import json
import re
import shlex
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from orchestration.stack import files
from orchestration.stack.settings import ROOT
from tests.conftest import STACK_PASSWORDS, Database
from tests.stack.conftest import Rift

LANDED = (
    "select source, external_id, user_id, event_type, occurred_at::text, verified_by, door, payload::text"
    " from raw.webhook_events order by landed_at"
)


class Log:
    """Runs `rift log …`."""

    def __init__(self, rift: Rift, database: Database) -> None:
        self.rift = rift
        self.database = database

    def __call__(self, *arguments: str) -> CompletedProcess[str]:
        return self.rift("log", *arguments, DATABASE_URL=self.database.owner_dsn, COLUMNS="200", TZ="UTC")

    def done(self, *arguments: str) -> str:
        result = self(*arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def refused(self, *arguments: str) -> str:
        result = self(*arguments)
        assert result.returncode in {1, 2}
        assert "Traceback" not in result.stderr
        return " ".join(result.stderr.replace("│", " ").split())


@pytest.fixture
def log(database: Database, rift: Rift, environment: dict[str, str]) -> Log:
    home = Path(environment["RIFT_HOME"])
    files.make_home(home)
    files.write_private(home / "role_passwords.json", json.dumps(STACK_PASSWORDS))
    return Log(rift, database)


def test_an_event_by_hand_earns_once_and_is_taken_back(log: Log) -> None:
    booked = ["meeting_booked", "--user", "ann [1]", "--external-id", "m1", "--at", "2026-03-10T09:30+01:00"]
    more = ["--metadata", "account=Ünic [corp]=x", "--metadata", "duration_seconds:=95"]
    assert "meeting_booked earned 100 gold and 200 XP for ann [1]. Its event_id is " in log.done(*booked, *more)
    assert "Counted before" in log.done(*booked)
    taken = log.done("meeting_cancelled", "--user", "ann [1]", "--reverses", "m1", "--source", "manual")
    assert "meeting_cancelled took back 100 gold and 200 XP" in taken
    first, _ = log.database.execute(LANDED)
    assert first[:7] == (
        "manual", "m1", "ann [1]", "meeting_booked", "2026-03-10 08:30:00+00", "manual", "canonical",
    )  # fmt: skip
    payload: dict[str, Any] = json.loads(first[7])
    assert payload["metadata"] == {"account": "Ünic [corp]=x", "duration_seconds": 95}


def test_the_documents_example_says_what_it_says(log: Log) -> None:
    document = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
    [(command, answer)] = re.findall(r"^\$ rift log (.*)\n(.*)\n```", document, re.MULTILINE)
    said = log.done(*shlex.split(command))
    assert re.sub("event_id is .*", "", said).strip() == re.sub("event_id is .*", "", answer).strip()


def test_what_cannot_land_is_said_plainly(log: Log) -> None:
    dial = ["call_dial", "--user", "ann"]
    for arguments, reason in [
        (["--at", "yesterday"], "occurred_at is no RFC 3339 time with a zone"),
        (["--at", "2036-01-01T00:00Z"], "more than a day ahead"),
        (["--metadata", "nothing"], "neither name=text nor name:=json"),
        (["--metadata", "n:=1, 2"], "is no JSON behind the :="),
        (["--metadata", "n=1", "--metadata", "n=2"], "occurs twice"),
        (["--source", " "], "source is empty"),
    ]:
        assert reason in log.refused(*dial, *arguments)
    assert "No rule scores this event_type" in log.refused("unheard_of", "--user", "ann")
    assert "Missing option '--user'" in log.refused("call_dial")
    assert log.database.execute(LANDED) == []
    kept = "select reason, verified_by from raw.rejected_events where reason = 'unknown_event_type'"
    assert log.database.execute(kept) == [("unknown_event_type", "manual")]
