"""What stands around every page: Streamlit's own furniture put away, and messages in plain words."""

from collections.abc import Iterable

import streamlit as st

from hud.asset_kinds import FONT_SLOTS
from hud.components.panel import assets_url, assets_version
from hud.owner_assets import STATIC, files


def frame() -> None:
    """Give the page its background and hide what belongs to a form and not to a game."""
    st.html(f"<style>{own_fonts()}{(STATIC / 'page.css').read_text(encoding='utf-8')}</style>")


def own_fonts() -> str:
    """The owner's fonts, before ours in every list. Faces hold for a panel only when the document declares them."""
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: 100 900; '
        f'src: url("{assets_url()}/{slot}?v={assets_version()}"); }}\n'
        for family, slot in zip(("Rift Heading", "Rift Text"), FONT_SLOTS, strict=True)
        if files().find(slot)
    )


def plain_message(title: str, lines: Iterable[str]) -> None:
    """A message that stands alone on the page; `st.text` shows it literally."""
    with st.container(key="rift_message"):
        st.text(title)
        for line in lines:
            st.text(line)
