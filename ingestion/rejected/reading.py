"""Reads what was rejected as its door would today, as of when it arrived."""

from dataclasses import dataclass
from typing import Any, Final

from ingestion.webhooks.batch import MAXIMUM_ITEMS
from ingestion.webhooks.items import Item, Origin, read_item, read_items, require_size
from ingestion.webhooks.parser import UnusableError
from ingestion.webhooks.vendors.identities import IDENTITIES
from ingestion.webhooks.vendors.items import VendorItem, read_delivery

# Only of the body of a batch this was said.
_OF_BATCHES: Final = {"not_an_array", "empty_batch", "too_many_items"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What else the canonical door goes by."""

    default_user_id: str
    max_body_bytes: int


def read_again(row: dict[str, Any], reading: Reading) -> list[Item]:
    """The items in a row of the rejected events, which may be rejections; raises `UnusableError` for no known door."""
    body = bytes(row["body"])
    if row["door"] == "canonical":
        origin = Origin(row["received_at"], reading.default_user_id, row["verified_by"], row["external_id"])
        if _is_batch(row["reason"], body):
            return list(read_items(body, origin, MAXIMUM_ITEMS, reading.max_body_bytes))
        require_size(len(body), reading.max_body_bytes)
        return [read_item(body, origin)]
    if row["door"] not in IDENTITIES:
        raise UnusableError("unknown_door", "This version of Rift has no door of that name.")
    items = read_delivery(row["door"], body, row["event_type"], row["received_at"])
    for item in items:
        if isinstance(item, VendorItem):
            item.verified_by = row["verified_by"]
    return [*items]


def _is_batch(reason: str, body: bytes) -> bool:
    """Whether this is the body of a batch; the door for one event calls an array none."""
    return reason in _OF_BATCHES or (reason != "not_an_object" and body.lstrip(b" \t\r\n").startswith(b"["))
