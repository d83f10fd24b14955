"""What the API answers about the marts, read as the role that may read nothing else.

Reads need no secret, as in the first design of this API: keep the port inside the network that may see the scores.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import anyio
import anyio.to_thread
import psycopg2
from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator
from sqlalchemy import Engine, RowMapping, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from ingestion.webhooks.answers import RefusalError, database_unavailable
from ingestion.webhooks.events import MAXIMUM_TEXT_LENGTH
from ingestion.webhooks.schemas import (
    CurrentStats,
    DailyAnswer,
    DailyStats,
    ErrorAnswer,
    RecentAnswer,
)

# With the answer itself this stays below the two seconds that any request may take when the database is away.
READ_SECONDS: Final = 1.8

CURRENT: Final = f"""
select {", ".join(CurrentStats.model_fields)} from marts.dim_user_stats where user_id = :user_id
"""
DAILY: Final = f"""
select {", ".join(f"daily.{name}" for name in DailyStats.model_fields)}
from marts.dim_user_stats as sdr
left join marts.fct_user_daily as daily
    on sdr.user_id = daily.user_id
    and daily.activity_date > (now() at time zone sdr.time_zone)::date - :days
where sdr.user_id = :user_id
order by daily.activity_date, daily.event_type
"""
RECENT: Final = """
select event_id, user_id, display_name, team_name, event_type, event_label, gold_value, xp_value, is_reversed,
    is_reversal, occurred_at, received_at
from marts.rpt_activity_feed
order by received_at desc, event_id desc
limit :limit
"""


class Marts:
    """A pool of read-only connections, as many at once as the pool is large."""

    def __init__(self, dsn: str, pool_size: int) -> None:
        self._engine: Engine = create_engine(
            "postgresql+psycopg2://",
            creator=lambda: psycopg2.connect(
                dsn, connect_timeout=2, tcp_user_timeout=2000, application_name="rift receiver reads"
            ),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=READ_SECONDS,
            pool_pre_ping=True,
        )
        self._pool_size = pool_size
        self._threads: anyio.CapacityLimiter | None = None

    async def rows(self, query: str, parameters: Mapping[str, object]) -> Sequence[RowMapping]:
        """The rows of a query; raises `RefusalError` (503) when the database does not answer in time."""
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(self._pool_size)
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await anyio.to_thread.run_sync(
                    self._query, query, parameters, abandon_on_cancel=True, limiter=self._threads
                )
        except TimeoutError:
            raise database_unavailable("the database did not answer in time") from None
        except SQLAlchemyError:
            raise database_unavailable("the marts cannot be read") from None

    def close(self) -> None:
        self._engine.dispose()

    def _query(self, query: str, parameters: Mapping[str, object]) -> Sequence[RowMapping]:
        with self._engine.connect() as connection:
            return connection.execute(text(query), parameters).mappings().all()


def _require_printable(value: str) -> str:
    if any(letter < " " or "\x7f" <= letter <= "\x9f" for letter in value):
        raise ValueError("must not hold control characters")
    return value


UserId = Annotated[
    str | None,
    Query(min_length=1, max_length=MAXIMUM_TEXT_LENGTH, description="The SDR; without one, the default SDR."),
    AfterValidator(lambda value: value if value is None else _require_printable(value)),
]
UNAVAILABLE: Final[dict[int | str, dict[str, Any]]] = {
    503: {
        "model": ErrorAnswer,
        "description": "The database is away.",
        "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
    }
}
UNKNOWN_USER: Final[dict[int | str, dict[str, Any]]] = {404: {"model": ErrorAnswer, "description": "No such SDR."}}
UNUSABLE: Final[dict[int | str, dict[str, Any]]] = {
    422: {"model": ErrorAnswer, "description": "An unusable parameter."}
}

router = APIRouter(prefix="/api/v1")


def _marts(request: Request) -> Marts:
    marts: Marts = request.app.state.marts
    return marts


def _user_id(request: Request, user_id: UserId = None) -> str:
    default: str = request.app.state.default_user_id
    return user_id or default


MartsInUse = Annotated[Marts, Depends(_marts)]
AskedUser = Annotated[str, Depends(_user_id)]


@router.get("/stats/current", tags=["stats"], responses=UNAVAILABLE | UNKNOWN_USER | UNUSABLE)
async def current_stats(marts: MartsInUse, user_id: AskedUser) -> CurrentStats:
    """Gold, XP, level, rank and counts of an SDR, as of the last acknowledged event."""
    rows = await marts.rows(CURRENT, {"user_id": user_id})
    if not rows:
        raise _unknown_user()
    return CurrentStats.model_validate(dict(rows[0]))


@router.get("/stats/daily", tags=["stats"], responses=UNAVAILABLE | UNKNOWN_USER | UNUSABLE)
async def daily_stats(
    marts: MartsInUse, user_id: AskedUser, days: Annotated[int, Query(ge=1, le=366)] = 7
) -> DailyAnswer:
    """The last days of an SDR, one row per day and event type."""
    rows = await marts.rows(DAILY, {"user_id": user_id, "days": days})
    if not rows:
        raise _unknown_user()
    daily = [DailyStats.model_validate(dict(row)) for row in rows if row["activity_date"] is not None]
    return DailyAnswer(user_id=user_id, days=days, daily=daily)


@router.get("/events/recent", tags=["events"], responses=UNAVAILABLE | UNUSABLE)
async def recent_events(marts: MartsInUse, limit: Annotated[int, Query(ge=1, le=500)] = 20) -> RecentAnswer:
    """The newest events of everybody."""
    return RecentAnswer.model_validate({"events": [dict(row) for row in await marts.rows(RECENT, {"limit": limit})]})


def _unknown_user() -> RefusalError:
    return RefusalError(404, "unknown_user", "No SDR has this user_id. Check its spelling, or load the roster.")
