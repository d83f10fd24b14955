"""The HUD's entry point: settings, who is looking, and which page is shown. Run it with `streamlit run hud/app.py`.

The server imports this file once, to find `app`; each session runs it as its script.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st
from streamlit import runtime

from hud.access import Refused, Viewer, may_open, may_see
from hud.components.chrome import frame, plain_message
from hud.context import Hud, Link
from hud.owner_assets import STATIC
from hud.process import share_fairly
from hud.settings import Settings, SettingsError, load_settings
from hud.sign_in import viewer
from hud.views import arena, gate, health, history, my_hud, refused, reports, rules, tv

# In the order of the rail. The first is what the bare address shows. hud/access.py says who may open which.
PAGES: Final[dict[Link, Callable[[Hud], None]]] = {
    Link("my_hud", "My HUD"): my_hud.page,
    Link("arena", "Arena"): arena.page,
    Link("history", "History"): history.page,
    Link("reports", "Reports"): reports.page,
    Link("tv", "TV board"): tv.page,
    Link("rules", "Rules"): rules.page,
    Link("health", "Health"): health.page,
}


def main() -> None:
    share_fairly()
    st.set_page_config(
        page_title="Project Rift", page_icon=(STATIC / "favicon.svg").read_text(encoding="utf-8"), layout="wide"
    )
    frame()
    try:
        settings = load_settings()
    except SettingsError as error:
        plain_message("The HUD cannot start with these settings", str(error).splitlines())
        return
    route(settings)


def route(settings: Settings) -> None:
    """Show the page that the URL names, to whoever is looking."""
    pages = {
        link.slug: st.Page(partial(_show, settings, link), title=link.title, url_path=link.slug, default=place == 0)
        for place, link in enumerate(PAGES)
    }
    st.session_state["rift_pages"] = pages
    chosen = st.navigation(list(pages.values()), position="hidden")
    st.set_page_config(page_title=f"{chosen.title} · Project Rift")
    chosen.run()


def _show(settings: Settings, link: Link) -> None:
    identify = partial(viewer, settings)
    who = identify()
    if isinstance(who, Refused):
        gate.page(settings, identify)
    elif may_open(who, link.slug):
        PAGES[link](Hud(settings, identify, link.slug, tuple(PAGES), _go, _lead_home(who)))
    else:
        refused.page(Hud(settings, identify, "refused", tuple(PAGES), _go), link)


def _lead_home(who: Viewer) -> str:
    """Put an SDR who asks for somebody else's figures before the own; returns what to say about it."""
    asked = st.query_params.get("user", "").strip()
    if not asked or may_see(who, asked):
        return ""
    st.query_params["user"] = who.user_id or ""
    return "Everybody here sees their own figures. These are yours."


def _go(slug: str) -> None:
    """Turn to another page, for the same SDR; what no page is called stays where it is."""
    pages = st.session_state["rift_pages"]
    if slug in pages:
        user_id = st.query_params.get("user")
        st.switch_page(pages[slug], query_params={"user": user_id} if user_id else None)


if runtime.exists():
    main()
else:
    from hud.server import served

    app = st.App(__file__, **served())
