"""Reads what was rejected as its door would today, as of when it arrived."""

from typing import Any

from ingestion.webhooks.items import Item, Origin, read_item
from ingestion.webhooks.parser import UnusableError
from ingestion.webhooks.vendors.identities import IDENTITIES
from ingestion.webhooks.vendors.items import VendorItem, read_delivery


def read_again(row: dict[str, Any], default_user_id: str) -> list[Item]:
    """The items in a row of the rejected events, which may be rejections; raises `UnusableError` for no known door."""
    body = bytes(row["body"])
    if row["door"] == "canonical":
        return [read_item(body, Origin(row["received_at"], default_user_id, row["verified_by"], row["external_id"]))]
    if row["door"] not in IDENTITIES:
        raise UnusableError("unknown_door", "This version of Rift has no door of that name.")
    items = read_delivery(row["door"], body, row["event_type"], row["received_at"])
    for item in items:
        if isinstance(item, VendorItem):
            item.verified_by = row["verified_by"]
    return [*items]
