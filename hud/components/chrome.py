"""What stands around every page: Streamlit's own furniture put away, and messages in plain words."""

from collections.abc import Iterable

import streamlit as st

from hud.components.panel import STATIC


def frame() -> None:
    """Give the page its background and hide what belongs to a form and not to a game."""
    st.html(f"<style>{(STATIC / 'page.css').read_text(encoding='utf-8')}</style>")


def plain_message(title: str, lines: Iterable[str]) -> None:
    """A message that stands alone on the page; `st.text` shows it literally."""
    with st.container(key="rift_message"):
        st.text(title)
        for line in lines:
            st.text(line)
