"""Reads bodies of which it is not known yet whose they are, their signature being over them: not all, not for ever.

What the server keeps of a body before anybody asks for it is free. What goes beyond comes out of one amount for all, of
which those who were wrong too often lately may use half: they shall not keep out the others, nor be kept out by a
neighbour.
"""

import asyncio
from typing import Final

from ingestion.webhooks.answers import RETRY_AFTER_SECONDS, Message, Receive, RefusalError, Scope, retry_after
from ingestion.webhooks.bodies import read_body
from ingestion.webhooks.limits import RateLimit

FREE_BYTES: Final = 64 * 1024
BYTES_AT_ONCE: Final = 64 * 1024 * 1024
SECONDS: Final = 10


class UnverifiedReads:
    """One for all doors of a process."""

    def __init__(self, failure_limit: RateLimit) -> None:
        self._failure_limit = failure_limit
        self._left = BYTES_AT_ONCE

    async def read(self, scope: Scope, receive: Receive, limit: int, remedy: str) -> bytes:
        """The body; raises `RefusalError` as `read_body` does, for a slow one (408) and for too many at once (429)."""
        caller = address(scope)
        kept_for_others = BYTES_AT_ONCE // 2 if self._failure_limit.wait(caller) is not None else 0
        length = taken = 0

        async def count() -> Message:
            nonlocal length, taken
            message = await receive()
            length += len(message.get("body", b""))
            more = max(0, length - FREE_BYTES) - taken
            if more > self._left - kept_for_others:
                raise _too_many()
            self._left -= more
            taken += more
            return message

        try:
            async with asyncio.timeout(SECONDS):
                return await read_body(scope["headers"], count, limit, remedy)
        except TimeoutError:
            self._failure_limit.retry_after(caller)
            raise _too_slow() from None
        finally:
            self._left += taken


def address(scope: Scope) -> str:
    """Where a caller is known by that alone."""
    host: str = (scope.get("client") or ["unknown"])[0]
    return host


def _too_slow() -> RefusalError:
    message = f"The body did not come within {SECONDS} s. Send it at once."
    return RefusalError(408, "too_slow", message, headers=[(b"connection", b"close")])


def _too_many() -> RefusalError:
    message = "Too many large bodies at once whose signature is still to be checked. Send this again."
    headers = [*retry_after(RETRY_AFTER_SECONDS), (b"connection", b"close")]
    return RefusalError(429, "rate_limited", message, headers=headers)
