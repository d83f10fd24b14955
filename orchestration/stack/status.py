"""What people see of a running stack: the greeting when it is up, and the table of `rift status`."""

import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from orchestration.stack.database import Database
from orchestration.stack.errors import StackError
from orchestration.stack.health import is_well
from orchestration.stack.parts import Environment, Part
from orchestration.stack.up import Stack


def welcome(environment: Environment, *, detached: bool) -> str:
    """The end of `rift up`: where everything is, and the first event to post."""
    settings = environment.settings
    command = _command()
    api = f"http://localhost:{settings.api_port}"
    if settings.webhook_secret:
        kept = "is the one that you set (WEBHOOK_SECRET)"
        secret, before = "${WEBHOOK_SECRET%%,*}", f'eval "$({command} env)"\n'
    else:
        kept = f"is kept in {environment.secret_file}"
        secret, before = f"$(cat {shlex.quote(str(environment.secret_file))})", ""
    curl = (
        f"{before}curl -X POST {api}/api/v1/webhook/ingest \\\n"
        '  -H "Content-Type: application/json" \\\n'
        f'  -H "X-RIFT-SECRET: {secret}" \\\n'
        '  -d \'{\n    "source": "manual",\n    "event_type": "meeting_booked",\n    "metadata": {"test": true}\n  }\''
    )
    end = f"{command} down stops everything." if detached else "Ctrl-C stops everything."
    return (
        "\n[bold yellow]Rift is up.[/]\n"
        f"  HUD       http://localhost:{settings.hud_port}\n"
        f"  Dagster   http://localhost:{settings.dagster_port}\n"
        f"  Receiver  {api}/docs\n\n"
        f"The webhook secret {escape(kept)}. Post the first event:\n\n{escape(curl)}\n\n{end}"
    )


def _command() -> str:
    """How to call `rift` from here, in a shell that has not entered the virtual environment."""
    path = Path(sys.executable).with_name("rift")
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return shlex.quote(str(path))


def overview(stack: Stack) -> tuple[Group, bool]:
    """One row for each process and what is known to be wrong, and whether all is well."""
    known = stack.record.read()
    supervised = stack.record.supervisor() is not None
    shown = Table("part", "pid", "port", "health", "restarts", box=None, header_style="bold")
    problems: list[str] = []
    well = supervised and bool(known.get("parts"))
    for name, part in known.get("parts", {}).items():
        try:
            alive = stack.database.is_up() if name == "postgres" else is_alive(name, part)
        except StackError as error:
            alive = False
            problems.append(str(error))
        well = well and alive
        health = "[green]well[/]" if alive else "[red]down[/]"
        cells = [name, *(str(part.get(key) or "") for key in ("pid", "port"))]
        shown.add_row(*cells, health, str(part.get("restarts", 0)))
    if not supervised:
        shown.add_row("rift up", "", "", "[red]does not run[/]", "")
    return Group(shown, *map(Text, problems)), well


def is_alive(name: str, part: dict[str, Any]) -> bool:
    """Whether a part that the record describes is well; raises `StackError` when it will never be."""
    if part["pid"] is None:
        return False
    try:
        since = psutil.Process(part["pid"]).create_time()
    except psutil.NoSuchProcess:
        return False
    return is_well(Part(name, (), {}, part["port"], part["health"], part.get("health_port")), since)


def warehouse(database: Database) -> str:
    """How far the settled marts are behind; the live ones never are."""
    try:
        row = database.question("select watermark_age_seconds, tail_event_count from marts.rpt_health", "hud")
    except psycopg2.OperationalError:
        return "The database does not answer."
    except psycopg2.Error:
        row = None
    if row is None:
        return "The warehouse is not built yet."
    age = "never settled" if row[0] is None else f"settled {float(str(row[0])):.0f} s ago"
    return f"Watermark: {age}; {row[1]} events in the tail (live marts count them all the same)."
