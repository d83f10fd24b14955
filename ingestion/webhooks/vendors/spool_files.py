"""What is in a file of the spool. It may be read by another version than wrote it: before or after an upgrade."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from ingestion.webhooks.events import Rejection
from ingestion.webhooks.vendors.items import VendorItem

# To be raised when a reader of today would land something else than was meant; new members alone are left out by it.
VERSION: Final = 1

SpoolItem = VendorItem | Rejection


class NewerFileError(Exception):
    """The file is for a later version of Rift, which may still come for it."""


def written(items: Sequence[Any]) -> bytes:
    """A file that holds these items."""
    return json.dumps({"version": VERSION, "items": [_document(item) for item in items]}).encode()


def read(content: bytes) -> list[SpoolItem]:
    """The items of a file; raises `ValueError` for a damaged one, and `NewerFileError`."""
    try:
        document = json.loads(content)
        # The first files were the items alone.
        if isinstance(document, list):
            document = {"version": 0, "items": document}
        if document["version"] > VERSION:
            raise NewerFileError(f"it is of version {document['version']}, and this Rift reads {VERSION}")
        return [_item(item) for item in document["items"]]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("it is no file of the spool") from error


def _document(item: SpoolItem) -> dict[str, Any]:
    document = asdict(item) | {"received_at": item.received_at.isoformat()}
    if isinstance(item, Rejection):
        document["body"] = b64encode(item.body).decode()
    return document


def _item(document: dict[str, Any]) -> SpoolItem:
    told = document | {"received_at": datetime.fromisoformat(document["received_at"])}
    if "rejected_id" in told:
        return Rejection(**_known(Rejection, told | {"body": b64decode(told["body"])}))
    return VendorItem(**_known(VendorItem, told))


def _known(kind: Any, members: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 -- a dataclass
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in members.items() if name in names}
