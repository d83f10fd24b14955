"""The API of rejected events: what was refused and why, what was sent, and landing it after all.

All of it needs an admin secret, checked before anything else is: bodies hold personal data.
"""

from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from typing import Annotated, Final, TypeVar
from uuid import UUID

import psycopg2
from fastapi import APIRouter, Depends, Query, Request
from psycopg2 import extensions

from ingestion.rejected.listing import Filter, list_rejected, show_rejected
from ingestion.rejected.reading import Reading
from ingestion.rejected.replaying import Replayed, replay, replay_waiting
from ingestion.webhooks.answers import RefusalError
from ingestion.webhooks.authentication import SecretHeader
from ingestion.webhooks.bodies import leaves_much_unread, read_body, require_json
from ingestion.webhooks.parser import UnusableError, parse
from ingestion.webhooks.rejected_schemas import (
    REFUSALS,
    REPLAY,
    SECURITY,
    SINCE,
    SINCE_IN_WORDS,
    UNKNOWN,
    FilterText,
    RejectedAnswer,
    RejectedEvent,
    RejectedEvents,
    ReplayAnswer,
    read_replay_request,
    read_since_or_refuse,
)
from ingestion.webhooks.threads import Threads

MAXIMUM_BODY_BYTES: Final = 64 * 1024
# A replay of the most that one request may name takes about a second.
SECONDS: Final = 30
AT_ONCE: Final = 2
LIST_TIMEOUT: Final = "set statement_timeout = '5s'"

Result = TypeVar("Result")


class RejectedBook:
    """Reads and replays rejected events in threads of its own; nothing connects before it is asked."""

    def __init__(self, dsn: str, admins: SecretHeader | None, reading: Reading) -> None:
        self._dsn = dsn
        self._admins = admins
        self._reading = reading
        self._threads = Threads("rift rejected", AT_ONCE, SECONDS)

    def require_admin(self, request: Request) -> None:
        """Raise `RefusalError` unless an administrator asks."""
        try:
            self._require_admin(request)
        except RefusalError as refusal:
            if leaves_much_unread(request.scope["headers"], MAXIMUM_BODY_BYTES):
                refusal.headers = [*refusal.headers, (b"connection", b"close")]
            raise

    def _require_admin(self, request: Request) -> None:
        if self._admins is None:
            raise RefusalError(
                403,
                "no_administrators",
                "This receiver has no RIFT_ADMIN_SECRET, so nobody may do this through it. Set one and restart it, "
                "or use rift rejected.",
            )
        self._admins.require(request.scope)

    async def read(self, ask: Callable[[extensions.cursor], Result]) -> Result:
        def work() -> Result:
            with closing(psycopg2.connect(self._dsn, connect_timeout=2, tcp_user_timeout=2000)) as connection:
                connection.set_session(readonly=True)
                with connection.cursor() as cursor:
                    cursor.execute(LIST_TIMEOUT)
                    return ask(cursor)

        return await self._threads.run(work)

    async def replay(self, ids: list[str] | None, chosen: Filter, limit: int) -> list[Replayed]:
        def work() -> list[Replayed]:
            if ids is not None:
                return list(replay(self._dsn, ids, self._reading))
            return list(replay_waiting(self._dsn, chosen, self._reading, limit))

        return await self._threads.run(work)


async def _admin(request: Request) -> RejectedBook:
    book: RejectedBook = request.app.state.rejected_book
    book.require_admin(request)
    return book


def _filter(
    reason: Annotated[FilterText | None, Query()] = None,
    source: Annotated[FilterText | None, Query()] = None,
    door: Annotated[FilterText | None, Query()] = None,
    since: Annotated[str | None, Query(max_length=40, json_schema_extra=SINCE, description=SINCE_IN_WORDS)] = None,
    settled: Annotated[bool, Query(description="Also copies, and what was replayed.")] = False,  # noqa: FBT002
) -> Filter:
    try:
        return Filter(reason, source, door, read_since_or_refuse(since), settled)
    except UnusableError as error:
        raise RefusalError(422, error.reason, error.detail, field=error.field) from None


router = APIRouter(prefix="/api/v1/rejected", tags=["rejected"])
BookOfAdmin = Annotated[RejectedBook, Depends(_admin)]
ChosenFilter = Annotated[Filter, Depends(_filter)]


@router.get("", responses=REFUSALS, openapi_extra=SECURITY)
async def rejected_events(
    book: BookOfAdmin,
    chosen: ChosenFilter,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[UUID | None, Query(description="The last rejected_id of the page before.")] = None,
) -> RejectedEvents:
    """Rejected events that wait to be landed, newest first."""
    rows = await book.read(
        lambda cursor: list_rejected(cursor, chosen, limit=limit, before=str(before) if before else None)
    )
    return RejectedEvents.model_validate({"rejected": rows})


@router.post("/replay", responses=REFUSALS, openapi_extra=SECURITY | REPLAY)
async def replay_rejected_events(book: BookOfAdmin, request: Request) -> ReplayAnswer:
    """Read rejected events again and land those that can be by now, as of when they were received."""
    headers = request.scope["headers"]
    require_json(headers)
    try:
        body = await read_body(headers, request.receive, MAXIMUM_BODY_BYTES, "Name fewer ids.")
        ids, chosen, limit = read_replay_request(parse(body))
    except ConnectionResetError:
        raise RefusalError(400, "no_body", "The request ended before its body.") from None
    except UnusableError as error:
        raise RefusalError(422, error.reason, error.detail, field=error.field) from None
    replayed = await book.replay(ids, chosen, limit)
    return ReplayAnswer(status="success", results=[RejectedAnswer.of(one) for one in replayed])


@router.get("/{rejected_id:uuid}", responses=REFUSALS | UNKNOWN, openapi_extra=SECURITY)
async def rejected_event(book: BookOfAdmin, rejected_id: UUID) -> RejectedEvent:
    """One rejected event with what was sent: as text where it is UTF-8, else in base64."""
    row = await book.read(lambda cursor: show_rejected(cursor, str(rejected_id)))
    if row is None:
        raise RefusalError(404, "unknown_rejected_event", "There is no rejected event with this id.")
    try:
        shown = {"body": row["body"].decode(), "body_encoding": "utf-8"}
    except UnicodeDecodeError:
        shown = {"body": b64encode(row["body"]).decode(), "body_encoding": "base64"}
    return RejectedEvent.model_validate(row | shown)
