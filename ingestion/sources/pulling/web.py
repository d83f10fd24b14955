"""An HTTP client that waits where it is told to, tries again what may pass, and says plainly what does not.

Redirects are not followed, and an answer larger than any page is not read: where a token is sent, and how much memory a
pull takes, is never for the other side to decide.
"""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol

import requests
from requests.auth import AuthBase

from ingestion.sources.pulling.errors import AccessError, AnswerError, LimitError, SourceError

CONNECT_SECONDS: Final = 10
# Between two pieces of an answer. A page is the work of seconds.
READ_SECONDS: Final = 60
# 200 HubSpot or 2,000 Salesforce records of the fields that we ask for are about 2 MB.
LARGEST_ANSWER_BYTES: Final = 64 * 1024 * 1024
# 1 + 2 + 4 + 8 + 16 s: a restart on the other side passes in that time; a longer outage is the next pull's matter.
TRIES: Final = 6
# Told to wait for longer, a pull ends: a limit of the day is used up, and the next pull goes on.
LONGEST_WAIT_SECONDS: Final = 300
SAID: Final = 300

Pause = Callable[[float], None]


class Access(Protocol):
    """Who we are to the system."""

    def token(self) -> str: ...

    def renew(self) -> bool:
        """Get another token; false when there is no way to."""
        ...


class _Bearer(AuthBase):
    # As an `auth`, since a .netrc of the user's would replace a mere header.
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Anonymous(AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Client:
    """One system at one address. What is `hidden` is never shown, should the system repeat it."""

    def __init__(
        self, name: str, base_url: str, access: Access | None, pause: Pause = time.sleep, hidden: Sequence[str] = ()
    ) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._access = access
        self._pause = pause
        self._hidden = hidden
        self._session = requests.Session()

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> bytes:
        return self._patiently("GET", path, params=parameters)

    def post(self, path: str, document: object, parameters: Mapping[str, str] | None = None) -> bytes:
        return self._patiently("POST", path, json=document, params=parameters)

    def post_form(self, path: str, form: Mapping[str, str]) -> bytes:
        return self._patiently("POST", path, data=form)

    def _patiently(self, method: str, path: str, **content: Any) -> bytes:  # noqa: ANN401 -- what requests takes
        renewed = False
        problem = ""
        for attempt in range(TRIES):
            wait = float(2**attempt)
            try:
                response, body = self._once(method, path, content)
            except requests.RequestException as error:
                # Its text may hold the whole address, parameters and all.
                problem = f"{self.name} gave no answer ({type(error).__name__})"
            else:
                if response.status_code < 300:
                    return body
                if response.status_code == 401 and not renewed and self._access and self._access.renew():
                    renewed = True
                    continue
                problem = self._problem(response, body)
                wait = _asked_to_wait(response.headers.get("Retry-After"), wait)
                if wait > LONGEST_WAIT_SECONDS:
                    raise LimitError(f"{problem}, and asks to wait for {wait:.0f} s. The next pull goes on from here.")
            if attempt < TRIES - 1:
                self._pause(wait)
        raise SourceError(f"{problem}. Tried {TRIES} times; the next pull goes on from here.")

    def _once(self, method: str, path: str, content: Mapping[str, Any]) -> tuple[requests.Response, bytes]:
        auth = _Bearer(self._access.token()) if self._access else _Anonymous()
        with self._session.request(
            method,
            self._base_url + path,
            auth=auth,
            allow_redirects=False,
            stream=True,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            **content,
        ) as response:
            body = bytearray()
            for piece in response.iter_content(65536):
                body += piece
                if len(body) > LARGEST_ANSWER_BYTES:
                    raise SourceError(f"{self.name} answered with more than {LARGEST_ANSWER_BYTES // 2**20} MB.")
            return response, bytes(body)

    def _problem(self, response: requests.Response, body: bytes) -> str:
        """What is wrong, where trying again may help; raises where it does not."""
        status = response.status_code
        said = self._without_secrets(_said(body))
        codes = _codes(body)
        message = f"{self.name} answered {status}{f' ({said})' if said else ''}"
        if status == 401:
            raise AccessError(
                f"{message}: it does not accept the credentials. Make new ones; docs/sources.md says how."
            )
        if "DAILY" in codes or ("REQUEST_LIMIT_EXCEEDED" in codes and "Concurrent" not in said):
            raise LimitError(f"{message}: the limit of API calls is used up. The next pull goes on from here.")
        if status == 429 or status >= 500 or "REQUEST_LIMIT_EXCEEDED" in codes:
            return message
        if 300 <= status < 400:
            raise SourceError(f"{message}: it moved to another address. Set the address that it has now.")
        raise AnswerError(message, codes, said)

    def _without_secrets(self, text: str) -> str:
        for secret in (*self._hidden, *([self._access.token()] if self._access else [])):
            text = text.replace(secret, "***")
        return text[:SAID]


def _asked_to_wait(header: str | None, otherwise: float) -> float:
    """Seconds, from `Retry-After` as a number or as a date."""
    if not header:
        return otherwise
    if re.fullmatch(r"\d{1,6}(\.\d+)?", header.strip()):
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return otherwise
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _said(body: bytes) -> str:
    """What an error says of itself, in so far as it may be shown: one short line of printable text."""
    document = _first(body)
    words = [str(document[key]) for key in ("errorCode", "error", "message", "error_description") if document.get(key)]
    text = " ".join(" ".join(words).split())
    return "".join(character for character in text if character.isprintable())


def _codes(body: bytes) -> frozenset[str]:
    document = _first(body)
    return frozenset(str(document[key]) for key in ("errorCode", "error", "policyName", "category") if key in document)


def _first(body: bytes) -> dict[str, Any]:
    """The object that an error's body is, or begins with (Salesforce answers a list)."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(document, list) and document:
        document = document[0]
    return document if isinstance(document, dict) else {}
