"""What a message says: a title, some lines, and for many at once a summary."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from orchestration.lib import runbook
from orchestration.lib.notifications.channels import Links
from orchestration.lib.notifications.plain import error, name
from orchestration.lib.notifications.reading import ReportedWeek, Subject

# What a channel is told one by one; more at once become one message.
MOST_SINGLE: Final = 3
# Lines of a summary: what a chat takes in one message (Discord: 2,000 characters) holds them.
MOST_LINES: Final = 15
PLURALS: Final = {
    "rank_up": ("rank up", "rank ups"),
    "level_up": ("level up", "level ups"),
    "achievement": ("achievement", "achievements"),
    "weekly_report": ("weekly report", "weekly reports"),
    "failed_run": ("run", "runs"),
    "failed_check": ("check", "checks"),
}


@dataclass(frozen=True)
class Message:
    """A message; `tone` is info, success, warning or failure; `report` the week whose report may go with it."""

    title: str
    body: str
    tone: str = "info"
    report: date | None = None


@dataclass(frozen=True)
class Writer:
    """Writes for one channel."""

    links: Links
    dagster: str
    hud: str
    in_chat: bool
    reported: dict[date, ReportedWeek]

    def one(self, subject: Subject) -> Message:
        """The message of a single notification."""
        line, *more = self._lines(subject)
        body = [*more, *self._where(subject)]
        return Message(line, "\n".join(body) or line, _tone(subject), subject.week if _is_report(subject) else None)

    def summary(self, subjects: Sequence[Subject], why: str) -> Message:
        """One message of many; `why` says why they come together."""
        counts = Counter(subject.kind for subject in subjects)
        told = ", ".join(f"{count} {PLURALS[kind][count > 1]}" for kind, count in counts.items())
        # What failed comes first, and is not what is cut off.
        ordered = sorted(subjects, key=lambda subject: (not _is_failure(subject), not _is_report(subject)))
        lines = [f"• {self._lines(subject)[0]}" for subject in ordered[:MOST_LINES]]
        if len(ordered) > MOST_LINES:
            lines.append(f"and {len(ordered) - MOST_LINES} more")
        weeks = [subject.week for subject in subjects if _is_report(subject) and subject.week]
        links = sorted({link for subject in ordered[:MOST_LINES] for link in self._where(subject)})
        failed = [subject for subject in subjects if _is_failure(subject)]
        return Message(f"Rift: {told}", "\n".join([why, *lines, *links[:3]]), _worst(failed), max(weeks, default=None))

    def _lines(self, subject: Subject) -> list[str]:
        who = name(subject.display_name, in_chat=self.in_chat)
        team = f" ({name(subject.team_name, in_chat=self.in_chat)})" if subject.team_name else ""
        if subject.kind == "rank_up":
            return [f"{who} reached {subject.rank_tier}", f"{who}{team} is {subject.rank_tier} this week."]
        if subject.kind == "level_up":
            return [f"{who} reached level {subject.reached}", f"{who}{team} is on level {subject.reached}."]
        if subject.kind == "achievement":
            return [f"{who} earned {subject.title}", f"{who}{team}: {subject.description}"]
        if subject.kind == "weekly_report":
            return self._report_lines(subject)
        return self._failure_lines(subject)

    def _report_lines(self, subject: Subject) -> list[str]:
        week = self.reported.get(subject.week) if subject.week else None
        if week is None:
            return ["The weekly rank report is there"]
        names = [name(champion, in_chat=self.in_chat) for champion in week.champion_names]
        more = f" and {week.champion_count - len(names)} more" if week.champion_count > len(names) else ""
        champions = f"{', '.join(names)}{more} ({week.champion_tier})" if names else "nobody"
        figures = f"{week.meetings_booked} meetings booked by {week.sdr_count} SDRs in {week.team_count} teams."
        return [f"Weekly rank report {week.iso_week}", f"Champion: {champions}.", figures]

    def _failure_lines(self, subject: Subject) -> list[str]:
        detail = [f"It is {'a warning' if subject.severity == 'warning' else 'an error'}."] if subject.severity else []
        detail += [error(subject.detail, in_chat=self.in_chat)] if subject.detail else []
        title = error(subject.name, in_chat=self.in_chat)
        if subject.kind == "failed_run":
            said = f"{title} works again" if subject.is_recovery else f"{title} failed"
        else:
            place, _, check = title.rpartition(":")
            said = (
                f"Check {check} of {place} is met again" if subject.is_recovery else f"Check {check} of {place} failed"
            )
        return [said, *detail, f"At {subject.happened_at:%Y-%m-%d %H:%M} UTC."]

    def _where(self, subject: Subject) -> list[str]:
        if _is_report(subject) and subject.week:
            year, week, _ = subject.week.isocalendar()
            return [f"{self.hud}/reports?week={year}-W{week:02}"]
        if subject.kind not in {"failed_run", "failed_check"}:
            return []
        run = [f"Run: {self.dagster}/runs/{subject.run_id}"]
        if subject.is_recovery:
            return run
        check = (subject.name or "").rpartition(":")[2]
        # A run of a partition is named after its job and that.
        job = (subject.name or "").partition(" ")[0]
        is_run = subject.kind == "failed_run"
        alert = runbook.heading(job, "failed_run") if is_run else runbook.heading(check, runbook.DBT_TESTS)
        return [*run, f"What to do: {self.links.runbook}#{alert}"]


def trial(channel: str) -> Message:
    """What `rift notifications test` sends."""
    return Message("Rift can reach you here", f"This is a trial of the channel {channel}. Nothing has happened.")


def _is_report(subject: Subject) -> bool:
    return subject.kind == "weekly_report"


def _is_failure(subject: Subject) -> bool:
    return subject.kind in {"failed_run", "failed_check"} and not subject.is_recovery


def _tone(subject: Subject) -> str:
    if _is_failure(subject):
        return "warning" if subject.severity == "warning" else "failure"
    return "info" if _is_report(subject) else "success"


def _worst(failed: Sequence[Subject]) -> str:
    tones = {_tone(subject) for subject in failed}
    return "failure" if "failure" in tones else "warning" if tones else "info"
