"""The receiver's rules API as the Rules page speaks to it: one call, one answer, and failures in plain words.

The secret goes into one header of one request to the address that is set: no redirect is followed and no proxy or
.netrc of the environment is asked.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import requests
from pydantic import SecretStr

HEADER: Final = "X-RIFT-ADMIN-SECRET"
CONNECT_SECONDS: Final = 2
# The receiver itself gives up after 6 s (a preview) or 9 s (a change); a preview of 10,000 SDRs is some megabytes.
READ_SECONDS: Final = 20
LABELS: Final = {
    "event_type": "The type",
    "gold_value": "Gold",
    "xp_value": "XP",
    "rank_points": "Rank points",
    "effective_from": "The beginning",
    "effective_to": "The end",
    "changed_by": "The name",
}
UNSURE: Final = (
    "The answer did not come: whether it was saved is not known. Look at the chronicle. To save the same again is "
    "safe: it lands only once."
)


class RefusedError(Exception):
    """What was asked was not done (or, for a change, may not have been); the message says why and what to do."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class WrongSecretError(RefusedError):
    """The receiver knows the secret not."""


@dataclass(frozen=True)
class RulesApi:
    """The rules API at an address such as http://127.0.0.1:8000."""

    url: str

    def preview(self, secret: SecretStr, candidate: dict[str, object], weeks: int) -> list[dict[str, Any]]:
        """Each SDR before and after, who moves most first. Nothing is written."""
        answer = self._ask("POST", "preview", secret, {"rules": [candidate], "weeks": weeks})
        sdrs: list[dict[str, Any]] = answer["sdrs"]
        return sdrs

    def change(self, secret: SecretStr, event_type: str, values: dict[str, object]) -> dict[str, Any]:
        """What was landed (nothing where all was so already), and the rows and events that it moved."""
        return self._ask("PUT", event_type, secret, values)

    def _ask(self, method: str, path: str, secret: SecretStr, body: dict[str, Any]) -> dict[str, Any]:
        value = secret.get_secret_value()
        # The library's own message about such a header would repeat it.
        if not value or not value.isascii() or not value.isprintable():
            raise RefusedError("Enter the admin secret: printable signs, without line breaks.", "secret")
        try:
            with requests.Session() as session:
                session.trust_env = False
                response = session.request(
                    method,
                    f"{self.url}/api/v1/rules/{path}",
                    json=body,
                    headers={HEADER: value},
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                )
        except requests.RequestException as error:
            raise RefusedError(self._unreached(method, error)) from None
        if response.status_code == requests.codes.ok:
            return _document(response)
        raise _refusal(response, method)

    def _unreached(self, method: str, error: requests.RequestException) -> str:
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        never_sent = isinstance(error, requests.ConnectTimeout) or type(reason).__name__ == "NewConnectionError"
        if never_sent or (method != "PUT" and not isinstance(error, requests.Timeout)):
            return (
                f"The receiver does not answer at {self.url}. Nothing was done. Start it (.venv/bin/rift up), "
                "or set RIFT_API_URL to where it runs."
            )
        if method == "PUT":
            return UNSURE
        return f"The receiver took more than {READ_SECONDS} s. Nothing was changed. Try fewer weeks, or later."


def _document(response: requests.Response) -> dict[str, Any]:
    try:
        document = response.json()
    except (requests.JSONDecodeError, json.JSONDecodeError):
        document = None
    if not isinstance(document, dict):
        raise RefusedError("What answers there is no receiver of Rift. Check RIFT_API_URL.")
    return document


def _refusal(response: requests.Response, method: str) -> RefusedError:
    status, wait = response.status_code, response.headers.get("Retry-After", "")
    patience = f"in {int(wait)} s" if wait.isdecimal() and len(wait) < 6 else "in a moment"
    if status == requests.codes.unauthorized:
        return WrongSecretError("That is not the admin secret. It is in RIFT_HOME/admin_secret, or in .env.", "secret")
    if status == requests.codes.too_many_requests:
        return RefusedError(f"Too many tries. Nothing was done; try again {patience}.")
    if status == requests.codes.service_unavailable:
        what = "saved" if method == "PUT" else "computed"
        return RefusedError(f"Not {what}: the database is away or took too long. Try again {patience}.")
    if status in {requests.codes.unprocessable, requests.codes.forbidden}:
        document = _document(response)
        field = document.get("field")
        return RefusedError(_in_words(str(document.get("message", ""))), field if field in LABELS else None)
    return RefusedError(f"The receiver answered {status}, which is no answer of the rules API. Check RIFT_API_URL.")


def _in_words(message: str) -> str:
    """The receiver's own sentence with the fields as the page calls them."""
    return re.sub("|".join(LABELS), _label, message)[:500]


def _label(found: re.Match[str]) -> str:
    label = LABELS[found[0]]
    return label if found.start() == 0 else label.replace("The ", "the ", 1)
