"""The settings: what cannot be used, what has no effect, and what contradicts something else."""

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from dotenv import dotenv_values
from pydantic import BaseModel, ValidationError, create_model

from orchestration.stack import settings as known_settings
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, typed, warning
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.errors import StackError
from orchestration.stack.settings import PORTS, SECRETS, Settings

# What a process of ours gets, and nobody sets; what other programs read from a .env beside ours is no mistake.
OTHERS: Final = (
    "RIFT_DB_", "RIFT_TRANSFORM_", "RIFT_INGEST_DSN", "RIFT_HUD_DSN", "RIFT_DAGSTER_DSN", "PG", "DAGSTER_", "DBT_",
    "STREAMLIT_", "PYTHON", "COMPOSE_",
)  # fmt: skip
# So like a setting that it must have been meant: one letter too many, too few, or in the wrong place.
ALIKE: Final = 0.86
RESTART: Final = ("rift down", "rift up --detach")
PORT_OF: Final = {"receiver": "api_port", "hud": "hud_port", "webserver": "dagster_port", "postgres": "postgres_port"}


def env_file() -> Path | None:
    """The `.env` that settings are read from, if there is one."""
    path = Settings.model_config.get("env_file")
    return Path(str(path)) if path and Path(str(path)).is_file() else None


def written(path: Path | None) -> dict[str, str]:
    """What the file sets, as it stands there."""
    if path is None:
        return {}
    try:
        return {name: value or "" for name, value in dotenv_values(path, interpolate=False).items()}
    except (OSError, UnicodeDecodeError):
        return {}


def usable_settings() -> Settings:
    """The settings, with the default for each that cannot be used: something may be wrong with one alone."""
    try:
        return known_settings.load()
    except StackError:
        pass
    text = {name.lower(): value for name, value in (written(env_file()) | dict(os.environ)).items()}
    found = {}
    for name, field in Settings.model_fields.items():
        # Each by itself, without what compares several.
        alone: type[BaseModel] = create_model("Alone", **{name: (field.rebuild_annotation(), field)})  # type: ignore[call-overload]  # fields made at run time
        try:
            given = alone(**{name: text[name]}) if text.get(name) else alone()
        except ValidationError:
            given = alone()
        found[name] = getattr(given, name)
    return Settings.model_construct(**found)


def settings(_: Installation) -> Iterator[Finding]:
    """Whether the settings can be used: what `rift up` would say, and nothing that only seems to be one."""
    try:
        known_settings.load()
    except StackError as error:
        for sentence in str(error).splitlines():
            yield broken(Alert.SETTING_INVALID, sentence, "Correct it; nothing starts before.", ".env.example says how")
    yield from misspelled(written(env_file()), os.environ)
    yield from _shadowed(written(env_file()))


def misspelled(in_file: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[Finding]:
    """Names that no setting has: all of the file, and of the environment those that are nearly one."""
    names = {name.upper() for name in Settings.model_fields}
    for name in in_file:
        meant = _meant(name, names)
        if name.upper() not in names and (meant or not name.upper().startswith(OTHERS)):
            yield _unknown(name, meant, ".env")
    for name in environment:
        if name not in names and name not in in_file and (meant := _meant(name, names)):
            yield _unknown(name, meant, "the environment")


def _meant(name: str, names: set[str]) -> str:
    return next(iter(get_close_matches(name.upper(), sorted(names), 1, ALIKE)), "")


def _unknown(name: str, meant: str, where: str) -> Finding:
    return warning(
        Alert.SETTING_UNKNOWN,
        f"{name} in {where} is no setting of Rift and has no effect" + (f"; {meant} is one." if meant else "."),
        f"Rename it to {meant}." if meant else "Remove it, or look its name up in .env.example.",
        # A name is anything before an equals sign: only a plain one is put into a command.
        *((f"perl -pi -e 's/^{name}=/{meant}=/' .env",) if meant and where == ".env" and name.isidentifier() else ()),
        name=name,
    )


def _shadowed(in_file: Mapping[str, str]) -> Iterator[Finding]:
    for name, value in in_file.items():
        given = os.environ.get(name.upper())
        if name.lower() in Settings.model_fields and given and value and given != value:
            said = "" if name.lower() in SECRETS else f" ({given!r}, not {value!r})"
            yield warning(
                Alert.SETTING_SHADOWED,
                f"{name} is set in the environment and to something else in .env: the environment wins{said}.",
                "Remove one of the two.",
                f"unset {name}",
                name=name,
            )


def contradictions(installation: Installation) -> Iterator[Finding]:
    """Settings that are right by themselves, and not together."""
    settings = installation.settings
    if settings.webhook_secret_hubspot and not settings.hubspot_access_token:
        yield warning(
            Alert.SETTING_CONTRADICTS,
            "HubSpot may notify (WEBHOOK_SECRET_HUBSPOT), and what its notifications tell of cannot be pulled: they "
            "hold ids alone, and HUBSPOT_ACCESS_TOKEN is not set. Such objects score nothing.",
            "Set HUBSPOT_ACCESS_TOKEN in .env; docs/sources.md says how to make it.",
        )
    salesforce = ("salesforce_base_url", "salesforce_client_id")
    ways_in = ("salesforce_client_secret", "salesforce_refresh_token")
    given = [name for name in (*salesforce, *ways_in) if getattr(settings, name)]
    missing = [name.upper() for name in salesforce if name not in given]
    missing += [] if set(ways_in) & set(given) else [" or ".join(ways_in).upper()]
    if given and missing:
        yield warning(
            Alert.SETTING_CONTRADICTS,
            f"Salesforce is configured in part, so nothing is pulled: {' and '.join(missing)} must be set, too.",
            f"Set {' and '.join(missing)} in .env, or none of the settings of Salesforce.",
            given=len(given),
        )
    if settings.rift_drop_dir and not os.access(settings.rift_drop_dir, os.R_OK | os.W_OK | os.X_OK):
        yield warning(
            Alert.SETTING_CONTRADICTS,
            f"RIFT_DROP_DIR ({settings.rift_drop_dir}) is no folder in which this user may read and write.",
            "Make it, or give it to the user who runs Rift.",
            f"mkdir -p {typed(settings.rift_drop_dir)}",
        )


def settings_in_force(installation: Installation) -> Iterator[Finding]:
    """What runs was started with these settings."""
    if not installation.supervises:
        return
    for name, part in installation.parts().items():
        setting = PORT_OF.get(name, "")
        if setting in PORTS and part.get("port") != getattr(installation.settings, setting):
            yield warning(
                Alert.SETTING_NOT_IN_FORCE,
                f"{setting.upper()} is {getattr(installation.settings, setting)}, and {name} still runs on port "
                f"{part.get('port')}: it was started before the change.",
                "Restart Rift.",
                *RESTART,
                port=part.get("port") or 0,
            )
