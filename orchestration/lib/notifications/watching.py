"""One look at what has happened: notes what is news for the channels, and remembers how far it saw."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg

from orchestration.lib.notifications import ledger
from orchestration.lib.notifications.channels import Channel
from orchestration.lib.notifications.failures import look_at_runs, note_failures
from orchestration.lib.notifications.noting import NEWS_SECONDS, Noted, address, horizon, note_play
from orchestration.lib.notifications.settings_file import Settings

QUIET: Final = "quiet hours"


@dataclass(frozen=True)
class Seen:
    """How far the last look saw: a transaction id, a moment of runs, and since when each channel is told of things."""

    since_xid: str
    runs_since: datetime
    channels: Mapping[str, datetime]

    @staticmethod
    def read(cursor: str | None) -> "Seen | None":
        if not cursor:
            return None
        kept = json.loads(cursor)
        joined = {name: datetime.fromisoformat(at) for name, at in kept["channels"].items()}
        return Seen(kept["since_xid"], datetime.fromisoformat(kept["runs_since"]), joined)

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
        until = horizon(cursor)
    # The ids of another cluster, before a restore, would hide all that lands in this one.
    if seen is None or not channels or int(seen.since_xid) > int(until):
        return 0, Seen(until, now, channels)
    since = max(now - timedelta(seconds=NEWS_SECONDS), min(channels.values()))
    # Before the transaction: Dagster's database may be slow, and an open one holds watermarks back.
    found, runs_since = look_at_runs(instance, seen.runs_since, since)
    with ledger.cursor(dsn, is_snapshot=True) as cursor:
        noted, until = note_play(cursor, seen.since_xid, since)
        noted += note_failures(cursor, found)
        address(cursor, noted, lambda one: _steps(settings.channels, channels, one, now))
    return len(noted), Seen(until, runs_since, channels)


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
