"""The one component that draws a page: Python hands it data, hud/static/js draws it and keeps its DOM between polls.

Streamlit sends a component's own code with every poll, so that is only a loader; the scripts come from app/static once,
and a poll carries nothing but JSON. Scripts write text with textContent: no value is ever read as HTML.

The JSON goes as bytes: of a dictionary Streamlit looks at every value in search of dataframes, and writes it twice.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

STATIC = Path(__file__).parent.parent / "static"

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
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/app/static" if base else "/app/static"


@cache
def assets_version() -> str:
    """Changes whenever a file in hud/static does, so that no browser mixes an old script with a new one."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _nothing() -> None:
    """Streamlit lists a trigger in the result only when it has a callback."""
