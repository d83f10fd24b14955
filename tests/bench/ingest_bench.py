"""Events per second of the canonical doors, beside the straightforward design that they are timed against.

`peers/seed_api.py` is that design: a check, a look-up, an insert and a commit for each request. Both sides run on one
new Postgres with fsync on, in alternating rounds; so do single posts, batches, and posts of the largest size.

    python -m tests.bench.ingest_bench [ROUNDS] [SECONDS] [WORKERS]
"""

import statistics
import sys
from dataclasses import dataclass
from typing import Final

from tests.bench.load import BATCH, Load, Result, require_wrk, run_load
from tests.bench.sides import running_sides

MINIMUM_RATIO: Final = 15
MINIMUM_BATCH_RATE: Final = 15_000
# Memory that 64 bodies of 64 KiB at once may add, over bodies of 150 bytes.
MAXIMUM_MEMORY_RATIO: Final = 2
# Beyond 8 connections the peer's pool of 10 answers 500.
LOADS: Final = {
    "peer": Load("ingest.lua", 8),
    "receiver": Load("ingest.lua", 64),
    "receiver, batches of 1,000": Load("batch.lua", 4, BATCH, ("1000",), 1000),
    "receiver, bodies of 64 KiB": Load("paced.lua", 64, arguments=("0", "65536")),
}


@dataclass
class Figures:
    """The rounds of each load."""

    rounds: dict[str, list[Result]]

    def median(self, name: str, figure: str) -> float:
        return float(statistics.median(getattr(result, figure) for result in self.rounds[name]))

    def faults(self, name: str) -> float:
        """Of all rounds: a fault in any counts."""
        return sum(result.faults for result in self.rounds[name])

    def megabytes(self, name: str) -> float:
        return max(sample for result in self.rounds[name] for sample in result.megabytes)

    def ratio(self, name: str) -> float:
        return self.median(name, "rate") / self.median("peer", "rate")

    def memory_ratio(self) -> float:
        small, large = (self.megabytes(name) for name in ("receiver", "receiver, bodies of 64 KiB"))
        return large / small

    def is_met(self) -> bool:
        return (
            not sum(self.faults(name) for name in LOADS)
            and self.ratio("receiver") >= MINIMUM_RATIO
            and self.median("receiver, batches of 1,000", "rate") >= MINIMUM_BATCH_RATE
            and self.memory_ratio() <= MAXIMUM_MEMORY_RATIO
        )


def run(rounds: int = 3, seconds: int = 10, workers: int = 1) -> Figures:
    """Time all loads, one after the other, in each round."""
    require_wrk()
    results: dict[str, list[Result]] = {name: [] for name in LOADS}
    with running_sides("receiver", "peer", workers=workers) as sides:
        for _ in range(rounds):
            for name, load in LOADS.items():
                results[name].append(run_load(sides[name.split(",")[0]], load, seconds))
    return Figures(results)


def section(figures: Figures) -> list[str]:
    """What docs/benchmarks.md says of them."""
    lines = [
        "## Receiving",
        "",
        "`wrk` posts new events (`tests/bench/peers/*.lua`). The peer (`tests/bench/peers/seed_api.py`) is the",
        "straightforward design: a pool, and a check, a look-up, an insert and a commit for each request; beyond 8",
        "connections its pool answers 500. fsync is on; answers are compared with stored rows. Targets: single posts",
        f"at least {MINIMUM_RATIO} times the peer, batches at least {MINIMUM_BATCH_RATE:,} events/s, memory with 64",
        f"bodies of 64 KiB at once at most {MAXIMUM_MEMORY_RATIO} times that with small ones, no error. Latencies are",
        "of requests.",
        "",
        "| | connections | events/s | times the peer | p50 ms | p95 ms | p99 ms | errors | most memory, MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, load in LOADS.items():
        rate, p50, p95, p99 = (figures.median(name, figure) for figure in ("rate", "p50", "p95", "p99"))
        lines.append(
            f"| {name} | {load.connections} | {rate:,.0f} | {figures.ratio(name):.1f}"
            f" | {p50:.1f} | {p95:.1f} | {p99:.1f} | {figures.faults(name):.0f} | {figures.megabytes(name):.0f} |"
        )
    return lines


def main() -> int:
    """Print the table; fails when a target is missed."""
    figures = run(*map(int, sys.argv[1:4]))
    print("\n".join(section(figures)))
    return 0 if figures.is_met() else 1


if __name__ == "__main__":
    sys.exit(main())
