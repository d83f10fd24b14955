"""Where this server's own addresses begin, which is not at / behind a proxy that serves other things too."""

from functools import cache

import streamlit as st


@cache
def base() -> str:
    """What stands before every path: nothing, or a slash and Streamlit's server.baseUrlPath."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
