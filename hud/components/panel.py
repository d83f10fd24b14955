"""The one component that draws a page: Python hands it data, hud/static/js draws it and keeps its DOM between polls.

Streamlit sends a component's own code with every poll, so that is only a loader; the scripts come from app/static once,
and a poll carries nothing but JSON. Scripts write text with textContent: no value is ever read as HTML.

The JSON goes as bytes: of a dictionary Streamlit looks at every value in search of dataframes, and writes it twice.
"""

import json
from typing import Any

import streamlit as st

from hud.addresses import base
from hud.owner_assets import files

LOADER = """
export default async function (component) {
  const data = JSON.parse(new TextDecoder().decode(component.data));
  const { render } = await import(new URL(`${data.assets}/js/panel.js?v=${data.version}`, document.baseURI));
  return render({ ...component, data });
}
"""

_panel = st.components.v2.component("rift_panel", js=LOADER)


def panel(key: str, data: dict[str, Any], *events: str) -> Any:  # noqa: ANN401 - Streamlit's own result type is private
    """Draw `data` and return the triggers in `events` that the reader has just set off."""
    callbacks: dict[str, Any] = {f"on_{event}_change": _nothing for event in events}
    sent = {**data, "assets": assets_url(), "version": assets_version()}
    return _panel(key=key, data=json.dumps(sent, allow_nan=False).encode(), **callbacks)


def assets_url() -> str:
    """Where the browser finds hud/static."""
    return f"{base()}/app/static"


def assets_version() -> str:
    """The version of scripts, styles and drawings. One session keeps the one it began with: scripts load once."""
    if "rift_assets_version" not in st.session_state:
        st.session_state["rift_assets_version"] = files().version
    return str(st.session_state["rift_assets_version"])


def _nothing() -> None:
    """Streamlit lists a trigger in the result only when it has a callback."""
