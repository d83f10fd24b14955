"""The HUD's entry point: settings, pages and which of them is shown. Run it with `streamlit run hud/app.py`."""

import streamlit as st

from hud.components.chrome import frame, plain_message
from hud.components.panel import STATIC
from hud.settings import SettingsError, load_settings
from hud.views import my_hud

st.set_page_config(
    page_title="Project Rift", page_icon=(STATIC / "favicon.svg").read_text(encoding="utf-8"), layout="wide"
)
frame()

try:
    settings = load_settings()
except SettingsError as error:
    plain_message("The HUD cannot start with these settings", str(error).splitlines())
    st.stop()

st.navigation(
    [st.Page(lambda: my_hud.page(settings), title="My HUD", url_path="my-hud", default=True)],
    position="hidden",
).run()
