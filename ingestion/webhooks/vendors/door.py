"""`POST /api/v1/webhook/<vendor>`: authenticated by the vendor's own signature, then stored whole and answered 2xx.

Some vendors never send again what was not answered 2xx. So nothing of a vendor is rate limited or refused for what it
says, and where the database is away, a delivery waits on disk.
"""

import asyncio
import logging
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from ingestion.webhooks.answers import (
    Answer,
    Headers,
    Receive,
    RefusalError,
    Scope,
    Send,
    database_unavailable,
    retry_after,
)
from ingestion.webhooks.bodies import leaves_much_unread
from ingestion.webhooks.items import Item
from ingestion.webhooks.landing import Landed, Outcome
from ingestion.webhooks.limits import RateLimit
from ingestion.webhooks.parser import UnusableError, parse
from ingestion.webhooks.session import UnavailableError
from ingestion.webhooks.unverified import UnverifiedReads, address
from ingestion.webhooks.vendors.addresses import spellings
from ingestion.webhooks.vendors.identities import MAXIMUM_NAME_LENGTH
from ingestion.webhooks.vendors.items import read_delivery
from ingestion.webhooks.vendors.signatures import SCHEMES, Delivery, SignatureError, is_signed
from ingestion.webhooks.vendors.spool import Spool, SpoolError
from ingestion.webhooks.writer import Writer

MAXIMUM_BODY_BYTES: Final = 1024 * 1024
# Where a vendor says in a header what happened.
EVENT_HEADERS: Final = {"salesloft": b"x-salesloft-event"}
# Nooks asks an address whether it is there before it shows the key with which it will sign.
PINGING: Final = "nooks"
PING_MARK: Final = "callData"
MAXIMUM_PING_BYTES: Final = 4 * 1024

logger = logging.getLogger("rift.webhooks")


class VendorDoor:
    """One vendor's door; several secrets are valid at once."""

    def __init__(  # noqa: PLR0913  # each is a part or a setting of its own
        self,
        source: str,
        secrets: Sequence[bytes],
        writer: Writer,
        spool: Spool,
        *,
        failure_limit: RateLimit,
        unverified: UnverifiedReads,
        public_url: str,
    ) -> None:
        self._source = source
        self._scheme = SCHEMES[source]
        self._secrets = secrets
        self._writer = writer
        self._spool = spool
        self._failure_limit = failure_limit
        self._unverified = unverified
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._answer(scope, receive)
        except RefusalError as refusal:
            answer = refusal.answer()
            if leaves_much_unread(scope["headers"], MAXIMUM_BODY_BYTES):
                answer = answer._replace(headers=[*answer.headers, (b"connection", b"close")])
        except ConnectionError:
            return
        await answer.send(send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            raise RefusalError(
                405, "method_not_allowed", "This address takes deliveries: use POST.", headers=[(b"allow", b"POST")]
            )
        headers = scope["headers"]
        if self._source == PINGING and not any(name == b"x-webhook-signature" for name, _ in headers):
            return await self._answer_ping(scope, receive)
        body = await self._authenticated_body(scope, receive)
        received_at = datetime.now(UTC)
        items = read_delivery(self._source, body, self._event_name(headers), received_at)
        return await self._land(items)

    async def _authenticated_body(self, scope: Scope, receive: Receive) -> bytes:
        try:
            signature = self._scheme.read(scope["headers"], time.time())
        except SignatureError as error:
            raise self._unauthorized(scope, str(error)) from None
        body = await self._unverified.read(scope, receive, MAXIMUM_BODY_BYTES, "No vendor sends as much.")
        delivery = Delivery(scope["method"].encode(), spellings(scope, self._public_url), body)
        if not is_signed(self._scheme, self._secrets, signature, delivery):
            raise self._unauthorized(scope, "it was not made with our secret over this very body")
        return body

    async def _answer_ping(self, scope: Scope, receive: Receive) -> Answer:
        """Answer a JSON object, or nothing, that tells of no call: it is not stored, so it needs no signature.

        It is no failure either: behind a proxy, those who guess have Nooks' address.
        """
        try:
            body = await self._unverified.read(scope, receive, MAXIMUM_PING_BYTES, "No question is as long.")
            document = parse(body) if body.strip() else {}
        except UnusableError:
            document = None
        except RefusalError as refusal:
            if refusal.status != 413:
                raise
            document = None
        if not isinstance(document, dict) or PING_MARK in document:
            raise self._unauthorized(scope, "it must be sent exactly once")
        return Answer(200, {"status": "ping", "landed": 0, "duplicates": 0, "rejected": 0, "spooled": 0}, [])

    def _unauthorized(self, scope: Scope, reason: str) -> RefusalError:
        self._count_failure(scope)
        return RefusalError(
            401,
            "unauthorized",
            f"The signature in {self._scheme.header} cannot be accepted: {reason}.",
            headers=[(b"www-authenticate", b"Signature")],
        )

    def _count_failure(self, scope: Scope) -> None:
        seconds = self._failure_limit.retry_after(address(scope))
        if seconds is not None:
            message = f"Too many requests without a valid signature. Wait {seconds} s, then go on."
            raise RefusalError(429, "rate_limited", message, headers=retry_after(seconds))

    def _event_name(self, headers: Headers) -> str | None:
        names = [value for name, value in headers if name == EVENT_HEADERS.get(self._source)]
        usable = len(names) == 1 and re.fullmatch(rb"[!-~]{1,%d}" % MAXIMUM_NAME_LENGTH, names[0])
        return names[0].decode() if usable else None

    async def _land(self, items: Sequence[Item]) -> Answer:
        outcomes = await self._writer.land_all(items)
        waiting = [item for item, outcome in zip(items, outcomes, strict=True) if isinstance(outcome, UnavailableError)]
        if waiting:
            try:
                await asyncio.to_thread(self._spool.keep, waiting)
            except SpoolError as error:
                logger.error("spool: %s", error)  # noqa: TRY400  # its cause says nothing more
                raise database_unavailable("the database is not available, and the spool takes no more") from None
        return Answer(200, _summary(items, outcomes), [])


def _summary(items: Sequence[Item], outcomes: Sequence[Outcome | UnavailableError]) -> dict[str, object]:
    landed = [outcome for outcome in outcomes if isinstance(outcome, Landed)]
    duplicates = sum(outcome.duplicate for outcome in landed)
    spooled = sum(isinstance(outcome, UnavailableError) for outcome in outcomes)
    rejected = len(items) - len(landed) - spooled
    return {
        "status": "accepted",
        "landed": len(landed) - duplicates,
        "duplicates": duplicates,
        "rejected": rejected,
        "spooled": spooled,
    }
