"""Answers of a door as plain ASGI messages, and the refusals that become such answers."""

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, NamedTuple

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

RETRY_AFTER_SECONDS = 2


class Answer(NamedTuple):
    """A status, a JSON object and headers beyond those of every answer."""

    status: int
    body: dict[str, Any]
    headers: Headers

    async def send(self, send: Send) -> None:
        content = json.dumps(self.body).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            *self.headers,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


class RefusalError(Exception):
    """A request that is answered with an error; `message` says what is wrong and what to do."""

    def __init__(
        self, status: int, code: str, message: str, *, field: str | None = None, headers: Headers = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers = headers

    def answer(self) -> Answer:
        body = {"status": "error", "error": self.code, "message": self.message}
        if self.field is not None:
            body["field"] = self.field
        return Answer(self.status, body, self.headers)


def retry_after(seconds: int) -> Headers:
    return [(b"retry-after", str(seconds).encode())]


def database_unavailable(reason: str) -> RefusalError:
    message = f"Not done: {reason}. Ask again after the seconds in Retry-After."
    return RefusalError(503, "database_unavailable", message, headers=retry_after(RETRY_AFTER_SECONDS))
