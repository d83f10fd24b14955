"""`rift notifications`, as people type it: mistakes by their line, a trial that arrives, and what was given up."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import STACK_PASSWORDS, Database
from tests.orchestration.receivers import webhooks
from tests.stack.conftest import Rift


@pytest.fixture
def configure(environment: dict[str, str]) -> Callable[[str], None]:
    home = Path(environment["RIFT_HOME"])

    def write(text: str) -> None:
        home.mkdir(exist_ok=True)
        (home / "notifications.yaml").touch(0o600)
        (home / "notifications.yaml").write_text(text)

    return write


def test_the_file_is_checked_and_a_trial_arrives(rift: Rift, configure: Callable[[str], None]) -> None:
    assert "so nobody is told" in rift("notifications", "check").stdout
    with webhooks() as hooks:
        lines = [
            "channels:",
            f"- {{name: wall, url: '{hooks.url()}', kinds: [rank_up, level_up], teams: ['[red]Blue']}}",
            "- {name: wrong, url: 'slack://hidden-value', kinds: [failed_run]}",
        ]
        configure("\n".join(lines))
        refused = rift("notifications", "check")
        assert refused.returncode == 1
        assert "notifications.yaml, channel wrong: Apprise cannot use the URL" in refused.stderr
        configure("\n".join(lines[:2]))
        checked = rift("notifications", "check", COLUMNS="160")
        assert checked.returncode == 0, checked.stderr
        assert [word in checked.stdout for word in ("wall", "JSON", "rank_up, level_up", "[red]Blue")] == [True] * 4
        tried = rift("notifications", "test", "--channel", "wall")
        assert (tried.returncode, hooks.titles) == (0, ["Rift can reach you here"]), tried.stderr
        hooks.answers = [500]
        failed = rift("notifications", "test", "--channel", "wall")
        assert (failed.returncode, "wall was not reached" in failed.stderr) == (1, True)
        unknown = rift("notifications", "test", "--channel", "wal")
        assert (unknown.returncode, "has no channel wal (it has: wall)" in unknown.stderr) == (1, True)
    configure("channels:\n- name: wall\n  url: hidden-value\n  kinds: [rank_up]")
    mistaken = rift("notifications", "check")
    assert (mistaken.returncode, "notifications.yaml, line 3: url must be" in mistaken.stderr) == (1, True)
    said = [refused, checked, tried, failed, unknown, mistaken]
    assert not any("hidden-value" in one.stdout + one.stderr for one in said)


def test_what_was_given_up_is_listed(rift: Rift, database: Database, environment: dict[str, str]) -> None:
    home = Path(environment["RIFT_HOME"])
    home.mkdir()
    (home / "role_passwords.json").write_text(json.dumps(STACK_PASSWORDS))
    assert "nothing was given up" in rift("notifications", "list", DATABASE_URL=database.owner_dsn).stdout
    database.execute(
        "with told as (insert into raw.notifications (kind, subject, run_id, happened_at)"
        " values ('failed_run', 'build_job', 'r', now()), ('failed_run', 'audit_job', 'r', now())"
        " returning notification_id, subject)"
        " insert into raw.notification_deliveries (notification_id, channel, outcome, attempt, detail)"
        " select notification_id, 'ops', outcome, attempt, detail from told cross join lateral (values"
        " ('due', 0, null), ('claimed', 1, null),"
        " (case subject when 'build_job' then 'failed' else 'sent' end, 1, 'x')) as steps (outcome, attempt, detail)",
        role="transform",
    )
    database.execute(
        "insert into raw.notification_deliveries (notification_id, channel, outcome, attempt, detail)"
        " select notification_id, 'ops', 'given_up', 1, 'error=500' from raw.notifications where subject = 'build_job'"
    )
    listed = rift("notifications", "list", DATABASE_URL=database.owner_dsn, COLUMNS="160").stdout
    assert [word in listed for word in ("build_job", "ops", "given_up", "error=500", "audit_job")] == [True] * 4 + [
        False
    ]
    everything = rift("notifications", "list", "--all", DATABASE_URL=database.owner_dsn, COLUMNS="160").stdout
    assert "audit_job" in everything


def test_only_what_sends_loads_apprise() -> None:
    """Definitions and the command are loaded all the time: Apprise costs a second, and is for what sends."""
    modules = "sys, orchestration.stack.cli, orchestration.lib.notifications.delivering"
    code = f"import {modules}; print('apprise' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout == "False\n"
