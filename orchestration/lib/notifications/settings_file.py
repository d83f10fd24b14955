"""Reads the settings file of notifications.

Nothing of an address is ever quoted, whatever is wrong with it: an error names the line and the setting.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from orchestration.lib.notifications import yaml_lines
from orchestration.lib.notifications.channels import Channel, ChannelsError, File, Links, Quiet, require_private

FILE_NAME: Final = "notifications.yaml"


@dataclass(frozen=True)
class Settings:
    """The file, read: without one there are no channels, and nothing is told."""

    path: Path
    channels: tuple[Channel, ...] = ()
    links: Links = field(default_factory=Links)
    is_missing: bool = False

    def address(self, channel: Channel) -> str:
        return channel.address(self.path.parent)

    @property
    def by_name(self) -> Mapping[str, Channel]:
        return {channel.name: channel for channel in self.channels}


def default_path() -> Path:
    """RIFT_NOTIFICATIONS_FILE, else notifications.yaml below RIFT_HOME."""
    home = Path(os.environ.get("RIFT_HOME", ".rift")).absolute()
    return path_of(os.environ.get("RIFT_NOTIFICATIONS_FILE"), home)


def path_of(named: str | None, home: Path) -> Path:
    """The file that RIFT_NOTIFICATIONS_FILE names, else the one below RIFT_HOME."""
    return Path(named) if named else home / FILE_NAME


def read(path: Path) -> Settings:
    """The settings; none when there is no file. Raises `ChannelsError`."""
    try:
        require_private(path)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(path, is_missing=True)
    except (OSError, UnicodeDecodeError):
        raise ChannelsError(f"{path} cannot be read as a text in UTF-8.") from None
    try:
        located = yaml_lines.read(text)
    except yaml_lines.YamlError as error:
        raise ChannelsError(f"{path.name}, line {error.line}: {error}.") from None
    try:
        file = File.model_validate(located.data)
    except ValidationError as error:
        # The original holds the values, secrets among them: it must not be shown, not even as a cause.
        lines = [_sentence(path, located, problem) for problem in error.errors(include_input=False)]
        raise ChannelsError("\n".join(dict.fromkeys(lines))) from None
    names = [channel.name for channel in file.channels]
    for number, name in enumerate(names):
        if name in names[:number]:
            line = located.line(("channels", number, "name"))
            raise ChannelsError(f"{path.name}, line {line}: a second channel {name}. Give each a name of its own.")
    return Settings(path, tuple(file.channels), file.links)


def _sentence(path: Path, located: yaml_lines.Located, problem: Any) -> str:  # noqa: ANN401  # pydantic's ErrorDetails
    place = tuple(problem["loc"])
    line = located.line(place)
    where = f"{path.name}, line {line}"
    names = [part for part in place if isinstance(part, str)]
    if problem["type"] == "extra_forbidden":
        return f"{where}: there is no setting {names[-1]} here. docs/notifications.md lists them."
    if problem["type"] == "value_error" and "either url" in problem["msg"]:
        return f"{where}: a channel needs either url or url_file."
    if problem["type"] == "value_error" and "same time" in problem["msg"]:
        return f"{where}: quiet_hours begin and end at the same time, so it would never be quiet: change from or to."
    name, description = _described(names)
    if problem["type"] == "missing":
        return f"{where}: {name} is missing: {description}."
    return f"{where}: {name} must be {description}."


def _described(names: list[str]) -> tuple[str, str]:
    model: Any = File
    name, description = "the file", "a list of channels, each with name, url and kinds, below the word channels:"
    for part in names:
        fields = {one.alias or key: one for key, one in model.model_fields.items()}
        if part not in fields:
            break
        name, description = part, fields[part].description or _of_type(part)
        model = {"channels": Channel, "quiet_hours": Quiet, "links": Links}.get(part, model)
    return name, description


def _of_type(name: str) -> str:
    return (
        'a time of day in quotes, such as "19:00"'
        if name in {"from", "to"}
        else "one of what docs/notifications.md lists"
    )
