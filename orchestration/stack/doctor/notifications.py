"""The settings file of notifications, where there is one."""

from collections.abc import Iterator

from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, typed
from orchestration.stack.doctor.installation import Installation


def notifications(installation: Installation) -> Iterator[Finding]:
    from orchestration.lib.notifications import channels, settings_file  # noqa: PLC0415  # pydantic's models, on demand

    named = installation.settings.rift_notifications_file
    path = settings_file.path_of(named, installation.home)
    try:
        settings_file.read(path)
    except channels.ChannelsError as error:
        # It names lines and settings, and quotes nothing: addresses hold tokens.
        sentence = f"{path} cannot be used, so nobody is notified. {error}"
        yield broken(Alert.NOTIFICATIONS_UNREADABLE, sentence, "Correct it.", f"${{EDITOR:-vi}} {typed(path)}")
