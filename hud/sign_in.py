"""Signing in through Streamlit: what it has to know of the provider, who a session is, and when a sign-in is over."""

import threading
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from hud.access import OPEN, Policy, Refused, Viewer, entries, identify
from hud.database import is_not_built, open_engine
from hud.live import LastKnown
from hud.queries.access import Roster, roster
from hud.settings import Settings

# Somebody new on the roster gets in, and somebody who left gets out, so much later. One answer for all.
ROSTER_MAX_AGE_SECONDS = 10.0


def auth_secrets(settings: Settings) -> dict[str, Any]:
    """What Streamlit reads from secrets.toml elsewhere; handed over in memory, so no file holds it."""
    if not settings.signs_in:
        return {}
    return {
        "auth": {
            "redirect_uri": f"{settings.hud_public_url}/oauth2callback",
            "cookie_secret": settings.hud_cookie_secret.get_secret_value(),
            "client_id": settings.hud_oidc_client_id,
            "client_secret": settings.hud_oidc_client_secret.get_secret_value(),
            "server_metadata_url": settings.hud_oidc_metadata_url,
        }
    }


def viewer(settings: Settings) -> Viewer | Refused:
    """Who looks at this session, as of now: asked again at every run, so rights that end, end on open screens too."""
    if not settings.signs_in:
        return OPEN
    claims = st.user.to_dict()
    if not claims.get("is_logged_in") or _over.holds(claims):
        return Refused("signed_out")
    known = _roster(settings.rift_hud_dsn.get_secret_value()).get("")
    found = identify(claims, known.value, policy(settings), time.time())
    if isinstance(found, Refused) and found.reason == "away" and known.error and is_not_built(known.error):
        return Refused("unbuilt", found.email)
    return found


@cache
def _roster(dsn: str) -> LastKnown[Roster]:
    """The roster, asked once for all sessions, over a connection of its own: it waits for nothing that pages ask."""
    engine = open_engine(dsn, 1)
    return LastKnown(lambda _: roster(engine), max_age_seconds=ROSTER_MAX_AGE_SECONDS)


def policy(settings: Settings) -> Policy:
    """What these settings say of people."""
    return Policy(
        managers=entries(settings.hud_managers),
        admins=entries(settings.hud_admins),
        groups_claim=settings.hud_oidc_groups_claim,
        needs_verified_email=settings.hud_oidc_verified_email,
        session_seconds=settings.hud_session_hours * 3600,
    )


def sign_out() -> None:
    """End this sign-in: here, in every other tab that came from it, and for whoever kept its cookie."""
    _over.add(st.user.to_dict())
    st.logout()


class _Over:
    """Sign-ins that were ended. A cookie is valid by its signature alone, so deleting it does not end it everywhere."""

    def __init__(self, largest: int = 10_000) -> None:
        self._lock = threading.Lock()
        self._largest = largest
        self._ended: dict[tuple[str, ...], None] = {}

    def add(self, claims: Mapping[str, Any]) -> None:
        with self._lock:
            self._ended[self._key(claims)] = None
            while len(self._ended) > self._largest:
                del self._ended[next(iter(self._ended))]

    def holds(self, claims: Mapping[str, Any]) -> bool:
        return self._key(claims) in self._ended

    @staticmethod
    def _key(claims: Mapping[str, Any]) -> tuple[str, ...]:
        # The nonce is of one sign-in only.
        return tuple(str(claims.get(name)) for name in ("iss", "sub", "iat", "nonce"))


_over = _Over()
