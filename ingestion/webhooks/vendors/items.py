"""What a vendor's delivery holds: its items with their exact text, and which object and which news each one is.

What an item means is said later, from raw. Here is only what must be known to store it once: the object that it tells
of, and what the vendor repeats when it delivers the same news again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from ingestion.webhooks.arrays import parse_array
from ingestion.webhooks.events import Rejection, new_id
from ingestion.webhooks.parser import UnusableError, canonical, parse
from ingestion.webhooks.vendors.identities import IDENTITIES

# HubSpot sends up to 100; each becomes a row.
MAXIMUM_ITEMS: Final = 1000


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
            self.raw_id,
            self.source,
            reason,
            detail,
            self.payload.encode(),
            self.received_at,
            door=self.door,
            verified_by=self.verified_by,
            event_type=self.event_type,
        )


def read_delivery(
    source: str, body: bytes, event_name: str | None, received_at: datetime
) -> Sequence[VendorItem | Rejection]:
    """The items of an authenticated delivery; what is none is a rejection, with the reason.

    `event_name` is what the vendor says beside the body, in a header.
    """
    try:
        parts = _parts(source, body)
    except UnusableError as error:
        return [_rejection(source, body, event_name, received_at, error)]
    items: list[VendorItem | Rejection] = []
    for text, document in parts:
        try:
            items.append(_item(source, text, document, event_name, received_at))
        except UnusableError as error:
            items.append(_rejection(source, text.encode(), event_name, received_at, error))
    return items


def _parts(source: str, body: bytes) -> list[tuple[str, Any]]:
    """The items of a delivery, each with its exact text and its document, or the `UnusableError` that it is."""
    if source == "hubspot" and body.lstrip().startswith(b"["):
        return list(parse_array(body, MAXIMUM_ITEMS))
    document = parse(body)
    return [(body.decode(), document)]


def _item(
    source: str,
    text: str,
    document: object,
    event_name: str | None,
    received_at: datetime,
) -> VendorItem:
    if isinstance(document, UnusableError):
        raise document
    if not isinstance(document, dict):
        raise UnusableError("not_an_object", "The item is no JSON object.")
    identity = IDENTITIES[source](document, text, event_name)
    repeated = canonical([source, identity.object_key, *identity.repeated])
    return VendorItem(
        raw_id=new_id(),
        source=source,
        object_key=identity.object_key,
        dedup_key=sha256(repeated.encode()).hexdigest(),
        event_type=identity.event_type,
        received_at=received_at,
        payload=text,
    )


def _rejection(
    source: str, body: bytes, event_name: str | None, received_at: datetime, error: UnusableError
) -> Rejection:
    return Rejection(
        new_id(),
        source,
        error.reason,
        error.detail,
        body,
        received_at,
        door=source,
        verified_by="signature",
        event_type=event_name,
    )
