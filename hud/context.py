"""What every page is given, and the questions that all its sessions share."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from uuid import uuid4

import streamlit as st
from sqlalchemy.engine import Engine

from hud.access import Refused, Viewer, may_open, may_see
from hud.database import open_engine
from hud.live import MOST_ANSWERS, BatchedLastKnown, Known, LastKnown
from hud.patient import PatientLastKnown
from hud.queries.ladder import rank_tiers
from hud.settings import Settings

LONGEST_ID = 200
SWEEP_SECONDS = 60.0
# Of a page's interval: a little less than one, so that each poll finds the answer before too old.
MAX_AGE_IN_INTERVALS: Final = 0.8
LADDER_MAX_AGE_SECONDS: Final = 60.0


# The connections of all sessions of this server.
_engine = cache(open_engine)


@dataclass(frozen=True)
class Link:
    """A page in the rail. `slug` is its path, its icon in icons.svg and its module in hud/views."""

    slug: str
    title: str


@dataclass(frozen=True)
class Hud:
    """One run of a page: the settings, who is looking, whose figures, and where one can go from here.

    Pages ask it, and not the URL, whose figures to show: rights and addresses change while a page is open.
    """

    settings: Settings
    identify: Callable[[], Viewer | Refused]
    page: str
    all_links: tuple[Link, ...]
    go: Callable[[str], None]
    # What the page says at its top, for as long as it is open.
    notice: str = ""
    # One for each whole run of the page: figures of an earlier one are no news (first load, reconnect, another SDR).
    visit: str = field(default_factory=lambda: uuid4().hex)

    @property
    def viewer(self) -> Viewer:
        """Who is looking, now. Whoever may no longer see this page leaves it here."""
        who = self.identify()
        if isinstance(who, Refused) or not may_open(who, self.page):
            st.rerun()
        return who

    @property
    def user_id(self) -> str:
        """The SDR whom the URL names, or nobody: as sent, so any text at all. For an SDR it is always that SDR."""
        return self.shown_to(self.viewer)

    def shown_to(self, who: Viewer) -> str:
        """The same for somebody of whom it is known already that they are looking."""
        asked = st.query_params.get("user", "").strip()
        return asked if may_see(who, asked) else who.user_id or ""

    @property
    def engine(self) -> Engine:
        return _engine(self.settings.rift_hud_dsn.get_secret_value(), self.settings.hud_pool_size)


_answers: dict[tuple[str, float], LastKnown[Any]] = {}
_answers_lock = threading.Lock()
_swept_at = time.monotonic()


def shared(
    question: str, ask: Callable[[str], Any], max_age_seconds: float, most: int = MOST_ANSWERS
) -> LastKnown[Any]:
    """The last answers to one kind of question, shared by all sessions of this server; `question` names the kind.

    `ask` of the first call stays for good, so it must hold nothing of a session: the engine, but not the Hud.
    `most` answers are kept: fewer than usual where each is large.
    """
    return _kept((question, max_age_seconds), lambda: LastKnown(ask, max_age_seconds=max_age_seconds, most=most))


def shared_rounds(
    question: str, ask: Callable[[Sequence[str]], Mapping[str, Any]], max_age_seconds: float
) -> LastKnown[Any]:
    """The same for a question that every screen repeats for a key of its own: one statement for all of them."""
    return _kept((question, max_age_seconds), lambda: BatchedLastKnown(ask, max_age_seconds=max_age_seconds))


def shared_patiently(
    question: str, ask: Callable[[Sequence[str]], Mapping[str, Any]], max_age_seconds: float
) -> LastKnown[Any]:
    """The same for a question that is dear: who sets off a round waits for it, who is new may have no answer yet."""
    return _kept((question, max_age_seconds), lambda: PatientLastKnown(ask, max_age_seconds=max_age_seconds))


def ladder(engine: Engine) -> Known[Any]:
    """The ladder of ranks, lowest tier first: one answer for all pages."""
    return shared("tiers", lambda _: rank_tiers(engine), LADDER_MAX_AGE_SECONDS).get("")


def _kept(question: tuple[str, float], make: Callable[[], LastKnown[Any]]) -> LastKnown[Any]:
    # Not st.cache_resource: a browser can tell Streamlit to clear that, and it costs more than the look-up.
    with _answers_lock:
        if question not in _answers:
            _answers[question] = make()
        kept = _answers[question]
        _sweep()
        return kept


def _sweep() -> None:
    """Now and then, whoever comes lets go of what nobody looks at, on pages too that nobody opens any more."""
    global _swept_at  # noqa: PLW0603  # the server's, like the answers
    now = time.monotonic()
    if now - _swept_at >= SWEEP_SECONDS:
        _swept_at = now
        for answers in _answers.values():
            answers.forget_unused()


def is_possible_id(user_id: str) -> bool:
    """Whether Postgres could hold such an id at all."""
    return (
        len(user_id) <= LONGEST_ID
        and "\x00" not in user_id
        and not any("\ud800" <= part <= "\udfff" for part in user_id)
    )
