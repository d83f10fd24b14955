"""One look at what has happened: notes what is news for the channels, and remembers how far it saw."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import dagster as dg
from psycopg2 import extensions

from orchestration.lib.notifications import ledger, noting
from orchestration.lib.notifications.channels import PLAY, Channel
from orchestration.lib.notifications.failures import look_at_runs, note_failures
from orchestration.lib.notifications.noting import Noted
from orchestration.lib.notifications.settings_file import Settings

QUIET: Final = "quiet hours"
# A sensor has a minute; what a look does not get to, the next one takes up.
SECONDS: Final = 10.0


@dataclass(frozen=True)
class Seen:
    """How far the last look saw: a transaction id, a moment of runs, and since when each channel is told of things."""

    since_xid: int
    runs_since: datetime
    channels: Mapping[str, datetime]

    @staticmethod
    def read(cursor: str | None) -> "Seen | None":
        if not cursor:
            return None
        kept = json.loads(cursor)
        joined = {name: datetime.fromisoformat(at) for name, at in kept["channels"].items()}
        return Seen(int(kept["since_xid"]), datetime.fromisoformat(kept["runs_since"]), joined)

    def write(self) -> str:
        joined = {name: at.isoformat() for name, at in self.channels.items()}
        return json.dumps({"since_xid": self.since_xid, "runs_since": self.runs_since.isoformat(), "channels": joined})


def look(dsn: str, instance: dg.DagsterInstance, settings: Settings, seen: Seen | None) -> tuple[int, Seen]:
    """Note what is news since `seen`; returns how many things, and how far this look saw.

    The first look notes nothing: what was before the first channel was set up is not told.
    """
    now = datetime.now(UTC)
    channels = {one.name: (seen.channels.get(one.name, now) if seen else now) for one in settings.channels}
    with ledger.cursor(dsn) as cursor:
        until = noting.horizon(cursor)
    # The ids of another cluster, before a restore, would hide all that lands in this one.
    if seen is None or not channels or seen.since_xid > until:
        return 0, Seen(until, now, channels)
    since = max(now - timedelta(seconds=noting.NEWS_SECONDS), min(channels.values()))

    def note(what: Callable[[extensions.cursor], list[Noted]]) -> int:
        with ledger.cursor(dsn) as cursor:
            noted = what(cursor)
            noting.address(cursor, noted, lambda one: _steps(settings.channels, channels, one, now))
        return len(noted)

    # Before the transaction: Dagster's database may be slow, and an open one holds watermarks back.
    found, runs_since = look_at_runs(instance, seen.runs_since, since)
    count = note(lambda cursor: note_failures(cursor, found))
    since_xid = seen.since_xid
    count += note(lambda cursor: noting.note_weeks(cursor, since_xid, since))
    kinds = {kind for channel in settings.channels for kind in channel.kinds}
    with ledger.cursor(dsn) as cursor:
        batches = noting.landed(cursor, since_xid, since) if kinds & PLAY else []
    deadline = time.monotonic() + SECONDS
    for first_xid, users in batches:
        if time.monotonic() > deadline:
            until = min(until, first_xid)
            break
        count += note(partial(noting.note_play, users=users, since=since, kinds=kinds))
    return count, Seen(until, runs_since, channels)


def _steps(
    channels: tuple[Channel, ...], joined: Mapping[str, datetime], one: Noted, now: datetime
) -> list[tuple[str, str, str | None]]:
    """The first step of each channel that wants it and was there when it happened."""
    steps: list[tuple[str, str, str | None]] = []
    for channel in channels:
        if not channel.wants(one.kind, one.team) or one.happened_at < joined[channel.name]:
            continue
        quiet = channel.quiet
        is_dropped = quiet is not None and quiet.is_dropped and quiet.holds(now)
        steps.append((channel.name, "dropped", QUIET) if is_dropped else (channel.name, "due", None))
    return steps
