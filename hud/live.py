"""The last answer to each question, shared by all sessions: asked again when old, kept when the database is away."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Generic, TypeVar

Answer = TypeVar("Answer")

NEVER = float("-inf")
# Longer than any question takes, so that a slow one holds up nobody who watches.
LEFT_SECONDS = 10.0
FORGET_AFTER_SECONDS = 900.0
# Anybody may type any id or words into a URL. An answer of My HUD takes about 10 KB, up to 30 KB while much lands, so
# this bounds them at 50 to 150 MB; questions with larger answers have a bound of their own.
MOST_ANSWERS = 5_000
# A key that was asked for within so many maximum ages is on a screen, and so part of the next round.
AGES_ON_SCREEN = 6
# A round of 500 SDRs took 84 ms at a million events, before what has just landed joined it.
MOST_IN_ONE_QUESTION = 1_000


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


# What is said without a question: there is nobody of such a name, or nothing to ask.
NOTHING: Final[Known[Any]] = Known(None, 0.0, None)


@dataclass
class Entry(Generic[Answer]):
    """One answer, and when what was done about it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    value: Answer | None = None
    # When the question began whose answer this is.
    began_at: float = NEVER
    answered_at: float = NEVER
    asked_at: float = NEVER
    # The last two times that somebody looked.
    used_at: float = NEVER
    used_before: float = NEVER
    error: Exception | None = None


class LastKnown(Generic[Answer]):
    """Answers by key, at most one question under way for each.

    While one session asks, others are given the answer before, so a slow database never makes them queue.
    """

    def __init__(
        self,
        ask: Callable[[str], Answer | None],
        *,
        max_age_seconds: float,
        most: int = MOST_ANSWERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._max_age_seconds = max_age_seconds
        self._most = most
        self._clock = clock
        self._entries: dict[str, Entry[Answer]] = {}
        self._entries_lock = threading.Lock()

    def get(self, key: str) -> Known[Answer]:
        """The answer for `key`, asked again if it is older than the maximum age."""
        entry = self._use(key)
        if self._is_due(entry):
            self._renew(key, entry)
        return Known(entry.value, self._clock() - entry.answered_at, entry.error)

    def _is_due(self, entry: Entry[Answer]) -> bool:
        return self._clock() - entry.asked_at >= self._max_age_seconds

    def forget_unused(self) -> None:
        """Let go of the answers at which nobody has looked for long."""
        longest = self._clock() - FORGET_AFTER_SECONDS
        with self._entries_lock:
            for key in [key for key, entry in self._entries.items() if entry.used_at < longest]:
                del self._entries[key]

    def _renew(self, key: str, entry: Entry[Answer]) -> None:
        # Who has nothing to show yet waits for somebody else's question, as does who would show what was left long ago.
        is_left = entry.error is None and self._clock() - entry.asked_at > LEFT_SECONDS
        if entry.lock.acquire(blocking=is_left):
            try:
                if self._is_due(entry):
                    self._put({key: entry}, lambda: {key: self._ask(key)})
            finally:
                entry.lock.release()

    def _put(self, entries: Mapping[str, Entry[Answer]], ask: Callable[[], Mapping[str, Answer | None]]) -> None:
        """Ask, and keep what came of it for each of the entries; no answer for a key is the answer None."""
        error: Exception | None = None
        answers: Mapping[str, Answer | None] = {}
        began = self._clock()
        try:
            answers = ask()
        except Exception as failure:  # noqa: BLE001 - whatever failed, the last answer stays on the screens
            error = failure
        # After the question, so that a failing database is not asked again in the moment its time-out ended.
        now = self._clock()
        with self._entries_lock:
            for key, entry in entries.items():
                # A first look and a round may ask for a key at the same time: the figures never go back.
                if began < entry.began_at:
                    continue
                if error is None:
                    entry.value, entry.began_at, entry.answered_at = answers.get(key), began, now
                entry.error, entry.asked_at = error, now

    def _use(self, key: str) -> Entry[Answer]:
        now = self._clock()
        with self._entries_lock:
            entry = self._entries.get(key)
            if entry is None:
                while len(self._entries) >= self._most:
                    del self._entries[min(self._entries, key=self._worth)]
                entry = self._entries[key] = Entry()
            entry.used_before, entry.used_at = entry.used_at, now
            return entry

    def _worth(self, key: str) -> tuple[bool, float]:
        """What has no answer makes room first, so that invented ids drive out none that exists; then the oldest."""
        entry = self._entries[key]
        return entry.value is not None or entry.answered_at == NEVER, entry.used_at


class BatchedLastKnown(LastKnown[Answer]):
    """The same, in rounds: all keys that are on a screen are asked for in one question.

    A key that nobody has looked at lately is asked for at once and alone: a first look waits for no other.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[str]], Mapping[str, Answer]],
        *,
        max_age_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(lambda key: ask([key]).get(key), max_age_seconds=max_age_seconds, clock=clock)
        self._ask_many = ask
        self._round_lock = threading.Lock()

    def _renew(self, key: str, entry: Entry[Answer]) -> None:
        idle_seconds = entry.used_at - entry.used_before
        if entry.asked_at == NEVER or idle_seconds > AGES_ON_SCREEN * self._max_age_seconds:
            super()._renew(key, entry)
        # Whoever comes while a round is under way is given the answer before.
        elif self._round_lock.acquire(blocking=False):
            try:
                if self._is_due(entry):
                    self._ask_a_round()
            finally:
                self._round_lock.release()

    def _ask_a_round(self) -> None:
        since = self._clock() - AGES_ON_SCREEN * self._max_age_seconds
        with self._entries_lock:
            on_screen = [(key, entry) for key, entry in self._entries.items() if entry.used_at >= since]
        for first in range(0, len(on_screen), MOST_IN_ONE_QUESTION):
            some = dict(on_screen[first : first + MOST_IN_ONE_QUESTION])
            self._put(some, partial(self._ask_many, tuple(some)))
