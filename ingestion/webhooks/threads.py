"""Runs what waits for the database beside the event loop, a few at a time and never for longer than it may take."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, TypeVar

import anyio.to_thread
import psycopg2
from anyio import CapacityLimiter
from psycopg2 import errors

from ingestion.webhooks.answers import RETRY_AFTER_SECONDS, RefusalError, retry_after

# What was landed before an answer was lost is found in force, and not landed again.
UNANSWERED: Final = "{reason}. Send this again after the seconds in Retry-After: nothing is landed twice."

logger = logging.getLogger("rift.webhooks")
Result = TypeVar("Result")


class Threads:
    """At most `count` at once; whoever waits longer than `seconds`, in line or for the database, gets a 503."""

    def __init__(self, command: str, count: int, seconds: float) -> None:
        # What does the same without an API.
        self._command = command
        self._count = count
        self._seconds = seconds
        self._limiter: CapacityLimiter | None = None

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of `work`; raises `RefusalError` (503) when the database fails or takes too long."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._count)
        try:
            async with asyncio.timeout(self._seconds):
                return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._limiter)
        except TimeoutError:
            raise _unavailable("The database did not answer in time") from None
        except errors.QueryCanceled:
            reason = f"This took the database longer than it may; ask for less, or use {self._command}"
            raise _unavailable(reason) from None
        except psycopg2.Error as error:
            # Without its text: the server quotes values in it.
            logger.error("%s: %s %s", self._command, type(error).__name__, error.pgcode)  # noqa: TRY400
            raise _unavailable("The database is not available, or its marts are not built") from None


def _unavailable(reason: str) -> RefusalError:
    headers = retry_after(RETRY_AFTER_SECONDS)
    return RefusalError(503, "database_unavailable", UNANSWERED.format(reason=reason), headers=headers)
