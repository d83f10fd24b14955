"""The settings of pulling, read from the environment (and `.env` in the working directory)."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, ClassVar, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.settings import PostgresUrl, SettingsError

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
HUBSPOT: Final = "https://api.hubapi.com"
API_VERSION: Final = r"^\d{2,3}\.0$"
# No event is older, for what reads them.
EVERYTHING: Final = date(2000, 1, 1)


def require_safe_address(value: str) -> str:
    """A token is only sent over TLS, or within this machine."""
    url = urlsplit(value)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
        raise ValueError("expected an address such as https://api.hubapi.com")
    if not url.hostname or url.username or url.password or url.query or url.fragment:
        raise ValueError("expected an address such as https://api.hubapi.com, and nothing more")
    return value.rstrip("/")


def require_token(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("it travels in an HTTP header: printable ASCII characters only")
    return value


Address = Annotated[str, AfterValidator(require_safe_address)]
Token = Annotated[SecretStr, AfterValidator(require_token)]


class PullSettings(BaseSettings):
    """Where what is pulled lands, and where dlt may work."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        hide_input_in_errors=True,
        env_ignore_empty=True,
    )

    ingest_dsn: PostgresUrl = Field(alias="RIFT_INGEST_DSN")
    rift_home: Path = Field(Path(".rift"), alias="RIFT_HOME")

    @property
    def working_directory(self) -> Path:
        return self.rift_home.resolve() / "dlt"


class HubSpotSettings(PullSettings):
    access_token: Token = Field(alias="HUBSPOT_ACCESS_TOKEN")
    base_url: Address = Field(HUBSPOT, alias="HUBSPOT_BASE_URL")
    start_date: date = Field(EVERYTHING, alias="HUBSPOT_START_DATE")


class SalesforceSettings(PullSettings):
    base_url: Address = Field(alias="SALESFORCE_BASE_URL")
    client_id: Token = Field(alias="SALESFORCE_CLIENT_ID")
    client_secret: Token | None = Field(None, alias="SALESFORCE_CLIENT_SECRET")
    refresh_token: Token | None = Field(None, alias="SALESFORCE_REFRESH_TOKEN", validate_default=True)
    api_version: str = Field("62.0", alias="SALESFORCE_API_VERSION", pattern=API_VERSION)
    start_date: date = Field(EVERYTHING, alias="SALESFORCE_START_DATE")

    @field_validator("refresh_token")
    @classmethod
    def _require_a_way_in(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if token is None and info.data.get("client_secret") is None:
            raise ValueError("it, or SALESFORCE_CLIENT_SECRET, is needed")
        return token


S = TypeVar("S", bound=PullSettings)


def start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def read(kind: type[S]) -> S:
    """The settings of a source; raises `SettingsError`, which names each unusable one and shows no value."""
    try:
        return kind()  # type: ignore[call-arg]  # its fields come from the environment
    except ValidationError as error:
        problems = (f"{problem['loc'][0]}: {_in_words(problem['type'], problem['msg'])}" for problem in error.errors())
        raise SettingsError("\n".join(problems)) from None


def _in_words(kind: str, message: str) -> str:
    if kind == "missing":
        return "is not set. Set it in the environment or in .env; docs/sources.md says what it is."
    return f"{message.removeprefix('Value error, ')}. Correct it in the environment or in .env."
