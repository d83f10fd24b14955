"""My HUD: one SDR's game, live; or, while the URL names nobody, the choice of an SDR."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import streamlit as st

from hud import queries
from hud.components.panel import panel
from hud.database import is_not_built, open_engine
from hud.live import Known, LastKnown
from hud.settings import Settings

# Below the interval, so that each poll finds a new answer and sessions that poll together share one.
MAX_AGE_IN_INTERVALS = 0.8
TIERS_MAX_AGE_SECONDS = 60.0
PICKER_INTERVAL_SECONDS = 3.0
LONGEST_ID = 200


@dataclass(frozen=True)
class Sources:
    """What all sessions of this server share."""

    sdr: LastKnown[dict[str, Any] | None]
    tiers: LastKnown[list[dict[str, Any]]]
    search: LastKnown[list[dict[str, Any]]]


@st.cache_resource(show_spinner=False)
def sources(_settings: Settings) -> Sources:
    engine = open_engine(_settings.rift_hud_dsn.get_secret_value(), _settings.hud_pool_size)
    return Sources(
        LastKnown(
            lambda user_id: queries.sdr(engine, user_id),
            max_age_seconds=_settings.hud_refresh_interval * MAX_AGE_IN_INTERVALS,
        ),
        LastKnown(lambda _: queries.rank_tiers(engine), max_age_seconds=TIERS_MAX_AGE_SECONDS),
        LastKnown(
            lambda words: queries.sdr_search(engine, words),
            max_age_seconds=PICKER_INTERVAL_SECONDS * MAX_AGE_IN_INTERVALS,
        ),
    )


def page(settings: Settings) -> None:
    user_id = st.query_params.get("user", "").strip()
    # One for each whole run of the page: figures of an earlier one are no news (first load, reconnect, another SDR).
    visit = uuid4().hex
    if user_id:
        st.fragment(_live, run_every=settings.hud_refresh_interval)(settings, user_id, visit)
    else:
        st.fragment(_picker, run_every=PICKER_INTERVAL_SECONDS)(settings)


def _live(settings: Settings, user_id: str, visit: str) -> None:
    known = sources(settings).sdr.get(user_id) if _is_possible(user_id) else Known(None, 0.0, None)
    data = {
        "view": "hud",
        "visit": visit,
        "user_id": user_id[:LONGEST_ID],
        "state": _state(known, settings.hud_refresh_interval),
        "interval_seconds": settings.hud_refresh_interval,
        "volume": settings.sound_volume,
        "opacity": settings.hud_opacity,
        "sdr": known.value,
        "age_seconds": None if known.is_empty else round(known.age_seconds, 1),
        "tiers": sources(settings).tiers.get("").value or [],
    }
    if panel("rift_hud", data, "leave").leave:
        st.query_params.clear()
        st.rerun()


def _picker(settings: Settings) -> None:
    words = str(st.session_state.get("rift_words", ""))
    known = sources(settings).search.get(words)
    data = {
        "view": "picker",
        "state": _state(known, PICKER_INTERVAL_SECONDS),
        "opacity": settings.hud_opacity,
        "words": words,
        "people": known.value or [],
    }
    result = panel("rift_picker", data, "search", "pick")
    if result.pick:
        st.query_params["user"] = str(result.pick)
        st.rerun()
    if result.search is not None:
        st.session_state["rift_words"] = str(result.search).replace("\x00", "")[:LONGEST_ID]
        st.rerun(scope="fragment")


def _is_possible(user_id: str) -> bool:
    """Whether Postgres could hold such an id at all."""
    return (
        len(user_id) <= LONGEST_ID
        and "\x00" not in user_id
        and not any("\ud800" <= part <= "\udfff" for part in user_id)
    )


def _state(known: Known[Any], interval_seconds: float) -> str:
    """What the page has to say about its figures, besides the figures."""
    if known.is_empty:
        return "unbuilt" if known.error is not None and is_not_built(known.error) else "away"
    if known.error is not None or known.age_seconds > max(5.0, 3 * interval_seconds):
        return "stale"
    return "live" if known.value is not None else "unknown"
