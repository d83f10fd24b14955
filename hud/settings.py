"""The settings of the HUD, read from the environment (and .env) and validated before anything connects."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Sign-in is made of all of these, or there is none.
SIGN_IN = ("hud_oidc_metadata_url", "hud_oidc_client_id", "hud_oidc_client_secret", "hud_public_url")
PEOPLE = ("hud_managers", "hud_admins")
# Letters of what a sign-in needs beside them, and `rift` makes by itself.
SHORTEST_COOKIE_SECRET = 32


class SettingsError(Exception):
    """Settings that cannot be used; the message names each and says what to do, and holds no secret."""


def is_loopback(host: str | None) -> bool:
    """Whether a host name can only mean this machine."""
    return host in {"localhost", "127.0.0.1", "::1"}


def _address(value: str) -> str:
    url = urlsplit(value)
    if value and (url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment or url.username):
        raise ValueError("it is no http(s) address")
    return value.rstrip("/")


def _safe_address(value: str) -> str:
    """An address over which secrets may travel."""
    url = urlsplit(_address(value))
    if value and url.scheme != "https" and not is_loopback(url.hostname):
        raise ValueError("over http everybody on the way could read it")
    return value


Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseSettings):
    """What the HUD needs to know. Field names are the names of the environment variables, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    rift_hud_dsn: SecretStr = Field(min_length=1)
    hud_refresh_interval: float = Field(default=1.0, ge=0.2, le=3600)
    sound_volume: float = Field(default=0.6, ge=0.0, le=1.0)
    hud_opacity: float = Field(default=0.85, ge=0.0, le=1.0)
    hud_pool_size: int = Field(default=8, ge=1, le=100)
    # Where the rules are changed, and what the Rules page does it with for somebody who signed in as an administrator.
    rift_api_url: Annotated[str, AfterValidator(_safe_address)] = Field(
        default="", pattern=r"^$|^https?://[^/?#\s@]+(/[^?#\s]*)?$"
    )
    rift_admin_secret: SecretStr | None = None
    api_port: int = Field(default=8000, ge=1, le=65535)
    dagster_port: int = Field(default=3000, ge=1, le=65535)

    @property
    def api_url(self) -> str:
        """The receiver's address, without a slash at its end."""
        return self.rift_api_url.rstrip("/") or f"http://127.0.0.1:{self.api_port}"

    hud_public_url: Address = ""
    hud_oidc_metadata_url: Annotated[str, AfterValidator(_safe_address)] = ""
    hud_oidc_client_id: str = ""
    hud_oidc_client_secret: SecretStr = SecretStr("")
    hud_oidc_groups_claim: str = Field(default="groups", min_length=1)
    hud_oidc_verified_email: bool = True
    hud_cookie_secret: SecretStr = SecretStr("")
    hud_managers: str = ""
    hud_admins: str = ""
    hud_session_hours: float = Field(default=12.0, ge=0.1, le=720)
    rift_home: str = ""
    hud_assets_dir: str = ""

    @property
    def signs_in(self) -> bool:
        """Whether people sign in. Without it the HUD is open to whoever can reach it."""
        return bool(self.hud_oidc_metadata_url)

    @property
    def assets_folder(self) -> Path | None:
        """The owner's folder of fonts, icons and sounds, whether it exists or not."""
        if self.hud_assets_dir:
            return Path(self.hud_assets_dir).expanduser()
        return Path(self.rift_home) / "hud_assets" if self.rift_home else None

    @model_validator(mode="after")
    def _sign_in_is_whole(self) -> "Settings":
        problem = sign_in_problem({name: str(_shown(getattr(self, name))) for name in (*SIGN_IN, *PEOPLE)})
        if problem:
            raise ValueError(problem)
        if self.signs_in and len(self.hud_cookie_secret.get_secret_value()) < SHORTEST_COOKIE_SECRET:
            raise ValueError(
                f"HUD_COOKIE_SECRET must have {SHORTEST_COOKIE_SECRET} or more characters when people sign in: "
                '`eval "$(rift env)"` sets one (or openssl rand -hex 32)'
            )
        if not self.signs_in:
            self.rift_admin_secret = None
        return self


def _shown(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def sign_in_problem(given: dict[str, str]) -> str | None:
    """Why nobody could sign in with these settings, or nothing: all of it is set, or none."""
    missing = [name.upper() for name in SIGN_IN if not given[name]]
    # The public address alone is good for a HUD behind a proxy.
    wants = any(given[name] for name in SIGN_IN if name != "hud_public_url")
    if wants and missing:
        return f"{' and '.join(missing)} must be set too: sign-in needs {', '.join(name.upper() for name in SIGN_IN)}"
    if not wants and (named := [name.upper() for name in PEOPLE if given[name]]):
        return f"{' and '.join(named)} would have no effect: nobody signs in. Set {', '.join(missing)} too, or unset it"
    url = urlsplit(given["hud_public_url"])
    if wants and url.scheme != "https" and not is_loopback(url.hostname):
        return "HUD_PUBLIC_URL must be an https address when people sign in: over http a session could be stolen"
    return None


HINTS = {
    "rift_hud_dsn": 'the libpq URL of the role rift_hud; `eval "$(rift env)"` sets it',
    "hud_refresh_interval": "seconds between two looks at the marts, 0.2 to 3600",
    "sound_volume": "a number from 0.0 (silent) to 1.0",
    "hud_opacity": "a number from 0.0 (clear panels) to 1.0 (solid panels)",
    "hud_pool_size": "a number of connections from 1 to 100",
    "hud_public_url": "the address at which people open the HUD, such as https://hud.example.com",
    "hud_oidc_metadata_url": "the https address of the provider's /.well-known/openid-configuration",
    "hud_session_hours": "hours until a sign-in ends, 0.1 to 720",
    "hud_oidc_verified_email": "true or false",
    "rift_api_url": "the receiver's address: https, or on this machine such as http://127.0.0.1:8000",
    "api_port": "a port number from 1 to 65535",
    "dagster_port": "a port number from 1 to 65535",
}


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: one line for each setting that is missing or wrong.
    """
    try:
        return Settings()  # type: ignore[call-arg] # its values come from the environment
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_url=False, include_input=False):
            if not problem["loc"]:
                lines.append(problem["msg"].removeprefix("Value error, ") + ".")
                continue
            name = str(problem["loc"][0]).lower()
            said = "is not set" if problem["type"] == "missing" else f"cannot be used ({problem['msg']})"
            lines.append(f"{name.upper()} {said}: {HINTS.get(name, 'see .env.example')}.")
        raise SettingsError("\n".join(lines)) from None
