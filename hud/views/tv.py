"""TV board: the boards in turn on a screen that nobody touches, and a moment for everybody who books a meeting."""

import math

import streamlit as st

from hud.components.live import live_panel
from hud.context import MAX_AGE_IN_INTERVALS, Hud, shared
from hud.queries import tv as queries
from hud.queries import tv_news

# News shall be on the wall at once; the boards cost more and are read from afar.
BOARDS_MAX_AGE_SECONDS = 4.0
# Six lines are read in five seconds; the other seven are for those who look up late.
SECONDS_A_BOARD = 12.0
SHORTEST_SECONDS, LONGEST_SECONDS = 1.0, 600.0


def page(hud: Hud) -> None:
    st.fragment(_live, run_every=hud.settings.hud_refresh_interval)(hud)


def _live(hud: Hud) -> None:
    interval = hud.settings.hud_refresh_interval
    engine = hud.engine
    news = shared("tv_news", lambda _: tv_news.news(engine, interval), interval * MAX_AGE_IN_INTERVALS).get("")
    boards = shared("tv_boards", lambda _: queries.boards(engine), BOARDS_MAX_AGE_SECONDS).get("")
    details = {
        "seconds": seconds_a_board(st.query_params.get("seconds", "")),
        "boards": boards.value,
        **(news.value or {}),
    }
    live_panel(hud, "tv", boards if boards.is_empty else news, interval_seconds=interval, details=details)


def seconds_a_board(wanted: str) -> float:
    """How long a board stays, as the URL wishes; whatever it says, within bounds."""
    try:
        seconds = float(wanted)
    except ValueError:
        return SECONDS_A_BOARD
    return min(max(seconds, SHORTEST_SECONDS), LONGEST_SECONDS) if math.isfinite(seconds) else SECONDS_A_BOARD
