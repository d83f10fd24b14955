"""The last answer to each question, shared by all sessions: asked again when old, kept when the database is away."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

FORGET_AFTER_SECONDS = 900.0


@dataclass(frozen=True)
class Known(Generic[Answer]):
    """An answer, how old it is, and what stood in the way of a newer one."""

    value: Answer | None
    age_seconds: float
    error: Exception | None

    @property
    def is_empty(self) -> bool:
        """Whether there never was an answer (so `error` says why)."""
        return self.age_seconds == float("inf")


@dataclass
class _Entry(Generic[Answer]):
    lock: threading.Lock = field(default_factory=threading.Lock)
    value: Answer | None = None
    answered_at: float = float("-inf")
    asked_at: float = float("-inf")
    used_at: float = float("-inf")
    error: Exception | None = None


class LastKnown(Generic[Answer]):
    """Answers by key, at most one question under way for each.

    While one session asks, others are given the answer before, so a slow database never makes them queue.
    """

    def __init__(
        self,
        ask: Callable[[str], Answer],
        *,
        max_age_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._max_age_seconds = max_age_seconds
        self._clock = clock
        self._entries: dict[str, _Entry[Answer]] = {}
        self._entries_lock = threading.Lock()

    def get(self, key: str) -> Known[Answer]:
        """The answer for `key`, asked again if it is older than the maximum age."""
        entry = self._entry(key)
        first = entry.asked_at == float("-inf")
        if self._clock() - entry.asked_at >= self._max_age_seconds and entry.lock.acquire(blocking=first):
            try:
                self._refresh(key, entry)
            finally:
                entry.lock.release()
        return Known(entry.value, self._clock() - entry.answered_at, entry.error)

    def _refresh(self, key: str, entry: _Entry[Answer]) -> None:
        if self._clock() - entry.asked_at < self._max_age_seconds:
            return
        try:
            entry.value = self._ask(key)
        except Exception as error:  # noqa: BLE001 - whatever failed, the last answer stays on the screens
            entry.error = error
        else:
            entry.error = None
            entry.answered_at = self._clock()
        # After the question, so that a failing database is not asked again in the moment its time-out ended.
        entry.asked_at = self._clock()

    def _entry(self, key: str) -> _Entry[Answer]:
        now = self._clock()
        with self._entries_lock:
            if key not in self._entries:
                self._forget_unused(now)
                self._entries[key] = _Entry()
            entry = self._entries[key]
            entry.used_at = now
            return entry

    def _forget_unused(self, now: float) -> None:
        for key in [key for key, entry in self._entries.items() if now - entry.used_at > FORGET_AFTER_SECONDS]:
            del self._entries[key]
