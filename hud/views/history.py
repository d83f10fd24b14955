"""History: an SDR's ranks, XP, activity, bests and achievements. Slow: what is past changes seldom."""

from typing import Any, Final

import streamlit as st

from hud.components.history import past
from hud.components.live import live_panel
from hud.context import LONGEST_ID, MAX_AGE_IN_INTERVALS, Hud, is_possible_id, ladder, shared
from hud.library import plotly_url
from hud.live import NOTHING, Known
from hud.queries import history as queries

# Of the HUD's own interval: a look at the past is some ten times the work of a look at My HUD.
INTERVALS: Final = 15
# Places, achievements and the wins of teams need more than one SDR's days; they may lag this many looks behind.
SLOW: Final = 4
SLOWEST: Final = 20
# SDRs whose past is kept: 0.7 MB each, with all that it is made of.
MOST: Final = 200
SENT: Final = "rift_history_sent"


def page(hud: Hud) -> None:
    st.fragment(_live, run_every=INTERVALS * hud.settings.hud_refresh_interval)(hud)


def _live(hud: Hud) -> None:
    interval = INTERVALS * hud.settings.hud_refresh_interval
    user_id = hud.user_id
    known = _answers(hud, interval).get(user_id) if user_id and is_possible_id(user_id) else NOTHING
    details = {"user_id": user_id[:LONGEST_ID], "plotly": plotly_url(), **_news(hud, user_id, known.value)}
    result = live_panel(hud, "history", known, "leave", "need", interval_seconds=interval, details=details)
    if result.leave:
        st.query_params.clear()
        hud.go("my_hud")
    if result.need:
        # The browser has lost what this session was sent (a message overtaken by the next, an element drawn anew).
        st.session_state.pop(SENT, None)
        st.rerun(scope="fragment")


def _news(hud: Hud, user_id: str, answer: dict[str, Any] | None) -> dict[str, Any]:
    """The head of the page with every look; the past itself only when it is another than this visit was sent."""
    if answer is None:
        return {"sdr": None, "past": None, "past_version": None}
    version = answer["past"]["version"]
    sent = [hud.visit, user_id, version]
    is_new = st.session_state.get(SENT) != sent
    st.session_state[SENT] = sent
    return {"sdr": answer["sdr"], "past": answer["past"] if is_new else None, "past_version": version}


def _answers(hud: Hud, interval: float) -> Any:  # noqa: ANN401 - LastKnown of whatever `ask` gives
    """The shared answers by user_id, made of questions of different ages."""
    engine = hud.engine
    age = interval * MAX_AGE_IN_INTERVALS
    weeks = shared("history_ranks", lambda user_id: queries.ranks(engine, user_id), SLOW * age, MOST)
    own = shared("history_own", lambda user_id: queries.progress(engine, user_id, of_teams=False), SLOW * age, MOST)
    teams = shared(
        "history_teams", lambda user_id: queries.progress(engine, user_id, of_teams=True), SLOWEST * age, MOST
    )
    names = shared("history_names", lambda _: queries.names(engine), SLOW * age)

    def ask(user_id: str) -> dict[str, Any] | None:
        sdr = queries.sdr(engine, user_id)
        if sdr is None:
            return None
        # Without an answer about the teams the rest is shown all the same.
        progress = [*_value(own.get(user_id)), *(teams.get(user_id).value or [])]
        words = {**_value(names.get("")), "tiers": _value(ladder(engine))}
        head = ("user_id", "display_name", "team_name", "as_of", "last_event_at")
        return {
            "sdr": {name: sdr[name] for name in head},
            "past": past(sdr, _value(weeks.get(user_id)), progress, words),
        }

    return shared("history", ask, age, MOST)


def _value(known: Known[Any]) -> Any:  # noqa: ANN401 - the value of any question
    """What is known. Raises what stood in its way when nothing ever was."""
    if known.is_empty and known.error is not None:
        raise known.error
    return known.value
