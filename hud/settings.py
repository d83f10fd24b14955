"""The settings of the HUD, read from the environment (and .env) and validated before anything connects."""

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """Settings that cannot be used; the message names each and says what to do, and holds no secret."""


class Settings(BaseSettings):
    """What the HUD needs to know. Field names are the names of the environment variables, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    rift_hud_dsn: SecretStr = Field(min_length=1)
    hud_refresh_interval: float = Field(default=1.0, ge=0.2, le=3600)
    sound_volume: float = Field(default=0.6, ge=0.0, le=1.0)
    hud_opacity: float = Field(default=0.85, ge=0.0, le=1.0)
    hud_pool_size: int = Field(default=8, ge=1, le=100)
    # Where the rules are changed, and what the Rules page does it with for somebody who signed in as an administrator.
    rift_api_url: str = Field(default="", pattern=r"^$|^https?://[^/?#\s@]+(/[^?#\s]*)?$")
    rift_admin_secret: SecretStr | None = None
    api_port: int = Field(default=8000, ge=1, le=65535)
    dagster_port: int = Field(default=3000, ge=1, le=65535)

    @property
    def api_url(self) -> str:
        """The receiver's address, without a slash at its end."""
        return self.rift_api_url.rstrip("/") or f"http://127.0.0.1:{self.api_port}"


HINTS = {
    "rift_hud_dsn": 'the libpq URL of the role rift_hud; `eval "$(rift env)"` sets it',
    "hud_refresh_interval": "seconds between two looks at the marts, 0.2 to 3600",
    "sound_volume": "a number from 0.0 (silent) to 1.0",
    "hud_opacity": "a number from 0.0 (clear panels) to 1.0 (solid panels)",
    "hud_pool_size": "a number of connections from 1 to 100",
    "rift_api_url": "the receiver's address, such as http://127.0.0.1:8000",
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
            name = str(problem["loc"][0]).lower()
            said = "is not set" if problem["type"] == "missing" else f"cannot be used ({problem['msg']})"
            lines.append(f"{name.upper()} {said}: {HINTS.get(name, 'see .env.example')}.")
        raise SettingsError("\n".join(lines)) from None
