"""From what was sent to what can land: an event, or a rejection that keeps the text and says why it is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ingestion.webhooks.arrays import parse_array
from ingestion.webhooks.events import Event, Rejection, build_event, named_source, new_id, require_object
from ingestion.webhooks.parser import UnusableError, parse
from ingestion.webhooks.vendors.items import VendorItem

Item = Event | Rejection | VendorItem


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of an item from elsewhere than its text."""

    received_at: datetime
    default_user_id: str
    verified_by: str = "secret"
    # Its sender's name for a message: that of an event to which it gave no external_id.
    message_id: str | None = None


def read_item(body: bytes, origin: Origin) -> Item:
    """What the body of one event comes to."""
    document: object = None
    try:
        document = parse(body)
        return _event(document, body.decode(), origin, origin.message_id)
    except UnusableError as error:
        return rejection(body, origin, error, document, origin.message_id)


def read_items(body: bytes, origin: Origin, most: int, most_bytes: int) -> Iterator[Item]:
    """What each element of an array comes to, in order; raises `UnusableError` when there is no such array.

    Its elements must not land before the last of them was read.
    """
    for position, (text, document) in enumerate(parse_array(body, most)):
        name = f"{origin.message_id}/{position}" if origin.message_id else None
        try:
            if isinstance(document, UnusableError):
                raise document
            # A character takes up to four bytes; counting them costs something only where it matters.
            if len(text) * 4 > most_bytes:
                require_size(len(text.encode()), most_bytes)
            yield _event(document, text, origin, name)
        except UnusableError as error:
            yield rejection(text.encode("utf-8", "surrogatepass"), origin, error, document, name)


def rejection(
    body: bytes, origin: Origin, error: UnusableError, document: object = None, name: str | None = None
) -> Rejection:
    """The body, kept with the reason why it cannot be an event."""
    source = named_source(document)
    return Rejection(
        new_id(),
        source,
        error.reason,
        error.detail,
        body,
        origin.received_at,
        verified_by=origin.verified_by,
        field=error.field,
        external_id=name,
    )


def _event(document: object, text: str, origin: Origin, name: str | None) -> Event:
    event = build_event(require_object(document), text, origin.received_at, origin.default_user_id, name)
    event.verified_by = origin.verified_by
    return event


def size_of(item: Item) -> int:
    """About how much memory it takes, in bytes."""
    return len(item.body if isinstance(item, Rejection) else item.payload)


def require_size(size: int, most_bytes: int) -> None:
    """Raise `UnusableError` for an event that is larger than one may be."""
    if size > most_bytes:
        raise UnusableError(
            "body_too_large", f"This event is larger than {most_bytes} bytes. Send less metadata with an event."
        )
