"""Whether the receiver takes events now, and how many deliveries wait."""

import asyncio
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from ingestion.webhooks.answers import RETRY_AFTER_SECONDS
from ingestion.webhooks.schemas import Health, Liveness
from ingestion.webhooks.session import UnavailableError
from ingestion.webhooks.vendors.spool import Spool
from ingestion.webhooks.writer import Writer

router = APIRouter(prefix="/api/v1")


def _writer(request: Request) -> Writer:
    writer: Writer = request.app.state.writer
    return writer


def _spool(request: Request) -> Spool:
    spool: Spool = request.app.state.spool
    return spool


WriterInUse = Annotated[Writer, Depends(_writer)]
SpoolInUse = Annotated[Spool, Depends(_spool)]


@router.get("/health/live", tags=["health"])
async def live() -> Liveness:
    """Whether the process answers at all."""
    return Liveness(status="alive")


@router.get("/health", tags=["health"], response_model=Health, responses={503: {"model": Health}})
@router.get("/health/ready", tags=["health"], response_model=Health, responses={503: {"model": Health}})
async def ready(writer: WriterInUse, spool: SpoolInUse) -> JSONResponse:
    """Whether events would be taken now: asks the database over the writer's own connection and queue."""
    counts = await asyncio.to_thread(spool.counts)
    try:
        await writer.ping()
    except UnavailableError:
        return _health(*counts, is_ready=False)
    return _health(*counts, is_ready=True)


def _health(spooled: int, damaged: int, *, is_ready: bool) -> JSONResponse:
    health = Health(
        status="healthy" if is_ready else "unhealthy",
        database="connected" if is_ready else "disconnected",
        spooled_deliveries=spooled,
        damaged_deliveries=damaged,
        version=version("project-rift"),
        timestamp=datetime.now(UTC),
    )
    headers = {} if is_ready else {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return JSONResponse(health.model_dump(mode="json"), 200 if is_ready else 503, headers)
