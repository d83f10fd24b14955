"""`rift rules`: what events are worth, changing it, and seeing first what a change would do. No receiver needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import psycopg2
import typer
from psycopg2 import errors

from ingestion.rules.change import read_change
from ingestion.rules.changing import Changed, change_rule
from ingestion.rules.preview import DEFAULT_WEEKS, MOST_WEEKS, preview, read_request
from ingestion.rules.reading import snapshot
from ingestion.webhooks.parser import UnusableError, parse
from orchestration.stack import rules_tables
from orchestration.stack.console import console, open_stack, plainly, say
from orchestration.stack.database import Database
from orchestration.stack.errors import StackError
from orchestration.stack.processes import stop_on_signals

LISTED = """
select event_type, gold_value, xp_value, rank_points, is_current, effective_from, effective_to, changed_by, landed_at
from marts.dim_gamification_rules
where {condition}
order by event_type, effective_from nulls first, rule_version_id
"""
IN_FORCE = "not is_superseded and (effective_to is null or effective_to > now()) and %s::text is null"

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="What events are worth.\n\nRules have versions: the one in force when an event [bold]occurred[/] scores it, "
    "so a change may begin in the past (it then moves scores, and says how many) or in the future, and may end.",
)
EventType = Annotated[str, typer.Argument(help="A type of event, such as meeting_booked.")]
Gold = Annotated[int | None, typer.Option(help="Gold for one event; as it is, unless given.")]
XP = Annotated[int | None, typer.Option(help="XP for one event; as it is, unless given.")]
Points = Annotated[int | None, typer.Option(help="Weekly rank points for one event; as it is, unless given.")]
To = Annotated[str | None, typer.Option("--to", help="Up to when; from then on everything is as it was.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list", epilog="Examples: rift rules list · rift rules list meeting_booked · rift rules list --json")
def list_rules(
    event_type: Annotated[str | None, typer.Argument(help="Show the whole history of this type.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what each type of event is worth now and later; of one type, every version that ever was."""
    with _database() as database, snapshot(database.dsn("analyst")) as cursor:
        cursor.execute(LISTED.format(condition="event_type = %s" if event_type else IN_FORCE), [event_type])
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if event_type and not rows:
            raise StackError("No rule knows this event type. rift rules list shows them.")
        rules_tables.print_json(rows) if as_json else console.print(rules_tables.versions(rows))


@app.command(
    "set",
    epilog="Examples: rift rules set meeting_booked --gold 120 · rift rules set meeting_booked --gold 120 --xp 250 "
    "--points 1 --from 2026-11-16T00:00+01:00 · rift rules set call_dial --gold 10 --from 2026-12-01T00:00Z --to "
    "2026-12-08T00:00Z · rift rules set demo_held --gold 50 --xp 80 --points 0 --new",
)
def set_rule(  # noqa: PLR0913  # each is an option of the command
    event_type: EventType,
    *,
    gold: Gold = None,
    xp: XP = None,
    points: Points = None,
    begins: Annotated[
        str | None,
        typer.Option("--from", help="From when on, with a zone: 2026-11-16T00:00+01:00. May be past. Default: now."),
    ] = None,
    ends: To = None,
    new: Annotated[
        bool, typer.Option("--new", help="The type may be a new one: unknown ones are refused else.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who changes it, for the record.")] = "rift rules",
) -> None:
    """Land a new version of a rule, and say what it moved. The same again lands nothing.

    It holds up to --to, or up to the next version that was landed already for a later time. Try it out first with
    rift rules preview.
    """
    with _database() as database:
        document = _document(gold, xp, points, begins, ends) | {"new_type": new, "changed_by": by}
        change = read_change(event_type, document)
        changed = change_rule(database.dsn("ingest"), database.dsn("analyst"), change)
        if not changed.versions:
            console.print("This is in force already over that whole range: nothing was landed.")
            return
        for version in changed.versions:
            say(rules_tables.sentence(event_type, version))
        console.print(_moved(changed))


@app.command(
    "preview",
    epilog="Examples: rift rules preview meeting_booked --gold 200 · rift rules preview call_dial --xp 0 --weeks 4 "
    "--csv · rift rules preview meeting_booked --points 2 --from 2026-11-16T00:00+01:00 · rift rules preview --file "
    'rules.json, which holds {"rules": \\[{"event_type": "meeting_booked", "gold_value": 200}, …], "weeks": 8}',
)
def preview_rules(  # noqa: PLR0913  # each is an option of the command
    event_type: Annotated[str | None, typer.Argument(help="A type of event; or name a --file.")] = None,
    *,
    gold: Gold = None,
    xp: XP = None,
    points: Points = None,
    begins: Annotated[
        str | None,
        typer.Option("--from", help="As rift rules set would. Default: in place of whatever held in those weeks."),
    ] = None,
    ends: To = None,
    file: Annotated[
        Path | None, typer.Option(help="Several candidates: the JSON that POST /api/v1/rules/preview takes.")
    ] = None,
    weeks: Annotated[
        int | None, typer.Option(min=1, max=MOST_WEEKS, help=f"How many weeks. Default: {DEFAULT_WEEKS}.")
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one line for each SDR.")] = False,
) -> None:
    """Show each SDR's level, gold and weekly rank before and after candidate rules. Writes nothing."""
    with _database() as database:
        values = _document(gold, xp, points, begins, ends)
        if (file is None) == (event_type is None) or (file is not None and values):
            raise StackError("Name either an event type and its values, or a --file.")
        document = _read(file) if file else {"rules": [{"event_type": event_type} | values]}
        if weeks is not None and isinstance(document, dict):
            document["weeks"] = weeks
        candidates, shown = read_request(document)
        with snapshot(database.dsn("analyst")) as cursor:
            rows = preview(cursor, candidates, shown)
    if as_json:
        rules_tables.print_json({"weeks": shown, "sdrs": rows})
    elif as_csv:
        rules_tables.print_csv(rows)
    else:
        console.print(rules_tables.before_and_after(rows, shown))


@contextmanager
def _database() -> Iterator[Database]:
    """The database, running; what cannot be done with it is said plainly."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            try:
                yield stack.database
            except UnusableError as error:
                raise StackError(f"{error.detail} Nothing was landed.") from None
            except (errors.UndefinedTable, errors.InvalidSchemaName):
                raise StackError("The warehouse is not built yet. Run rift up once, then try again.") from None
            except psycopg2.Error as error:
                raise StackError(f"The database refused: {' '.join(str(error).split())}") from None


def _document(
    gold: int | None, xp: int | None, points: int | None, begins: str | None, ends: str | None
) -> dict[str, Any]:
    given = {"gold_value": gold, "xp_value": xp, "rank_points": points, "effective_from": begins, "effective_to": ends}
    return {name: value for name, value in given.items() if value is not None}


def _read(file: Path) -> Any:  # noqa: ANN401  # any JSON value
    try:
        document = parse(file.read_bytes())
    except OSError as error:
        raise StackError(f"Cannot read {file}: {error.strerror or error}.") from None
    return {"rules": document} if isinstance(document, list) else document


def _moved(changed: Changed) -> str:
    if changed.rows_moved is None:
        return "What it moved could not be counted: the marts are not built, or it took too long."
    return (
        f"{changed.rows_moved} rows moved ({changed.events_moved} events): days of an SDR that score otherwise now. "
        "The marts are right already; the next settle caches it."
    )
