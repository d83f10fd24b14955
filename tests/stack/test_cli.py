"""The command `rift`, as people type it."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import psycopg2
import pytest

from orchestration.stack import files, parts, status
from orchestration.stack.database import Database
from orchestration.stack.errors import StackError
from orchestration.stack.parts import Environment
from orchestration.stack.record import Record
from orchestration.stack.settings import VENDORS, load
from orchestration.stack.tenancy import Tenancy
from tests.conftest import Database as Migrated
from tests.conftest import free_port
from tests.stack.conftest import Rift


@pytest.mark.parametrize("setting", ["API_PORT", "HUD_PORT", "DAGSTER_PORT", "POSTGRES_PORT"])
def test_a_taken_port_starts_nothing(rift: Rift, environment: dict[str, str], setting: str) -> None:
    with socket.create_server(("127.0.0.1", int(environment[setting]))):
        result = rift("up")
    assert result.returncode == 1
    assert f"{setting}: port {environment[setting]} is already in use" in result.stderr
    assert f"Set {setting} to a free one" in result.stderr
    assert not (Path(environment["RIFT_HOME"]) / "postgres").exists()


def test_wrong_settings_start_nothing(rift: Rift, environment: dict[str, str]) -> None:
    result = rift("up", "--detach", API_PORT="http", WEBHOOK_SECRET="hidden-value")
    assert result.returncode == 1
    assert "API_PORT must be" in result.stderr
    assert "WEBHOOK_SECRET must be" in result.stderr
    assert "hidden-value" not in result.stderr
    assert "Traceback" not in result.stderr
    assert not Path(environment["RIFT_HOME"]).exists()


def test_a_wrong_database_url_starts_nothing(rift: Rift) -> None:
    result = rift("up", "--detach", DATABASE_URL=f"postgresql://u:hidden-value@127.0.0.1:{free_port()}/db")
    assert result.returncode == 1
    assert "DATABASE_URL: cannot connect" in result.stdout + result.stderr
    assert "hidden-value" not in result.stdout + result.stderr


def test_a_second_home_on_one_database_is_refused(rift: Rift, database: Migrated) -> None:
    running = Tenancy(database.owner_dsn)
    running.claim()
    try:
        result = rift("up", DATABASE_URL=database.owner_dsn)
    finally:
        running.release()
    assert result.returncode == 1
    assert "another stack (another RIFT_HOME, or another machine) runs on this database" in result.stderr
    again = Tenancy(database.owner_dsn)
    again.claim()
    again.release()


def test_a_second_up_on_one_home_is_refused(rift: Rift, environment: dict[str, str]) -> None:
    home = Path(environment["RIFT_HOME"])
    files.make_home(home)
    record = Record(home)
    assert record.claim()
    try:
        result = rift("up")
    finally:
        record.release()
    assert result.returncode == 1
    assert "already runs" in result.stderr
    assert "rift down" in result.stderr


def test_down_signals_no_stranger(rift: Rift, environment: dict[str, str]) -> None:
    home = Path(environment["RIFT_HOME"])
    files.make_home(home)
    with subprocess.Popen(["sleep", "600"]) as stranger:
        created = psutil.Process(stranger.pid).create_time()
        record = Record(home)
        record.write({"hud": {"pid": stranger.pid, "port": 1, "health": "/"}}, ready=True)
        text = record.path.read_text().replace(f'"pid": {psutil.Process().pid}', f'"pid": {stranger.pid}')
        record.path.write_text(text.replace(str(psutil.Process().create_time()), str(created)))
        result = rift("down")
        assert stranger.poll() is None
        stranger.kill()
    assert (result.returncode, result.stdout) == (0, "Rift was not running.\n")


def test_the_environment_is_safe_for_any_shell_and_any_path(rift: Rift, folder: Path) -> None:
    home = folder / 'it\'s $HOME "quoted"'
    exported = rift("env", RIFT_HOME=str(home))
    assert exported.returncode == 0, exported.stderr
    script = (
        exported.stdout + 'printf "%s\\n" "$RIFT_HOME" "$RIFT_HUD_DSN" "$WEBHOOK_SECRET" "$PGUSER"; command -v python'
    )
    shown = subprocess.run(
        ["sh", "-c", script], check=True, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}
    )
    path, dsn, secret, user, interpreter = shown.stdout.splitlines()
    assert path == str(home)
    assert dsn.startswith("postgresql://rift_hud:")
    assert secret == (home / "webhook_secret").read_text()
    assert user == "rift_transform"
    assert Path(interpreter).parent == Path(sys.executable).parent
    assert "rift_owner" not in exported.stdout


def test_migrate_and_dsn_work_without_a_running_stack(rift: Rift, folder: Path) -> None:
    assert "applied migration 0001_raw" in rift("migrate").stdout
    assert rift("migrate").stdout == "The database is up to date.\n"
    roster = folder / "team.csv"
    roster.write_text("user_id,display_name,email,team_name,time_zone,started_on,ended_on\na,A,,T,UTC,,\n")
    assert rift("roster", "load", str(roster)).stdout == "1 new, 0 changed, 0 unchanged\n"
    query = "import os, psycopg2, sys; c = psycopg2.connect(sys.argv[1]).cursor(); c.execute('select user_id from"
    query += " raw_roster.sdr_versions'); print(c.fetchall())"
    url = rift("dsn", "--role", "transform").stdout.strip()
    assert rift("exec", "--", sys.executable, "-c", query, url).stdout == "[('a',)]\n"
    with pytest.raises(psycopg2.OperationalError):  # nothing is left running
        psycopg2.connect(url)


def test_status_without_a_stack_says_so(rift: Rift) -> None:
    result = rift("status")
    assert result.returncode == 1
    assert "does not run" in result.stdout


@pytest.mark.parametrize("command", ["up", "env", "simulate", "dsn", "pull", "report"])
def test_the_help_teaches(rift: Rift, command: str) -> None:
    assert "Example" in rift(command, "--help").stdout


def test_only_a_hud_that_people_sign_in_to_may_act_for_an_admin(tmp_path: Path) -> None:
    provider = {
        "hud_oidc_metadata_url": "https://login.example.com/.well-known/openid-configuration",
        "hud_oidc_client_id": "rift",
        "hud_oidc_client_secret": "secret-of-the-client",
        "hud_public_url": "https://hud.example.com",
    }
    settings = load(_env_file=None, rift_home=tmp_path, **provider)
    environment = Environment(settings, Database(settings))
    known = environment.hud()
    assert known["HUD_OIDC_CLIENT_SECRET"] == "secret-of-the-client"
    assert known["RIFT_ADMIN_SECRET"] == environment.admin_secret
    assert known["HUD_COOKIE_SECRET"] == (tmp_path / "hud_cookie_secret").read_text()
    assert (tmp_path / "hud_cookie_secret").stat().st_mode & 0o777 == 0o600
    assert environment.hud()["HUD_COOKIE_SECRET"] == known["HUD_COOKIE_SECRET"]
    command = " ".join(parts.hud(environment).command)
    for name in ("HUD_OIDC_CLIENT_SECRET", "HUD_COOKIE_SECRET", "RIFT_ADMIN_SECRET"):
        assert known[name] not in command + repr(parts.hud(environment))
        others = (environment.receiver(), environment.warehouse(), environment.pulls())
        assert not any(known[name] in other.values() for other in others[name == "RIFT_ADMIN_SECRET" :])
    without = Environment(load(_env_file=None, rift_home=tmp_path), Database(settings)).hud()
    assert not {"HUD_OIDC_CLIENT_SECRET", "HUD_COOKIE_SECRET", "RIFT_ADMIN_SECRET"} & without.keys()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hud_oidc_client_id": "rift"}, "HUD_OIDC_METADATA_URL and HUD_OIDC_CLIENT_SECRET and HUD_PUBLIC_URL must be"),
        ({"hud_admins": "ada@example.com"}, "HUD_ADMINS would have no effect"),
    ],
)
def test_sign_in_is_whole_or_not_at_all(given: dict[str, str], words: str) -> None:
    with pytest.raises(StackError, match=words):
        load(_env_file=None, **given)


def test_each_process_knows_only_what_it_needs(tmp_path: Path) -> None:
    vendors = {f"webhook_secret_{vendor}": f"signing-key-of-{vendor}" for vendor in VENDORS}
    tokens = {"hubspot_access_token": "pat-of-the-tests", "salesforce_client_secret": "secret-of-the-tests"}
    settings = load(_env_file=None, rift_home=tmp_path, **vendors, **tokens)
    environment = Environment(settings, Database(settings))
    passwords = environment.database.passwords()
    secrets = {"webhook": environment.webhook_secret, "admin": environment.admin_secret, **vendors}

    def secrets_in(known: dict[str, str]) -> set[str]:
        text = " ".join(known.values())
        return {name for name, value in (passwords | secrets | tokens).items() if value in text}

    assert secrets_in(environment.hud()) == {"rift_hud"}
    assert secrets_in(environment.receiver()) == {"rift_hud", "rift_ingest", "webhook", "admin", *vendors}
    assert secrets_in(environment.warehouse()) == {"rift_transform", "rift_dagster"}
    assert environment.warehouse()["RIFT_DOORS"] == ",".join(VENDORS)
    assert secrets_in(environment.roster()) == {"rift_ingest"}
    assert secrets_in(environment.pulls()) == {"rift_ingest", *tokens}
    knowing = {
        part.name for part in parts.dagster(environment, 1) if secrets_in(dict(part.environment)) & tokens.keys()
    }
    assert knowing == {"code-server", "run-server"}
    holding = {part.name for part in parts.dagster(environment, 1) if "RIFT_HOLDS_CONNECTIONS" in part.environment}
    assert holding == {"daemon"}


@pytest.mark.parametrize("own_secret", [None, "s" * 40])
def test_the_curl_line_of_the_greeting_reads_the_secret(tmp_path: Path, own_secret: str | None) -> None:
    settings = load(_env_file=None, rift_home=tmp_path / "a b", webhook_secret=own_secret)
    files.make_home(settings.rift_home)
    environment = Environment(settings, Database(settings))
    greeting = status.welcome(environment, detached=False).replace("\\[", "[")
    assert environment.webhook_secret not in greeting
    line = greeting[greeting.index("curl -X POST") : greeting.index("\n\nCtrl-C")]
    shown = subprocess.run(
        ["bash", "-c", f'curl() {{ printf "%s\\n" "$@"; }}; {line}'],
        check=True, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "WEBHOOK_SECRET": f"{own_secret},other"},
    ).stdout  # fmt: skip
    assert f"X-RIFT-SECRET: {environment.webhook_secret}" in shown.splitlines()
    assert "/api/v1/webhook/ingest" in shown


@pytest.fixture
def start_rift(environment: dict[str, str]) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts the command line and leaves it running."""
    with ExitStack() as stack:

        def start(*arguments: str) -> "subprocess.Popen[str]":
            command = [sys.executable, "-m", "orchestration.stack.cli", *arguments]
            process = stack.enter_context(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
            stack.callback(process.kill)
            return process

        yield start


def line_with(process: "subprocess.Popen[str]", text: str) -> str:
    assert process.stdout is not None
    return next(line for line in process.stdout if text in line)


def test_postgres_runs_until_its_last_user_has_left(
    rift: Rift, start_rift: Callable[..., "subprocess.Popen[str]"], environment: dict[str, str]
) -> None:
    first = start_rift("run", "postgres")
    line_with(first, "Postgres answers")
    second = start_rift("exec", "--", "sh", "-c", "echo uses it; exec sleep 600")
    line_with(second, "uses it")
    url = rift("dsn", "--role", "hud").stdout.strip()
    other_port = rift("migrate", POSTGRES_PORT=str(free_port()))
    assert f"Set POSTGRES_PORT={environment['POSTGRES_PORT']}" in other_port.stderr
    connection = psycopg2.connect(url)
    first.send_signal(signal.SIGINT)
    assert first.wait(20) == 0
    with connection.cursor() as cursor:
        cursor.execute("select 1")  # the same server as before
    connection.close()
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 1
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(url)


def test_what_a_killed_last_user_left_is_stopped_by_down(
    rift: Rift, start_rift: Callable[..., "subprocess.Popen[str]"]
) -> None:
    only = start_rift("run", "postgres")
    line_with(only, "Postgres answers")
    url = rift("dsn", "--role", "hud").stdout.strip()
    only.kill()
    only.wait()
    psycopg2.connect(url).close()
    assert rift("migrate").returncode == 0  # takes it over, and is now the last user
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(url)
    again = start_rift("run", "postgres")
    line_with(again, "Postgres answers")
    again.kill()
    again.wait()
    assert rift("down").stdout == "Rift is stopped.\n"
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(url)
