"""One look at what has happened: notes what is news for the channels, and remembers how far it saw."""

import json
import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg
import psycopg2

from orchestration.lib.notifications import ledger, noting
from orchestration.lib.notifications.channels import PLAY, Channel
from orchestration.lib.notifications.failures import Finding, look_at_runs, note_failures
from orchestration.lib.notifications.noting import Addressed, Noted
from orchestration.lib.notifications.secrets import without_secrets
from orchestration.lib.notifications.settings_file import Settings
from orchestration.lib.tail import Warehouse

QUIET: Final = "quiet hours"
# A sensor has a minute; what a look does not get to, the next one takes up.
SECONDS: Final = 10.0


@dataclass(frozen=True)
class Seen:
    """How far the last look saw: a transaction id, a moment of runs, and since when each channel is told of things.

    `held` are failures that wait until it is clear whether they only come and go.
    """

    since_xid: int
    runs_since: datetime
    channels: Mapping[str, datetime]
    held: tuple[Finding, ...] = ()

    @staticmethod
    def read(cursor: str | None) -> "Seen | None":
        if not cursor:
            return None
        kept = json.loads(cursor)
        joined = {name: datetime.fromisoformat(at) for name, at in kept["channels"].items()}
        held = tuple(Finding.read(one) for one in kept["held"])
        return Seen(int(kept["since_xid"]), datetime.fromisoformat(kept["runs_since"]), joined, held)

    def write(self) -> str:
        joined = {name: at.isoformat() for name, at in self.channels.items()}
        held = [one.write() for one in self.held]
        runs_since = self.runs_since.isoformat()
        return json.dumps({"since_xid": self.since_xid, "runs_since": runs_since, "channels": joined, "held": held})


@dataclass(frozen=True)
class Look:
    """How many things a look has noted, how far it saw, and why it did not see what SDRs have reached."""

    count: int
    seen: Seen
    problem: str | None = None


def look(
    dsn: str, instance: dg.DagsterInstance, settings: Settings, seen: Seen | None, doubts: Sequence[str] = ()
) -> Look:
    """Note what is news since `seen`; `doubts` are the checks of figures that were last not met.

    The first look notes nothing: what was before the first channel was set up is not told. Failures and reports need no
    mart; where one is broken or in doubt, what SDRs have reached is noted by a later look, when it is mended.
    """
    now = datetime.now(UTC)
    channels = {one.name: (seen.channels.get(one.name, now) if seen else now) for one in settings.channels}
    until = Warehouse(dsn=dsn).horizon()
    # The ids of another cluster, before a restore, would hide all that lands in this one.
    if seen is None or not channels or seen.since_xid > until:
        return Look(0, Seen(until, now, channels))
    since = max(now - timedelta(seconds=noting.NEWS_SECONDS), min(channels.values()))

    def addressed(one: Noted) -> list[tuple[str, str, str | None]]:
        return _steps(settings.channels, channels, one, now)

    # Before the transaction: Dagster's database may be slow, and an open one holds watermarks back.
    found, runs_since = look_at_runs(instance, seen.runs_since, since)
    held = [one for one in seen.held if one.at >= since]
    with ledger.cursor(dsn) as cursor:
        noted, held = note_failures(cursor, [*held, *found], now)
        noted += noting.note_reports(cursor, since)
        noting.address(cursor, noted, addressed)
    kinds = {kind for channel in settings.channels for kind in channel.kinds} & PLAY
    problem, count = None, 0
    if doubts:
        problem = f"What SDRs have reached waits: figures may be wrong, as {', '.join(doubts)} last failed."
        until = seen.since_xid
    else:
        try:
            count, until = _look_at_play(dsn, (seen.since_xid, until), since, kinds, addressed)
        except psycopg2.Error as error:
            problem = f"What SDRs have reached could not be noted: {without_secrets(str(error))}"
            until = seen.since_xid
    return Look(len(noted) + count, Seen(until, runs_since, channels, tuple(held)), problem)


def _look_at_play(
    dsn: str, xids: tuple[int, int], since: datetime, kinds: AbstractSet[str], addressed: Addressed
) -> tuple[int, int]:
    """Note what SDRs have reached by what landed between two transactions; returns how many, and how far it came."""
    since_xid, until = xids
    if not kinds:
        return 0, until
    with ledger.cursor(dsn) as cursor:
        noted = noting.note_wins(cursor, since_xid, since) if "achievement" in kinds else []
        noting.address(cursor, noted, addressed)
        batches = noting.landed(cursor, since_xid, since)
    count = len(noted)
    deadline = time.monotonic() + SECONDS
    for first_xid, users in batches:
        if time.monotonic() > deadline:
            return count, min(until, first_xid)
        with ledger.cursor(dsn) as cursor:
            noted = noting.note_play(cursor, users, since, kinds)
            noting.address(cursor, noted, addressed)
        count += len(noted)
    return count, until


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
