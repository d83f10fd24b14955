"""What a load of sessions did to the HUD, and how docs/benchmarks.md says it."""

import statistics
from dataclasses import dataclass, field
from typing import Final

MAXIMUM_P95_SECONDS: Final = 1.0
MAXIMUM_GROWTH: Final = 1.05
LONG_SECONDS: Final = 600


@dataclass
class Sample:
    """The HUD's process at one moment."""

    at: float
    cpu_seconds: float
    megabytes: float


@dataclass
class Figures:
    """What came of it; seconds, but for what is named otherwise."""

    sessions: int
    seconds: float
    polls: list[float] = field(default_factory=list)
    skipped: int = 0
    shown: list[float] = field(default_factory=list)
    posted: int = 0
    errors: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    @property
    def cores(self) -> float:
        first, last = self.samples[0], self.samples[-1]
        return (last.cpu_seconds - first.cpu_seconds) / (last.at - first.at)

    @property
    def memory(self) -> tuple[float, float]:
        """Medians of megabytes: around minute 3 (or a fifth of the time), and at the end (its last fifth)."""
        start, end = self.samples[0].at, self.samples[-1].at
        early = start + min(180.0, (end - start) / 5)
        window = max(60.0 if end - start > LONG_SECONDS else 0.0, (end - start) / 5)
        first = [sample.megabytes for sample in self.samples if early <= sample.at <= early + window]
        last = [sample.megabytes for sample in self.samples if sample.at >= end - window]
        return statistics.median(first), statistics.median(last)

    @property
    def is_long(self) -> bool:
        """A short run ends while caches still fill, so it says nothing about memory."""
        return self.seconds >= LONG_SECONDS

    def is_met(self) -> bool:
        first, last = self.memory
        is_quick = percentile(self.polls, 95) < MAXIMUM_P95_SECONDS
        is_flat = last <= first * MAXIMUM_GROWTH or not self.is_long
        return is_quick and is_flat and not self.errors and len(self.shown) == self.posted


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else float("nan")


def section(figures: Figures, interval: float) -> list[str]:
    """The part of docs/benchmarks.md, line by line."""
    first, last = figures.memory
    polls = len(figures.polls) / figures.seconds
    costs = [f"{polls:.0f}", f"{figures.skipped}", f"{figures.cores:.2f}", f"{figures.cores / polls * 1000:.2f}"]
    costs += [f"{first:.0f}", f"{last:.0f}"]
    verdict = "Every target is met." if figures.is_met() else " ".join(["A target is missed.", *figures.errors[:3]])
    if not figures.is_long:
        verdict += f" Memory is not judged: that takes {LONG_SECONDS} s."
    return [
        "## Sessions of the HUD",
        "",
        f"`python -m tests.bench.hud_load --seconds {figures.seconds:.0f}` prints this section.",
        f"{figures.sessions} websockets stay on My HUD for {figures.seconds:.0f} s, each on an SDR of its own,",
        f"and poll every {interval:g} s as a browser does. {figures.posted / figures.seconds:.0f} events/s are posted",
        "at the door. A poll is timed until its answer; an event from its post to the first answer that shows it, so",
        "it waits for a poll, too. Targets: answers p95 under 1 s, memory at the end at most 5% above that after",
        "three minutes, no error, no event unseen. Load, door, database, Dagster and HUD share the machine.",
        "",
        "| | p50 ms | p95 ms | longest ms |",
        "|---|---|---|---|",
        _row("a poll's answer", figures.polls),
        _row("from the post to a screen's data", figures.shown),
        "",
        "| polls/s | left unanswered for an interval | cores of the HUD | CPU a poll, ms | MB, minute 3 | MB, end |",
        "|---|---|---|---|---|---|",
        "| " + " | ".join(costs) + " |",
        "",
        verdict,
    ]


def _row(name: str, seconds: list[float]) -> str:
    figures = [percentile(seconds, 50), percentile(seconds, 95), max(seconds, default=float("nan"))]
    return f"| {name} | " + " | ".join(f"{1000 * one:,.0f}" for one in figures) + " |"
