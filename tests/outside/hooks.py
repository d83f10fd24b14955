"""What schemathesis must know beyond the OpenAPI document: how vendors sign, and what a schema cannot say.

Schemathesis runs as a process of its own and loads this file (see schemathesis.toml).
"""

import base64
import hmac
import time
import zlib
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation

from tests.ingestion.conftest import SECRET
from tests.ingestion.test_door_signatures import signed

ADMIN_SECRET: Final = "first-admin-secret-of-the-outside-tests"
VENDOR_SECRET: Final = "first-vendor-secret-of-the-outside-tests"
SECRETS: Final = {
    "WEBHOOK_SECRET": SECRET,
    "RIFT_ADMIN_SECRET": ADMIN_SECRET,
    **{f"WEBHOOK_SECRET_{name}": VENDOR_SECRET for name in ("OUTREACH", "NOOKS", "HUBSPOT", "SALESLOFT", "CALENDLY")},
}
# Refusals of what a schema takes for valid: by code, and of some by field. Anything else is an error in the document.
MEANINGS: Final[frozenset[tuple[str, str | None]]] = frozenset(
    {
        # A type's first rule has all values: there is none to keep them from.
        ("missing_field", "gold_value"),
        ("missing_field", "xp_value"),
        ("missing_field", "rank_points"),
        # 7.0 is an integer to a schema; people who write it mean something else.
        ("invalid_field", "gold_value"),
        ("invalid_field", "xp_value"),
        ("invalid_field", "rank_points"),
        ("invalid_field", "weeks"),
        ("invalid_field", "limit"),
        ("not_an_object", None),  # an item of a batch may be anything, and is answered by itself
        ("unknown_event_type", None),  # which types there are is data: rules that somebody landed
        ("nul_character", None),  # anywhere in metadata, at any depth
        ("too_deep", None),  # a schema cannot count levels
        ("invalid_number", None),  # 1e400 is a number to a schema
        ("occurred_at_in_future", None),  # by our clock
        ("invalid_field", "occurred_at"),  # before 2000, or a day that does not exist: format date-time has any
        ("invalid_field", "effective_from"),  # the same for rules, up to 2100
        ("invalid_field", "effective_to"),  # the same, and after effective_from
        ("invalid_field", "event_type"),  # a preview with two candidates of one type
        ("invalid_field", "changed_by"),  # a letter that no screen can show
        ("invalid_parameter", "user_id"),  # the same
    }
)
# Of rejected events one names either ids or a filter; a filter's time has a zone or is an age such as 7d, and its texts
# have no letter that no screen can show.
FILTERS: Final[frozenset[tuple[str, str | None]]] = frozenset(
    (code, field)
    for code in ("invalid_field", "invalid_parameter", "missing_field")
    for field in ("ids", "since", "door", "source", "reason")
)
# Of an item of a batch the document says nothing: what is no event is answered by itself, and the others land.
ITEM_CODES: Final = ("not_an_object", "missing_field", "invalid_field", "unknown_field")


def _mac(algorithm: str, body: bytes) -> "hmac.HMAC":
    return hmac.new(VENDOR_SECRET.encode(), body, algorithm)


def _outreach(_: str, body: bytes) -> dict[str, str]:
    return {"Outreach-Webhook-Signature": _mac("sha256", body).hexdigest()}


def _nooks(_: str, body: bytes) -> dict[str, str]:
    now = str(time.time_ns() // 1_000_000)
    signature = base64.b64encode(_mac("sha256", f"{now}.".encode() + body).digest()).decode()
    return {"x-webhook-signature": f"t={now},s={signature}"}


def _hubspot(url: str, body: bytes) -> dict[str, str]:
    now = str(time.time_ns() // 1_000_000)
    signature = base64.b64encode(_mac("sha256", f"POST{url}".encode() + body + now.encode()).digest()).decode()
    return {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": now}


def _salesloft(_: str, body: bytes) -> dict[str, str]:
    return {"x-salesloft-signature": _mac("sha1", body).hexdigest(), "x-salesloft-event": "meeting_booked"}


def _calendly(_: str, body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    signature = _mac("sha256", f"{now}.".encode() + body).hexdigest()
    return {"Calendly-Webhook-Signature": f"t={now},v1={signature}"}


SIGNERS: Final[dict[str, Callable[[str, bytes], dict[str, str]]]] = {
    "outreach": _outreach,
    "nooks": _nooks,
    "hubspot": _hubspot,
    "salesloft": _salesloft,
    "calendly": _calendly,
}


def sign_in_place_of_the_secret(request: requests.PreparedRequest, body: bytes) -> None:
    """Sign by Standard Webhooks every second request that carries the secret; what is no UTF-8 cannot be."""
    if request.headers.get("X-RIFT-SECRET") != SECRET or zlib.crc32(body) % 2:
        return
    try:
        headers = signed(body, f"msg_{time.time_ns()}")
    except UnicodeDecodeError:
        return
    del request.headers["X-RIFT-SECRET"]
    request.headers.update({name: value for name, value in headers.items() if name != "Content-Type"})


class Signed(requests.auth.AuthBase):
    """Signs a request as its sender does, over the bytes that will be sent: any vendor, and half of the others."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        url = request.url or ""
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        sign = SIGNERS.get(urlsplit(url).path.rpartition("/")[2])
        if sign and "/webhook/" in url:
            request.headers.update(sign(url, body))
        elif "/webhook/ingest" in url:
            sign_in_place_of_the_secret(request, body)
        return request


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:  # noqa: ARG001  # found by its name
    kwargs.setdefault("auth", Signed())


def refusals(response: schemathesis.Response) -> list[dict[str, Any]]:
    """The answer when it is a refusal; of a batch, the answers that are."""
    if response.status_code == 422:
        return [response.json()]
    answer = response.json() if response.status_code == 200 else None
    results = answer.get("results", []) if isinstance(answer, dict) else []
    return [result for result in results if result.get("status_code") == 422]


@schemathesis.check
def valid_data_is_refused_only_for_what_it_means(
    ctx: schemathesis.CheckContext,  # noqa: ARG001
    response: schemathesis.Response,
    case: schemathesis.Case[Any],
) -> None:
    """What positive_data_acceptance would say of 422, with the reasons that no schema can express left out."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    meanings = MEANINGS | FILTERS if "/rejected" in case.path else MEANINGS
    told = refusals(response)
    if case.path.endswith("/batch"):
        told = [refusal for refusal in told if refusal["error"] not in ITEM_CODES]
    for refusal in told:
        code, field = refusal["error"], refusal.get("field")
        assert {(code, None), (code, field)} & meanings, f"valid by the document, yet refused: {refusal}"


@schemathesis.check
def a_batch_says_which_item_is_no_event(
    ctx: schemathesis.CheckContext,  # noqa: ARG001
    response: schemathesis.Response,
    case: schemathesis.Case[Any],
) -> None:
    """What negative_data_rejection would say of a batch, whose items are answered one by one."""
    if case.path.endswith("/batch") and case.meta and case.meta.is_negative_at(ParameterLocation.BODY):
        assert response.status_code != 200 or refusals(response), "an item that is no event was taken"
