"""Ten minutes at 70 % of what the receiver can take: memory stays flat, nothing fails, nothing is lost.

What it can take is measured first, in the same run.

    python -m tests.bench.endurance_bench [SECONDS]
"""

import statistics
import sys
from dataclasses import dataclass
from typing import Final

from tests.bench.load import Load, Result, require_wrk, run_load
from tests.bench.sides import running_sides

SECONDS: Final = 600
SHARE: Final = 0.7
# Of the memory in the last quarter to that in the second: the first fills caches and the allocator's pools.
MAXIMUM_GROWTH: Final = 1.05
WARM_UP_SECONDS: Final = 10
CONNECTIONS: Final = 64
BYTES: Final = 200


@dataclass
class Endurance:
    """The maximum, and the long run."""

    seconds: int
    most: Result
    long: Result

    @property
    def share(self) -> float:
        return self.long.rate / self.most.rate

    @property
    def growth(self) -> float:
        quarter = len(self.long.megabytes) // 4
        second, last = self.long.megabytes[quarter : 2 * quarter], self.long.megabytes[-quarter:]
        return statistics.median(last) / statistics.median(second)

    def is_met(self) -> bool:
        is_at_pace = abs(self.share / SHARE - 1) <= 0.05
        return is_at_pace and not self.most.faults + self.long.faults and self.growth <= MAXIMUM_GROWTH


def run(seconds: int = SECONDS) -> Endurance:
    require_wrk()
    with running_sides("receiver") as sides:
        run_load(sides["receiver"], _load(0), min(seconds, WARM_UP_SECONDS))
        most = run_load(sides["receiver"], _load(0), min(seconds, WARM_UP_SECONDS))
        return Endurance(seconds, most, run_load(sides["receiver"], _load(most.rate * SHARE), seconds))


def section(endurance: Endurance) -> list[str]:
    """What docs/benchmarks.md says of it."""
    lines = [
        "## Endurance",
        "",
        f"{CONNECTIONS} connections post new events for {endurance.seconds} s at {SHARE:.0%} of the rate that the",
        "receiver took just before. Targets: the median of memory in the last quarter at most",
        f"{MAXIMUM_GROWTH - 1:.0%} above that in the second, no error, and a row for each answer.",
        "",
        "| | events/s | share | p50 ms | p99 ms | errors | memory, MB | growth |",
        "|---|---|---|---|---|---|---|---|",
    ]
    growth = f"{endurance.growth - 1:+.1%}"
    for name, result, share, grown in [
        ("as fast as it answers", endurance.most, 1.0, ""),
        ("paced", endurance.long, endurance.share, growth),
    ]:
        memory = statistics.median(result.megabytes)
        lines.append(
            f"| {name} | {result.rate:,.0f} | {share:.0%} | {result.p50:.1f} | {result.p99:.1f} | {result.faults:.0f}"
            f" | {memory:.0f} | {grown} |"
        )
    return lines


def _load(rate: float) -> Load:
    return Load("paced.lua", CONNECTIONS, arguments=(f"{rate:.0f}", str(BYTES)))


def main() -> int:
    """Print the table; fails when a target is missed."""
    endurance = run(*map(int, sys.argv[1:2]))
    print("\n".join(section(endurance)))
    return 0 if endurance.is_met() else 1


if __name__ == "__main__":
    sys.exit(main())
