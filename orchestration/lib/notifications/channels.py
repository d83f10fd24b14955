"""What the settings file of notifications may say: who is told of what, and when not. Its addresses are secrets."""

import re
import stat
from datetime import time
from pathlib import Path
from typing import Annotated, Final, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from orchestration.lib.notifications.quiet import QuietHours
from orchestration.stack.settings import zone

Kind = Literal["rank_up", "level_up", "achievement", "weekly_report", "failed_run", "failed_check"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
# Of these an SDR is the subject: `teams` chooses among them.
PLAY: Final = frozenset({"rank_up", "level_up", "achievement"})
CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class ChannelsError(Exception):
    """The file cannot be used; the message has a line for each reason, and no secret."""


def require_private(path: Path) -> None:
    """Raises `ChannelsError` for a file that others may read, `OSError` for none."""
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ChannelsError(f"{path} holds secrets, and others on this machine may read it: chmod 600 {path}")


def _clock(value: str) -> str:
    if not CLOCK.fullmatch(value):
        raise ValueError
    return value


def _address(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if "://" not in text or not text.isprintable() or "${" in text:
        raise ValueError
    return value


Clock = Annotated[str, AfterValidator(_clock), Field(description='a time of day in quotes, such as "19:00"')]
URL_IN_WORDS: Final = (
    "an Apprise URL such as slack://… or mailtos://…; variables such as ${NAME} are not replaced: write the URL "
    "itself, or name a file that holds it by url_file"
)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Quiet(Strict):
    begin: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    time_zone: Annotated[str, AfterValidator(zone)] = Field(description="a time zone such as Europe/Berlin")
    then: Literal["summary", "drop"] = Field(default="summary", description="summary or drop")

    @model_validator(mode="after")
    def _some_hours(self) -> "Quiet":
        if self.begin.zfill(5) == self.end.zfill(5):
            raise ValueError("the same time")
        return self


class Channel(Strict):
    """One address and what it is told. Each description completes the sentence "NAME must be …"."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", description="a short name such as sales-wall, in lower case"
    )
    url: Annotated[SecretStr, AfterValidator(_address)] | None = Field(default=None, description=URL_IN_WORDS)
    url_file: str | None = Field(default=None, min_length=1, description="the path of a file with the URL in it")
    kinds: list[Kind] = Field(min_length=1, description=f"a list of some of {', '.join(KINDS)}")
    teams: list[str] = Field(default=[], description="a list of names of teams")
    quiet_hours: Quiet | None = Field(default=None, description="from, to and time_zone")
    attach_report: bool | None = Field(default=None, description="true or false")

    @model_validator(mode="after")
    def _one_address(self) -> "Channel":
        if (self.url is None) == (self.url_file is None):
            raise ValueError("either url or url_file")
        return self

    @property
    def quiet(self) -> QuietHours | None:
        if (hours := self.quiet_hours) is None:
            return None
        begin, end = (time.fromisoformat(text.zfill(5)) for text in (hours.begin, hours.end))
        return QuietHours(begin, end, ZoneInfo(hours.time_zone), is_dropped=hours.then == "drop")

    def wants(self, kind: str, team: str | None) -> bool:
        """Whether it is to be told of this kind; of an SDR, of this team."""
        return kind in self.kinds and (kind not in PLAY or not self.teams or team in self.teams)

    def address(self, folder: Path) -> str:
        """The secret URL. Raises `ChannelsError` when its file cannot be read."""
        if self.url is not None:
            return self.url.get_secret_value()
        path = folder / Path(self.url_file or "").expanduser()
        try:
            require_private(path)
            return _address(SecretStr(path.read_text(encoding="utf-8").strip())).get_secret_value()
        except (OSError, ValueError):
            raise ChannelsError(f"channel {self.name}: {path} must be a file that holds {URL_IN_WORDS}.") from None


class Links(Strict):
    """Where messages lead, when it is elsewhere than on this machine."""

    dagster: str | None = Field(default=None, pattern=r"^https?://\S+$", description="an address")
    hud: str | None = Field(default=None, pattern=r"^https?://\S+$", description="an address")
    runbook: str = Field(default="docs/runbook.md", pattern=r"^\S+$", description="an address, or a path")


class File(Strict):
    channels: list[Channel] = Field(description="a list of channels")
    links: Links = Links()
