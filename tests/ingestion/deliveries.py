"""Deliveries as vendors make them: their samples, and bodies signed the way their documentation says."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import httpx

from tests.ingestion.conftest import Receiver

SAMPLES = Path(__file__).parent / "payloads"
KEY = "test-secret"
NOOKS_KEY = "nooks-webhook-signing-key-abc"
OLD_KEY = "a-key-that-is-being-retired"
VENDORS = ("outreach", "nooks", "hubspot", "salesloft", "calendly")
SETTINGS = {f"WEBHOOK_SECRET_{vendor.upper()}": f"{KEY}, {OLD_KEY}" for vendor in VENDORS} | {
    "WEBHOOK_SECRET_NOOKS": f"{NOOKS_KEY},{OLD_KEY}"
}
PUBLIC_URL = "https://rift.example.com"


def key_of(vendor: str) -> str:
    return NOOKS_KEY if vendor == "nooks" else KEY


def path_of(vendor: str) -> str:
    return f"/api/v1/webhook/{vendor}"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def sign(vendor: str, body: bytes, *, key: str = "", ago: float = 0, uri: str = "") -> dict[str, str]:
    """The headers of a delivery that the vendor sends `ago` seconds before now."""
    secret = (key or key_of(vendor)).encode()
    moment = time.time() - ago
    milliseconds = str(int(moment * 1000))

    def mac(message: bytes, algorithm: str = "sha256") -> bytes:
        return hmac.new(secret, message, getattr(hashlib, algorithm)).digest()

    if vendor == "outreach":
        return {"Outreach-Webhook-Signature": mac(body).hex()}
    if vendor == "nooks":
        signature = base64.b64encode(mac(f"{milliseconds}.".encode() + body)).decode()
        return {"x-webhook-signature": f"t={milliseconds},s={signature}"}
    if vendor == "hubspot":
        signed = b"POST" + (uri or PUBLIC_URL + path_of(vendor)).encode() + body + milliseconds.encode()
        return {
            "X-HubSpot-Request-Timestamp": milliseconds,
            "X-HubSpot-Signature-v3": base64.b64encode(mac(signed)).decode(),
        }
    if vendor == "salesloft":
        return {"x-salesloft-event": "meeting_booked", "x-salesloft-signature": mac(body, "sha1").hex()}
    seconds = str(int(moment))
    return {"Calendly-Webhook-Signature": f"t={seconds},v1={mac(f'{seconds}.'.encode() + body).hex()}"}


def item(vendor: str, name: str, **changes: Any) -> dict[str, Any]:
    """An item of the vendor that tells of the object `name`; changes are to its innermost part."""
    if vendor == "outreach":
        data = {"type": "call", "id": name, "attributes": {"direction": "outbound"}} | changes
        return {"data": data, "meta": {"eventName": "call.created", "deliveredAt": "2026-01-12T15:07:03.120+00:00"}}
    if vendor == "nooks":
        call = {"callId": name, "callDirection": "outbound"} | changes
        return {"event": "call.logged", "eventId": f"evt_{time.time_ns()}", "callData": call}
    if vendor == "hubspot":
        return {
            "eventId": 1,
            "objectId": name,
            "objectTypeId": "0-48",
            "subscriptionType": "object.creation",
            "attemptNumber": 0,
        } | changes
    if vendor == "salesloft":
        return {
            "id": name,
            "start_time": "2026-01-14T17:00:00.000000Z",
            "canceled_at": None,
            "no_show": False,
        } | changes
    payload = {"uri": f"https://api.calendly.com/{name}", "status": "active"} | changes
    return {"event": "invitee.created", "created_at": "2026-01-12T15:09:00.000000Z", "payload": payload}


def body_of(vendor: str, name: str, **changes: Any) -> bytes:
    document = item(vendor, name, **changes)
    return json.dumps([document] if vendor == "hubspot" else document).encode()


def deliver(receiver: Receiver, vendor: str, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    """Send a body, signed now unless other headers are given."""
    return receiver.client.post(
        path_of(vendor), content=body, headers=sign(vendor, body) if headers is None else headers
    )


def answer(landed: int = 0, duplicates: int = 0, rejected: int = 0, spooled: int = 0) -> dict[str, object]:
    return {
        "status": "accepted",
        "landed": landed,
        "duplicates": duplicates,
        "rejected": rejected,
        "spooled": spooled,
    }
