"""My HUD: one SDR's game, live; or, while the URL names nobody, the choice of an SDR."""

from typing import Any

import streamlit as st

from hud.components.live import live_panel
from hud.context import LONGEST_ID, Hud, is_possible_id, ladder, shared, shared_patiently, shared_rounds
from hud.live import NOTHING
from hud.queries import landings, standing
from hud.queries import my_hud as queries

# An answer is at most this old when a screen gets it, and a screen gets one every interval: with 1 s, 95 of 100 events
# are seen within 1.3 s. Sessions of all SDRs share a round of two an interval.
MAX_AGE_IN_INTERVALS = 0.5
# Streaks and goals of 500 SDRs on screens take 270 ms, three times what their totals take, and nobody waits for them.
STANDING_MAX_AGE_SECONDS = 10.0
PICKER_INTERVAL_SECONDS = 3.0
# Of 25 KB each.
MOST_SEARCHES = 500


def page(hud: Hud) -> None:
    if hud.user_id:
        st.fragment(_live, run_every=hud.settings.hud_refresh_interval)(hud)
    else:
        st.fragment(_picker, run_every=PICKER_INTERVAL_SECONDS)(hud)


def _live(hud: Hud) -> None:
    interval = hud.settings.hud_refresh_interval
    engine, user_id = hud.engine, hud.user_id
    sdrs = shared_rounds(
        "sdrs", lambda user_ids: queries.sdrs(engine, user_ids, interval), interval * MAX_AGE_IN_INTERVALS
    )
    known = sdrs.get(user_id) if is_possible_id(user_id) else NOTHING
    details = {"user_id": user_id[:LONGEST_ID], "sdr": known.value, "tiers": ladder(engine).value or []}
    details["news_seconds"] = landings.news_seconds(interval)
    details |= {"standing": _standing(hud, user_id)} if known.value else {}
    details["overlay"] = st.query_params.get("overlay") == "1"
    result = live_panel(hud, "my_hud", known, "leave", "overlay", interval_seconds=interval, details=details)
    if result.leave:
        st.query_params.clear()
        st.rerun()
    if result.overlay in {"on", "off"}:
        st.query_params.from_dict({"user": user_id} | ({"overlay": "1"} if result.overlay == "on" else {}))
        st.rerun()


def _standing(hud: Hud, user_id: str) -> dict[str, Any] | None:
    """The streak and the goals: not in the one statement of a poll, since they are dear."""
    engine = hud.engine
    return (
        shared_patiently("standings", lambda user_ids: standing.standings(engine, user_ids), STANDING_MAX_AGE_SECONDS)
        .get(user_id)
        .value
    )


def _picker(hud: Hud) -> None:
    words = str(st.session_state.get("rift_words", ""))
    engine = hud.engine
    search = shared(
        "search",
        lambda words: queries.sdr_search(engine, words),
        PICKER_INTERVAL_SECONDS * MAX_AGE_IN_INTERVALS,
        most=MOST_SEARCHES,
    )
    known = search.get(words)
    details = {"words": words, "people": known.value or []}
    result = live_panel(
        hud, "picker", known, "search", "pick", interval_seconds=PICKER_INTERVAL_SECONDS, details=details
    )
    if result.pick:
        st.query_params["user"] = str(result.pick)
        st.rerun()
    if result.search is not None:
        st.session_state["rift_words"] = str(result.search).replace("\x00", "")[:LONGEST_ID]
        st.rerun(scope="fragment")
