"""The commands of `rift` that put something into the database: schema, people, events."""

import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orchestration.lib import publication
from orchestration.stack import parts, processes
from orchestration.stack.console import console, open_stack, plainly, say
from orchestration.stack.door import Door, Event
from orchestration.stack.errors import StackError
from orchestration.stack.ports import choose_free
from orchestration.stack.processes import StopRequestedError, stop_on_signals
from orchestration.stack.record import Record
from orchestration.stack.simulate import RATE, Limits, history, members, post_history, simulate
from orchestration.stack.up import Stack

app = typer.Typer()
roster_app = typer.Typer(no_args_is_help=True, help="People, teams and time zones.")
app.add_typer(roster_app, name="roster")


@contextmanager
def _built_stack() -> Iterator[Stack]:
    """The stack with Postgres running and everything in it up to date."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            stack.database.migrate()
            stack.prepare()
            yield stack


@app.command()
def migrate(
    *,
    reset_passwords: Annotated[
        bool, typer.Option("--reset-passwords", help="Cuts off every other RIFT_HOME that uses this server.")
    ] = False,
) -> None:
    """Bring the raw schema, the roles and Dagster's database up to date."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            for name in stack.database.migrate(reset_passwords=reset_passwords):
                say(f"applied migration {name}")
        console.print("The database is up to date.")


@roster_app.command(
    "load",
    epilog="The first row: user_id,display_name,email,team_name,time_zone,started_on,ended_on · optional: effective_on "
    "(from when a changed row holds) and ids in other systems, such as outreach_id,hubspot_id",
)
def roster_load(file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8.")]) -> None:
    """Land a roster file: everybody who is new or changed. A file with a problem lands nothing."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            command = [sys.executable, "-m", "ingestion.sources.roster", str(file.resolve())]
            code = subprocess.run(command, check=False, env=stack.environment.roster()).returncode
    raise typer.Exit(code)


@app.command()
def publish() -> None:
    """Announce the ranks of every closed week that has not been published: what Dagster does each hour."""
    with _built_stack() as stack:
        try:
            published = publication.publish(
                stack.database.dsn("transform"),
                lambda week: console.print(f"{week.week_start_date}  SDRs: {week.sdr_count}  {week.content_hash}"),
            )
        except publication.NotYetError as error:
            raise StackError(str(error)) from None
    console.print(f"Weeks published: {len(published)}." if published else "Every closed week is published.")


@app.command()
def rebuild() -> None:
    """Compute everything that is not raw again, in place, while readers read, and say whether anything was wrong."""
    with _built_stack() as stack:
        command = [sys.executable, "-m", "orchestration.lib.rebuild"]
        code = subprocess.run(command, check=False, env=stack.environment.warehouse()).returncode
    raise typer.Exit(code)


@app.command(
    "simulate", epilog="Examples: rift simulate · rift simulate --rate 10 --events 500 · rift simulate --duration 60"
)
def simulate_team(
    rate: Annotated[float, typer.Option(min=0.01, max=500, help="Events a second, on average.")] = RATE,
    duration: Annotated[float | None, typer.Option(min=0, help="Stop after so many seconds.")] = None,
    events: Annotated[int | None, typer.Option(min=0, help="Stop after so many events.")] = None,
) -> None:
    """Let the roster's team work through the real door: dials, some connects, few meetings. Ctrl-C stops."""
    with plainly():
        stack = open_stack()
        team = members(stack.database.dsn("hud"))
        door = Door(stack.settings.api_port, stack.environment.webhook_secret.split(",")[0])
        limits = Limits(rate, math.inf if events is None else events, math.inf if duration is None else duration)
        counts: dict[str, int] = {}

        def sent(event: Event) -> None:
            counts[event["event_type"]] = counts.get(event["event_type"], 0) + 1
            if console.is_terminal:
                console.print(f"  {event['user_id']:<12} {event['event_type']}")

        stop_on_signals()
        with suppress(StopRequestedError):
            simulate(door, team, limits, sent)
        console.print(", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "no events")


@app.command()
def seed(weeks: Annotated[int, typer.Option(min=1, max=52, help="How many weeks back.")] = 3) -> None:
    """Post some weeks of believable history through a real door. Doing it twice changes nothing."""
    with _built_stack() as stack:
        team = members(stack.database.dsn("hud"))
        days = list(history(team, weeks))
        with _unlimited_receiver(stack) as port, _progress() as progress:
            task = progress.add_task("events", total=sum(map(len, days)))
            secret = stack.environment.webhook_secret.split(",")[0]
            count = post_history(port, secret, days, lambda done: progress.update(task, advance=done))
    console.print(f"{count} events of {weeks} weeks and {len(team)} SDRs were posted.")


@contextmanager
def _unlimited_receiver(stack: Stack) -> Iterator[int]:
    """A receiver of its own on a free port, since the usual one takes 60 events a minute."""
    other = stack.settings.model_copy(update={"api_port": choose_free(), "rate_limit_per_minute": 0})
    supervisor = processes.Supervisor(stack.home, Record(stack.home / "run" / "seed"), say)
    try:
        supervisor.start([parts.receiver(parts.Environment(other, stack.database))])
        supervisor.await_healthy()
        yield other.api_port
    except StopRequestedError:
        raise StackError("Stopped. What was posted stays; the next rift seed posts the rest.") from None
    finally:
        supervisor.stop()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )
