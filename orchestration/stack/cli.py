"""The command `rift`: brings the stack up and down, shows it, and hands its parts to the shell.

Nothing heavy is imported here: dbt, Dagster, dlt and Streamlit run in processes of their own.
"""

import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from orchestration.stack import (
    backup_commands,
    data_commands,
    forget_commands,
    import_commands,
    log_command,
    notification_commands,
    parts,
    placement,
    pull_commands,
    rejected_commands,
    report_commands,
    rules_commands,
    settings,
    sql,
    status,
)
from orchestration.stack.console import FAILED, console, literal, open_stack, plainly, say
from orchestration.stack.doctor import command as doctor_command
from orchestration.stack.errors import StackError
from orchestration.stack.ports import require_free
from orchestration.stack.processes import StopRequestedError, stop_on_signals
from orchestration.stack.record import end_all, stop_supervisor
from orchestration.stack.spawn import end_with_parent
from orchestration.stack.up import Stack, become_quiet

DOWN_SECONDS: Final = 30

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Project Rift: sales work as a game.\n\nStart with [bold]rift up[/], look with [bold]rift status[/], and stop "
    "with Ctrl-C or [bold]rift down[/].",
    epilog="Settings come from the environment and from .env; .env.example explains each.",
)
app.add_typer(data_commands.app)
app.add_typer(rejected_commands.app, name="rejected")
app.add_typer(notification_commands.app, name="notifications")
app.add_typer(log_command.app)
app.add_typer(import_commands.app)
app.add_typer(forget_commands.app)
app.add_typer(report_commands.app)
app.add_typer(rules_commands.app, name="rules")
app.add_typer(sql.app)
app.add_typer(pull_commands.app)
app.add_typer(doctor_command.app)
app.add_typer(backup_commands.app)


@app.callback()
def _before_each_command() -> None:
    # Left over from another Postgres, these would steer our own connections.
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


class Role(StrEnum):
    owner = "owner"
    transform = "transform"
    ingest = "ingest"
    hud = "hud"
    analyst = "analyst"


class PartName(StrEnum):
    postgres = "postgres"
    receiver = "receiver"
    hud = "hud"


@app.command(epilog="Examples: rift up · rift up --detach · API_PORT=8001 rift up · rift up --demo")
def up(
    *,
    detach: Annotated[
        bool, typer.Option("--detach", help="Return when every part answers; stop it with rift down.")
    ] = False,
    demo: Annotated[bool, typer.Option("--demo", help="No rate limit, and a simulated team at work.")] = False,
    background: Annotated[bool, typer.Option("--background", hidden=True)] = False,
) -> None:
    """Start everything: Postgres, receiver, Dagster and HUD. Ctrl-C stops everything."""
    with plainly():
        stack = open_stack(**({"rate_limit_per_minute": 0} if demo else {}))
        if detach:
            raise typer.Exit(_detached(demo=demo))

        def ready(running: Stack) -> None:
            console.print(status.welcome(running.environment, detached=background))
            if background:
                become_quiet(running.home / "logs" / "supervisor.log")

        stack.run(demo=demo, on_ready=ready)


def _detached(*, demo: bool) -> int:
    """Start a supervisor in the background; show what it says until it is ready or has failed."""
    command = [sys.executable, "-m", "orchestration.stack.cli", "up", "--background", *(["--demo"] if demo else [])]
    supervisor = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    if supervisor.stdout is None:
        raise AssertionError
    try:
        # Its output ends here when it is ready, since it then goes on in a log.
        for line in supervisor.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
    except KeyboardInterrupt:
        supervisor.terminate()
        return supervisor.wait() or FAILED
    code = supervisor.poll()
    try:
        code = supervisor.wait(0.3)
    except subprocess.TimeoutExpired:
        return 0
    return code or FAILED


@app.command()
def down() -> None:
    """Stop everything that runs on this RIFT_HOME, also what a killed rift up left behind."""
    with plainly():
        stack = open_stack()
        stopped = stop_supervisor(stack.record, DOWN_SECONDS)
        # What is left was left by a supervisor that could not clean up.
        end_all(stack.record.tokens())
        if stack.database.cluster and stack.database.cluster.pid:
            stack.database.cluster.stop()
            stopped = True
        stack.record.path.unlink(missing_ok=True)
        console.print("Rift is stopped." if stopped else "Rift was not running.")


@app.command("status")
def show_status() -> None:
    """Show each process, its port and health, and how far the settled marts are behind."""
    with plainly():
        stack = open_stack()
        overview, well = status.overview(stack)
        console.print(overview)
        console.print(status.warehouse(stack.database))
        console.print(f"Logs: {literal(str(stack.home / 'logs'))}")
        if not well:
            console.print("Something is not well: rift doctor says what, and how to mend it.")
            raise typer.Exit(FAILED)


@app.command(epilog='Example: eval "$(rift env)" && cd dbt_project && dbt build')
def env() -> None:
    """Print the environment for plain dbt, dagster, psql (as rift_transform), sqlfluff and streamlit."""
    with plainly():
        stack = open_stack()
        parts.prepare_dagster(stack.environment)
        for name, value in sorted(stack.environment.shell().items()):
            print(f"export {name}={shlex.quote(value)}")
        # Last, so that a psql of the machine comes first; a fresh machine has none but the embedded one's.
        programs = [shlex.quote(str(path)) for path in (Path(sys.executable).parent, placement.programs()) if path]
        print(f'export PATH={programs[0]}:"$PATH"' + "".join(f":{path}" for path in programs[1:]))


@app.command(epilog='Example: psql "$(rift dsn --role analyst)" -c "select * from marts.rpt_leaderboard"')
def dsn(role: Annotated[Role, typer.Option(help="owner may do everything; hud and analyst read the marts.")]) -> None:
    """Print the libpq URL of a role, password included."""
    with plainly():
        print(open_stack().database.dsn(role.value))


@app.command()
def run(part: Annotated[PartName, typer.Argument(help="Which part.")]) -> None:
    """Run one part in the foreground, with Postgres beside it when nobody runs it yet."""
    commands = {
        PartName.receiver: parts.receiver,
        PartName.hud: parts.hud,
    }
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with suppress(StopRequestedError), stack.database.running():
            stack.database.migrate()
            if part is PartName.postgres:
                say(f"Postgres answers on port {stack.settings.postgres_port}; Ctrl-C stops it, unless others use it")
                _wait_for_ever()
            stack.prepare()
            _foreground(commands[part](stack.environment))


@app.command(
    "exec", context_settings={"ignore_unknown_options": True}, epilog="Example: rift exec sqlfluff lint dbt_project"
)
def execute(command: Annotated[list[str], typer.Argument(help="A program and its arguments.")]) -> None:
    """Run a program with the environment of rift env, and with Postgres beside it when nobody runs it yet."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            stack.database.migrate()
            parts.prepare_dagster(stack.environment)
            environment = stack.environment.base() | stack.environment.shell()
            try:
                code = subprocess.run(command, check=False, env=environment).returncode
            except FileNotFoundError:
                raise StackError(f"There is no program {command[0]}.") from None
            except StopRequestedError:
                code = FAILED
    raise typer.Exit(code)


def _wait_for_ever() -> None:
    while True:
        signal.pause()


def _foreground(part: parts.Part) -> None:
    if part.port:
        require_free({f"The port of {part.name}": part.port})
    process = subprocess.Popen(
        part.command,
        cwd=settings.ROOT,
        env=dict(part.environment),
        start_new_session=True,
        preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509  # one system call, no lock
    )
    try:
        code = process.wait()
    except StopRequestedError:
        process.terminate()
        process.wait()
        raise
    raise StackError(f"{part.name} ended with exit code {code}.")


if __name__ == "__main__":
    app()
