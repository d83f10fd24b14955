"""What every page is given, and the questions that all its sessions share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import streamlit as st
from sqlalchemy.engine import Engine

from hud.access import Refused, Viewer, may_open, may_see
from hud.database import open_engine
from hud.live import LastKnown
from hud.settings import Settings

LONGEST_ID = 200


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
    def links(self) -> tuple[Link, ...]:
        """The pages that whoever is looking may open."""
        who = self.viewer
        return tuple(link for link in self.all_links if may_open(who, link.slug))

    @property
    def user_id(self) -> str:
        """The SDR whom the URL names, or nobody: as sent, so any text at all. For an SDR it is always that SDR."""
        who = self.viewer
        asked = st.query_params.get("user", "").strip()
        return asked if may_see(who, asked) else who.user_id or ""

    @property
    def engine(self) -> Engine:
        return shared_engine(self.settings)


@st.cache_resource(show_spinner=False)
def shared_engine(_settings: Settings) -> Engine:
    """The connections of all sessions of this server."""
    return open_engine(_settings.rift_hud_dsn.get_secret_value(), _settings.hud_pool_size)


@st.cache_resource(show_spinner=False)
def shared(
    question: str,  # noqa: ARG001  # the name under which the answers are kept
    _ask: Callable[[str], Any],
    max_age_seconds: float,
) -> LastKnown[Any]:
    """The last answers to one kind of question, shared by all sessions of this server; `question` names the kind."""
    return LastKnown(_ask, max_age_seconds=max_age_seconds)


def is_possible_id(user_id: str) -> bool:
    """Whether Postgres could hold such an id at all."""
    return (
        len(user_id) <= LONGEST_ID
        and "\x00" not in user_id
        and not any("\ud800" <= part <= "\udfff" for part in user_id)
    )
