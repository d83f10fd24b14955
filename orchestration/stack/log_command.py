"""`rift log`: an event that a person enters, landed as the door lands one. No receiver needed."""

from typing import Annotated

import typer

from ingestion.webhooks.landing import Landed, Refused
from ingestion.webhooks.manual import land_by_hand
from ingestion.webhooks.parser import UnusableError
from ingestion.webhooks.session import UnavailableError
from orchestration.stack.console import console, literal, open_stack, plainly
from orchestration.stack.errors import StackError
from orchestration.stack.processes import stop_on_signals

app = typer.Typer()


@app.command(
    epilog="Examples: rift log meeting_booked --user sdr-001 · rift log call_connect --user sdr-001 "
    "--at 2026-11-16T09:30+01:00 --external-id call-17 --metadata disposition=interested "
    "--metadata duration_seconds:=95 · rift log meeting_cancelled --user sdr-001 --reverses call-17"
)
def log(  # noqa: PLR0913  # each is an option of the command
    event_type: Annotated[
        str, typer.Argument(help="What happened, such as meeting_booked; rift rules list shows all.")
    ],
    *,
    user: Annotated[str, typer.Option(help="The user_id of the SDR whose event it is.")],
    at: Annotated[
        str | None, typer.Option(help="When it happened, with a zone: 2026-11-16T09:30+01:00. Default: now.")
    ] = None,
    external_id: Annotated[
        str | None, typer.Option(help="Your own id of the event: entered again, it counts nothing.")
    ] = None,
    source: Annotated[str, typer.Option(help="Where it comes from.")] = "manual",
    metadata: Annotated[
        list[str] | None, typer.Option(help="name=text, or name:=json for numbers and the like. May be repeated.")
    ] = None,
    reverses: Annotated[
        str | None, typer.Option(help="The event_id, or the external_id of the same source, that this takes back.")
    ] = None,
) -> None:
    """Enter one event by hand, and say what it earned.

    The same again within five minutes counts nothing, unless --at or --external-id tells the two apart.
    """
    given = {
        "source": source,
        "event_type": event_type,
        "user_id": user,
        "external_id": external_id,
        "occurred_at": at,
        "reverses": reverses,
    }
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            stack.database.migrate()
            fields = {name: value for name, value in given.items() if value is not None}
            try:
                outcome = land_by_hand(stack.database.dsn("ingest"), fields, metadata or [])
            except UnusableError as error:
                raise StackError(f"{error.detail} Nothing was landed.") from None
            except UnavailableError as error:
                raise StackError(f"Nothing was landed: {error}. See rift status.") from None
        if isinstance(outcome, Refused):
            raise StackError(f"{outcome.detail} It is kept in raw.rejected_events ({outcome.reason}).")
        console.print(literal(_sentence(event_type, user, outcome)))


def _sentence(event_type: str, user: str, landed: Landed) -> str:
    if landed.duplicate:
        return f"Counted before, as {landed.event_id}: nothing more was earned."
    verb, gold, xp = ("took back", -landed.gold, -landed.xp) if landed.gold < 0 else ("earned", landed.gold, landed.xp)
    return f"{event_type} {verb} {gold} gold and {xp} XP for {user}. Its event_id is {landed.event_id}."
