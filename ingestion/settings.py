"""Every setting of landing, read from the environment (and `.env` in the working directory) and validated at start."""

from base64 import b64decode
from pathlib import Path
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MINIMUM_SECRET_LENGTH = 32
# Some vendors make their own, as short as they like.
MINIMUM_VENDOR_SECRET_LENGTH = 8
SIGNING_PREFIX = "whsec_"


class SettingsError(Exception):
    """Settings cannot be used; the message names each of them and says what to do, and never shows a value."""


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _require_usable_secrets(secrets: list[SecretStr]) -> list[SecretStr]:
    for secret in secrets:
        text = secret.get_secret_value()
        if len(text) < MINIMUM_SECRET_LENGTH:
            raise ValueError(
                f"every secret needs {MINIMUM_SECRET_LENGTH} characters or more; separate several by commas"
            )
        if not (text.isascii() and text.isprintable()):
            raise ValueError("a secret travels in an HTTP header: use printable ASCII characters only")
    return secrets


def _require_usable_vendor_secrets(secrets: list[SecretStr]) -> list[SecretStr]:
    for secret in secrets:
        text = secret.get_secret_value()
        if len(text) < MINIMUM_VENDOR_SECRET_LENGTH or not (text.isascii() and text.isprintable()):
            raise ValueError(
                f"expected the vendor's signing secret, {MINIMUM_VENDOR_SECRET_LENGTH} printable ASCII characters or "
                "more; separate several by commas"
            )
    return secrets


def _require_public_url(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment):
        raise ValueError("expected the address under which vendors call, such as https://rift.example.com")
    return text.rstrip("/")


def _require_signing_secrets(secrets: list[SecretStr]) -> list[SecretStr]:
    for secret in secrets:
        prefix, _, key = secret.get_secret_value().partition(SIGNING_PREFIX)
        try:
            length = 0 if prefix else len(b64decode(key, validate=True))
        except ValueError:
            length = 0
        if not 24 <= length <= 64:
            raise ValueError(
                f"every signing secret is {SIGNING_PREFIX} and the base64 of 24 to 64 bytes; separate several "
                f'by commas. This makes one: echo "{SIGNING_PREFIX}$(openssl rand -base64 32)"'
            )
    return secrets


def _require_postgres_url(dsn: SecretStr) -> SecretStr:
    if not dsn.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("expected a URL such as postgresql://role:password@127.0.0.1:5432/rift")
    return dsn


def _require_plain_text(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("expected text without control characters")
    return text


PostgresUrl = Annotated[SecretStr, AfterValidator(_require_postgres_url)]
CommaSeparated = (NoDecode, BeforeValidator(_split))
VendorSecrets = Annotated[list[SecretStr], *CommaSeparated, AfterValidator(_require_usable_vendor_secrets)]


class ReceiverSettings(BaseSettings):
    """What the webhook receiver needs; each field's alias is the name of its environment variable."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    ingest_dsn: PostgresUrl = Field(alias="RIFT_INGEST_DSN")
    hud_dsn: PostgresUrl = Field(alias="RIFT_HUD_DSN")
    # Several are valid at once, so that senders can be moved to a new one before the old one is removed.
    webhook_secrets: Annotated[
        list[SecretStr], *CommaSeparated, Field(min_length=1), AfterValidator(_require_usable_secrets)
    ] = Field(alias="WEBHOOK_SECRET")
    # What senders sign with by Standard Webhooks; without one, nobody can.
    signing_secrets: Annotated[list[SecretStr], *CommaSeparated, AfterValidator(_require_signing_secrets)] = Field(
        [], alias="WEBHOOK_SIGNING_SECRET"
    )
    api_port: int = Field(8000, alias="API_PORT", ge=1, le=65535)
    rate_limit_per_minute: int = Field(60, alias="RATE_LIMIT_PER_MINUTE", ge=0, le=1_000_000)
    cors_origins: Annotated[list[str], *CommaSeparated] = Field([], alias="CORS_ORIGINS")
    default_user_id: Annotated[str, AfterValidator(_require_plain_text)] = Field(
        "sdr-001", alias="DEFAULT_USER_ID", max_length=200
    )
    max_body_bytes: int = Field(64 * 1024, alias="WEBHOOK_MAX_BODY_BYTES", ge=1024, le=16 * 1024 * 1024)
    # 1,000 events of two kilobytes each; every one of them may also be at most as large as a single one.
    max_batch_bytes: int = Field(2 * 1024 * 1024, alias="WEBHOOK_MAX_BATCH_BYTES", ge=1024, le=64 * 1024 * 1024)
    workers: int = Field(1, alias="WEBHOOK_WORKERS", ge=1, le=64)
    # At 5,000 requests a second this is a second's worth: more would be answered after its deadline anyway.
    queue_size: int = Field(5000, alias="WEBHOOK_QUEUE_SIZE", ge=1)
    read_pool_size: int = Field(5, alias="API_POOL_SIZE", ge=1, le=100)
    # A vendor without a secret has no door.
    outreach_secrets: VendorSecrets = Field([], alias="WEBHOOK_SECRET_OUTREACH")
    nooks_secrets: VendorSecrets = Field([], alias="WEBHOOK_SECRET_NOOKS")
    hubspot_secrets: VendorSecrets = Field([], alias="WEBHOOK_SECRET_HUBSPOT")
    salesloft_secrets: VendorSecrets = Field([], alias="WEBHOOK_SECRET_SALESLOFT")
    calendly_secrets: VendorSecrets = Field([], alias="WEBHOOK_SECRET_CALENDLY")
    # Who may change the rules; without one, nobody can through the API. Below all others, with which it is compared.
    admin_secrets: Annotated[list[SecretStr], *CommaSeparated, AfterValidator(_require_usable_secrets)] = Field(
        [], alias="RIFT_ADMIN_SECRET"
    )
    public_url: Annotated[str, AfterValidator(_require_public_url)] = Field("", alias="RIFT_PUBLIC_URL")
    rift_home: Path = Field(Path(".rift"), alias="RIFT_HOME")
    spool_dir: Path = Field(Path("spool"), alias="WEBHOOK_SPOOL_DIR")
    # 65,536 deliveries of up to 4 KiB: an hour at 18 a second.
    spool_max_bytes: int = Field(256 * 1024 * 1024, alias="WEBHOOK_SPOOL_MAX_BYTES", ge=1024 * 1024)

    @property
    def spool_folder(self) -> Path:
        return self.rift_home / self.spool_dir

    def vendor_secrets(self) -> dict[str, list[bytes]]:
        """The secrets of each vendor that has any."""
        secrets = {
            "outreach": self.outreach_secrets,
            "nooks": self.nooks_secrets,
            "hubspot": self.hubspot_secrets,
            "salesloft": self.salesloft_secrets,
            "calendly": self.calendly_secrets,
        }
        return {
            source: [secret.get_secret_value().encode() for secret in several]
            for source, several in secrets.items()
            if several
        }

    @field_validator("admin_secrets")
    @classmethod
    def _require_secrets_of_their_own(cls, secrets: list[SecretStr], info: ValidationInfo) -> list[SecretStr]:
        """A sender must not be able to change what its events are worth."""
        for name, field in cls.model_fields.items():
            if name.endswith("_secrets") and set(secrets) & set(info.data.get(name, [])):
                raise ValueError(f"is one of {field.alias}: administrators need a secret that senders do not have")
        return secrets


def load_receiver_settings(**overrides: Any) -> ReceiverSettings:  # noqa: ANN401 -- any field may be given by alias
    """The receiver's settings; raises `SettingsError`, which names every unusable one."""
    try:
        return ReceiverSettings(**overrides)
    except ValidationError as error:
        problems = (f"{problem['loc'][0]}: {_in_words(problem['type'], problem['msg'])}" for problem in error.errors())
        raise SettingsError("\n".join(problems)) from None


def _in_words(kind: str, message: str) -> str:
    if kind == "missing":
        return 'is not set. Run `eval "$(rift env)"`, or set it in the environment or in .env.'
    return f"{message.removeprefix('Value error, ')}. Correct it in the environment or in .env."
