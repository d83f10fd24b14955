"""Standard Webhooks: a signature over the message's id, its time and the raw body, in place of a secret in a header.

The signing key never travels, and a message that was overheard can be repeated, but not changed: a copy counts nothing.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from standardwebhooks import Webhook, WebhookVerificationError

from ingestion.webhooks.bodies import RequestHeaders

_HEADERS: Final = {
    # Becomes the name of an event that has none, so it must be fit for one, with a position in a batch behind it.
    b"webhook-id": re.compile(rb"[!-~]{1,150}"),
    b"webhook-timestamp": re.compile(rb"[0-9]{1,12}"),
    # One way only to read each letter: of a pattern that knows several, somebody makes a header that takes for ever.
    b"webhook-signature": re.compile(rb"v[0-9]+[a-z]?,[A-Za-z0-9+/=]+( v[0-9]+[a-z]?,[A-Za-z0-9+/=]+)*"),
}
# Room for thirty signatures: while keys are replaced, two are sent.
_MAXIMUM_LENGTH: Final = 4096


class Message(NamedTuple):
    """The three headers of a request that claims to be signed."""

    message_id: str
    headers: dict[str, str]


def is_signed(headers: RequestHeaders) -> bool:
    return any(name in _HEADERS for name, _ in headers)


def read_message(headers: RequestHeaders) -> Message | None:
    """The headers, where each of them came once and is what it should be."""
    given = [(name, value) for name, value in headers if name in _HEADERS]
    if sorted(name for name, _ in given) != sorted(_HEADERS):
        return None
    if not all(len(value) <= _MAXIMUM_LENGTH and _HEADERS[name].fullmatch(value) for name, value in given):
        return None
    texts = {name.decode(): value.decode("ascii") for name, value in given}
    return Message(texts["webhook-id"], texts)


class SigningKeys:
    """The keys that senders may sign with: several, so that each can be replaced while both are valid."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [Webhook(key) for key in keys]

    def __bool__(self) -> bool:
        return bool(self._keys)

    def signer(self, message: Message, body: bytes) -> int | None:
        """The number of the key that signed this body in the last five minutes; None when none did."""
        return next((number for number, key in enumerate(self._keys) if _has_signed(key, message, body)), None)


def _has_signed(key: Webhook, message: Message, body: bytes) -> bool:
    try:
        key.verify(body, message.headers, json_parse=False)
    except (WebhookVerificationError, ValueError):
        # The latter is bad base64, or a body that is not UTF-8, of which the library knows no signature.
        return False
    return True
