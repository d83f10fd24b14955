"""Every setting of the stack, validated before anything starts; each error names its setting and says what to do.

Values come from the environment, else from `.env` in the project's root. `.env.example` documents each of them.
"""

from base64 import b64decode
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hud.settings import PEOPLE, SHORTEST_COOKIE_SECRET, SIGN_IN, sign_in_problem
from ingestion.sources.pulling.settings import API_VERSION, EVERYTHING, HUBSPOT, require_safe_address, require_token
from orchestration.stack.errors import StackError

ROOT: Final = Path(__file__).parents[2]
SECRET_LENGTH: Final = 32
# Never shown, and not handed to every process.
VENDORS: Final = ("outreach", "nooks", "hubspot", "salesloft", "calendly")
SECRETS: Final = (
    "database_url",
    "webhook_secret",
    "webhook_signing_secret",
    "rift_admin_secret",
    *(f"webhook_secret_{vendor}" for vendor in VENDORS),
    "hubspot_access_token",
    "salesforce_client_id",
    "salesforce_client_secret",
    "salesforce_refresh_token",
    "hud_oidc_client_secret",
    "hud_cookie_secret",
)
SECRETS_IN_WORDS: Final = (
    f"one or more secrets, separated by commas, each of {SECRET_LENGTH} or more printable ASCII characters "
    "(openssl rand -hex 32 makes one; left empty, one is generated)"
)
VENDOR_SECRET_LENGTH: Final = 8
VENDOR_SECRETS_IN_WORDS: Final = (
    "the signing secret of that vendor, or several, separated by commas, each of "
    f"{VENDOR_SECRET_LENGTH} or more printable ASCII characters"
)
PORTS: Final = ("api_port", "hud_port", "dagster_port", "postgres_port")


def _database_url(value: SecretStr) -> SecretStr:
    try:
        url = urlsplit(value.get_secret_value())
        usable = url.scheme in ("postgresql", "postgres") and url.hostname and url.path.strip("/")
    except ValueError:
        usable = False
    if not usable:
        raise ValueError
    return value


def _secrets(value: SecretStr, length: int = SECRET_LENGTH) -> SecretStr:
    secrets = [part.strip() for part in value.get_secret_value().split(",")]
    # A header can carry printable ASCII only; anything else could never be sent.
    if not all(len(part) >= length and part.isascii() and part.isprintable() for part in secrets):
        raise ValueError
    return SecretStr(",".join(secrets))


def _vendor_secrets(value: SecretStr) -> SecretStr:
    return _secrets(value, VENDOR_SECRET_LENGTH)


def _public_url(value: str) -> str:
    url = urlsplit(value)
    if value and (url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment):
        raise ValueError
    return value.rstrip("/")


def _signing_secrets(value: SecretStr) -> SecretStr:
    secrets = [part.strip() for part in value.get_secret_value().split(",")]
    for secret in secrets:
        if not (secret.startswith("whsec_") and 24 <= len(b64decode(secret[6:], validate=True)) <= 64):
            raise ValueError
    return SecretStr(",".join(secrets))


def _address(value: str) -> str:
    return require_safe_address(value) if value else ""


def _origins(value: str) -> str:
    origins = [part.strip().rstrip("/") for part in value.split(",") if part.strip()]
    for origin in origins:
        url = urlsplit(origin)
        if origin != "*" and (url.scheme not in ("http", "https") or not url.netloc or url.path):
            raise ValueError
    return ",".join(origins)


def zone(value: str) -> str:
    """The name of a time zone that this machine knows. Raises `ValueError` for another."""
    try:
        ZoneInfo(value)
    except Exception as error:
        # zoneinfo raises KeyError, ValueError, IsADirectoryError and more for what is no zone.
        raise ValueError from error
    return value


def _absolute_if_set(value: str) -> str:
    return str(_absolute(Path(value))) if value else ""


def _absolute(value: Path) -> Path:
    path = value.expanduser()
    return (path if path.is_absolute() else ROOT / path).resolve()


Secrets = Annotated[SecretStr, AfterValidator(_secrets)]
VendorSecrets = Annotated[SecretStr, AfterValidator(_vendor_secrets)]
Port = Annotated[int, Field(ge=1, le=65535, description="a port number from 1 to 65535")]
Fraction = Annotated[float, Field(ge=0, le=1, description="a number from 0.0 to 1.0")]


Token = Annotated[SecretStr, AfterValidator(require_token)]
PRINTABLE: Final = "printable ASCII characters without a space"
PollMinutes = Annotated[int, Field(ge=1, le=1440, description="a number of minutes from 1 to 1440")]
StartDate = Annotated[date, Field(description="a date such as 2026-01-31")]


class Settings(BaseSettings):
    """What an operator can set. Each description completes the sentence "NAME must be …"."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: Annotated[SecretStr, AfterValidator(_database_url)] | None = Field(
        default=None, description="a URL such as postgresql://user:password@host:5432/database"
    )
    rift_home: Annotated[Path, AfterValidator(_absolute)] = Field(
        default=ROOT / ".rift", description="the path of a folder"
    )
    webhook_secret: Secrets | None = Field(default=None, description=SECRETS_IN_WORDS)
    webhook_signing_secret: Annotated[SecretStr, AfterValidator(_signing_secrets)] | None = Field(
        default=None,
        description="one or more signing secrets of Standard Webhooks, separated by commas: whsec_ and the base64 of "
        '24 to 64 bytes (echo "whsec_$(openssl rand -base64 32)" makes one)',
    )
    rift_admin_secret: Secrets | None = Field(default=None, description=SECRETS_IN_WORDS)
    api_port: Port = 8000
    hud_port: Port = 8501
    dagster_port: Port = 3000
    postgres_port: Port = 54320
    rate_limit_per_minute: int = Field(
        default=60, ge=0, le=1_000_000, description="a number of requests from 0 (no limit) to 1000000"
    )
    cors_origins: Annotated[str, AfterValidator(_origins)] = Field(
        default="", description="a comma-separated list of origins such as https://example.com, or *"
    )
    api_pool_size: int = Field(default=5, ge=1, le=100, description="a number of connections from 1 to 100")
    webhook_queue_size: int = Field(default=5000, ge=1, description="a number of events above 0")
    webhook_max_body_bytes: int = Field(
        default=64 * 1024, ge=1024, le=16 * 1024 * 1024, description="a number of bytes from 1024 to 16777216"
    )
    webhook_secret_outreach: VendorSecrets | None = Field(default=None, description=VENDOR_SECRETS_IN_WORDS)
    webhook_secret_nooks: VendorSecrets | None = Field(default=None, description=VENDOR_SECRETS_IN_WORDS)
    webhook_secret_hubspot: VendorSecrets | None = Field(default=None, description=VENDOR_SECRETS_IN_WORDS)
    webhook_secret_salesloft: VendorSecrets | None = Field(default=None, description=VENDOR_SECRETS_IN_WORDS)
    webhook_secret_calendly: VendorSecrets | None = Field(default=None, description=VENDOR_SECRETS_IN_WORDS)
    rift_public_url: Annotated[str, AfterValidator(_public_url)] = Field(
        default="", description="the address under which vendors call, such as https://rift.example.com"
    )
    webhook_spool_dir: str = Field(default="spool", min_length=1, description="the path of a folder")
    webhook_spool_max_bytes: int = Field(
        default=256 * 1024 * 1024, ge=1024 * 1024, description="a number of bytes from 1048576 on"
    )
    webhook_max_batch_bytes: int = Field(
        default=2 * 1024 * 1024, ge=1024, le=64 * 1024 * 1024, description="a number of bytes from 1024 to 67108864"
    )
    webhook_workers: int = Field(default=1, ge=1, le=64, description="a number of processes from 1 to 64")
    rift_drop_dir: Annotated[str, AfterValidator(_absolute_if_set)] = Field(
        default="", description="the path of a folder"
    )
    rift_notifications_file: Annotated[str, AfterValidator(_absolute_if_set)] = Field(
        default="", description="the path of a file"
    )
    rift_timezone: Annotated[str, AfterValidator(zone)] = Field(
        default="UTC", description="the name of a time zone such as Europe/Berlin"
    )
    default_user_id: str = Field(default="sdr-001", min_length=1, max_length=200, description="the user_id of an SDR")
    week_grace_hours: int = Field(default=24, ge=0, le=168, description="a number of hours from 0 to 168")
    hud_refresh_interval: float = Field(
        default=1.0, ge=0.2, le=3600, description="a number of seconds from 0.2 to 3600"
    )
    sound_volume: Fraction = 0.6
    hud_opacity: Fraction = 0.85
    hud_pool_size: int = Field(default=8, ge=1, le=100, description="a number of connections from 1 to 100")
    hud_public_url: Annotated[str, AfterValidator(_public_url)] = Field(
        default="", description="the address at which people open the HUD, such as https://hud.example.com"
    )
    hud_oidc_metadata_url: Annotated[str, AfterValidator(_address)] = Field(
        default="", description="the https address of the provider's /.well-known/openid-configuration"
    )
    hud_oidc_client_id: str = Field(default="", description="the client id that the provider gave the HUD")
    hud_oidc_client_secret: Token | None = Field(default=None, description=PRINTABLE)
    hud_oidc_groups_claim: str = Field(default="groups", min_length=1, description="the name of a claim")
    hud_oidc_verified_email: bool = Field(default=True, description="true or false")
    hud_cookie_secret: SecretStr | None = Field(
        default=None,
        min_length=SHORTEST_COOKIE_SECRET,
        description=f"{SHORTEST_COOKIE_SECRET} or more characters (openssl rand -hex 32; left empty, one is generated)",
    )
    hud_managers: str = Field(default="", description="addresses and names of groups, separated by commas")
    hud_admins: str = Field(default="", description="addresses and names of groups, separated by commas")
    hud_session_hours: float = Field(default=12.0, ge=0.1, le=720, description="a number of hours from 0.1 to 720")
    hud_assets_dir: Annotated[str, AfterValidator(_absolute_if_set)] = Field(
        default="", description="the path of a folder"
    )
    rift_api_url: Annotated[str, AfterValidator(_address)] = Field(
        default="", description="the receiver's address: https, or on this machine such as http://127.0.0.1:8000"
    )

    hubspot_access_token: Token | None = Field(default=None, description=PRINTABLE)
    hubspot_base_url: Annotated[str, AfterValidator(_address)] = Field(
        default=HUBSPOT, description=f"an https address such as {HUBSPOT}"
    )
    hubspot_start_date: StartDate = EVERYTHING
    hubspot_poll_minutes: PollMinutes = 5
    salesforce_base_url: Annotated[str, AfterValidator(_address)] = Field(
        default="", description="an https address such as https://acme.my.salesforce.com"
    )
    salesforce_client_id: Token | None = Field(default=None, description=PRINTABLE)
    salesforce_client_secret: Token | None = Field(default=None, description=PRINTABLE)
    salesforce_refresh_token: Token | None = Field(default=None, description=PRINTABLE)
    salesforce_api_version: str = Field(default="62.0", pattern=API_VERSION, description="a version such as 62.0")
    salesforce_start_date: StartDate = EVERYTHING
    salesforce_poll_minutes: PollMinutes = 15

    rift_keep_runs_hours: int = Field(default=24, ge=1, le=8760, description="a number of hours from 1 to 8760")
    rift_keep_runs_days: int = Field(default=90, ge=1, le=3650, description="a number of days from 1 to 3650")

    def vendor_secrets(self) -> dict[str, str]:
        """The signing secrets of vendors by the name of their setting: for the receiver, and nobody else."""
        secrets = {f"webhook_secret_{vendor}": getattr(self, f"webhook_secret_{vendor}") for vendor in VENDORS}
        return {name.upper(): secret.get_secret_value() for name, secret in secrets.items() if secret}

    def doors(self) -> list[str]:
        """The vendors that have a door, since they have a secret; their names are none."""
        return [vendor for vendor in VENDORS if getattr(self, f"webhook_secret_{vendor}")]

    @model_validator(mode="after")
    def _secrets_differ(self) -> "Settings":
        admins = set(self.rift_admin_secret.get_secret_value().split(",")) if self.rift_admin_secret else set()
        for name in ("webhook_secret", "webhook_signing_secret", *(f"webhook_secret_{vendor}" for vendor in VENDORS)):
            senders: SecretStr | None = getattr(self, name)
            if senders and admins & set(senders.get_secret_value().split(",")):
                raise ValueError(
                    f"{name.upper()} and RIFT_ADMIN_SECRET must have no secret in common: a sender must not be able to "
                    "change what its events are worth; change one of them"
                )
        return self

    @model_validator(mode="after")
    def _sign_in_is_whole(self) -> "Settings":
        secret = self.hud_oidc_client_secret
        given = {name: str(getattr(self, name) or "") for name in (*SIGN_IN, *PEOPLE)}
        problem = sign_in_problem(given | {"hud_oidc_client_secret": secret.get_secret_value() if secret else ""})
        if problem:
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _ports_differ(self) -> "Settings":
        names: dict[int, str] = {}
        for name in PORTS:
            other = names.setdefault(getattr(self, name), name)
            if other != name:
                raise ValueError(f"{other.upper()} and {name.upper()} must be different ports; change one of them")
        return self


def load(**overrides: object) -> Settings:
    """Read and validate every setting; raises `StackError` with one plain line for each that is wrong."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # overrides are for tests and command-line options
    except ValidationError as error:
        # The original holds the values, secrets among them: it must not be shown, not even as a cause.
        raise StackError("\n".join(_sentence(problem) for problem in error.errors())) from None
    except UnicodeDecodeError:
        raise StackError(f"{ROOT / '.env'} is not UTF-8 text: save it as UTF-8.") from None


def _sentence(problem: Any) -> str:  # noqa: ANN401  # pydantic's ErrorDetails, whose location may be empty
    if not problem["loc"]:
        return str(problem["msg"]).removeprefix("Value error, ") + " (in the environment or in .env)."
    name = str(problem["loc"][0])
    field = Settings.model_fields[name]
    given = "" if name in SECRETS else f" (it is {problem['input']!r})"
    return f"{name.upper()} must be {field.description}{given}. Change it in the environment or in .env."
