"""Answers for which one screen at most waits: asked for all screens at once, in rounds that keep apart."""

from typing import TypeVar

from hud.live import NEVER, BatchedLastKnown, Entry

Answer = TypeVar("Answer")

# Screens that open one after the other share a round, instead of each setting off one of its own.
APART_SECONDS = 2.0


class PatientLastKnown(BatchedLastKnown[Answer]):
    """The same rounds for a question that is dear: asked for one SDR it costs nearly as much as for 500.

    Whoever sets off a round waits for it. Who comes while one is under way, or just after one ended, is given the
    answer before; who is new then has none until the next round.
    """

    _round_ended_at = NEVER

    def _renew(self, _key: str, _entry: Entry[Answer]) -> None:
        if self._clock() - self._round_ended_at < APART_SECONDS or not self._round_lock.acquire(blocking=False):
            return
        try:
            self._ask_a_round()
            self._round_ended_at = self._clock()
        finally:
            self._round_lock.release()
