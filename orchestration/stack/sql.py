"""`rift sql`: the marts, for people who ask them, with pgcli or psql.

The password goes through the environment of the client alone. What the clients keep (configuration, history, log) is
below RIFT_HOME: nobody's own configuration is read, and nothing is written into anybody's home.
"""

import os
import shutil
import signal
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from orchestration.stack import files, placement
from orchestration.stack.console import FAILED, open_stack, plainly
from orchestration.stack.errors import StackError
from orchestration.stack.processes import StopRequestedError, stop_on_signals
from orchestration.stack.up import Stack

app = typer.Typer()

# What decides how a client shows things, taken over from its user's environment.
TASTE: Final = ("COLUMNS", "EDITOR", "LESS", "LINES", "PAGER", "VISUAL")
# keyring would offer the password to the desktop's wallet. Times are shown as the server has them: in UTC.
PGCLI_CONFIGURATION: Final = """[main]
keyring = False
less_chatty = True
prompt = '\\u@\\d> '
use_local_timezone = False
"""


class Reader(StrEnum):
    analyst = "analyst"
    hud = "hud"
    owner = "owner"


@app.command(epilog='Examples: rift sql · rift sql "select * from marts.rpt_leaderboard" · rift sql < question.sql')
def sql(
    statement: Annotated[str | None, typer.Argument(help="Run this and end; left out: a prompt.")] = None,
    role: Annotated[Reader, typer.Option(help="analyst may take 5 minutes, hud 5 seconds; owner may do all.")] = (
        Reader.analyst
    ),
) -> None:
    """Query the marts: a prompt with completion, or one answer as a table."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            # The owner comes to mend what may keep these from succeeding: a role, a migration, the last connections.
            if role is not Reader.owner:
                stack.database.migrate()
                if stack.database.question("select to_regclass('marts.rpt_health')") == (None,):
                    stack.prepare()
            asks = statement is not None or not sys.stdin.isatty()
            code = _run(_psql(statement) if asks else _prompt(), _environment(stack, role))
    raise typer.Exit(code)


def _psql(statement: str | None) -> list[str]:
    programs = placement.programs()
    program = str(programs / "psql") if programs else shutil.which("psql")
    if program is None:
        raise StackError("There is no psql: run make setup, or install a Postgres client.")
    command = [program, "--no-psqlrc", "--no-password", "--set", "ON_ERROR_STOP=1"]
    return command if statement is None else [*command, "--pset", "pager=off", "--command", statement]


def _prompt() -> list[str]:
    pgcli = Path(sys.executable).with_name("pgcli")
    return [str(pgcli), "--no-password"] if pgcli.exists() else _psql(None)


def _environment(stack: Stack, role: Reader) -> dict[str, str]:
    kept = stack.home / "sql"
    with files.explained(kept):
        (kept / "pgcli").mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (kept / "pgcli" / "config").exists():
            files.write_private(kept / "pgcli" / "config", PGCLI_CONFIGURATION)
    return (
        stack.environment.base()
        | {name: os.environ[name] for name in TASTE if name in os.environ}
        | stack.database.libpq_variables(role.value)
        | {
            "PGAPPNAME": "rift sql",
            "PGCLIENTENCODING": "UTF8",
            "PGPASSFILE": os.devnull,
            "PSQL_HISTORY": str(kept / "psql_history"),
            "XDG_CONFIG_HOME": str(kept),
            "LESSHISTFILE": "-",
        }
    )


def _run(command: list[str], environment: dict[str, str]) -> int:
    # Ctrl-C ends the client's query, not us.
    signal.signal(signal.SIGINT, lambda *_: None)
    with subprocess.Popen(command, env=environment) as client:
        try:
            return client.wait()
        except StopRequestedError:
            client.terminate()
            return FAILED
