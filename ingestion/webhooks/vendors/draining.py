"""Lands what waits in the spool as soon as the database is back, also after a restart: once, oldest first."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from ingestion.webhooks.session import UnavailableError
from ingestion.webhooks.vendors.items import VendorItem
from ingestion.webhooks.vendors.spool import Spool
from ingestion.webhooks.vendors.spool_files import NewerFileError, SpoolItem
from ingestion.webhooks.writer import Writer

LOOK_SECONDS: Final = 1.0
# Of a full spool, those who wait for the database themselves must not feel much: one transaction takes so much.
ITEMS_AT_ONCE: Final = 200
BYTES_AT_ONCE: Final = 4 * 1024 * 1024

logger = logging.getLogger("rift.webhooks")


class Draining:
    """Looks into the spool every second for as long as it runs."""

    def __init__(self, spool: Spool, writer: Writer) -> None:
        self._spool = spool
        self._writer = writer
        # What could not be read or removed, and is said once.
        self._reported: set[str] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        with suppress(OSError):
            await asyncio.to_thread(self._spool.sweep)
        while True:
            try:
                await self._look()
            except UnavailableError:
                pass
            except Exception:
                # Whatever it was: the next look may succeed, and nothing is lost meanwhile.
                logger.exception("spool: nothing was landed")
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        names = await asyncio.to_thread(self._spool.names)
        if not names:
            return
        await self._writer.ping()
        with self._spool.claimed() as is_ours:
            if is_ours:
                # Another receiver may have landed some before it was our turn.
                landed = await self._land_all(await asyncio.to_thread(self._spool.names))
                left = len(await asyncio.to_thread(self._spool.names))
                if landed:
                    logger.info("spool: %d deliveries landed, %d wait", landed, left)

    async def _land_all(self, names: Sequence[str]) -> int:
        landed = count = size = 0
        group: dict[str, list[SpoolItem]] = {}
        for name in names:
            items = await self._read(name)
            if items is None:
                continue
            added = sum(map(_size, items))
            if group and (count + len(items) > ITEMS_AT_ONCE or size + added > BYTES_AT_ONCE):
                landed += await self._land(group)
                group, count, size = {}, 0, 0
            group[name] = items
            count += len(items)
            size += added
        return landed + await self._land(group)

    async def _read(self, name: str) -> list[SpoolItem] | None:
        """The items of a file, or None where it cannot be read: it stays, and holds no other up."""
        try:
            try:
                return await asyncio.to_thread(self._spool.read, name)
            except ValueError:
                await asyncio.to_thread(self._spool.set_aside, name)
        except (OSError, NewerFileError) as error:
            self._report(name, error)
        return None

    async def _land(self, group: dict[str, list[SpoolItem]]) -> int:
        """Land deliveries together; where that fails and the database is there, each on its own."""
        if await self._all_landed([item for items in group.values() for item in items]):
            done = list(group)
        else:
            done = []
            for name, items in group.items():
                await self._writer.ping()
                if await self._all_landed(items):
                    done.append(name)
        for name in done:
            try:
                await asyncio.to_thread(self._spool.remove, name)
            except OSError as error:
                # It is landed again with the next look, which changes nothing.
                self._report(name, error)
        return len(done)

    def _report(self, name: str, error: Exception) -> None:
        if name not in self._reported:
            self._reported.add(name)
            reason = error.strerror if isinstance(error, OSError) else error
            logger.error("spool: %s cannot be read or removed: %s", self._spool.folder / name, reason)

    async def _all_landed(self, items: Sequence[SpoolItem]) -> bool:
        return not any(isinstance(outcome, UnavailableError) for outcome in await self._writer.land_all(items))


def _size(item: SpoolItem) -> int:
    return len(item.payload if isinstance(item, VendorItem) else item.body)
