"""Reports: the weekly rank reports, opened in place and downloaded.

A poll carries the list. A document goes to the browser that asks for it, until that says that it has come.
"""

from datetime import date
from typing import Any

import streamlit as st

from hud.components.live import live_panel
from hud.context import MAX_AGE_IN_INTERVALS, Hud, shared
from hud.library import plotly_url
from hud.queries import reports as queries

# Of HUD_REFRESH_INTERVAL. A week is published once a week; so often the page looks whether the database is still there.
INTERVALS = 5
RESTATED_INTERVALS = 15
NEXT_INTERVALS = 60
DOCUMENT_MAX_AGE_SECONDS = 60.0
# Of 300 kB each.
MOST_DOCUMENTS = 20
WANTED = "rift_report_wanted"


def page(hud: Hud) -> None:
    st.fragment(_live, run_every=INTERVALS * hud.settings.hud_refresh_interval)(hud)


def _live(hud: Hud) -> None:
    engine, refresh = hud.engine, hud.settings.hud_refresh_interval
    interval = INTERVALS * refresh
    listed = shared("reports", lambda _: queries.reports(engine), interval * MAX_AGE_IN_INTERVALS).get("")
    coming = shared("next_report", lambda _: queries.next_report(engine), NEXT_INTERVALS * refresh)
    restated = shared("restated", lambda _: queries.restated(engine), RESTATED_INTERVALS * refresh)
    wanted = st.session_state.get(WANTED)
    details: dict[str, Any] = {
        "reports": listed.value or [],
        "restated": restated.get("").value or {},
        "next": coming.get("").value,
        # What the address asks for, to be looked at first; it is compared, and else means nothing.
        "asked": st.query_params.get("week", "")[:10],
        "report": _report(hud, wanted) if wanted else None,
        "plotly": plotly_url(),
    }
    result = live_panel(hud, "reports", listed, "open", "received", interval_seconds=interval, details=details)
    if wanted and result.received == wanted["request"]:
        st.session_state.pop(WANTED, None)
    if asked := _asked(result.open):
        st.session_state[WANTED] = asked
        st.rerun(scope="fragment")


def _asked(value: object) -> dict[str, Any] | None:
    """What a browser asks for, if it makes sense: a week, under a name of the request."""
    if not isinstance(value, dict):
        return None
    week, request = value.get("week"), value.get("request")
    try:
        monday = date.fromisoformat(week) if isinstance(week, str) else None
    except ValueError:
        monday = None
    if monday is None or not isinstance(request, str) or len(request) > 64:
        return None
    return {"week": monday, "request": request}


def _report(hud: Hud, wanted: dict[str, Any]) -> dict[str, Any]:
    engine = hud.engine
    documents = shared(
        "report",
        lambda week: queries.document(engine, date.fromisoformat(week)),
        DOCUMENT_MAX_AGE_SECONDS,
        most=MOST_DOCUMENTS,
    )
    known = documents.get(wanted["week"].isoformat())
    return {
        "request": wanted["request"],
        "week": wanted["week"].isoformat(),
        "is_away": known.is_empty,
        "found": known.value,
    }
