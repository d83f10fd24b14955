"""The receiver as one ASGI application: the canonical door in front, FastAPI for everything else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from ingestion.settings import ReceiverSettings
from ingestion.webhooks.answers import ASGIApp, Receive, RefusalError, Scope, Send
from ingestion.webhooks.authentication import FAILURES_PER_MINUTE, SecretHeader
from ingestion.webhooks.door import CanonicalDoor
from ingestion.webhooks.limits import RateLimit
from ingestion.webhooks.openapi import DOOR_PATH, describe_door
from ingestion.webhooks.reads import Marts, router
from ingestion.webhooks.request_log import RequestLog
from ingestion.webhooks.routing import Addresses, require_clear_address
from ingestion.webhooks.rules import ADMIN_HEADER, RuleBook
from ingestion.webhooks.rules import router as rules_router
from ingestion.webhooks.writer import Writer


def create_app(settings: ReceiverSettings) -> ASGIApp:
    """The whole receiver; nothing connects before it is started."""
    writer = Writer(settings.ingest_dsn.get_secret_value(), queue_size=settings.queue_size)
    # One limit on wrong secrets, whichever header they come in.
    failure_limit = RateLimit(settings.rate_limit_per_minute or FAILURES_PER_MINUTE)

    def gate(name: str, what: str, secrets: list[SecretStr]) -> SecretHeader:
        return SecretHeader(
            name,
            what,
            [secret.get_secret_value() for secret in secrets],
            limit_per_minute=settings.rate_limit_per_minute,
            failure_limit=failure_limit,
        )

    door = CanonicalDoor(
        writer,
        gate("X-RIFT-SECRET", "webhook", settings.webhook_secrets),
        default_user_id=settings.default_user_id,
        max_body_bytes=settings.max_body_bytes,
    )
    admins = gate(ADMIN_HEADER, "admin", settings.admin_secrets) if settings.admin_secrets else None
    rule_book = RuleBook(settings.ingest_dsn.get_secret_value(), settings.hud_dsn.get_secret_value(), admins)
    api = _create_api(settings, writer, rule_book)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = door if scope["type"] == "http" and scope["path"] == DOOR_PATH else api
        await app(scope, receive, send)

    app: ASGIApp = dispatch
    if settings.cors_origins:
        app = CORSMiddleware(
            app,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "X-RIFT-SECRET"],
        )
    return RequestLog(app)


def _create_api(settings: ReceiverSettings, writer: Writer, rule_book: RuleBook) -> FastAPI:
    marts = Marts(settings.hud_dsn.get_secret_value(), settings.read_pool_size)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        writer.start()
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
    api.include_router(router)
    api.include_router(rules_router)
    api.add_exception_handler(RefusalError, _refused)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(RequestValidationError, _unusable_parameter)
    document = api.openapi

    def openapi() -> dict[str, Any]:
        return describe_door(document(), settings.max_body_bytes)

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
