"""The HUD's entry point: settings, who is looking, and which page is shown. Run it with `streamlit run hud/app.py`."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from hud.access import OPEN
from hud.components.chrome import frame, plain_message
from hud.components.panel import STATIC
from hud.context import Hud, Link
from hud.process import share_fairly
from hud.settings import Settings, SettingsError, load_settings
from hud.views import arena, health, history, my_hud, reports, rules, tv

# In the order of the rail. The first is what the bare address shows.
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
    links = tuple(PAGES)
    pages = {
        link.slug: st.Page(_runner(settings, link, links), title=link.title, url_path=link.slug, default=place == 0)
        for place, link in enumerate(links)
    }
    st.session_state["rift_pages"] = pages
    chosen = st.navigation(list(pages.values()), position="hidden")
    st.set_page_config(page_title=f"{chosen.title} · Project Rift")
    chosen.run()


def _runner(settings: Settings, link: Link, links: tuple[Link, ...]) -> Callable[[], None]:
    return lambda: PAGES[link](Hud(settings, OPEN, link.slug, links, _go))


def _go(slug: str) -> None:
    """Turn to another page, for the same SDR; what no page is called stays where it is."""
    pages = st.session_state["rift_pages"]
    if slug in pages:
        user_id = st.query_params.get("user")
        st.switch_page(pages[slug], query_params={"user": user_id} if user_id else None)


main()
