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

from ingestion.webhooks.items import Item, size_of
from ingestion.webhooks.landing import Outcome
from ingestion.webhooks.session import Session, UnavailableError

# Together with the sweep's interval, every answer is out within two seconds.
DEADLINE_SECONDS: Final = 1.6
SWEEP_SECONDS: Final = 0.1
# For so long a ping that succeeded answers everybody who asks.
PING_SECONDS: Final = 1.0
# Bounds the advisory locks that one transaction holds: up to two an event, of the 6,400 of a default Postgres.
BATCH_SIZE: Final = 500
# What waits is kept in memory: a vendor's item may have a mebibyte.
QUEUE_BYTES: Final = 128 * 1024 * 1024
BATCH_BYTES: Final = 16 * 1024 * 1024
FULL: Final = "too many events are waiting for the database"


@dataclass(slots=True, eq=False)
class _Waiting:
    """Items of one request, all landed in one transaction; a ping has none."""

    items: Sequence[Item]
    future: "asyncio.Future[Sequence[Outcome]]"
    deadline: float
    size: int


class Writer:
    """Lands items; made and used on one event loop."""

    def __init__(self, dsn: str, *, queue_size: int) -> None:
        self._session = Session(dsn)
        self._queue_size = queue_size
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        # Taken from the queue by the thread, but too much for the transaction that was about to begin.
        self._put_off: _Waiting | None = None
        self._waiting: deque[_Waiting] = deque()
        self._waiting_items = 0
        self._waiting_bytes = 0
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._ping: asyncio.Future[Sequence[Outcome]] | None = None
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
        [outcome] = await self._put([item])
        return outcome

    async def land_all(self, items: Sequence[Item]) -> list[Outcome | UnavailableError]:
        """What became of each item, once all that landed is durable. Large batches take several transactions."""
        if self._is_full():
            return [UnavailableError(FULL)] * len(items)
        parts = [items[start : start + BATCH_SIZE] for start in range(0, len(items), BATCH_SIZE)]
        # Admitted as a whole: a part that is refused for want of room would be half a batch.
        futures = [self._queue_up(part) for part in parts]
        landed = await asyncio.gather(*futures, return_exceptions=True)
        outcomes: list[Outcome | UnavailableError] = []
        for part, outcome in zip(parts, landed, strict=True):
            if isinstance(outcome, UnavailableError):
                outcomes += [outcome] * len(part)
            elif isinstance(outcome, BaseException):
                raise outcome
            else:
                outcomes += outcome
        return outcomes

    async def ping(self) -> None:
        """Return when the database takes items; raises `UnavailableError` when not.

        However many ask, one ping at a time waits in the queue: it must not take the places of events.
        """
        now = asyncio.get_running_loop().time()
        last = self._ping
        if last is None or (last.done() and (last.exception() or now - self._pinged_at > PING_SECONDS)):
            last = self._ping = self._put([])
            self._pinged_at = now
        # Shielded, since one who asked and left must not cancel it for the others.
        await asyncio.shield(last)

    def _put(self, items: Sequence[Item]) -> "asyncio.Future[Sequence[Outcome]]":
        if not self._is_full():
            return self._queue_up(items)
        future: asyncio.Future[Sequence[Outcome]] = asyncio.get_running_loop().create_future()
        future.set_exception(UnavailableError(FULL))
        return future

    def _is_full(self) -> bool:
        return self._waiting_items >= self._queue_size or self._waiting_bytes >= QUEUE_BYTES

    def _queue_up(self, items: Sequence[Item]) -> "asyncio.Future[Sequence[Outcome]]":
        if self._loop is None:
            raise RuntimeError("the writer was not started")
        future: asyncio.Future[Sequence[Outcome]] = self._loop.create_future()
        size = sum(map(size_of, items))
        waiting = _Waiting(items, future, self._loop.time() + DEADLINE_SECONDS, size)
        self._queue.put(waiting)
        self._waiting.append(waiting)
        self._waiting_items += len(items)
        self._waiting_bytes += size
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
            alive = [waiting for waiting in batch if not waiting.future.done()]
            outcomes: Sequence[Outcome] | UnavailableError = ()
            if alive:
                try:
                    outcomes = self._session.outcomes([item for waiting in alive for item in waiting.items])
                except UnavailableError as error:
                    outcomes = error
            try:
                loop.call_soon_threadsafe(self._resolve, batch, alive, outcomes)
            except RuntimeError:  # the loop is closed: nobody waits any more
                break
        self._session.close()

    def _take(self) -> list[_Waiting] | None:
        """Whatever is queued and fits into one transaction, waiting for the first; None when the writer was closed."""
        first = self._put_off or self._queue.get()
        self._put_off = None
        if first is None:
            return None
        batch = [first]
        count, size = len(first.items), first.size
        try:
            while count < BATCH_SIZE and size < BATCH_BYTES:
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put(None)
                    break
                count += len(following.items)
                size += following.size
                if count > BATCH_SIZE:
                    self._put_off = following
                    break
                batch.append(following)
        except Empty:
            pass
        return batch

    def _resolve(
        self, batch: Sequence[_Waiting], alive: Sequence[_Waiting], outcomes: Sequence[Outcome] | UnavailableError
    ) -> None:
        """On the loop: hand each request its outcomes."""
        self._waiting_items -= sum(len(waiting.items) for waiting in batch)
        self._waiting_bytes -= sum(waiting.size for waiting in batch)
        start = 0
        for waiting in alive:
            end = start + len(waiting.items)
            if not waiting.future.done():
                if isinstance(outcomes, UnavailableError):
                    waiting.future.set_exception(outcomes)
                else:
                    waiting.future.set_result(outcomes[start:end])
            start = end
