"""Notifications: whether their settings file and every address can be used, and what did not get through."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, span, typed, warning
from orchestration.stack.doctor.installation import Installation

if TYPE_CHECKING:
    from orchestration.lib.notifications.ledger import Open
    from orchestration.lib.notifications.settings_file import Settings

# A run sends within a minute; this is after five attempts.
WAITING_SECONDS: Final = 900
# As notifications_are_delivered counts them. The newest reason holds no secret, and may hold what a channel answered.
GIVEN_UP: Final = """
select channel, count(*), left((array_agg(coalesce(detail, '') order by noted_at desc))[1], 200)
from raw.notification_deliveries
where outcome = 'given_up' and noted_at > now() - interval '24 hours'
group by channel order by channel
"""
FAILURES: Final = "select failures from marts.rpt_checks where failed_count > 0"


def _path(installation: Installation) -> Path:
    from orchestration.lib.notifications import settings_file  # noqa: PLC0415  # pydantic's models, on demand

    return settings_file.path_of(installation.settings.rift_notifications_file, installation.home)


def notifications(installation: Installation) -> Iterator[Finding]:
    from orchestration.lib.notifications import channels, settings_file  # noqa: PLC0415  # as above

    path = _path(installation)
    edit = f"${{EDITOR:-vi}} {typed(path)}"
    try:
        settings = settings_file.read(path)
    except channels.ChannelsError as error:
        # It names lines and settings, and quotes nothing: addresses hold tokens.
        sentence = f"{path} cannot be used, so nobody is notified. {' '.join(str(error).splitlines())}"
        yield broken(Alert.NOTIFICATIONS_UNREADABLE, sentence, "Correct it.", edit)
        return
    for channel in settings.channels:
        try:
            settings.address(channel)
        except channels.ChannelsError as error:
            sentence = f"A channel of {path} has no address that can be used, and is told nothing. {error}"
            mend = "Correct the file with its address, or name another."
            yield broken(Alert.NOTIFICATIONS_UNREADABLE, sentence, mend, edit, channel=channel.name)


def undelivered(installation: Installation, seconds: float = WAITING_SECONDS) -> Iterator[Finding]:
    """Channels that do not take what they are to be told."""
    from orchestration.lib.notifications import channels, ledger, settings_file  # noqa: PLC0415  # as above

    for channel, number, why in installation.ask(GIVEN_UP):
        yield warning(
            Alert.NOTIFICATIONS_UNDELIVERED,
            f"{number} notifications of the channel {channel} were given up within 24 hours, the last since: {why}",
            "Correct its address, and see that it gets through; what was given up is not sent again.",
            f"rift notifications test --channel {typed(channel)}",
            channel=channel,
            given_up=number,
        )
    try:
        settings = settings_file.read(_path(installation))
    except channels.ChannelsError:
        return  # which is said by the other probe
    # Another probe tells of them; what SDRs have reached waits meanwhile.
    has_doubts = any(not failure["is_warning"] for (failures,) in installation.ask(FAILURES) for failure in failures)
    waiting: dict[str, list[Open]] = {}
    for one in (ledger.Open(*row) for row in installation.ask(ledger.OPEN)):
        is_held = (has_doubts and one.kind in channels.PLAY) or _is_held(settings, one)
        if (one.read_at - one.noted_at).total_seconds() > seconds and not is_held:
            waiting.setdefault(one.channel, []).append(one)
    for channel, late in waiting.items():
        oldest = max((one.read_at - one.noted_at).total_seconds() for one in late)
        yield warning(
            Alert.NOTIFICATIONS_UNDELIVERED,
            f"{len(late)} notifications wait for the channel {channel}, the oldest for {span(oldest)}.",
            "See whether the channel answers; if it does, what else is found of Dagster holds them up.",
            f"rift notifications test --channel {typed(channel)}",
            channel=channel,
            waiting=len(late),
            seconds=round(oldest),
        )


def _is_held(settings: "Settings", one: "Open") -> bool:
    """Whether it waits, or has waited, for the end of quiet hours, and was not tried in vain."""
    channel = settings.by_name.get(one.channel)
    quiet = channel.quiet if channel else None
    return quiet is not None and one.outcome != "failed" and (quiet.holds(one.noted_at) or quiet.holds(one.read_at))
