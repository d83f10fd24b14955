"""A page's one live panel: an answer of the marts, what its frame needs beside it, and what the reader just did."""

import time
from typing import Any
from urllib.parse import quote

import streamlit as st

from hud.access import Viewer, may_open
from hud.addresses import base
from hud.components.panel import panel
from hud.context import Hud
from hud.database import is_not_built
from hud.live import Known
from hud.sign_in import sign_out

OPEN_NOTICE = "This HUD is open: whoever can reach it sees everybody's figures."
# Where there is little room, the same in few words.
SHORT_NOTICES = {OPEN_NOTICE: "Open HUD: everybody sees everybody"}


def live_panel(
    hud: Hud, view: str, known: Known[Any], *events: str, interval_seconds: float, details: dict[str, Any]
) -> Any:  # noqa: ANN401 - Streamlit's own result type is private
    """Draw `view` (hud/static/js/views) with `details`; return the triggers in `events` that the reader has set off.

    `known` decides what the frame says of the figures: live, stale, away, unbuilt, or unknown when its value is None.
    """
    who = hud.viewer
    said = notice(hud, who)
    data = {
        "view": view,
        "page": hud.page,
        "pages": pages(hud, who),
        "visit": hud.visit,
        "state": state_of(known, interval_seconds),
        "age_seconds": None if known.is_empty else round(known.age_seconds, 1),
        "interval_seconds": interval_seconds,
        # Streamlit sends nothing when nothing has changed, and a panel that hears nothing says that it is cut off.
        "beat": round(time.monotonic(), 2),
        "volume": hud.settings.sound_volume,
        "opacity": hud.settings.hud_opacity,
        "notice": said,
        "notice_short": SHORT_NOTICES.get(said, ""),
        "account": account(who),
        **details,
    }
    result = panel(f"rift_{view}", data, "go", "sign_out", *events)
    if result.sign_out:
        sign_out()
    if result.go:
        hud.go(str(result.go))
    return result


def pages(hud: Hud, who: Viewer) -> list[dict[str, str]]:
    """The rail: where whoever is looking can go from here."""
    user_id = hud.shown_to(who)
    return [
        {"slug": link.slug, "title": link.title, "href": address(link.slug, user_id)}
        for link in hud.all_links
        if may_open(who, link.slug)
    ]


def address(slug: str, user_id: str = "") -> str:
    """Where a page is: of this SDR, or of nobody yet."""
    path = base() if slug == "my_hud" else f"{base()}/{slug}"
    return (path or "/") + (f"?user={quote(user_id)}" if user_id else "")


def notice(hud: Hud, who: Viewer) -> str:
    """What everybody who looks has to know; a wall and the corner of a screen are left alone."""
    if hud.page == "tv" or (hud.page == "my_hud" and st.query_params.get("overlay") == "1"):
        return ""
    return hud.notice or (OPEN_NOTICE if who.role == "open" else "")


def account(who: Viewer) -> dict[str, Any] | None:
    """Who is signed in, and whether they may look at others."""
    return None if who.role == "open" else {"name": who.name, "role": who.role, "may_choose": who.role != "sdr"}


def state_of(known: Known[Any], interval_seconds: float) -> str:
    """What the page has to say about its figures, besides the figures."""
    if known.is_empty:
        return "unbuilt" if known.error is not None and is_not_built(known.error) else "away"
    if known.error is not None or known.age_seconds > max(5.0, 3 * interval_seconds):
        return "stale"
    return "live" if known.value is not None else "unknown"
