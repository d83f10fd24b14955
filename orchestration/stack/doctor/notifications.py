"""The settings file of notifications, where there is one."""

from collections.abc import Iterator

import yaml  # type: ignore[import-untyped]  # its types are a package that nothing else needs

from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, typed
from orchestration.stack.doctor.installation import Installation


def notifications(installation: Installation) -> Iterator[Finding]:
    path = installation.home / "notifications.yaml"
    if not path.exists():
        return
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        where = "" if isinstance(found, dict | None) else ": it is no mapping"
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        # The line's number alone: what stands in it may be a token.
        where = f": line {mark.line + 1} is no YAML" if mark else ": it is no YAML"
    except (OSError, UnicodeDecodeError):
        where = ": it cannot be opened"
    if where:
        sentence = f"{path} cannot be read{where}. Nobody is notified."
        yield broken(Alert.NOTIFICATIONS_UNREADABLE, sentence, "Correct it.", f"${{EDITOR:-vi}} {typed(path)}")
