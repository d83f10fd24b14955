"""What became of a file, in words for people, and all rejected rows as a CSV file."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ingestion.importing.importer import Imported

SHOWN: Final = 10


def summary(name: str, imported: Imported, *, dry_run: bool = False) -> Iterator[str]:
    """The lines that are shown after a file."""
    counts = imported.counts
    landed = "would land" if dry_run else "landed"
    yield (
        f"{name}: {counts.rows:,} rows: {counts.landed:,} {landed}, {counts.duplicates:,} duplicates,"
        f" {counts.rejected_count:,} rejected"
    )
    if imported.was_known:
        yield "  by an earlier import of the same content; nothing was landed again"
    if imported.resumed_after:
        yield f"  gone on after row {imported.resumed_after:,}, where an earlier import had stopped"
    for reason, count in counts.reasons.most_common():
        lines = [str(line) for line, rejected in counts.rejected if rejected == reason]
        more = f" and {count - SHOWN:,} more" if count > SHOWN else ""
        yield f"  {reason}: {count:,} (line {', '.join(lines[:SHOWN])}{more})"


def write_rejected(path: Path, files: dict[str, Imported]) -> None:
    """Write file, line and reason of every rejected row; what each said is in raw.rejected_events."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "line", "reason"])
        for name, imported in files.items():
            writer.writerows([name, line, reason] for line, reason in imported.counts.rejected)
