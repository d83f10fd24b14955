"""What one session has asked of the rules API: a call at a time, in a thread of its own, and each request once."""

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from hud.rules_api import RefusedError, WrongSecretError
from hud.rules_preview import Preview

log = logging.getLogger(__name__)

# A call takes seconds: it must not keep a page's fragment, which all its polls wait for.
CALLS: Final = ThreadPoolExecutor(4, thread_name_prefix="rift-rules")
REMEMBERED: Final = 100
LONGEST_TICKET: Final = 64
# Whoever mistypes a secret tries again a few times. The receiver counts the wrong ones of all sessions together, since
# they come from one address, and admits a right one all the same: so there is no such limit for all sessions here.
WRONG_SECRETS: Final = 5
WRONG_SECONDS: Final = 60.0


@dataclass
class _Call:
    ticket: str
    kind: str
    began: float
    future: "Future[Any]"


@dataclass
class Desk:
    """The last call of a session and what came of it. A ticket is the browser's name of a request: it counts once."""

    preview: Preview | None = None
    words: str = ""
    number: int = 0
    _call: _Call | None = None
    _told: dict[str, Any] | None = None
    _seen: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _wrong_at: deque[float] = field(default_factory=lambda: deque(maxlen=WRONG_SECRETS))
    clock: Callable[[], float] = time.monotonic

    def take(self, ticket: object, kind: str, call: Callable[[], Any]) -> None:
        """Begin a call, unless this ticket was taken before or another call is under way."""
        if not isinstance(ticket, str) or not 0 < len(ticket) <= LONGEST_TICKET or ticket in self._seen or self._call:
            return
        self._seen.append(ticket)
        if wait := self._wait():
            words = f"{WRONG_SECRETS} wrong secrets within a minute. Nothing was done; try again in {wait} s."
            self.refuse(ticket, kind, RefusedError(words, "secret"))
            return
        self._told = None
        self._call = _Call(ticket, kind, self.clock(), CALLS.submit(call))

    def _wait(self) -> int:
        """For how many seconds this session asks nothing, after too many wrong secrets."""
        if len(self._wrong_at) < WRONG_SECRETS:
            return 0
        return max(0, math.ceil(self._wrong_at[0] + WRONG_SECONDS - self.clock()))

    def refuse(self, ticket: object, kind: str, refusal: RefusedError) -> None:
        """Say what is wrong with a request that was not even begun."""
        if isinstance(ticket, str) and len(ticket) <= LONGEST_TICKET and not self._call:
            self._told = self._failure(ticket, kind, refusal)

    def look(self, words: str, number: int) -> None:
        """Which page of the preview is shown."""
        self.words, self.number = words, number

    def tell(self) -> dict[str, Any] | None:
        """How the last call stands, for the browser."""
        call = self._call
        if call and not call.future.done():
            seconds = round(self.clock() - call.began)
            return {"ticket": call.ticket, "kind": call.kind, "state": "running", "seconds": seconds}
        if call:
            self._call = None
            self._told = self._end(call)
        return self._told

    def _end(self, call: _Call) -> dict[str, Any]:
        try:
            found = call.future.result()
        except RefusedError as refusal:
            if isinstance(refusal, WrongSecretError):
                self._wrong_at.append(self.clock())
            return self._failure(call.ticket, call.kind, refusal)
        except Exception as error:  # noqa: BLE001 - whatever it was, the page says so and lives on
            name = type(error).__name__
            log.error("a %s of rules failed: %s", call.kind, name)  # noqa: TRY400  # a message might repeat what was sent
            return self._failure(call.ticket, call.kind, RefusedError("That failed inside the HUD: see its log."))
        if isinstance(found, Preview):
            self.preview, self.words, self.number = found, "", 0
            return {"ticket": call.ticket, "kind": call.kind, "state": "done"}
        # The figures before it are others now.
        self.preview = None
        return {"ticket": call.ticket, "kind": call.kind, "state": "done", "saved": found}

    @staticmethod
    def _failure(ticket: str, kind: str, refusal: RefusedError) -> dict[str, Any]:
        return {"ticket": ticket, "kind": kind, "state": "failed", "error": refusal.message, "field": refusal.field}
