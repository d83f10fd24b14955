"""How a believable sales team works: many dials, some connects, few meetings, on working days in working hours."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orchestration.stack.door import Event

# Of ten dials one is answered, of eight answers one becomes a meeting: with a team's differences in skill a week brings
# one to twelve meetings, so every rank is seen.
CONNECTS: Final = 0.10
MEETINGS: Final = 0.12
# Share of the day's calls in each hour from 8 to 17: a slow start, a peak at ten, lunch, a second peak, a tired end.
HOURS: Final = (4, 10, 14, 12, 4, 8, 13, 11, 7, 3)
FIRST_HOUR: Final = 8
DIALS_A_DAY: Final = 60
EMAILS_A_DAY: Final = 25
SHOWN_UP: Final = 0.72
CANCELLED: Final = 0.12
OUTCOMES: Final = ("no_answer", "voicemail", "gatekeeper", "busy")
COMPANIES: Final = (
    "Northwind",
    "Contoso",
    "Acme",
    "Globex",
    "Initech",
    "Umbra Labs",
    "Fabrikam",
    "Tailspin",
    "Vandelay",
)


@dataclass(frozen=True)
class Member:
    """One SDR: who it is, where the sun stands, and how good a day usually is."""

    user_id: str
    time_zone: str

    @property
    def skill(self) -> float:
        return random.Random(f"skill {self.user_id}").uniform(0.7, 1.5)  # noqa: S311  # a game, no secret


class Team:
    """Makes events. A generator of its own per stream, so that one seed tells one story."""

    def __init__(self, members: list[Member], seed: str) -> None:
        self.members = members
        self.random = random.Random(seed)  # noqa: S311  # a game, no secret
        self.seed = seed
        self._count = 0
        self._open: list[tuple[Member, Event]] = []

    def live(self) -> Iterator[Event]:
        """Endless work of the whole team, one event after another."""
        while True:
            if self._open and self.random.random() < 0.012:
                yield self._close(*self._open.pop(0))
                continue
            member = self.random.choices(self.members, [person.skill for person in self.members])[0]
            if self.random.random() < EMAILS_A_DAY / (EMAILS_A_DAY + DIALS_A_DAY):
                yield self._event(member, "email_sent", sequence=self.random.randint(1, 5))
            else:
                yield from self._call(member)

    def day(self, member: Member, day: date) -> list[Event]:
        """One SDR's working day in the past, in the order of its events."""
        events: list[Event] = []
        for _ in range(self._about(DIALS_A_DAY * member.skill)):
            events += self._at(member, day, list(self._call(member)))
        for _ in range(self._about(EMAILS_A_DAY)):
            events += self._at(member, day, [self._event(member, "email_sent", sequence=self.random.randint(1, 5))])
        for owner, booked in self._open:
            if self.random.random() < SHOWN_UP + CANCELLED:
                later = datetime.fromisoformat(booked["occurred_at"]) + timedelta(hours=self.random.randint(20, 90))
                closed = self._close(owner, booked) | {"occurred_at": later.isoformat()}
                if later < datetime.now(UTC):
                    events.append(closed)
        self._open.clear()
        return sorted(events, key=lambda event: str(event["occurred_at"]))

    def _call(self, member: Member) -> Iterator[Event]:
        answered = self.random.random() < CONNECTS * member.skill
        company = self.random.choice(COMPANIES)
        outcome = "connected" if answered else self.random.choice(OUTCOMES)
        dial = self._event(member, "call_dial", disposition=outcome, company=company)
        yield dial
        if answered:
            seconds = self.random.randint(40, 900)
            call = dial["external_id"]
            yield self._event(member, "call_connect", company=company, call_id=call, duration_seconds=seconds)
            if self.random.random() < MEETINGS * member.skill:
                booked = self._event(member, "meeting_booked", company=company)
                self._open.append((member, booked))
                yield booked

    def _close(self, member: Member, booked: Event) -> Event:
        company = booked["metadata"]["company"]
        if self.random.random() < CANCELLED / (SHOWN_UP + CANCELLED):
            cancelled = self._event(member, "meeting_cancelled", company=company)
            return cancelled | {"reverses": booked["external_id"]}
        return self._event(member, "meeting_attended", company=company, meeting_id=booked["external_id"])

    def _event(self, member: Member, event_type: str, **metadata: object) -> Event:
        self._count += 1
        return {
            "source": "simulator",
            "event_type": event_type,
            "user_id": member.user_id,
            "external_id": f"{self.seed}-{self._count}",
            "metadata": metadata,
        }

    def _at(self, member: Member, day: date, events: list[Event]) -> list[Event]:
        """Give a call, and what came of it, a time of that day."""
        hour = self.random.choices(range(len(HOURS)), HOURS)[0] + FIRST_HOUR
        begin = time(hour, self.random.randrange(60), self.random.randrange(60), tzinfo=ZoneInfo(member.time_zone))
        moment = datetime.combine(day, begin).astimezone(UTC)
        for offset, event in enumerate(events):
            event["occurred_at"] = (moment + timedelta(seconds=20 * offset)).isoformat()
        return events

    def _about(self, mean: float) -> int:
        return max(0, round(self.random.gauss(mean, mean / 5)))


def intensity(seconds: float, day_seconds: float) -> float:
    """How busy the team is at a moment of a day that lasts `day_seconds`: 1 on average over the day."""
    share = (seconds % day_seconds) / day_seconds * len(HOURS)
    hour = math.floor(share)
    this, following = HOURS[hour % len(HOURS)], HOURS[(hour + 1) % len(HOURS)]
    level = this + (following - this) * (share - hour)
    return level * len(HOURS) / sum(HOURS)
