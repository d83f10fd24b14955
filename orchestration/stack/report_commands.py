"""`rift report`: the weekly rank report of a published week as files, and the list of those that were made."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import psycopg2
import typer
from psycopg2 import errors
from rich.table import Table

from ingestion.rules.reading import snapshot
from orchestration.lib.report import weeks
from orchestration.stack import files
from orchestration.stack.console import console, open_stack, plainly
from orchestration.stack.errors import StackError
from orchestration.stack.processes import stop_on_signals
from orchestration.stack.up import Stack

LISTED = """
select iso_week, champion_names, champion_count, meetings_booked, team_count, sdr_count, restated_since_count
from marts.rpt_weekly_reports
order by week_start_date desc
"""

app = typer.Typer()


@app.command(
    epilog="Examples: rift report · rift report --week 2026-W46 · rift report --week 2026-11-11 --out ~/Desktop · "
    "rift report --list"
)
def report(
    *,
    week: Annotated[
        str | None, typer.Option(help="An ISO week (2026-W46) or a date in it. Default: the newest published week.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A folder for the files. Default: RIFT_HOME/reports.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the reports that were made; make none.")] = False,
) -> None:
    """Write the weekly rank report of a published week: a page that opens without a network, and CSV.

    A report is made once, right after its week was published, and stays as it was: the same week gives the same files.
    Dagster makes each by itself; the HUD lists them on its page Reports.
    """
    with _database() as stack:
        if listed:
            _list(stack)
            return
        try:
            monday = weeks.parse(week) if week else None
        except ValueError as error:
            raise StackError(str(error)) from None
        for path in _write(stack, monday, out):
            print(path)


def _write(stack: Stack, monday: date | None, out: Path | None) -> tuple[Path, Path]:
    # Importing plotly costs a second that no other command need pay.
    from orchestration.lib.report import folder, making  # noqa: PLC0415

    target = out.expanduser() if out else stack.home / "reports"
    dsn = stack.database.dsn("transform")
    try:
        with making.kept(dsn, monday or making.newest_week(dsn)) as made, files.explained(target):
            return folder.write(made, target.absolute())
    except making.NotPublishedError as error:
        raise StackError(str(error)) from None


def _list(stack: Stack) -> None:
    with snapshot(stack.database.dsn("analyst")) as cursor:
        cursor.execute(LISTED)
        rows = cursor.fetchall()
    if not rows:
        console.print("No report has been made yet: the first is, when a week has been published.")
        return
    table = Table("week", "champion", "meetings", "teams", "SDRs", "changed since", box=None)
    for iso_week, names, count, *numbers in rows:
        more = f" and {count - len(names)} more" if count > len(names) else ""
        table.add_row(iso_week, (", ".join(names) + more).replace("[", r"\[") or "nobody", *map(str, numbers))
    console.print(table)


@contextmanager
def _database() -> Iterator[Stack]:
    """The stack with its database running; what cannot be done with it is said plainly."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            stack.database.migrate()
            try:
                yield stack
            except (errors.UndefinedTable, errors.InvalidSchemaName):
                raise StackError("The warehouse is not built yet. Run rift up once, then try again.") from None
            except psycopg2.Error as error:
                raise StackError(f"The database refused: {' '.join(str(error).split())}") from None
