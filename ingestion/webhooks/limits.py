"""How often a caller may call: a moving window, so a burst at the edge of two minutes is no loophole.

Counts are in this process's memory. Several workers need a shared storage, which `limits` would be given instead.
"""

import math
import time

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, Storage
from limits.strategies import MovingWindowRateLimiter


class RateLimit:
    """At most `amount` calls in any `seconds` for each caller; an amount of 0 is no limit."""

    def __init__(self, amount: int, seconds: int = 60, storage: Storage | None = None) -> None:
        self._item = RateLimitItemPerSecond(amount, seconds) if amount else None
        self._window = MovingWindowRateLimiter(storage or MemoryStorage())

    def retry_after(self, caller: str) -> int | None:
        """Count a call; None when it is allowed, else the whole seconds after which the next one will be."""
        if self._item is None or self._window.hit(self._item, caller):
            return None
        reset_at = self._window.get_window_stats(self._item, caller).reset_time
        # At the very moment of the reset the window is still full.
        return max(1, math.floor(reset_at - time.time()) + 1)
