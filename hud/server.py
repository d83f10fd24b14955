"""What the HUD's web server does besides Streamlit: protection, our files and the owner's, and the provider's secrets.

hud/app.py hands this to `st.App`; `streamlit run hud/app.py` serves it.
"""

from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit.config import set_option

from hud import library
from hud.addresses import base
from hud.owner_assets import files, use_folder
from hud.protection import Protection, content_security_policy
from hud.settings import Settings, SettingsError, is_loopback, load_settings
from hud.sign_in import auth_secrets

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
# Fonts that Streamlit's theme names without a version.
AN_HOUR = "public, max-age=3600"
# A drawing that is opened by itself, and not as an image, is a document: it may run nothing and load nothing.
DRAWING = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# The frame for a report: its own scripts and pictures, all within it, and no way to reach anything.
FRAME = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"
)
POLICIES = {"image/svg+xml": DRAWING, "text/html": FRAME}
INDEX = Path(st.__file__).parent / "static" / "index.html"


def served() -> dict[str, Any]:
    """The arguments of `st.App`. Settings that cannot be used are told by the page, which then opens nothing."""
    settings: Settings | None
    try:
        settings = load_settings()
    except SettingsError:
        settings = None
    if settings:
        use_folder(settings.assets_folder, is_expected=bool(settings.hud_assets_dir))
        if settings.signs_in:
            # One secret for the sign-in under way too, so that any process of several can finish it.
            secret = settings.hud_cookie_secret.get_secret_value()
            set_option("server.cookieSecret", secret)
    protection = Middleware(
        Protection,
        policy=content_security_policy(INDEX),
        public_url=settings.hud_public_url if settings else "",
        names_are_known=is_loopback(st.get_option("server.address")),
    )
    return {
        "routes": [
            Route(base() + "/app/static/{path:path}", asset, methods=["GET"]),
            Route(base() + library.PATH, plotly, methods=["GET"]),
        ],
        "middleware": [protection],
        "secrets": auth_secrets(settings) if settings else {},
    }


def plotly(_: Request) -> Response:
    """Plotly's script; in a thread, since the first one compresses it for a fifth of a second."""
    headers = {"Cache-Control": FOR_EVER, "Content-Encoding": "gzip"}
    return Response(library.script(), media_type="text/javascript", headers=headers)


def asset(request: Request) -> Response:
    """A file of hud/static, or the owner's in its place; in a thread, since it may look through the owner's folder."""
    found = files().find(request.path_params["path"])
    if found is None:
        return PlainTextResponse("Not found", status_code=404)
    version = request.query_params.get("v")
    if version == files().version:
        keep = FOR_EVER
    else:
        keep = AN_HOUR if version is None and found.kind.startswith("font/") else ASK_AGAIN
    headers = {"Cache-Control": keep, "ETag": found.tag}
    if found.kind in POLICIES:
        headers["Content-Security-Policy"] = POLICIES[found.kind]
    if request.headers.get("if-none-match") == found.tag:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.kind, headers=headers)
