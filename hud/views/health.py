"""Health: how fresh and how complete the figures are, in sentences, and what to do where something is not well."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from hud.components.live import live_panel
from hud.context import MAX_AGE_IN_INTERVALS, Hud, shared
from hud.queries import health as queries

# Of refresh intervals: it counts all that was ever refused and every object of vendors.
INTERVAL = 3
# What names examples, or reads history.
SLOW_INTERVAL = 10


def page(hud: Hud) -> None:
    st.fragment(_live, run_every=INTERVAL * hud.settings.hud_refresh_interval)(hud)


def _live(hud: Hud) -> None:
    interval = INTERVAL * hud.settings.hud_refresh_interval
    engine = hud.engine
    known = shared("health", lambda _: queries.health(engine), interval * MAX_AGE_IN_INTERVALS).get("")
    details = {
        **(known.value or {}),
        "unmapped": _slow(hud, "health unmapped", lambda: queries.unmapped(engine)),
        "unknown": _slow(hud, "health unknown", lambda: queries.unknown(engine)),
        "roster_count": _slow(hud, "health roster", lambda: queries.roster(engine)),
        "publication": _slow(hud, "health publication", lambda: queries.publication(engine)),
        "last_hour": _slow(hud, "health last hour", lambda: queries.last_hour(engine)),
        "dagster_port": hud.settings.dagster_port,
    }
    live_panel(hud, "health", known, interval_seconds=interval, details=details)


def _slow(hud: Hud, question: str, ask: Callable[[], Any]) -> Any:  # noqa: ANN401  # whatever the question's answer is
    """The answer, or None where it could not be had in time: then the page says less, and not nothing."""
    return shared(question, lambda _: ask(), SLOW_INTERVAL * hud.settings.hud_refresh_interval).get("").value
