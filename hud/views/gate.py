"""What is shown in place of every page to whoever is not (or no longer) let in: why, whom to ask, and a way on."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from hud.access import Reason, Refused, Viewer, entries
from hud.components.panel import panel
from hud.settings import Settings
from hud.sign_in import sign_out

# It looks again by itself: the roster is loaded, the database comes back.
INTERVAL_SECONDS: Final = 5.0
# Headline, advice, and whether the way on is to sign in (or else to sign out).
WORDS: Final[Mapping[Reason, tuple[str, str, bool]]] = {
    "signed_out": ("Summon your rank", "Sign in with your work account to see your figures.", True),
    "ended": ("Your session has ended", "Sign in again to go on.", True),
    "no_email": ("We do not know who you are", "Your account came without an e-mail address. {ask}", False),
    "unverified": (
        "Your address is not verified",
        "Verify {email} where you signed in, then sign out here and in again. {ask}",
        False,
    ),
    "unknown": (
        "You are not on the roster",
        "Nobody at work has the address {email}. {ask} This page looks again by itself.",
        False,
    ),
    "ambiguous": (
        "Two SDRs have your address",
        "The roster has {email} more than once, so nobody can say which figures are yours. {ask}",
        False,
    ),
    "away": ("The database does not answer", "Who you are is on its roster. This page tries again by itself.", False),
    "unbuilt": ("The warehouse has not been built yet", "Run make up. This page looks again by itself.", False),
}


def page(settings: Settings, identify: Callable[[], Viewer | Refused]) -> None:
    st.fragment(_gate, run_every=INTERVAL_SECONDS)(settings, identify)


def _gate(settings: Settings, identify: Callable[[], Viewer | Refused]) -> None:
    who = identify()
    if isinstance(who, Viewer):
        st.rerun()
    title, advice, signs_in = WORDS[who.reason]
    data = {
        "view": "gate",
        "reason": who.reason,
        "title": title,
        "advice": advice.format(email=who.email, ask=whom_to_ask(settings)),
        "signs_in": signs_in,
    }
    result = panel("rift_gate", data, "sign_in", "sign_out")
    if result.sign_in:
        st.login()
    if result.sign_out:
        sign_out()


def whom_to_ask(settings: Settings) -> str:
    """Who can put somebody on the roster: the first admin that has an address. Only those who signed in read it."""
    admins = sorted(entry for entry in entries(settings.hud_admins) if "@" in entry)
    return f"Ask {admins[0]}." if admins else "Ask whoever runs the HUD."
