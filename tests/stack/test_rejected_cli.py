"""`rift rejected`, as people type it, on a database of their own."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from orchestration.stack import files
from tests.conftest import STACK_PASSWORDS, Database
from tests.ingestion.test_rejected import LANDED, RULE, event, keep
from tests.stack.conftest import Rift

Rejected = Callable[..., CompletedProcess[str]]


@pytest.fixture
def rejected(rift: Rift, database: Database, environment: dict[str, str]) -> Rejected:
    """Runs `rift rejected …`."""
    home = Path(environment["RIFT_HOME"])
    files.make_home(home)
    files.write_private(home / "role_passwords.json", json.dumps(STACK_PASSWORDS))

    def run(*arguments: str) -> CompletedProcess[str]:
        result = rift("rejected", *arguments, DATABASE_URL=database.owner_dsn, COLUMNS="250")
        assert "Traceback" not in result.stderr
        return result

    return run


def test_listed_shown_and_landed_after_a_rule_was_added(rejected: Rejected, database: Database) -> None:
    assert rejected("list").stdout == "Nothing waits here.\n"
    ids = [
        keep(database, event("team [red]x", user_id="ann")),
        keep(database, b'\x1b[31m"\xff\x00\n', "nooks", "invalid_encoding"),
        keep(database, event("team"), reason="duplicate"),
    ]
    listed = rejected("list").stdout
    assert [one in listed for one in ids] == [True, True, False]
    assert rejected("list", "--all").stdout.count("as the test says") == 3
    assert [one["rejected_id"] for one in json.loads(rejected("list", "--door", "nooks", "--json").stdout)] == [ids[1]]
    assert "[red]x" in rejected("show", ids[0]).stdout
    shown = rejected("show", ids[1]).stdout
    assert "\\x1b[31m" in shown
    assert "\\xff\\x00" in shown
    assert "\x1b" not in shown
    waits = rejected("replay", "--all")
    assert (waits.returncode, "2 replayed: 2 refused." in waits.stdout) == (0, True)
    database.execute(RULE, "demo_held")
    told = rejected("replay", *ids)
    assert told.returncode == 1
    assert f"{ids[0]} landed: Landed. (" in told.stdout
    assert f"{ids[1]} refused: invalid_encoding" in told.stdout
    assert f"{ids[2]} copy: " in told.stdout
    assert [row[1] for row in database.execute(LANDED, "team [red]x")] == ["ann"]
    [again] = json.loads(rejected("replay", ids[0], "--json").stdout)
    assert again["result"] == "replayed_before"


def test_what_makes_no_sense_is_said_plainly(rejected: Rejected) -> None:
    for arguments, said in [
        (("replay",), "Name ids"),
        (("replay", "--all", "--reason", "x"), "Name ids"),
        (("show", str(uuid.uuid4())), "There is no rejected event"),
        (("list", "--since", "2026-03-14T09:00"), "--since is neither"),
    ]:
        result = rejected(*arguments)
        assert result.returncode == 1
        assert said in result.stderr
