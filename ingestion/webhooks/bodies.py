"""Reads a request's body as far as it may go, for routes that read it themselves, once they know who is calling."""

import re
from collections.abc import Sequence
from typing import Final

from ingestion.webhooks.answers import Receive, RefusalError

JSON_TYPE: Final = re.compile(rb'application/json[ \t]*(;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?', re.IGNORECASE)

RequestHeaders = Sequence[tuple[bytes, bytes]]


def require_json(headers: RequestHeaders) -> None:
    content_types = [value for name, value in headers if name == b"content-type"]
    if len(content_types) != 1 or not JSON_TYPE.fullmatch(content_types[0]):
        raise RefusalError(415, "unsupported_media_type", "Send JSON, with the header Content-Type: application/json.")


async def read_body(headers: RequestHeaders, receive: Receive, limit: int, remedy: str) -> bytes:
    """The body; raises `RefusalError` (413, with the remedy) for a larger one, `ConnectionResetError` for none."""
    if _announced_length(headers) > limit:
        raise _too_large(limit, remedy)
    message = await receive()
    parts: list[bytes] = [message.get("body", b"")]
    length = len(parts[0])
    while message.get("more_body") and length <= limit:
        message = await receive()
        parts.append(message.get("body", b""))
        length += len(parts[-1])
    if message["type"] == "http.disconnect":
        raise ConnectionResetError
    if length > limit:
        raise _too_large(limit, remedy)
    return b"".join(parts)


def _too_large(limit: int, remedy: str) -> RefusalError:
    return RefusalError(413, "body_too_large", f"The body is larger than {limit} bytes. {remedy}")


def leaves_much_unread(headers: RequestHeaders, limit: int) -> bool:
    """Whether an answer that comes before the body should end the connection, to not be sent the rest."""
    return any(name == b"transfer-encoding" for name, _ in headers) or _announced_length(headers) > limit


def _announced_length(headers: RequestHeaders) -> int:
    return next((int(value) for name, value in headers if name == b"content-length"), 0)
