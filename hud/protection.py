"""What every answer of the HUD's server carries, and which requests get one: ASGI middleware around Streamlit.

A page may load from this server and from nowhere else, so a script that got into it could reach nobody.
"""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hud.settings import is_loopback

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # An address names an SDR.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Asked by whatever watches this process, under any name.
HEALTH = ("/_stcore/health", "/_stcore/script-health-check")
# Streamlit keeps what anybody with a session puts there in memory, whether a page asks for a file or not. None does.
UPLOADS = "/_stcore/upload_file/"


def content_security_policy(index: Path) -> str:
    """The policy for Streamlit's page: its own inline scripts are known by their hash, others do not run."""
    text = index.read_text(encoding="utf-8") if index.is_file() else ""
    inline = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inline]
    return "; ".join((
        "default-src 'self'",
        # blob: is how Streamlit loads a component's code.
        " ".join(("script-src 'self' blob:", *hashes)),
        "worker-src 'self' blob:",
        # Streamlit's styles are written by script, and our panels set sizes of single elements.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "connect-src 'self' data: blob:",
        "frame-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ))  # fmt: skip


class Protection:
    """Answers only those who call this server by its name, and puts the headers on every answer.

    `names_are_known`: this server listens to its own machine alone, so a request under a strange name comes from a web
    page that made that name point here (DNS rebinding). `public_url`: the address in front of it, if there is one.
    """

    def __init__(self, app: ASGIApp, *, policy: str, public_url: str, names_are_known: bool) -> None:
        self._app = app
        self._headers = HEADERS | {"Content-Security-Policy": policy}
        self._public = urlsplit(public_url)
        self._names_are_known = names_are_known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if not self._is_called_by_name(scope) or not self._is_same_origin(scope):
                await receive()
                await send({"type": "websocket.close", "code": 1008})
                return
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if self._public.scheme == "https":
                    _make_cookies_secure(headers)
            await send(message)

        if UPLOADS in scope["path"]:
            await PlainTextResponse("Not found", status_code=404)(scope, receive, with_headers)
        elif self._is_called_by_name(scope) or scope["path"].endswith(HEALTH):
            await self._app(scope, receive, with_headers)
        else:
            words = "The HUD is not known by this name: set HUD_PUBLIC_URL to the address at which people open it.\n"
            await PlainTextResponse(words, status_code=421)(scope, receive, with_headers)

    def _is_called_by_name(self, scope: Scope) -> bool:
        if not self._names_are_known:
            return True
        host = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname
        return is_loopback(host) or (host is not None and host == self._public.hostname)

    def _is_same_origin(self, scope: Scope) -> bool:
        """Whether the page that opens a socket is ours. A program that is no browser names no origin."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None:
            return True
        url = urlsplit(origin.lower())
        return url.netloc == headers.get("host", "").lower() or (url.scheme, url.netloc) == self._public[:2]


def _make_cookies_secure(headers: MutableHeaders) -> None:
    """Behind https, cookies never travel without it. Streamlit knows nothing of the proxy and leaves that out."""
    cookies = headers.getlist("set-cookie")
    if cookies:
        del headers["set-cookie"]
        for cookie in cookies:
            headers.append("set-cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; Secure")
