"""`rift rules`, as people type it, on a database of their own."""

import csv
import io
import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from orchestration.stack import files
from orchestration.stack.postgres import Cluster
from tests import landing
from tests.conftest import STACK_PASSWORDS, TEMPLATE, Database, Warehouse, create_database
from tests.stack.conftest import Rift
from tests.warehouse.oracle import LIVE, check_marts

COUNT = "select count(*) from raw.gamification_rules"
SINCE = "2026-03-10T00:00+01:00"


class Rules:
    """Runs `rift rules …` on a database with marts."""

    def __init__(self, rift: Rift, database: Database) -> None:
        self.rift = rift
        self.database = database

    def __call__(self, *arguments: str) -> CompletedProcess[str]:
        return self.rift("rules", *arguments, DATABASE_URL=self.database.owner_dsn, COLUMNS="200")

    def done(self, *arguments: str) -> str:
        result = self(*arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def refused(self, *arguments: str) -> str:
        before = self.database.execute(COUNT)
        result = self(*arguments)
        assert result.returncode in {1, 2}
        assert "Traceback" not in result.stderr
        assert self.database.execute(COUNT) == before
        return " ".join(result.stderr.replace("│", " ").split())


@pytest.fixture
def rules(cluster: Cluster, template: Warehouse, rift: Rift, environment: dict[str, str]) -> Rules:  # noqa: ARG001
    home = Path(environment["RIFT_HOME"])
    files.make_home(home)
    files.write_private(home / "role_passwords.json", json.dumps(STACK_PASSWORDS))
    return Rules(rift, create_database(cluster, "rules_cli", template=TEMPLATE))


def test_a_backdated_change_is_landed_and_says_what_it_moved(rules: Rules) -> None:
    times = ["2026-03-09 23:30+00", "2026-03-09 22:30+00", "2026-03-11 12:00+00"]
    landing.land(rules.database, *(landing.event("ann", "meeting_booked", time) for time in times))
    said = rules.done("set", "meeting_booked", "--gold", "120", "--from", SINCE, "--by", "Ada")
    assert "meeting_booked is worth 120 gold, 200 XP and 1 rank points from 2026-03-09 23:00:00 UTC until" in said
    assert "2 rows moved (2 events)" in said
    assert "next settle" in said
    assert rules.database.execute("select total_gold from marts.dim_user_stats", role="hud") == [(340,)]
    check_marts(rules.database, LIVE)
    assert "nothing was landed" in rules.done("set", "meeting_booked", "--gold", "120", "--from", SINCE)
    listed = rules.done("list", "meeting_booked")
    assert [text in listed for text in ("Ada", "ever", "open", "2026-03-09 23:00:00 UTC")] == [True] * 4
    listing: list[dict[str, Any]] = json.loads(rules.done("list", "--json"))
    assert [one["gold_value"] for one in listing if one["event_type"] == "meeting_booked"] == [120]


def test_a_change_may_end_and_a_type_may_be_new(rules: Rules) -> None:
    said = rules.done("set", "call_dial", "--xp", "99", "--from", SINCE, "--to", "2026-03-17T00:00+01:00")
    assert said.count("landed version") == 2
    assert "0 rows moved" in said
    values = ["--gold", "1", "--xp", "2", "--points", "0"]
    assert "unknown" not in rules.done("set", "demo_held", *values, "--new")
    check_marts(rules.database, LIVE)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["set", "demo_held", "--gold", "1", "--xp", "1", "--points", "0"], "No rule knows this event_type"),
        (["set", "call_dial"], "Nothing to change"),
        (["set", "call_dial", "--gold", "1.5"], "Invalid value for '--gold'"),
        (["set", "call_dial", "--gold", "-1"], "gold_value is not from 0"),
        (["set", "call_dial", "--gold", "1", "--from", SINCE, "--to", SINCE], "effective_to is not after"),
        (["preview"], "Name either"),
        (["preview", "--file", "missing.json"], "Cannot read missing.json"),
        (["list", "demo_held"], "No rule knows this event type"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(rules: Rules, arguments: list[str], reason: str) -> None:
    assert reason in rules.refused(*arguments)


def test_a_preview_shows_before_and_after_and_writes_nothing(rules: Rules, folder: Path) -> None:
    landing.employ(rules.database, "ann", name="[bold]Ann[/]")
    landing.employ(rules.database, "bob")
    landing.land(rules.database, *(landing.event("ann", "meeting_booked") for _ in range(5)))
    before = rules.database.execute(COUNT)
    shown = rules.done("preview", "meeting_booked", "--xp", "900", "--points", "0", "--weeks", "2")
    line = next(line for line in shown.splitlines() if "Ann" in line)
    assert [text in line for text in ("[bold]Ann[/]", "2 → 5", "1,000 → 4,500", "Emerald → Iron", "500")] == [True] * 5
    assert "1 of 2 SDRs move. Nothing was written." in shown
    file = folder / "rules.json"
    file.write_text('[{"event_type": "meeting_booked", "xp_value": 900, "rank_points": 0}]')
    (ann, bob) = json.loads(rules.done("preview", "--file", str(file), "--json"))["sdrs"]
    assert (ann["level_after"], ann["weeks_changed"], len(ann["weeks"]), bob["level_after"]) == (5, 1, 8, 1)
    (row, _) = csv.DictReader(io.StringIO(rules.done("preview", "--file", str(file), "--csv")))
    assert (row["user_id"], row["rank_before"], row["rank_after"]) == ("ann", "Emerald", "Iron")
    assert rules.database.execute(COUNT) == before


@pytest.mark.parametrize("command", ["list", "set", "preview"])
def test_the_help_teaches(rift: Rift, command: str) -> None:
    assert "Example" in rift("rules", command, "--help").stdout
