"""Group commit: requests that arrive together share one transaction and one fsync.

The event loop queues items; one thread with its own connection takes whatever is queued, lands it in one
transaction and hands all outcomes back at once. Nobody waits longer than `DEADLINE_SECONDS`, whatever happens.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final

from ingestion.webhooks.landing import Item, Outcome
from ingestion.webhooks.session import Ping, Session, UnavailableError

# Together with the sweep's interval, every answer is out within two seconds.
DEADLINE_SECONDS: Final = 1.6
SWEEP_SECONDS: Final = 0.1
# For so long a ping that succeeded answers everybody who asks.
PING_SECONDS: Final = 1.0
# Bounds the advisory locks that one transaction holds: up to two an event, of the 6,400 of a default Postgres.
BATCH_SIZE: Final = 500


@dataclass(slots=True, eq=False)
class _Waiting:
    item: Item | Ping
    future: "asyncio.Future[Outcome | None]"
    deadline: float


class Writer:
    """Lands items; made and used on one event loop."""

    def __init__(self, dsn: str, *, queue_size: int) -> None:
        self._session = Session(dsn)
        self._queue_size = queue_size
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._waiting: deque[_Waiting] = deque()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._ping: asyncio.Future[Outcome | None] | None = None
        self._pinged_at = 0.0

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def close(self) -> None:
        """Land what is queued, then stop."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join, 2 * DEADLINE_SECONDS)
        if self._sweep:
            self._sweep.cancel()

    async def land(self, item: Item) -> Outcome:
        """What became of the item, once that is durable; raises `UnavailableError` when it may not be."""
        outcome = await self._put(item)
        if outcome is None:
            raise AssertionError("only a ping has no outcome")
        return outcome

    async def ping(self) -> None:
        """Return when the database takes items; raises `UnavailableError` when not.

        However many ask, one ping at a time waits in the queue: it must not take the places of events.
        """
        now = asyncio.get_running_loop().time()
        last = self._ping
        if last is None or (last.done() and (last.exception() or now - self._pinged_at > PING_SECONDS)):
            last = self._ping = self._put(Ping())
            self._pinged_at = now
        # Shielded, since one who asked and left must not cancel it for the others.
        await asyncio.shield(last)

    def _put(self, item: Item | Ping) -> "asyncio.Future[Outcome | None]":
        if self._loop is None:
            raise RuntimeError("the writer was not started")
        future: asyncio.Future[Outcome | None] = self._loop.create_future()
        if self._queue.qsize() >= self._queue_size:
            future.set_exception(UnavailableError("too many events are waiting for the database"))
            return future
        waiting = _Waiting(item, future, self._loop.time() + DEADLINE_SECONDS)
        self._queue.put(waiting)
        self._waiting.append(waiting)
        if self._sweep is None:
            self._sweep = self._loop.call_later(SWEEP_SECONDS, self._expire)
        return future

    def _expire(self) -> None:
        """Give up on what waited too long; the oldest stand first."""
        now = asyncio.get_running_loop().time()
        while self._waiting and (self._waiting[0].future.done() or self._waiting[0].deadline <= now):
            late = self._waiting.popleft().future
            if not late.done():
                late.set_exception(UnavailableError("the database did not answer in time"))
        again = bool(self._waiting)
        self._sweep = asyncio.get_running_loop().call_later(SWEEP_SECONDS, self._expire) if again else None

    def _run(self) -> None:
        loop = self._loop
        while loop and (batch := self._take()) is not None:
            # Who was told "unavailable" already will send it again.
            if batch := [waiting for waiting in batch if not waiting.future.done()]:
                outcomes = self._session.outcomes([waiting.item for waiting in batch])
                try:
                    loop.call_soon_threadsafe(_resolve, batch, outcomes)
                except RuntimeError:  # the loop is closed: nobody waits any more
                    break
        self._session.close()

    def _take(self) -> list[_Waiting] | None:
        """Whatever is queued, waiting for the first; None when the writer was closed."""
        first = self._queue.get()
        if first is None:
            return None
        batch = [first]
        try:
            while len(batch) < BATCH_SIZE:
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put(None)
                    break
                batch.append(following)
        except Empty:
            pass
        return batch


def _resolve(batch: Sequence[_Waiting], outcomes: Sequence[Outcome | UnavailableError | None]) -> None:
    for waiting, outcome in zip(batch, outcomes, strict=True):
        if waiting.future.done():
            continue
        if isinstance(outcome, UnavailableError):
            waiting.future.set_exception(outcome)
        else:
            waiting.future.set_result(outcome)
