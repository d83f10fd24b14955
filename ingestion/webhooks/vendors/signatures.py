"""How each vendor signs: what its headers claim, read strictly, and what they should say, compared in constant time.

A header that cannot be read is refused like a wrong one, and before the body is read. Vendors that sign a time with the
body are believed for some minutes around it only.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hmac import compare_digest, digest
from typing import Final

from ingestion.webhooks.answers import Headers

MINUTE: Final = 60.0


class SignatureError(Exception):
    """The headers of a delivery claim nothing that could be true; the message says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What the headers of a delivery claim: a MAC, and the time that was signed with the body, as it was written."""

    mac: bytes
    timestamp: bytes = b""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was signed; `uris` are the ways in which the vendor may have spelled our address."""

    method: bytes
    uris: Sequence[bytes]
    body: bytes


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one vendor signs. `read` takes the time now, in seconds; `header` is named to those it refuses."""

    header: str
    read: Callable[[Headers, float], Signature]
    macs: Callable[[bytes, Signature, Delivery], Sequence[bytes]]


def is_signed(scheme: Scheme, secrets: Sequence[bytes], signature: Signature, delivery: Delivery) -> bool:
    """Whether one of the secrets made the signature; every secret is tried, so the time that it takes tells nothing."""
    made = [mac for secret in secrets for mac in scheme.macs(secret, signature, delivery)]
    matches = [compare_digest(signature.mac, mac) for mac in made]
    return True in matches


def _only(headers: Headers, name: bytes) -> bytes:
    values = [value for header, value in headers if header == name]
    if len(values) != 1:
        raise SignatureError("it must be sent exactly once")
    return values[0]


def _hex(value: bytes, length: int) -> bytes:
    if not re.fullmatch(rb"[0-9a-fA-F]{%d}" % length, value):
        raise SignatureError(f"it must be {length} hexadecimal digits")
    return bytes.fromhex(value.decode())


def _base64(value: bytes) -> bytes:
    try:
        mac = b64decode(value, validate=True)
    except ValueError:
        mac = b""
    # Base64 has several spellings of one value; vendors use one.
    if b64encode(mac) != value or len(mac) != 32:
        raise SignatureError("it must hold 32 bytes in base64")
    return mac


def _current(timestamp: bytes, now: float, *, units: int, minutes: int) -> bytes:
    if not re.fullmatch(rb"[0-9]{1,16}", timestamp):
        raise SignatureError("its time must be a whole number")
    if abs(now - int(timestamp) / units) > minutes * MINUTE:
        raise SignatureError(f"its time is more than {minutes} minutes from ours; compare the clocks")
    return timestamp


def _read_outreach(headers: Headers, _now: float) -> Signature:
    return Signature(_hex(_only(headers, b"outreach-webhook-signature"), 64))


def _read_nooks(headers: Headers, now: float) -> Signature:
    parts = re.fullmatch(rb"t=([^,]*),s=([^,]*)", _only(headers, b"x-webhook-signature"))
    if not parts:
        raise SignatureError("it must be t=<milliseconds>,s=<base64>")
    return Signature(_base64(parts[2]), _current(parts[1], now, units=1000, minutes=5))


def _read_hubspot(headers: Headers, now: float) -> Signature:
    timestamp = _only(headers, b"x-hubspot-request-timestamp")
    mac = _base64(_only(headers, b"x-hubspot-signature-v3"))
    return Signature(mac, _current(timestamp, now, units=1000, minutes=5))


def _read_salesloft(headers: Headers, _now: float) -> Signature:
    return Signature(_hex(_only(headers, b"x-salesloft-signature"), 40))


def _read_calendly(headers: Headers, now: float) -> Signature:
    parts = re.fullmatch(rb"t=([^,]*),v1=([^,]*)", _only(headers, b"calendly-webhook-signature"))
    if not parts:
        raise SignatureError("it must be t=<seconds>,v1=<hex>")
    return Signature(_hex(parts[2], 64), _current(parts[1], now, units=1, minutes=3))


def _sign_body(secret: bytes, _signature: Signature, delivery: Delivery) -> Sequence[bytes]:
    return [digest(secret, delivery.body, "sha256")]


def _sign_body_by_sha1(secret: bytes, _signature: Signature, delivery: Delivery) -> Sequence[bytes]:
    return [digest(secret, delivery.body, "sha1")]


def _sign_time_and_body(secret: bytes, signature: Signature, delivery: Delivery) -> Sequence[bytes]:
    return [digest(secret, signature.timestamp + b"." + delivery.body, "sha256")]


def _sign_request(secret: bytes, signature: Signature, delivery: Delivery) -> Sequence[bytes]:
    return [
        digest(secret, delivery.method + uri + delivery.body + signature.timestamp, "sha256") for uri in delivery.uris
    ]


SCHEMES: Final[dict[str, Scheme]] = {
    "outreach": Scheme("Outreach-Webhook-Signature", _read_outreach, _sign_body),
    "nooks": Scheme("x-webhook-signature", _read_nooks, _sign_time_and_body),
    "hubspot": Scheme("X-HubSpot-Signature-v3 with X-HubSpot-Request-Timestamp", _read_hubspot, _sign_request),
    "salesloft": Scheme("x-salesloft-signature", _read_salesloft, _sign_body_by_sha1),
    "calendly": Scheme("Calendly-Webhook-Signature", _read_calendly, _sign_time_and_body),
}
