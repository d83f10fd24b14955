"""Tells every channel what it is still to be told, each in a thread of its own: a dead one holds up no other."""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import psycopg2

from orchestration.lib.notifications import ledger, reading, sending
from orchestration.lib.notifications.channels import PLAY, Channel, ChannelsError
from orchestration.lib.notifications.ledger import Open
from orchestration.lib.notifications.messages import MOST_SINGLE, Message, Writer
from orchestration.lib.notifications.reading import ReportedWeek, Subject
from orchestration.lib.notifications.secrets import without_secrets
from orchestration.lib.notifications.sending import Address, AddressError
from orchestration.lib.notifications.settings_file import Settings

GONE: Final = "The channel is not in the settings file any more."
STALE: Final = "It waited for two days, in which nothing ran, or figures were in doubt."
TAKEN_BACK: Final = "It does not hold any more."
# Noting what was sent is worth some patience: what is not noted is sent again.
NOTE_TRIES: Final = 5


@dataclass
class Told:
    """What became of what was due, by channel; and why something was not sent."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def count(self, channel: str, outcome: str, number: int) -> None:
        self.outcomes.setdefault(channel, Counter())[outcome] += number


def ready(settings: Settings, deliveries: Sequence[Open], held: AbstractSet[str] = frozenset()) -> list[Open]:
    """What can be told, or ended, now: not what waits for its next attempt or the end of quiet hours, or is held."""
    channels = settings.by_name
    # A channel that has just failed is left alone, also with what was never tried.
    resting = {one.channel for one in deliveries if one.outcome == "failed" and one.read_at < one.rests_until}
    found = []
    for one in deliveries:
        channel = channels.get(one.channel)
        waits = channel is not None and channel.quiet is not None and channel.quiet.holds(one.read_at)
        waits = waits or one.kind in held or one.channel in resting or one.next_at > one.read_at
        is_stale = one.is_stale and one.kind not in held
        if channel is None or is_stale or not waits:
            found.append(one)
    # What keeps failing does not hold up what was tried less often.
    return sorted(found, key=lambda one: one.attempt)


def deliver(dsn: str, settings: Settings, held: AbstractSet[str] = frozenset()) -> Told:
    """Tell all channels what they are to be told now, but for the kinds that are held.

    Raises `psycopg2.Error` when the database is away.
    """
    if settings.is_missing:
        return Told(problems=[f"There is no {settings.path}: what is due waits for it."])
    told = Told()
    by_channel: dict[str, list[Open]] = {}
    for one in ready(settings, ledger.open_deliveries(dsn), held):
        by_channel.setdefault(one.channel, []).append(one)
    with ThreadPoolExecutor(max(1, len(by_channel)), thread_name_prefix="channel") as pool:
        works = [
            pool.submit(_Delivery(dsn, settings, settings.by_name.get(name), told).run, due)
            for name, due in by_channel.items()
        ]
    for work in works:
        work.result()
    return told


@dataclass(frozen=True)
class _Delivery:
    """What is told to one channel in one go."""

    dsn: str
    settings: Settings
    channel: Channel | None
    told: Told

    def run(self, due: Sequence[Open]) -> None:
        channel = self.channel
        if channel is None:
            self._note(due, "dropped", GONE)
            return
        self._note([one for one in due if one.is_stale], "given_up", STALE)
        fresh = [one for one in due if not one.is_stale]
        subjects = self._subjects(fresh)
        readable = [one for one in fresh if one.notification_id in subjects]
        self._note([one for one in readable if not subjects[one.notification_id].still_holds], "dropped", TAKEN_BACK)
        current = [one for one in readable if subjects[one.notification_id].still_holds]
        if not current:
            return
        try:
            address = sending.open_address(self.settings.address(channel))
        except (AddressError, ChannelsError) as error:
            if claimed := ledger.claim(self.dsn, current):
                self._failed(claimed, str(error))
            return
        writer = self._writer(address, subjects.values())
        for batch, why in self._batches(current):
            told_of = [subjects[one.notification_id] for one in batch]
            message = writer.summary(told_of, why) if why else writer.one(told_of[0])
            # A channel that does not take one is not asked again in the same go.
            if not self._tell(address, message, batch):
                return

    def _subjects(self, due: Sequence[Open]) -> dict[str, Subject]:
        """What these are about. Where a mart is broken, what SDRs have reached is noted as failed and left out."""
        play = [one for one in due if one.kind in PLAY]
        found = reading.failures_and_reports(self.dsn, [one for one in due if one.kind not in PLAY])
        try:
            found += reading.reached(self.dsn, play) if play else []
        except psycopg2.Error as error:
            if claimed := ledger.claim(self.dsn, play):
                self._failed(claimed, f"What it is about cannot be read: {without_secrets(str(error))}")
        return {subject.notification_id: subject for subject in found}

    def _reported(self, subjects: Iterable[Subject]) -> dict[date, ReportedWeek]:
        weeks = {one.week for one in subjects if one.kind == "weekly_report" and one.week}
        try:
            return {week: found for week in weeks if (found := reading.reported_week(self.dsn, week))}
        except psycopg2.Error as error:
            self.told.problems.append(f"The headline cannot be read, so it is left out: {without_secrets(str(error))}")
            return {}

    def _batches(self, due: Sequence[Open]) -> Iterator[tuple[list[Open], str | None]]:
        """What comes in one message: all that was held overnight, what is many at once, else each alone."""
        quiet = self.channel.quiet if self.channel else None
        held = [one for one in due if quiet and quiet.holds(one.noted_at)]
        rest = [one for one in due if one not in held]
        if held:
            yield held, "While it was quiet:" if len(held) > 1 else None
        if len(rest) > MOST_SINGLE:
            yield rest, "Much at once:"
        else:
            yield from (([one], None) for one in rest)

    def _tell(self, address: Address, message: Message, batch: Sequence[Open]) -> bool:
        claimed = ledger.claim(self.dsn, batch)
        if len(claimed) < len(batch):
            # Somebody else is telling some of these: the rest is due again when the claim has run out.
            return False
        with self._files(address, message.report) as files:
            problem = sending.send(address, message, files)
        if problem is None:
            self._note(claimed, "sent")
            return True
        self._failed(claimed, problem)
        return False

    @contextmanager
    def _files(self, address: Address, week: date | None) -> Iterator[list[Path]]:
        """The week's report as files, where the channel takes them: mail does unless told not to, others if told to."""
        wanted = self.channel.attach_report if self.channel else None
        if week is None or not address.takes_files or not (address.is_mail if wanted is None else wanted):
            yield []
            return
        from orchestration.lib.report import folder, making  # noqa: PLC0415  # plotly costs a second

        with tempfile.TemporaryDirectory(prefix="rift-report-") as temporary:
            try:
                with making.kept(self.dsn, week) as report:
                    files = [*folder.write(report, Path(temporary))]
            except making.NotPublishedError:
                files = []
            yield files

    def _writer(self, address: Address, subjects: Iterable[Subject]) -> Writer:
        links = self.settings.links
        local = "http://127.0.0.1:"
        hud = links.hud or os.environ.get("HUD_PUBLIC_URL") or local + os.environ.get("HUD_PORT", "8501")
        dagster = links.dagster or local + os.environ.get("DAGSTER_PORT", "3000")
        return Writer(links, dagster.rstrip("/"), hud.rstrip("/"), address.in_chat, self._reported(subjects))

    def _failed(self, claimed: Sequence[Open], problem: str) -> None:
        self.told.problems.append(f"{claimed[0].channel}: {problem}")
        self._note(claimed, "failed", problem)
        if last := [one for one in claimed if one.is_last_attempt]:
            self.told.count(claimed[0].channel, "given_up", len(last))

    def _note(self, deliveries: Sequence[Open], outcome: str, detail: str | None = None) -> None:
        if not deliveries:
            return
        for left in reversed(range(NOTE_TRIES)):
            try:
                ledger.note(self.dsn, deliveries, outcome, detail)
            except psycopg2.OperationalError:
                if not left:
                    raise
                time.sleep(2)
            else:
                break
        self.told.count(deliveries[0].channel, outcome, len(deliveries))
