"""A team that works through the real door: live (`rift simulate`), or some weeks of the past (`rift seed`).

    python -m orchestration.stack.simulate

is the part that `rift up --demo` keeps running.
"""

import math
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg2

from orchestration.stack.door import Door, Event
from orchestration.stack.errors import StackError
from orchestration.stack.team import Member, Team, intensity

RATE: Final = 2.0
# A simulated working day: short enough to see its shape in one sitting.
DAY_SECONDS: Final = 600.0
SENDERS: Final = 8


@dataclass(frozen=True)
class Limits:
    """How fast the team works (events a second, on average), and how long."""

    rate: float = RATE
    events: float = math.inf
    seconds: float = math.inf


def members(dsn: str) -> list[Member]:
    """The active SDRs of the roster."""
    try:
        connection = psycopg2.connect(dsn, connect_timeout=5)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("select user_id, time_zone from marts.dim_users where is_active order by user_id")
                found = [Member(*row) for row in cursor.fetchall()]
        finally:
            connection.close()
    except psycopg2.Error:
        raise StackError("The roster cannot be read: is the stack up? See rift status.") from None
    if not found:
        raise StackError("The roster has no active SDR. Load one with rift roster load FILE.")
    return found


def simulate(
    door: Door,
    team: Iterable[Member],
    limits: Limits,
    sent: Callable[[Event], None] = lambda _event: None,
) -> int:
    """Post events until a limit is reached; returns how many were accepted."""
    start = time.monotonic()
    count = 0
    due = 0.0
    for event in Team(list(team), f"live-{secrets.token_hex(6)}").live():
        if count >= limits.events or due >= limits.seconds:
            break
        time.sleep(max(0.0, start + due - time.monotonic()))
        door.post(event)
        sent(event)
        count += 1
        due += 1 / (limits.rate * max(0.2, intensity(due, DAY_SECONDS)))
    return count


def history(team: Iterable[Member], weeks: int) -> Iterator[list[Event]]:
    """The working days of the last weeks, one SDR's day at a time. The same day has the same events each time."""
    people = list(team)
    today = datetime.now(UTC).date()
    for days_ago in range(weeks * 7, 0, -1):
        day = today - timedelta(days=days_ago)
        if day.weekday() < 5:
            for member in people:
                yield Team(people, f"history-{day}-{member.user_id}").day(member, day)


def post_history(port: int, secret: str, days: Iterable[list[Event]], done: Callable[[int], None]) -> int:
    """Post days of events over several connections; an event that was posted before counts once. Returns how many."""
    local = threading.local()

    def post_day(day: list[Event]) -> int:
        if not hasattr(local, "door"):
            local.door = Door(port, secret)
        for event in day:
            local.door.post(event)
        return len(day)

    total = 0
    with ThreadPoolExecutor(SENDERS) as pool:
        try:
            for count in pool.map(post_day, days):
                total += count
                done(count)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return total


def main() -> int:
    door = Door(int(os.environ["API_PORT"]), os.environ["WEBHOOK_SECRET"].split(",")[0])
    try:
        simulate(door, members(os.environ["RIFT_HUD_DSN"]), Limits())
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
