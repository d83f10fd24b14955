"""One line a request: method, path, status, milliseconds. Never query strings, headers or bodies: they hold secrets."""

import logging
import time

from ingestion.webhooks.answers import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("rift.requests")


class RequestLog:
    """Wraps an application; pure ASGI, so that streaming and cancellation stay as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        finally:
            # The path as it was sent, percent-encoded: decoded, it could forge a line.
            path = scope["raw_path"].decode("ascii", "replace")
            logger.info("%s %s %d %.1f ms", scope["method"], path, status, (time.perf_counter() - started) * 1000)
