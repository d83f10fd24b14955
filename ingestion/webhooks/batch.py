"""Many events in one request, `POST /api/v1/webhook/ingest/batch`: one answer for each, when all are durable."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Final

from ingestion.webhooks.answers import RETRY_AFTER_SECONDS, Answer, Receive, RefusalError, Scope, retry_after
from ingestion.webhooks.door import Door, answer_to
from ingestion.webhooks.entrance import Admitted, Entrance
from ingestion.webhooks.items import Item, read_items, rejection
from ingestion.webhooks.parser import UnusableError
from ingestion.webhooks.session import UnavailableError
from ingestion.webhooks.writer import Writer

MAXIMUM_ITEMS: Final = 1000
# So that a batch does not hold up everybody else: these take half a millisecond.
ITEMS_IN_A_ROW: Final = 50
COUNTED_AS: Final = {201: "landed", 200: "duplicates", 503: "unavailable"}


class BatchDoor(Door):
    """Takes an array of events. Each item is judged by itself; what is no array lands nothing."""

    def __init__(self, writer: Writer, entrance: Entrance, *, limit: int, item_limit: int) -> None:
        super().__init__(writer, entrance, limit=limit)
        self._item_limit = item_limit

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        admitted = await self._entrance.admit(scope, receive, self._limit, "Send fewer events in a batch.")
        try:
            items = await self._read(admitted)
        except UnusableError as error:
            return await self._refuse(admitted, error)
        outcomes = await self._writer.land_all(items)
        return _answer([answer_to(outcome) for outcome in outcomes])

    async def _read(self, admitted: Admitted) -> list[Item]:
        items = []
        for item in read_items(admitted.body, admitted.origin, MAXIMUM_ITEMS, self._item_limit):
            items.append(item)
            if len(items) % ITEMS_IN_A_ROW == 0:
                await asyncio.sleep(0)
        return items

    async def _refuse(self, admitted: Admitted, error: UnusableError) -> Answer:
        """Keep the whole body, and say what is wrong with it."""
        refused = rejection(admitted.body, admitted.origin, error, name=admitted.origin.message_id)
        try:
            return answer_to(await self._writer.land(refused))
        except UnavailableError as unavailable:
            return answer_to(unavailable)


def _answer(answers: Sequence[Answer]) -> Answer:
    """200 when every item was judged, whatever came of it; 503 as long as it is worth sending the batch again."""
    counts = Counter(COUNTED_AS.get(answer.status, "rejected") for answer in answers)
    is_done = not counts["unavailable"]
    body = {
        "status": "success" if is_done else "error",
        "landed": counts["landed"],
        "duplicates": counts["duplicates"],
        "rejected": counts["rejected"],
        "results": [{"status_code": answer.status, **answer.body} for answer in answers],
    }
    if is_done:
        return Answer(200, body, [])
    refusal = RefusalError(
        503,
        "database_unavailable",
        f"{counts['unavailable']} of {len(answers)} events did not land: those with status_code 503 in results. Send "
        "them, or the whole batch, again after the seconds in Retry-After.",
        headers=retry_after(RETRY_AFTER_SECONDS),
    ).answer()
    return refusal._replace(body=body | refusal.body)
