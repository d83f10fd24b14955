"""What a vendor's delivery holds: its items with their exact text, and which object and which news each one is.

What an item means is said later, from raw. Here is only what must be known to store it once: the object that it tells
of, and what the vendor repeats when it delivers the same news again.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from ingestion.webhooks.events import Rejection, new_id
from ingestion.webhooks.parser import UnusableError, canonical, parse
from ingestion.webhooks.vendors.identities import IDENTITIES

# HubSpot sends up to 100; each becomes a row.
MAXIMUM_ITEMS: Final = 1000

_WHITE_SPACE: Final = re.compile(r"[ \t\n\r]*")
# Only finds where an element ends; how it must be written is for the strict parser to say.
_SCANNER: Final = json.JSONDecoder(parse_int=str, parse_float=str)


@dataclass(slots=True)
class VendorItem:
    """One item of a delivery, as it goes into raw."""

    raw_id: str
    source: str
    object_key: str
    dedup_key: str
    event_type: str | None
    received_at: datetime
    payload: str
    verified_by: str = "signature"

    @property
    def door(self) -> str:
        return self.source

    @property
    def lock_key(self) -> int:
        """The advisory lock on its object. In SQL: the first 8 bytes of sha256(source || chr(31) || external_id)."""
        return int.from_bytes(sha256(f"{self.source}\x1f{self.object_key}".encode()).digest()[:8], signed=True)

    def rejection(self, reason: str, detail: str) -> Rejection:
        """The same item, as it goes to the rejected events."""
        return Rejection(
            self.raw_id, self.source, reason, detail, self.payload.encode(), self.received_at, self.door,
            self.verified_by, self.event_type,
        )  # fmt: skip


def read_delivery(
    source: str, body: bytes, event_name: str | None, received_at: datetime
) -> Sequence[VendorItem | Rejection]:
    """The items of an authenticated delivery; what is none is a rejection, with the reason.

    `event_name` is what the vendor says beside the body, in a header.
    """
    parts = _elements(body) if source == "hubspot" else [body]
    if len(parts) > MAXIMUM_ITEMS:
        detail = f"The delivery holds more than {MAXIMUM_ITEMS} items."
        return [_rejection(source, body, event_name, received_at, UnusableError("too_many_items", detail))]
    items: list[VendorItem | Rejection] = []
    for part in parts:
        try:
            items.append(_read(source, part, event_name, received_at))
        except UnusableError as error:
            items.append(_rejection(source, part, event_name, received_at, error))
    return items


def _read(source: str, body: bytes, event_name: str | None, received_at: datetime) -> VendorItem:
    document = parse(body)
    if not isinstance(document, dict):
        raise UnusableError("not_an_object", "The item is no JSON object.")
    identity = IDENTITIES[source](document, body.decode(), event_name)
    repeated = canonical([source, identity.object_key, *identity.repeated])
    return VendorItem(
        raw_id=new_id(),
        source=source,
        object_key=identity.object_key,
        dedup_key=sha256(repeated.encode()).hexdigest(),
        event_type=identity.event_type,
        received_at=received_at,
        payload=body.decode(),
    )


def _rejection(
    source: str, body: bytes, event_name: str | None, received_at: datetime, error: UnusableError
) -> Rejection:
    return Rejection(
        new_id(), source, error.reason, error.detail, body, received_at, source, "signature", event_name
    )  # fmt: skip


def _elements(body: bytes) -> list[bytes]:
    """The exact text of each element of an array; of anything else, the body."""
    try:
        text = body.decode()
        position = _skip(text, 0)
        if text[position : position + 1] != "[":
            return [body]
        elements = []
        separator = ","
        while separator == ",":
            start = _skip(text, position + 1)
            end = _SCANNER.raw_decode(text, start)[1]
            elements.append(text[start:end].encode())
            position = _skip(text, end)
            separator = text[position : position + 1]
    except (ValueError, RecursionError):
        return [body]
    is_whole = separator == "]" and _skip(text, position + 1) == len(text)
    return elements if is_whole else [body]


def _skip(text: str, position: int) -> int:
    space = _WHITE_SPACE.match(text, position)
    return space.end() if space else position
