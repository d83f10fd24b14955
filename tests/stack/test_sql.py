"""`rift sql`: questions to the marts, on a command line and at a prompt."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg2
import pytest

from tests.conftest import PASSWORDS
from tests.stack.conftest import Rift

SQL = [sys.executable, "-m", "orchestration.stack.cli", "sql"]


@pytest.fixture
def environment(warehouse_environment: dict[str, str], folder: Path) -> dict[str, str]:
    (folder / "user").mkdir()
    return warehouse_environment | {"HOME": str(folder / "user"), "TERM": "xterm"}


def test_one_statement_prints_a_table(rift: Rift) -> None:
    asked = rift("sql", "select current_user, rank_tier, 'Zoë' as name from marts.dim_rank_tiers limit 1")
    assert asked.returncode == 0, asked.stderr
    header, _, row, *_ = [[cell.strip() for cell in line.split("|")] for line in asked.stdout.splitlines()]
    assert header == ["current_user", "rank_tier", "name"]
    assert (row[0], row[2]) == ("rift_analyst", "Zoë")
    assert rift("sql", "--role", "hud", "select current_user").stdout.split()[2] == "rift_hud"


def test_statements_are_read_from_a_file(environment: dict[str, str]) -> None:
    asked = subprocess.run(
        SQL, check=True, env=environment, input="select 6 * 7 as answer;", capture_output=True, text=True, timeout=60
    )
    assert asked.stdout.split()[2] == "42"


def test_what_readers_may_not_see_is_refused(rift: Rift) -> None:
    refused = rift("sql", "select * from raw.webhook_events")
    assert refused.returncode == 1
    assert "permission denied" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_owner_is_let_in_while_a_role_is_refused(rift: Rift, environment: dict[str, str]) -> None:
    passwords = Path(environment["RIFT_HOME"]) / "role_passwords.json"
    passwords.write_text(json.dumps(json.loads(passwords.read_text()) | {"rift_hud": "another"}))
    refused = rift("sql", "select 1")
    assert (refused.returncode, "rift_hud cannot log in" in refused.stderr) == (1, True)
    asked = rift("sql", "--role", "owner", "select 6 * 7 as answer")
    assert asked.stdout.split()[2] == "42", asked.stderr


def test_no_argument_of_a_process_holds_the_password(environment: dict[str, str]) -> None:
    with subprocess.Popen([*SQL, "select pg_sleep(2)"], env=environment, stdout=subprocess.DEVNULL) as command:
        started = psutil.Process(command.pid)
        deadline = time.monotonic() + 30
        while not any("psql" in child.name() for child in started.children(recursive=True)):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        (client,) = started.children(recursive=True)
        arguments = [*started.cmdline(), *client.cmdline()]
        assert client.environ()["PGPASSWORD"] == PASSWORDS["rift_analyst"]
        assert not any(PASSWORDS["rift_analyst"] in argument for argument in arguments)
    assert command.returncode == 0


class Prompt:
    """`rift sql` at a terminal."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.terminal, inside = pty.openpty()
        self.process = subprocess.Popen(
            SQL, env=environment, stdin=inside, stdout=inside, stderr=inside, start_new_session=True
        )
        os.close(inside)
        self.shown = ""

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 40
        while text not in self.shown:
            assert time.monotonic() < deadline, self.shown
            if select.select([self.terminal], [], [], 0.2)[0]:
                new = os.read(self.terminal, 65536).decode(errors="replace")
                if "\x1b[6n" in new:
                    os.write(self.terminal, b"\x1b[1;1R")  # where the cursor is, as a terminal answers
                self.shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", new)

    def type(self, text: str) -> None:
        self.shown = ""
        os.write(self.terminal, text.encode())


def test_a_prompt_answers_and_keeps_out_of_the_users_home(environment: dict[str, str]) -> None:
    prompt = Prompt(environment)
    try:
        prompt.wait_for("rift_analyst@")
        prompt.type("select 6 * 7 as answer;\r")
        prompt.wait_for("42")
        prompt.type("\\q\r")
        assert prompt.process.wait(20) == 0
    finally:
        prompt.process.kill()
        os.close(prompt.terminal)
    assert list(Path(environment["HOME"]).rglob("*")) == []
    kept = [path for path in (Path(environment["RIFT_HOME"]) / "sql").rglob("*") if path.is_file()]
    assert any("6 * 7" in path.read_text(errors="replace") for path in kept)
    assert not any(PASSWORDS["rift_analyst"] in path.read_text(errors="replace") for path in kept)


def test_it_works_with_and_without_a_running_server(rift: Rift, environment: dict[str, str], folder: Path) -> None:
    mine = {"RIFT_HOME": str(folder / "embedded"), "DATABASE_URL": ""}
    url = rift("dsn", "--role", "transform", **mine).stdout.strip()
    assert rift("migrate", **mine).returncode == 0
    # Stands in for a built warehouse, which takes half a minute.
    stub = "import psycopg2, sys; c = psycopg2.connect(sys.argv[1]); c.autocommit = True;"
    stub += " c.cursor().execute('create view marts.rpt_health as select 42 as answer')"
    assert rift("exec", "--", sys.executable, "-c", stub, url, **mine).returncode == 0
    question = ("sql", "select answer from marts.rpt_health")
    assert rift(*question, **mine).stdout.split()[2] == "42"
    with pytest.raises(psycopg2.OperationalError):  # nothing is left running
        psycopg2.connect(url)
    server = [*SQL[:-1], "run", "postgres"]
    with subprocess.Popen(server, env=environment | mine, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert any("Postgres answers" in line for line in running.stdout)
        assert rift(*question, **mine).stdout.split()[2] == "42"
        psycopg2.connect(url).close()
        running.terminate()
