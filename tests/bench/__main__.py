"""Runs every benchmark and writes docs/benchmarks.md; ends with 1 when a figure misses its target (`make bench`)."""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.bench import freshness_bench, import_bench, ingest_bench, warehouse_bench

PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"
MINIMUM_RATIO: Final = 10
MAXIMUM_P95_MILLISECONDS: Final = 50


def main() -> int:
    print("ingest: three rounds of ten seconds on each side", flush=True)
    ingest = ingest_bench.run()
    print("freshness: 200 events with Dagster up, 200 with it stopped", flush=True)
    freshness = freshness_bench.run()
    print("import: three rounds of 500,000 rows on each side", flush=True)
    imports = import_bench.run()
    print("warehouse: reads, settles and rebuilds of up to 10 million events (about ten minutes)", flush=True)
    warehouse = warehouse_bench.run()
    page = _page(ingest, freshness, warehouse, import_bench.section(imports))
    PAGE.write_text(page, encoding="utf-8")
    print(f"\n{page}\nwritten to {PAGE}")
    faults = sum(ingest[side][kind] for side in ("peer", "receiver") for kind in ("refused", "errors", "unaccounted"))
    slowest = max(side["p95"] for side in freshness.values())
    met = not faults and ingest["ratio"] >= MINIMUM_RATIO and slowest <= MAXIMUM_P95_MILLISECONDS
    met = met and not warehouse_bench.missed(warehouse) and not import_bench.missed(imports)
    print("every target is met" if met else "A TARGET IS MISSED")
    return 0 if met else 1


def _page(
    ingest: dict[str, Any],
    freshness: dict[str, dict[str, float]],
    warehouse: dict[int, warehouse_bench.Figures],
    imports: list[str],
) -> str:
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Both sides of a comparison run alternately, in one run, on one machine: compare the",
        "ratios, since machines differ.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}.",
        "",
        "## From the commit to the mart",
        "",
        "An event is posted; from its 201 on a reader asks `marts.dim_user_stats` until it counts. 200 events each;",
        f"target: p95 at most {MAXIMUM_P95_MILLISECONDS} ms.",
        "",
        "| | p50 ms | p95 ms | longest ms |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {side['p50']:.1f} | {side['p95']:.1f} | {side['max']:.1f} |" for name, side in freshness.items()
    ]
    lines += [
        "",
        "## Receiving",
        "",
        "`wrk` posts new events (`tests/bench/peers/ingest.lua`). The peer (`tests/bench/peers/seed_api.py`) is the",
        "straightforward design: a pool, and a check, a look-up, an insert and a commit for each request; beyond 8",
        "connections its pool answers 500. fsync is on; answers are compared with stored rows. Target: at least",
        f"{MINIMUM_RATIO} times the peer, no error.",
        "",
        "| | connections | requests/s | p50 ms | p95 ms | p99 ms | errors |",
        "|---|---|---|---|---|---|---|",
    ]
    for side in ("peer", "receiver"):
        figures = ingest[side]
        errors = figures["refused"] + figures["errors"] + figures["unaccounted"]
        lines.append(
            f"| {side} | {ingest['connections'][side]} | {figures['rate']:.0f} | {figures['p50']:.1f}"
            f" | {figures['p95']:.1f} | {figures['p99']:.1f} | {errors:.0f} |"
        )
    lines += [
        "",
        f"Ratio of the medians: {ingest['ratio']:.1f}.",
        "",
        *imports,
        "",
        *warehouse_bench.section(warehouse),
        "",
    ]
    return "\n".join(lines)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
