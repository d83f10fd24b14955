"""The receiver as one ASGI application: the canonical doors in front, FastAPI for everything else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from ingestion.rejected.reading import Reading
from ingestion.settings import ReceiverSettings
from ingestion.webhooks.answers import ASGIApp, Receive, RefusalError, Scope, Send
from ingestion.webhooks.authentication import (
    FAILURES_PER_MINUTE,
    MOST_FAILURES_PER_MINUTE,
    Admission,
    SecretHeader,
)
from ingestion.webhooks.batch import BatchDoor
from ingestion.webhooks.door import CanonicalDoor
from ingestion.webhooks.entrance import SENDERS_HEADER, Entrance
from ingestion.webhooks.health import router as health_router
from ingestion.webhooks.limits import RateLimit
from ingestion.webhooks.openapi import BATCH_PATH, DOOR_PATH, describe_doors
from ingestion.webhooks.reads import Marts, router
from ingestion.webhooks.rejected import RejectedBook
from ingestion.webhooks.rejected import router as rejected_router
from ingestion.webhooks.request_log import RequestLog
from ingestion.webhooks.routing import Addresses, require_clear_address
from ingestion.webhooks.rules import ADMIN_HEADER, RuleBook
from ingestion.webhooks.rules import router as rules_router
from ingestion.webhooks.standard_webhooks import SigningKeys
from ingestion.webhooks.unverified import UnverifiedReads
from ingestion.webhooks.vendors.doors import make_doors
from ingestion.webhooks.vendors.draining import Draining
from ingestion.webhooks.vendors.openapi import describe_vendor_doors
from ingestion.webhooks.vendors.spool import Spool
from ingestion.webhooks.writer import Writer


class Limits:
    """How often who may call; one object for all workers of a receiver."""

    def __init__(self, settings: ReceiverSettings) -> None:
        amount = settings.rate_limit_per_minute
        self.senders = RateLimit(amount, places=len(settings.webhook_secrets) + len(settings.signing_secrets))
        self.admins = RateLimit(amount, places=max(1, len(settings.admin_secrets)))
        # One limit on what is wrong, whatever it was sent to.
        self.failures = RateLimit(min(amount or FAILURES_PER_MINUTE, MOST_FAILURES_PER_MINUTE))


def create_app(settings: ReceiverSettings, limits: Limits | None = None) -> ASGIApp:
    """The whole receiver; nothing connects before it is started. Workers share the limits of their parent."""
    limits = limits or Limits(settings)
    writer = Writer(settings.ingest_dsn.get_secret_value(), queue_size=settings.queue_size)
    unverified = UnverifiedReads(limits.failures)
    entrance = _entrance(settings, limits, unverified)
    admins = None
    if settings.admin_secrets:
        secrets = [secret.get_secret_value() for secret in settings.admin_secrets]
        admins = SecretHeader(ADMIN_HEADER, "admin", secrets, Admission(limits.admins, limits.failures))
    rule_book = RuleBook(settings.ingest_dsn.get_secret_value(), settings.hud_dsn.get_secret_value(), admins)
    spool = Spool(settings.spool_folder, settings.spool_max_bytes)
    api = _create_api(settings, writer, rule_book, spool, admins)
    doors: dict[str, ASGIApp] = {
        DOOR_PATH: CanonicalDoor(writer, entrance, limit=settings.max_body_bytes),
        BATCH_PATH: BatchDoor(writer, entrance, limit=settings.max_batch_bytes, item_limit=settings.max_body_bytes),
        **make_doors(settings, writer, spool, limits.failures, unverified),
    }

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        door = doors.get(scope["path"]) if scope["type"] == "http" else None
        await (door or api)(scope, receive, send)

    app: ASGIApp = dispatch
    if settings.cors_origins:
        app = CORSMiddleware(
            app,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", SENDERS_HEADER],
        )
    return RequestLog(app)


def _entrance(settings: ReceiverSettings, limits: Limits, unverified: UnverifiedReads) -> Entrance:
    secrets = [secret.get_secret_value() for secret in settings.webhook_secrets]
    admission = Admission(limits.senders, limits.failures)
    return Entrance(
        SecretHeader(SENDERS_HEADER, "webhook", secrets, admission),
        SigningKeys([key.get_secret_value() for key in settings.signing_secrets]),
        first_key=len(secrets),
        admission=admission,
        unverified=unverified,
        default_user_id=settings.default_user_id,
    )


def _create_api(
    settings: ReceiverSettings, writer: Writer, rule_book: RuleBook, spool: Spool, admins: SecretHeader | None
) -> FastAPI:
    marts = Marts(settings.hud_dsn.get_secret_value(), settings.read_pool_size)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        writer.start()
        async with Draining(spool, writer).running():
            yield
        await writer.close()
        marts.close()

    api = FastAPI(
        title="Project Rift",
        version=version("project-rift"),
        summary="Takes sales events; answers what they are worth and where each SDR stands.",
        lifespan=lifespan,
        dependencies=[Depends(require_clear_address)],
    )
    api.state.writer = writer
    api.state.marts = marts
    api.state.default_user_id = settings.default_user_id
    api.state.rule_book = rule_book
    api.state.spool = spool
    api.state.rejected_book = RejectedBook(
        settings.ingest_dsn.get_secret_value(), admins, Reading(settings.default_user_id, settings.max_body_bytes)
    )
    api.include_router(health_router)
    api.include_router(router)
    api.include_router(rules_router)
    api.include_router(rejected_router)
    api.add_exception_handler(RefusalError, _refused)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(RequestValidationError, _unusable_parameter)
    document = api.openapi

    def openapi() -> dict[str, Any]:
        described = describe_doors(document(), settings.max_body_bytes, settings.max_batch_bytes)
        return describe_vendor_doors(described)

    api.openapi = openapi  # type: ignore[method-assign]  # how FastAPI documents it
    api.state.addresses = Addresses(openapi)
    return api


async def _refused(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RefusalError):
        raise error
    status, body, headers = error.answer()
    return JSONResponse(body, status, {name.decode(): value.decode() for name, value in headers})


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
    message = f"{error.detail}. See /docs for what there is."
    methods = request.app.state.addresses.methods(request.url.path)
    headers = {"Allow": ", ".join(methods)} if error.status_code == 405 and methods else error.headers
    return JSONResponse({"status": "error", "error": code, "message": message}, error.status_code, headers)


async def _unusable_parameter(_: Request, error: Exception) -> JSONResponse:
    """Say which parameter is wrong, without repeating its value."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    field = str(first["loc"][-1])
    body = {"status": "error", "error": "invalid_parameter", "message": f"{field}: {first['msg']}.", "field": field}
    return JSONResponse(body, 422)
