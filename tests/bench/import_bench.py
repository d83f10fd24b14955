"""Rows per second of an import, beside a bare COPY of the same rows into the same table with the same indexes.

The bare COPY validates nothing, looks for no copies, and is one transaction: what Postgres can do at most with one
connection. Each round imports the file, then empties the table and copies back what the import had landed. fsync is on.

    python -m tests.bench.import_bench [ROWS] [ROUNDS]
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg2
from psycopg2 import extensions

from ingestion.importing.copying import COLUMNS
from ingestion.importing.importer import Options, import_file
from ingestion.importing.loading import COPY
from ingestion.migrations import migrate
from orchestration.stack.postgres import Cluster
from tests.bench.sides import as_role, new_cluster
from tests.conftest import PASSWORDS

ROWS: Final = 500_000
MINIMUM_RATIO: Final = 0.5
TYPES: Final = ("call_dial",) * 6 + ("email_sent",) * 3 + ("call_connect", "meeting_booked")
START: Final = datetime(2026, 1, 5, tzinfo=UTC)
UNLOAD: Final = f"copy (select {', '.join(COLUMNS)} from raw.webhook_events order by landed_xid, raw_id) to stdout"


def run(rows: int = ROWS, rounds: int = 3) -> dict[str, float]:
    """The medians of both sides in rows per second, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="rift-bench-") as folder, new_cluster(Path(folder)) as cluster:
        migrate(cluster.owner_dsn, PASSWORDS)
        dsn = as_role(cluster.owner_dsn, "rift_ingest")
        measured = [_round(cluster, dsn, Path(folder), rows, number) for number in range(rounds)]
    imported, copied = (statistics.median(side) for side in zip(*measured, strict=True))
    ratio = statistics.median(one / other for one, other in measured)
    return {"rows": rows, "import": imported, "copy": copied, "ratio": ratio}


def section(figures: dict[str, float]) -> list[str]:
    """What the page of all benchmarks says about it."""
    return [
        "## Importing",
        "",
        f"`rift import` of {figures['rows']:,.0f} rows (JSONL) into an empty log: validated, compared with what is",
        "there, committed in chunks. The peer is a bare COPY of the rows that landed, in one transaction, into the",
        f"same table with the same indexes. Target: at least {MINIMUM_RATIO} of it.",
        "",
        "| | rows/s |",
        "|---|---|",
        f"| bare COPY | {figures['copy']:,.0f} |",
        f"| rift import | {figures['import']:,.0f} |",
        "",
        f"Median ratio of the rounds: {figures['ratio']:.2f}.",
    ]


def missed(figures: dict[str, float]) -> bool:
    return figures["ratio"] < MINIMUM_RATIO


def _round(cluster: Cluster, dsn: str, folder: Path, rows: int, number: int) -> tuple[float, float]:
    path = folder / f"{number}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_lines(rows, number))
    started = time.monotonic()
    imported = import_file(path, Options(dsn, "sdr-001", 65536))
    import_rate = rows / (time.monotonic() - started)
    if imported.counts.landed != rows:
        raise RuntimeError(f"{imported.counts.landed} of {rows} rows landed")
    path.unlink()
    return import_rate, rows / _copy_back(cluster, folder / "rows.copy")


def _copy_back(cluster: Cluster, path: Path) -> float:
    """Seconds that a bare COPY of all landed rows takes; the table is empty before and after."""
    connection: extensions.connection = psycopg2.connect(cluster.owner_dsn)
    try:
        with connection.cursor() as cursor:
            with path.open("wb") as file:
                cursor.copy_expert(UNLOAD, file)
            cursor.execute("truncate raw.webhook_events, raw.import_chunks")
            connection.commit()
            started = time.monotonic()
            with path.open("rb") as file:
                cursor.copy_expert(COPY, file, size=1 << 20)
            connection.commit()
            seconds = time.monotonic() - started
            cursor.execute("truncate raw.webhook_events")
            connection.commit()
    finally:
        connection.close()
    path.unlink()
    return seconds


def _lines(rows: int, number: int) -> Iterator[str]:
    chance = random.Random(number)
    for row in range(rows):
        event: dict[str, Any] = {
            "source": "crm",
            "event_type": chance.choice(TYPES),
            "user_id": f"sdr-{chance.randrange(500)}",
            "external_id": f"{number}-{row}",
            "occurred_at": (START + timedelta(seconds=20 * row % 20_000_000)).isoformat(),
            "metadata": {"company": "Globex", "sequence": 3, "note": "left a message", "duration_seconds": 17},
        }
        yield json.dumps(event) + "\n"


def main() -> int:
    """Print both figures; fails when the target is missed."""
    figures = run(*map(int, sys.argv[1:3]))
    print(
        f"import {figures['import']:,.0f} rows/s  bare COPY {figures['copy']:,.0f} rows/s  ratio {figures['ratio']:.2f}"
    )
    return 1 if missed(figures) else 0


if __name__ == "__main__":
    sys.exit(main())
