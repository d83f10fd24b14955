"""Quiet hours: from one time of day to another, on the clock of a time zone."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class QuietHours:
    """A stretch of every day, over midnight when `begin` is later than `end`; what falls into it is held or dropped.

    It is a matter of the wall clock: on the nights when clocks are changed it is an hour shorter or longer, and it
    always ends at `end`.
    """

    begin: time
    end: time
    zone: ZoneInfo
    is_dropped: bool = False

    def holds(self, moment: datetime) -> bool:
        """Whether it is quiet at a moment (one with a time zone)."""
        clock = moment.astimezone(self.zone).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end
