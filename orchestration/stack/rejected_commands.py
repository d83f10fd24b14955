"""`rift rejected`: what the doors refused and why, what was sent, and landing it after all. No receiver needed."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated, Any, Final
from uuid import UUID

import psycopg2
import typer
from psycopg2 import errors
from rich.table import Table
from rich.text import Text

from ingestion.rejected.listing import Filter, Row, list_rejected, read_since, show_rejected
from ingestion.rejected.reading import Reading
from ingestion.rejected.replaying import Replayed, replay, replay_waiting
from orchestration.stack.console import FAILED, console, open_stack, plainly
from orchestration.stack.errors import StackError
from orchestration.stack.processes import stop_on_signals
from orchestration.stack.up import Stack

REFUSED: Final = ("refused", "unknown")

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="What passed authentication and was refused: nothing of it is lost.\n\nWhen the reason is gone (a rule was "
    "added, an update reads what an older version could not), [bold]replay[/] lands it as of when it was received.",
)
Reason = Annotated[str | None, typer.Option(help="Only with this reason, such as unknown_event_type.")]
Source = Annotated[str | None, typer.Option(help="Only of this source.")]
Door = Annotated[str | None, typer.Option(help="Only from this door: canonical, or a vendor's name.")]
Since = Annotated[str | None, typer.Option(help="Only received since: 2026-03-14T09:00+01:00, or 90m, 24h, 7d ago.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list", epilog="Examples: rift rejected list · rift rejected list --reason unknown_event_type --since 7d")
def list_events(  # noqa: PLR0913  # each is an option of the command
    *,
    reason: Reason = None,
    source: Source = None,
    door: Door = None,
    since: Since = None,
    everything: Annotated[bool, typer.Option("--all", help="Also copies, and what was replayed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what waits to be landed, newest first."""
    with _stack() as stack, closing(_connect(stack)) as connection, connection.cursor() as cursor:
        rows = list_rejected(cursor, _filter(reason, source, door, since, settled=everything), limit=limit)
    if as_json:
        print(json.dumps(rows, default=str, indent=2))
    elif rows:
        console.print(_table(rows))
    else:
        console.print("Nothing waits here.")


@app.command("show", epilog="Example: rift rejected show 01990f3c-6b1e-7c5a-9d2e-4f6a8b0c1d2e")
def show_event(rejected_id: Annotated[UUID, typer.Argument(help="Its id.")], *, as_json: AsJson = False) -> None:
    """Show one rejected event, and what was sent: control characters and what is no UTF-8 are escaped."""
    with _stack() as stack, closing(_connect(stack)) as connection, connection.cursor() as cursor:
        row = show_rejected(cursor, str(rejected_id))
        if row is None:
            raise StackError("There is no rejected event with this id. rift rejected list shows them.")
    row["body"] = _printable(row["body"])
    if as_json:
        print(json.dumps(row, default=str, indent=2))
        return
    body = row.pop("body")
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in row.items():
        if value is not None:
            table.add_row(Text(name, style="bold"), Text(_printable(str(value).encode())))
    console.print(table)
    console.print(Text(f"\n{body}"))


@app.command(
    "replay",
    epilog="Examples: rift rejected replay 01990f3c-6b1e-7c5a-9d2e-4f6a8b0c1d2e · rift rejected replay --reason "
    "unknown_event_type --since 7d · rift rejected replay --all",
)
def replay_events(  # noqa: PLR0913  # each is an option of the command
    rejected_ids: Annotated[list[UUID] | None, typer.Argument(help="Ids; or choose by options.")] = None,
    *,
    reason: Reason = None,
    source: Source = None,
    door: Door = None,
    since: Since = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read rejected events again and land those that can be by now, each once; the rest waits on, and says why."""
    with _stack() as stack:
        chosen = _filter(reason, source, door, since, settled=False)
        if bool(rejected_ids) + (not chosen.is_everything) + everything != 1:
            raise StackError("Name ids, or choose by --reason, --source, --door and --since, or take --all.")
        dsn = stack.database.dsn("ingest")
        reading = Reading(stack.settings.default_user_id, stack.settings.webhook_max_body_bytes)
        if rejected_ids:
            replayed = replay(dsn, list(dict.fromkeys(map(str, rejected_ids))), reading)
        else:
            replayed = replay_waiting(dsn, chosen, reading)
        results = [_told(one, as_json=as_json) for one in replayed]
    counts = Counter(one.result for one in results)
    if as_json:
        print(json.dumps([vars_of(one) for one in results], indent=2))
    else:
        told = ", ".join(f"{count} {result.replace('_', ' ')}" for result, count in counts.items())
        console.print(f"{len(results)} replayed: {told}." if results else "Nothing waits here.")
    if rejected_ids and any(result in counts for result in REFUSED):
        raise typer.Exit(FAILED)


def vars_of(replayed: Replayed) -> dict[str, Any]:
    return {name: getattr(replayed, name) for name in ("rejected_id", "result", "detail", "raw_ids")}


def _told(replayed: Replayed, *, as_json: bool) -> Replayed:
    """Say what became of one as soon as that is durable."""
    if not as_json:
        ids = f" ({', '.join(replayed.raw_ids)})" if replayed.raw_ids else ""
        console.print(Text(f"{replayed.rejected_id} {replayed.result}: {replayed.detail}{ids}"))
    return replayed


@contextmanager
def _stack() -> Iterator[Stack]:
    """The stack with its database running; what cannot be done with it is said plainly."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            try:
                yield stack
            except (errors.UndefinedTable, errors.UndefinedColumn):
                raise StackError("The database is not up to date. Run rift migrate, then try again.") from None
            except psycopg2.Error as error:
                raise StackError(f"The database refused: {' '.join(str(error).split())}") from None


def _connect(stack: Stack) -> Any:  # noqa: ANN401  # psycopg2's connection, whose type has no name outside it
    return psycopg2.connect(stack.database.dsn("ingest"), connect_timeout=5, application_name="rift rejected")


def _filter(reason: str | None, source: str | None, door: str | None, since: str | None, *, settled: bool) -> Filter:
    try:
        return Filter(reason, source, door, read_since(since) if since else None, settled)
    except (ValueError, OverflowError):
        raise StackError(
            "--since is neither a time with a zone, such as 2026-03-14T09:00+01:00, nor 24h or 7d."
        ) from None


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("id", "received", "door", "source", "reason", "detail"):
        table.add_column(heading)
    for row in rows:
        shown = [row["rejected_id"], f"{row['received_at']:%Y-%m-%d %H:%M:%S%z}", row["door"], row["source"] or "",
                 row["reason"], row["detail"]]  # fmt: skip
        style = "dim" if row["replayed_at"] or row["reason"] == "duplicate" else ""
        table.add_row(*(Text(_printable(text.encode())) for text in shown), style=style)
    return table


def _printable(body: bytes) -> str:
    """Text that a terminal only shows, whatever the bytes are."""
    text = body.decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text)
