"""Which object an item of each vendor tells of, what it is called there, and what each attempt to deliver it repeats.

Two items of one object with the same repeated part are copies. Where a vendor may tell different things of an object
under one name, the whole text is repeated; what stands for an attempt, such as a number or an id of it, is not.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from ingestion.webhooks.parser import UnusableError

# An index entry holds 2,704 bytes, and a character takes up to four.
MAXIMUM_KEY_LENGTH: Final = 500
MAXIMUM_NAME_LENGTH: Final = 200
# Of an Outreach object each happens once; any other action may happen again.
_ONCE: Final = ("created", "destroyed", "deleted")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")

Document = dict[str, Any]


class Identity(NamedTuple):
    object_key: str
    event_type: str | None
    repeated: list[object]


def _outreach(document: Document, text: str, _: str | None) -> Identity:
    data = _member(document, "data")
    name = event_name(_member(document, "meta").get("eventName"))
    action = (name or "").rpartition(".")[2]
    return Identity(_key(data.get("type"), data.get("id")), name, [name] if action in _ONCE else [name, text])


def _nooks(document: Document, _text: str, _: str | None) -> Identity:
    call = _member(document, "callData")
    name = event_name(document.get("event"))
    # eventId changes with each attempt, and occurredAt is when it was sent.
    return Identity(_key("call", call.get("callId")), name, [name, call])


def _hubspot(document: Document, _text: str, _: str | None) -> Identity:
    name = event_name(document.get("subscriptionType"))
    # Older subscriptions name the type of object in their own name: contact.creation.
    object_type = document.get("objectTypeId") or (name or "").partition(".")[0]
    repeated = {member: value for member, value in document.items() if member != "attemptNumber"}
    return Identity(_key(object_type, document.get("objectId")), name, [repeated])


def _salesloft(document: Document, text: str, name: str | None) -> Identity:
    # The header that names the event is not signed: only the body says what it is of, and what a copy is.
    object_type = "other" if document.get("start_time") is None else "meeting"
    return Identity(_key(object_type, document.get("id")), name, [text])


def _calendly(document: Document, _text: str, _: str | None) -> Identity:
    name = event_name(document.get("event"))
    object_type = (name or "").partition(".")[0]
    if object_type.startswith("invitee"):
        object_type = "invitee"
    uri = _member(document, "payload").get("uri")
    # A no-show may be noted, taken back and noted again: created_at tells these apart.
    return Identity(_key(object_type, uri), name, [name, document.get("created_at")])


IDENTITIES: Final[dict[str, Callable[[Document, str, str | None], Identity]]] = {
    "outreach": _outreach,
    "nooks": _nooks,
    "hubspot": _hubspot,
    "salesloft": _salesloft,
    "calendly": _calendly,
}


def event_name(value: object) -> str | None:
    """The name of an event as a vendor gives it, or None for what is none."""
    usable = isinstance(value, str) and value.strip() and len(value) <= MAXIMUM_NAME_LENGTH
    return str(value) if usable and not _CONTROL.search(str(value)) else None


def _member(document: Document, name: str) -> Document:
    member = document.get(name)
    return member if isinstance(member, dict) else {}


def _key(object_type: object, object_id: object) -> str:
    """What an object is called in raw; raises `UnusableError` when its type or id is missing or unusable."""
    is_number = isinstance(object_id, int) and not isinstance(object_id, bool)
    name = str(object_id) if is_number or isinstance(object_id, str) else ""
    key = f"{object_type}:{name}"
    if not (isinstance(object_type, str) and object_type.strip() and name.strip()):
        raise UnusableError("no_identity", "The item does not say which object it tells of.")
    if len(key) > MAXIMUM_KEY_LENGTH or _CONTROL.search(key):
        raise UnusableError(
            "no_identity", f"The id of the item's object is no text of {MAXIMUM_KEY_LENGTH} characters."
        )
    return key
