"""Runs every benchmark and writes docs/benchmarks.md; ends with 1 when a figure misses its target (`make bench`).

`--endurance SECONDS` shortens the ten minutes of steady load, `--sessions SECONDS` lengthens the two minutes of 500
sessions of the HUD (900 show whether its memory stays flat); 0 leaves them out.
"""

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.bench import (
    endurance_bench,
    freshness_bench,
    hud_figures,
    hud_load,
    import_bench,
    ingest_bench,
    refresh_bench,
    retention_bench,
    screen_bench,
    warehouse_bench,
)

PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"
MAXIMUM_P95_MILLISECONDS: Final = 50


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure everything, and write docs/benchmarks.md.")
    parser.add_argument("--endurance", type=int, default=endurance_bench.SECONDS, metavar="SECONDS")
    parser.add_argument("--sessions", type=int, default=120, metavar="SECONDS")
    given = parser.parse_args()
    seconds = given.endurance
    print("ingest: three rounds of ten seconds of each load", flush=True)
    ingest = ingest_bench.run()
    print(f"endurance: {seconds} seconds of steady load", flush=True)
    endurance = endurance_bench.run(seconds) if seconds else None
    print("freshness: 200 events with Dagster up, 200 with it stopped", flush=True)
    freshness = freshness_bench.run()
    print("screen: 40 events until Chromium shows them", flush=True)
    screen = screen_bench.run()
    print("refresh: five events beside the stock design, and the idle stack (about ten minutes)", flush=True)
    refreshes = refresh_bench.run()
    print(f"sessions: 500 of the HUD for {given.sessions} seconds", flush=True)
    sessions = hud_load.run_alone(given.sessions) if given.sessions else None
    print("import: three rounds of 500,000 rows on each side", flush=True)
    imports = import_bench.run()
    print("warehouse: reads, settles and rebuilds of up to 10 million events (about ten minutes)", flush=True)
    warehouse = warehouse_bench.run()
    print("retention: Dagster's database by its runs, with retention off and on", flush=True)
    retention = retention_bench.run()
    page = _page(ingest, endurance, freshness, screen, refreshes, sessions, imports, warehouse)
    page += "\n".join([*retention_bench.section(retention), ""])
    PAGE.write_text(page, encoding="utf-8")
    print(f"\n{page}\nwritten to {PAGE}")
    slowest = max(side["p95"] for side in freshness.values())
    met = ingest.is_met() and (endurance is None or endurance.is_met()) and not import_bench.missed(imports)
    met = met and slowest <= MAXIMUM_P95_MILLISECONDS and not warehouse_bench.missed(warehouse)
    met = met and refreshes.is_met() and retention_bench.is_met(retention)
    met = met and screen_bench.is_met(screen) and (sessions is None or sessions.is_met())
    print("every target is met" if met else "A TARGET IS MISSED")
    return 0 if met else 1


def _page(
    ingest: ingest_bench.Figures,
    endurance: endurance_bench.Endurance | None,
    freshness: dict[str, dict[str, float]],
    screen: list[float],
    refreshes: refresh_bench.Refreshes,
    sessions: hud_figures.Figures | None,
    imports: dict[str, float],
    warehouse: dict[int, warehouse_bench.Figures],
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
    lines += ["", *screen_bench.section(screen), "", *refresh_bench.section(refreshes), ""]
    if sessions is not None:
        lines += [*hud_figures.section(sessions, hud_load.INTERVAL_SECONDS), ""]
    lines += [*ingest_bench.section(ingest), ""]
    if endurance is not None:
        lines += [*endurance_bench.section(endurance), ""]
    lines += [*import_bench.section(imports), "", *warehouse_bench.section(warehouse), ""]
    return "\n".join(lines)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
