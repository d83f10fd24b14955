"""An OIDC provider over real HTTP, as small as the standard allows: who signs in is chosen by a click on a name.

It checks what a provider checks (client, redirect address, PKCE, one use of a code), and lies when a test asks it to.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID = "rift-hud"
CLIENT_SECRET = "secret-of-the-hud-at-its-provider"
Lie = Literal["nonce", "expired", "audience", "issuer", "foreign_key", "unsigned", "symmetric"]


@dataclass
class Provider:
    """The provider's state; tests add people and lies."""

    url: str
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    lie: Lie | None = None
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig", "kid": "first"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    # What was wrong with requests: a well-behaved client leaves it empty.
    complaints: list[str] = field(default_factory=list)
    logouts: int = 0

    def add(self, name: str, **claims: Any) -> None:
        """Somebody who can sign in; by default with a verified address."""
        self.people[name] = {"email_verified": True, "name": name, **claims}

    def rotate_key(self) -> None:
        self.key = RSAKey.generate_key(2048, {"use": "sig", "kid": secrets.token_hex(4)})

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "end_session_endpoint": f"{self.url}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def id_token(self, name: str, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url if self.lie != "issuer" else "http://127.0.0.1:1",
            "aud": CLIENT_ID if self.lie != "audience" else "another-client",
            "sub": hashlib.sha256(name.encode()).hexdigest()[:16],
            "iat": now,
            "exp": now + 3600,
            "nonce": nonce if self.lie != "nonce" else "another-nonce",
            **self.people[name],
        }
        if self.lie == "expired":
            claims |= {"iat": now - 7200, "exp": now - 3600}
        header = {"alg": "RS256", "kid": self.key.kid}
        if self.lie == "unsigned":
            parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        if self.lie == "symmetric":  # signed with what everybody can read
            public = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": self.key.kid}, claims, public)
        foreign = RSAKey.generate_key(2048, {"kid": str(self.key.kid)}) if self.lie == "foreign_key" else self.key
        return jwt.encode(header, claims, foreign)


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self._json(self.provider.metadata())
        elif url.path == "/jwks":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif url.path == "/authorize" and "as" not in query:
            self._choice(query)
        elif url.path == "/authorize":
            self._grant(query)
        elif url.path == "/logout":
            self.provider.logouts += 1
            self._redirect(query["post_logout_redirect_uri"])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        granted = self.provider.codes.pop(form.get("code", ""), None)
        given = base64.b64decode(self.headers.get("Authorization", "Basic ").removeprefix("Basic ")).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        problems = [
            words
            for words, holds in (
                ("the client is another", given == f"{CLIENT_ID}:{CLIENT_SECRET}"),
                ("the code was never given, or used before", granted is not None),
                ("PKCE fails", bool(granted) and challenge.decode().rstrip("=") == (granted or {})["code_challenge"]),
                ("the address is another", bool(granted) and form["redirect_uri"] == (granted or {})["redirect_uri"]),
            )
            if not holds
        ]
        if problems or granted is None:
            self.provider.complaints += problems
            self._json({"error": "invalid_grant"}, 400)
            return
        token = self.provider.id_token(granted["as"], granted["nonce"])
        self._json({"access_token": "access", "token_type": "Bearer", "expires_in": 3600, "id_token": token})

    def _choice(self, query: dict[str, str]) -> None:
        missing = {"response_type", "client_id", "redirect_uri", "state", "nonce", "code_challenge"} - query.keys()
        if missing or query["client_id"] != CLIENT_ID or "openid" not in query.get("scope", ""):
            self.provider.complaints.append(f"authorize: {missing}")
        links = "".join(
            f'<p><a href="/authorize?{urlencode(query | {"as": name})}">{name}</a></p>' for name in self.provider.people
        ).replace("&", "&amp;")
        self._send(f"<!doctype html><title>Provider</title><h1>Who are you?</h1>{links}".encode(), "text/html")

    def _grant(self, query: dict[str, str]) -> None:
        code = secrets.token_urlsafe(16)
        self.provider.codes[code] = query
        self._redirect(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, value: object, status: int = 200) -> None:
        self._send(json.dumps(value).encode(), "application/json", status)

    def _send(self, content: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: codes are in the addresses."""


@contextmanager
def running_provider() -> Iterator[Provider]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = type("Handler", (_Handler,), {"provider": provider})
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
