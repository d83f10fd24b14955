"""`rift import`: history from files. No receiver needed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import psycopg2
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ingestion.importing.importer import Imported, Options, import_file
from ingestion.importing.loading import Counts, DatabaseError
from ingestion.importing.report import summary, write_rejected
from ingestion.importing.rows import FileError, ReaderError
from orchestration.stack.console import FAILED, console, literal, open_stack, plainly
from orchestration.stack.errors import StackError
from orchestration.stack.processes import StopRequestedError, stop_on_signals
from orchestration.stack.settling import Settler
from orchestration.stack.up import Stack

app = typer.Typer()


@app.command(
    "import",
    epilog="Examples: rift import history.csv · rift import 2024.jsonl 2025.parquet --source crm · rift import big.csv "
    "--dry-run · docs/sources.md explains the columns and what counts as the same event",
)
def import_files(  # each is an option of the command
    files: Annotated[list[Path], typer.Argument(help="Files of events: .csv, .jsonl (.ndjson) or .parquet.")],
    *,
    source: Annotated[str | None, typer.Option(help="The source of rows in columns that name none.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would land; write nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write every rejected row into this CSV file.")] = None,
    no_settle: Annotated[
        bool, typer.Option("--no-settle", help="Leave settling to others: reads get slower meanwhile.")
    ] = False,
) -> None:
    """Land history: each row under the rules of the door, each event once, however often it is imported.

    Stopped or killed, the same command goes on where it was. Ends with 1 when a row was rejected.
    """
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            stack.database.migrate()
            if not dry_run:
                stack.prepare()
            settler = None if dry_run or no_settle else _settler(stack)
            imported = _import_all(files, _options(stack, source, dry_run=dry_run), settler)
        if report:
            _write(report, imported)
        if any(one.counts.rejected_count for one in imported.values()):
            raise typer.Exit(FAILED)


def _options(stack: Stack, source: str | None, *, dry_run: bool) -> Options:
    settings = stack.settings
    return Options(
        dsn=stack.database.dsn("ingest"),
        default_user_id=settings.default_user_id,
        max_row_bytes=settings.webhook_max_body_bytes,
        default_source=source,
        dry_run=dry_run,
    )


def _settler(stack: Stack) -> Settler:
    return Settler(stack.database.dsn("transform"), stack.environment.warehouse())


def _import_all(files: list[Path], options: Options, settler: Settler | None) -> dict[str, Imported]:
    imported: dict[str, Imported] = {}
    landed = 0
    try:
        for file in files:
            with _progress() as progress:
                on_chunk = _watch(progress, file.name, settler, landed)
                imported[str(file)] = _import(file, replace(options, on_chunk=on_chunk))
            landed += imported[str(file)].counts.landed
            for line in summary(str(file), imported[str(file)], dry_run=options.dry_run):
                console.print(literal(line))
    except StopRequestedError:
        raise StackError("Stopped. What has landed stays; the same command goes on from there.") from None
    finally:
        if settler:
            settler.finish()
    return imported


def _import(file: Path, options: Options) -> Imported:
    try:
        return import_file(file.resolve(), options)
    except FileError as error:
        raise StackError("\n".join(f"{file}: {line}" for line in str(error).splitlines())) from None
    except (DatabaseError, ReaderError) as error:
        raise StackError(str(error)) from None
    except psycopg2.Error as error:
        # Of an error in data the server quotes the data.
        said = " ".join(str(error).split()) if error.pgcode is None else f"{type(error).__name__} {error.pgcode}"
        raise StackError(f"{file}: the database refused: {said}. Import the file again to go on.") from None


def _watch(progress: Progress, name: str, settler: Settler | None, before: int) -> Callable[[float, Counts], None]:
    task = progress.add_task(literal(name), total=1.0, rows=0)

    def on_chunk(done: float, counts: Counts) -> None:
        progress.update(task, completed=done, rows=counts.rows)
        if settler:
            settler.landed(before + counts.landed)

    return on_chunk


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rows]:,} rows"))
    return Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal)


def _write(report: Path, imported: dict[str, Imported]) -> None:
    try:
        write_rejected(report, imported)
    except OSError as error:
        raise StackError(f"Cannot write {report}: {error.strerror or error}.") from None
    console.print(f"Every rejected row: {literal(str(report))}")
