"""`rift forget`: an SDR or a prospect goes from raw and from all that is derived; every total stays."""

from pathlib import Path
from typing import Annotated, Protocol

import psycopg2
import typer

from ingestion.privacy import folders
from ingestion.privacy.forgetting import ForgettingError, Forgotten, forget_prospect, forget_user
from ingestion.privacy.subjects import Subject, SubjectError
from orchestration.stack.console import console, literal, open_stack, plainly, say
from orchestration.stack.errors import StackError
from orchestration.stack.processes import stop_on_signals
from orchestration.stack.up import Stack

app = typer.Typer()


class Run(Protocol):
    """Forgets, or only says what would be done."""

    def __call__(self, *, dry_run: bool) -> Forgotten: ...


# Copies of what the database has, which nobody needs: these files are deleted.
COPIES = ("dlt", "reports")
# What is still to be landed, or is kept for people to read: these are named.
OTHERS = ("spool", "logs", "dbt/logs", "sql")


@app.command(
    epilog="Examples: rift forget --user sdr-007 --dry-run · rift forget --prospect jane@example.com --prospect "
    '"Jane Doe" --prospect "+49 170 1234567" · docs/privacy.md lists what is rewritten, and what is left to you'
)
def forget(
    *,
    user: Annotated[str | None, typer.Option(help="The user_id of an SDR.")] = None,
    prospect: Annotated[
        list[str] | None, typer.Option(help="An email, phone or name of one prospect; give all that you know.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be rewritten; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Rewrite everything that is known of one person. It cannot be undone."""
    with plainly():
        if (user is None) == (not prospect):
            raise StackError("Name either one --user, or one prospect by --prospect.")
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            stack.database.migrate()
            run = _runner(stack, user, prospect or [])
            if not (yes or dry_run):
                _confirm(run, user or (prospect or [""])[0])
            forgotten = run(dry_run=dry_run)
            _show(forgotten, dry_run=dry_run)
            _look_into_folders(stack, forgotten.subject, dry_run=dry_run)


def _runner(stack: Stack, user: str | None, values: list[str]) -> Run:
    def run(*, dry_run: bool) -> Forgotten:
        dsn = stack.database.owner_dsn
        try:
            if user is not None:
                return forget_user(dsn, user, dry_run=dry_run)
            return forget_prospect(dsn, values, dry_run=dry_run)
        except (ForgettingError, SubjectError) as error:
            raise StackError(str(error)) from None
        except psycopg2.Error as error:
            # The server quotes values.
            raise StackError(f"The database refused ({type(error).__name__}). Nothing was forgotten.") from None

    return run


def _confirm(run: Run, name: str) -> None:
    _show(run(dry_run=True), dry_run=True)
    console.print("This cannot be undone.")
    if typer.prompt("Type the same again to go on", default="", show_default=False) != name:
        raise StackError("That is not the same. Nothing was forgotten.")


def _show(forgotten: Forgotten, *, dry_run: bool) -> None:
    pseudonym = forgotten.subject.pseudonym
    would = "would be rewritten" if dry_run else "rewritten"
    if not forgotten.rewritten:
        console.print("Nothing in the database holds this person.")
    for table, count in forgotten.rewritten.items():
        console.print(f"  {table}: {count:,} rows {would}")
    if forgotten.republished_weeks:
        console.print("  The hash of each published week with this person covers the user_id: it is another one now.")
    for place, count in forgotten.left.items():
        console.print(f"  [yellow]left:[/] {literal(place)}: {count:,} rows hold the same text; it is not rewritten")
    seeds = [table for table in forgotten.rewritten if table.startswith("seeds.")]
    for table in seeds:
        file = f"dbt_project/seeds/{table.removeprefix('seeds.')}.csv"
        console.print(f"  [yellow]left:[/] {file} names this person: write {pseudonym} there")
    if pseudonym and forgotten.rewritten and not dry_run:
        say(f"all of it belongs to {pseudonym} now")


def _look_into_folders(stack: Stack, subject: Subject, *, dry_run: bool) -> None:
    drop_dir = Path(stack.settings.rift_drop_dir) if stack.settings.rift_drop_dir else None
    copies = [stack.home / name for name in COPIES] + ([drop_dir / "done"] if drop_dir else [])
    others = [stack.home / name for name in OTHERS] + ([drop_dir] if drop_dir else [])
    for folder in copies:
        for path in folders.holding(folder, subject):
            if not dry_run:
                path.unlink(missing_ok=True)
            console.print(
                f"  {literal(str(path))}: {'would be ' if dry_run else ''}deleted: the database has its content"
            )
    for folder in others:
        for path in folders.holding(folder, subject):
            if drop_dir is None or not path.is_relative_to(drop_dir / "done"):
                console.print(f"  [yellow]left:[/] {literal(str(path))} holds this person: mend or delete it")
