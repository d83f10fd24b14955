"""`rift notifications`: is the settings file right, does a channel answer, and what was not told."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import psycopg2
import typer
from psycopg2 import errors
from rich.table import Table
from rich.text import Text

from ingestion.rules.reading import snapshot
from orchestration.stack.console import console, open_stack, plainly
from orchestration.stack.errors import StackError
from orchestration.stack.processes import stop_on_signals

if TYPE_CHECKING:
    from orchestration.lib.notifications.channels import Channel
    from orchestration.lib.notifications.sending import Address
    from orchestration.lib.notifications.settings_file import Settings

LISTED: Final = """
select told.kind, coalesce(told.subject, told.user_id, told.week_start_date::text), due.channel, latest.outcome,
    latest.attempt, latest.noted_at, coalesce(latest.detail, '')
from raw.notification_deliveries as due
inner join raw.notifications as told on due.notification_id = told.notification_id
cross join lateral (
    select steps.outcome, steps.attempt, steps.noted_at, steps.detail
    from raw.notification_deliveries as steps
    where steps.notification_id = due.notification_id and steps.channel = due.channel
    order by
        steps.outcome in ('sent', 'dropped', 'given_up') desc, steps.attempt desc, steps.outcome <> 'claimed' desc
    limit 1
) as latest
where due.attempt = 0 and (%(everything)s or latest.outcome not in ('sent', 'dropped'))
order by latest.noted_at desc, due.notification_id
limit %(limit)s
"""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Who is told of ranks, levels, achievements, reports and failures: docs/notifications.md.\n\n"
    "[bold]check[/] reads the settings file, [bold]test[/] sends a trial through a channel, [bold]list[/] shows what "
    "waits and what was given up.",
)


@app.command(epilog="Example: rift notifications check")
def check() -> None:
    """Read the settings file, and say what each channel is told; send nothing."""
    with plainly():
        settings = _settings()
        if not settings.channels:
            console.print(Text(f"There is no {settings.path}, so nobody is told: docs/notifications.md."))
            return
        table = Table("channel", "service", "told", "teams", "quiet", box=None)
        for channel in settings.channels:
            quiet = channel.quiet_hours
            hours = f"{quiet.begin} to {quiet.end} {quiet.time_zone}, then {quiet.then}" if quiet else ""
            service = _address(settings, channel).title
            table.add_row(
                *map(Text, (channel.name, service, ", ".join(channel.kinds), ", ".join(channel.teams), hours))
            )
        console.print(table)


@app.command("test", epilog="Example: rift notifications test --channel sales-wall")
def test_channel(channel: Annotated[str, typer.Option(help="The name of a channel in the settings file.")]) -> None:
    """Send a trial message through one channel, whatever it is told and whenever it is quiet."""
    with plainly():
        from orchestration.lib.notifications import messages, sending  # noqa: PLC0415  # see _address

        settings = _settings()
        found = settings.by_name.get(channel)
        if found is None:
            names = ", ".join(settings.by_name) or "none"
            raise StackError(f"{settings.path} has no channel {channel} (it has: {names}).")
        if problem := sending.send(_address(settings, found), messages.trial(channel)):
            raise StackError(f"{channel} was not reached: {problem}")
        console.print(Text(f"{channel} took the trial message: look there."))


@app.command("list", epilog="Examples: rift notifications list · rift notifications list --all --limit 200")
def list_notifications(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also what was sent or dropped.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
) -> None:
    """Show what waits to be told, and what was given up since its channel did not answer; newest first."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            rows = _rows(stack.database.dsn("transform"), everything=everything, limit=limit)
    if not rows:
        console.print("Nothing waits here, and nothing was given up.")
        return
    table = Table("kind", "of", "channel", "state", "attempts", "when", "why", box=None)
    for kind, subject, channel, outcome, attempt, noted_at, detail in rows:
        cells = (kind, subject, channel, outcome, str(attempt), f"{noted_at:%Y-%m-%d %H:%M:%S%z}", detail)
        table.add_row(*map(Text, cells))
    console.print(table)


def _rows(dsn: str, *, everything: bool, limit: int) -> list[tuple[Any, ...]]:
    try:
        with snapshot(dsn) as cursor:
            cursor.execute(LISTED, {"everything": everything, "limit": limit})
            return list(cursor.fetchall())
    except errors.UndefinedTable:
        raise StackError("The database is not up to date. Run rift migrate, then try again.") from None
    except psycopg2.Error as error:
        raise StackError(f"The database refused: {' '.join(str(error).split())}") from None


def _settings() -> "Settings":
    from orchestration.lib.notifications import channels, settings_file  # noqa: PLC0415  # pydantic's models, on demand

    stack = open_stack()
    named = stack.settings.rift_notifications_file
    try:
        return settings_file.read(settings_file.path_of(named, stack.home))
    except channels.ChannelsError as error:
        raise StackError(str(error)) from None


def _address(settings: "Settings", channel: "Channel") -> "Address":
    # Importing Apprise costs what no other command need pay.
    from orchestration.lib.notifications import channels, sending  # noqa: PLC0415

    try:
        return sending.open_address(settings.address(channel))
    except (sending.AddressError, channels.ChannelsError) as error:
        raise StackError(f"{settings.path.name}, channel {channel.name}: {error}") from None
