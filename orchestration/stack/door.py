"""A client of the canonical door, as a sender would write it: one connection, patient retries."""

import http.client
import json
import time
from http import HTTPStatus
from typing import Any, Final

from orchestration.stack.errors import StackError
from orchestration.stack.ports import ADDRESS

INGEST: Final = "/api/v1/webhook/ingest"
TIMEOUT_SECONDS: Final = 15
LONGEST_WAIT_SECONDS: Final = 60
TRIES: Final = 20
ACCEPTED: Final = (HTTPStatus.OK, HTTPStatus.CREATED)

Event = dict[str, Any]


class Door:
    """Posts events. An event with an external_id may be sent again: the receiver counts it once."""

    def __init__(self, port: int, secret: str) -> None:
        self.port = port
        self._headers = {"Content-Type": "application/json", "X-RIFT-SECRET": secret}
        self._connection: http.client.HTTPConnection | None = None

    def post(self, event: Event) -> dict[str, Any]:
        """The door's answer to an accepted event; waits as long as it asks to, raises `StackError` when it refuses."""
        for attempt in range(TRIES):
            try:
                status, wait, answer = self._send(event)
            except (OSError, http.client.HTTPException):
                self.close()
                if attempt == TRIES - 1:
                    raise StackError(
                        f"No receiver answers on port {self.port} (API_PORT). Start one with rift up."
                    ) from None
                time.sleep(min(0.1 * 2**attempt, 2))
                continue
            if status in ACCEPTED:
                return answer
            if status not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
                raise StackError(_refusal(status, answer))
            time.sleep(wait)
        raise StackError("The receiver was too busy for too long. See rift status, or set RATE_LIMIT_PER_MINUTE=0.")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, event: Event) -> tuple[int, float, dict[str, Any]]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(ADDRESS, self.port, timeout=TIMEOUT_SECONDS)
        self._connection.request("POST", INGEST, json.dumps(event), self._headers)
        response = self._connection.getresponse()
        body = response.read()
        wait = response.headers.get("Retry-After", "1")
        seconds = min(float(wait), LONGEST_WAIT_SECONDS) if wait.isdigit() else 1.0
        try:
            answer = json.loads(body)
        except ValueError:
            answer = {}
        return response.status, seconds, answer if isinstance(answer, dict) else {}


def _refusal(status: int, answer: dict[str, Any]) -> str:
    if status == HTTPStatus.UNAUTHORIZED:
        return "The receiver does not know this secret: it runs with another WEBHOOK_SECRET or RIFT_HOME."
    return f"The receiver refused an event with {status}: {answer.get('message', 'it gave no reason')}"
