"""Who is still to be told of what, claims before sending, and what came of it: rows that are only ever added.

Whoever claims an attempt has written so, and committed it, before anything is sent. Where the sender dies in between,
nobody knows whether it was sent: when the claim has run out it is sent again, for a message twice is better than none.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg2
from psycopg2 import extensions
from psycopg2.extras import execute_values

# Minutes until the next attempt, after each that failed: about five hours until the last, then it is given up.
BACKOFF_MINUTES: Final = (0.5, 1, 2, 5, 10, 20, 30, 60, 60, 60, 60, 60)
# After a failure a channel gets nothing for so long, at most: what is dead is not knocked at by every message.
REST_MINUTES: Final = 2
# Longer than a message may take (sending.SECONDS).
CLAIM_MINUTES: Final = 5
# What could not be tried for so long, since nothing ran, is no news any more.
STALE: Final = timedelta(hours=48)
STATEMENT_SECONDS: Final = 15

# Of what is due and not ended, the last step. Few are open at a time, whatever was sent before.
OPEN: Final = """
select
    due.notification_id::text, due.channel, due.noted_at, latest.outcome, latest.attempt, latest.noted_at,
    told.kind, now()
from raw.notification_deliveries as due
inner join raw.notifications as told on due.notification_id = told.notification_id
cross join lateral (
    select steps.outcome, steps.attempt, steps.noted_at
    from raw.notification_deliveries as steps
    where steps.notification_id = due.notification_id and steps.channel = due.channel
    -- Of one attempt, what came of it follows its claim.
    order by steps.attempt desc, steps.outcome <> 'claimed' desc
    limit 1
) as latest
where due.outcome = 'due' and not exists (
    select from raw.notification_deliveries as ended
    where
        ended.notification_id = due.notification_id and ended.channel = due.channel
        and ended.outcome in ('sent', 'dropped', 'given_up')
)
order by due.noted_at, due.notification_id
"""
CLAIM: Final = """
insert into raw.notification_deliveries (notification_id, channel, outcome, attempt)
values %s
on conflict do nothing
returning notification_id::text
"""
NOTE: Final = """
insert into raw.notification_deliveries (notification_id, channel, outcome, attempt, detail)
values %s
on conflict do nothing
"""

RESTORED: Final = "restored"


@dataclass(frozen=True)
class Open:
    """A notification that a channel is still to be told, after `attempt` attempts."""

    notification_id: str
    channel: str
    noted_at: datetime
    outcome: str
    attempt: int
    stepped_at: datetime
    kind: str
    read_at: datetime

    @property
    def next_at(self) -> datetime:
        """When it may be tried (again)."""
        if self.outcome == "claimed":
            return self.stepped_at + timedelta(minutes=CLAIM_MINUTES)
        if self.outcome == "failed":
            return self.stepped_at + timedelta(minutes=BACKOFF_MINUTES[min(self.attempt, len(BACKOFF_MINUTES)) - 1])
        return self.noted_at

    @property
    def rests_until(self) -> datetime:
        """Until when its channel is left alone, since it failed."""
        return min(self.next_at, self.stepped_at + timedelta(minutes=REST_MINUTES))

    @property
    def is_stale(self) -> bool:
        return self.read_at - self.noted_at > STALE

    @property
    def is_last_attempt(self) -> bool:
        """Whether the next attempt is the last."""
        return self.attempt + 1 >= len(BACKOFF_MINUTES)


@contextmanager
def cursor(dsn: str) -> Iterator[extensions.cursor]:
    """A transaction of its own, which ends by itself when the database does not answer."""
    connection = psycopg2.connect(dsn, connect_timeout=5, application_name="rift notifications")
    try:
        with connection, connection.cursor() as opened:
            opened.execute("set local timezone = 'UTC'")
            opened.execute("set local statement_timeout = %s", [f"{STATEMENT_SECONDS}s"])
            yield opened
    finally:
        connection.close()


def open_deliveries(dsn: str) -> list[Open]:
    """What is still to be told, oldest first."""
    with cursor(dsn) as reading:
        reading.execute(OPEN)
        return _opened(reading)


def claim(dsn: str, deliveries: Sequence[Open]) -> list[Open]:
    """Claim the next attempt of each; returns those that nobody else has claimed. Committed when it returns."""
    rows = [(one.notification_id, one.channel, "claimed", one.attempt + 1) for one in deliveries]
    with cursor(dsn) as writing:
        claimed = {row[0] for row in execute_values(writing, CLAIM, rows, "(%s::uuid, %s, %s, %s)", fetch=True)}
    return [one for one in deliveries if one.notification_id in claimed]


def note(dsn: str, deliveries: Sequence[Open], outcome: str, detail: str | None = None) -> None:
    """Note what came of the attempt that was claimed for these, or that they ended without one."""
    rows: list[tuple[Any, ...]] = []
    for one in deliveries:
        rows.append((one.notification_id, one.channel, outcome, one.attempt + 1, detail))
        if outcome == "failed" and one.is_last_attempt:
            rows.append((one.notification_id, one.channel, "given_up", one.attempt + 1, detail))
    with cursor(dsn) as writing:
        execute_values(writing, NOTE, rows, "(%s::uuid, %s, %s, %s, %s)")


def drop_open(connection: extensions.connection) -> int:
    """End what is still to be told, and commit; returns how many: a restored backup was told from where it was made."""
    with connection, connection.cursor() as writing:
        writing.execute(OPEN)
        rows = [(one.notification_id, one.channel, "dropped", one.attempt + 1, RESTORED) for one in _opened(writing)]
        execute_values(writing, NOTE, rows, "(%s::uuid, %s, %s, %s, %s)")
    return len(rows)


def _opened(reading: extensions.cursor) -> list[Open]:
    return [Open(*row) for row in reading.fetchall()]
