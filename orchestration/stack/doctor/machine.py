"""The machine: Python, the installed packages, and time zones."""

import platform
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from typing import Any, Final
from zoneinfo import available_timezones

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, some, warning
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.settings import ROOT

LOCK: Final = ROOT / "requirements.lock"
INSTALL: Final = "python -m pip install --no-deps --require-hashes -r requirements.lock"
# There are some 600; a machine without time zone data has only those that Python brings itself.
FEWEST_ZONES: Final = 100


@cache
def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def python(_: Installation, version: str = platform.python_version()) -> Iterator[Finding]:
    supported = SpecifierSet(_project()["requires-python"])
    if version not in supported:
        yield broken(
            Alert.PYTHON_UNSUPPORTED,
            f"Python {version} runs Rift, which supports {supported}.",
            "Make the virtual environment anew with a Python that is supported.",
            "rm -r .venv && make setup PYTHON=python3.12",
            python=version,
        )


def packages(_: Installation) -> Iterator[Finding]:
    """What Rift needs is installed, in the versions that it was tested with; tools of developers may be absent."""
    pinned, missing, differing = locked(), [], []
    for name in sorted(needed()):
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if name in pinned and found != pinned[name]:
            differing.append(f"{name} {found} (not {pinned[name]})")
    mend = "Install what is pinned, into the environment that runs Rift."
    if missing:
        sentence = f"Packages that Rift needs are not installed: {some(missing)}."
        yield broken(Alert.PACKAGES_MISSING, sentence, mend, INSTALL, missing=len(missing))
    if differing:
        sentence = f"Packages are of other versions than those that Rift was tested with: {some(differing)}."
        yield warning(Alert.PACKAGES_DIFFER, sentence, mend, INSTALL, differing=len(differing))


def locked() -> dict[str, str]:
    """The version of each package of requirements.lock that goes for this machine."""
    found: dict[str, str] = {}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.marker is None or requirement.marker.evaluate():
                found[str(canonicalize_name(requirement.name))] = str(requirement.specifier).removeprefix("==")
    return found


def needed() -> set[str]:
    """The packages without which something of Rift does not run: its dependencies, and theirs."""
    asked, found, seen = [Requirement(text) for text in _project()["dependencies"]], set(), set()
    while asked:
        requirement = asked.pop()
        name = canonicalize_name(requirement.name)
        found.add(str(name))
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                asked += _requirements(name, extra)
    return found


def _requirements(name: str, extra: str) -> list[Requirement]:
    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    found = [Requirement(text) for text in texts]
    return [one for one in found if one.marker is None or one.marker.evaluate({"extra": extra})]


def time_zones(installation: Installation) -> Iterator[Finding]:
    """Days and weeks are those of each SDR's zone: Python validates what a roster says, Postgres computes with it."""
    mend = "Install the time zone data of the system, or that of Python."
    commands = ("apt-get install tzdata", "python -m pip install tzdata")
    if (count := len(available_timezones())) < FEWEST_ZONES:
        yield broken(Alert.ZONES_MISSING, "Python knows hardly any time zone.", mend, *commands, zones=count)
    ((count,),) = installation.ask("select count(*) from pg_timezone_names")
    if count < FEWEST_ZONES:
        yield broken(Alert.ZONES_MISSING, "Postgres knows hardly any time zone.", mend, *commands, zones=count)
