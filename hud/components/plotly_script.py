"""Where the browser finds plotly's own script: in the installed package, served by Streamlit, copied nowhere."""

from pathlib import Path
from typing import Final

import plotly
import streamlit as st
import streamlit.components.v1 as components

PACKAGE_DATA: Final = Path(plotly.__file__).parent / "package_data"

# Nothing is drawn with it: declaring a component is how Streamlit is told to serve a folder.
_served = components.declare_component("plotly", path=str(PACKAGE_DATA))


def plotly_url() -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    path = f"component/{_served.name}/plotly.min.js?v={plotly.__version__}"
    return f"/{base}/{path}" if base else f"/{path}"
