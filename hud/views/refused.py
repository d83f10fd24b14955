"""What is shown in place of a page that is for others: its name, and whom it is for."""

from typing import Final

from hud.access import PAGES
from hud.components.live import live_panel
from hud.context import Hud, Link
from hud.live import NOTHING

INTERVAL_SECONDS: Final = 3600.0


def page(hud: Hud, link: Link) -> None:
    whom = "managers and admins" if "manager" in PAGES[link.slug] else "admins"
    details = {
        "title": link.title,
        "headline": f"{link.title} is for {whom}",
        "advice": "Choose another page.",
    }
    live_panel(hud, "refused", NOTHING, interval_seconds=INTERVAL_SECONDS, details=details)
