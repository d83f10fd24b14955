"""Who is looking, and what they may see: decided from the claims of a sign-in, the roster and the settings alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

Role = Literal["open", "sdr", "manager", "admin"]
# Why somebody is shown no page: each has its own words in hud/views/gate.py.
Reason = Literal["signed_out", "ended", "no_email", "unverified", "unknown", "ambiguous", "away", "unbuilt"]

EVERYBODY: Final[frozenset[Role]] = frozenset({"open", "sdr", "manager", "admin"})
LEADS: Final[frozenset[Role]] = frozenset({"open", "manager", "admin"})
# Rules on an open HUD ask for the admin secret itself.
ADMINS: Final[frozenset[Role]] = frozenset({"open", "admin"})
PAGES: Final[Mapping[str, frozenset[Role]]] = {
    "my_hud": EVERYBODY,
    "arena": EVERYBODY,
    "history": EVERYBODY,
    "reports": EVERYBODY,
    "tv": EVERYBODY,
    "refused": EVERYBODY,  # what is shown in place of a page that one may not open
    "health": LEADS,
    "rules": ADMINS,
}


@dataclass(frozen=True)
class Viewer:
    """Somebody at a screen. `open`: nobody signs in here, and everybody sees everything but what an admin does."""

    role: Role
    user_id: str | None = None
    name: str = ""


OPEN = Viewer("open")


@dataclass(frozen=True)
class Refused:
    """Somebody who is shown no figures, and why; `email` is what the provider said of them."""

    reason: Reason
    email: str = ""


@dataclass(frozen=True)
class Person:
    """An SDR of the roster, as found by address."""

    user_id: str
    name: str


@dataclass(frozen=True)
class Policy:
    """What the settings say of people. Entries with an @ are addresses, others groups; all in lower case."""

    managers: frozenset[str]
    admins: frozenset[str]
    groups_claim: str
    needs_verified_email: bool
    session_seconds: float


@cache
def entries(text: str) -> frozenset[str]:
    """The parts of a comma-separated list, as `Policy` keeps them."""
    return frozenset(part.strip().lower() for part in text.split(",") if part.strip())


def may_open(viewer: Viewer, page: str) -> bool:
    """Whether somebody may open a page; a page that is not listed is for nobody."""
    return viewer.role in PAGES.get(page, frozenset())


def may_see(viewer: Viewer, user_id: str) -> bool:
    """Whether somebody may see the own pages (My HUD, History) of this SDR."""
    return viewer.role != "sdr" or user_id == viewer.user_id


def identify(
    claims: Mapping[str, Any], roster: Mapping[str, Collection[Person]] | None, policy: Policy, now: float
) -> Viewer | Refused:
    """Who signed in, from the claims of the ID token. `roster` is by address in lower case; None: it is not known."""
    email = claims.get("email")
    email = email.strip().lower() if isinstance(email, str) else ""
    if _is_over(claims.get("iat"), policy, now):
        return Refused("ended", email)
    if "@" not in email:
        return Refused("no_email")
    # Whoever can enter any address at the provider must not become somebody else by it.
    verified = claims.get("email_verified")
    if policy.needs_verified_email and verified is not True and verified != "true":
        return Refused("unverified", email)
    people = list((roster or {}).get(email, ()))
    person = people[0] if len(people) == 1 else None
    name = person.name if person else _name(claims, email)
    memberships = {email} | _groups(claims.get(policy.groups_claim))
    lead: Role | None = "admin" if memberships & policy.admins else "manager" if memberships & policy.managers else None
    if lead:
        return Viewer(lead, person.user_id if person else None, name)
    if person:
        return Viewer("sdr", person.user_id, name)
    return Refused("away" if roster is None else "ambiguous" if people else "unknown", email)


def _is_over(signed_in_at: object, policy: Policy, now: float) -> bool:
    if isinstance(signed_in_at, bool) or not isinstance(signed_in_at, int | float):
        return True
    # Clocks differ, but not by more than minutes.
    return not -300 < now - signed_in_at < policy.session_seconds


def _groups(claim: object) -> set[str]:
    if isinstance(claim, str):
        claim = [claim]
    # A group named like an address must not pass for one.
    return {str(group).lower() for group in claim if "@" not in str(group)} if isinstance(claim, list) else set()


def _name(claims: Mapping[str, Any], email: str) -> str:
    name = claims.get("name")
    return name if isinstance(name, str) and name.strip() else email
