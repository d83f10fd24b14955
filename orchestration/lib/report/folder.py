"""The files of reports: RIFT_HOME/reports/2026-W46.html and .csv, each written whole or not at all."""

import os
import tempfile
from datetime import date
from pathlib import Path

from orchestration.lib.report.making import Report
from orchestration.lib.report.page import file_name
from orchestration.lib.report.resources import complete


def default_folder() -> Path:
    """Where reports are kept."""
    return Path(os.environ.get("RIFT_HOME", ".rift")).absolute() / "reports"


def write(report: Report, folder: Path) -> tuple[Path, Path]:
    """Write a report's page and its CSV into a folder, which is made; return their paths."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    page, table = paths(folder, report.week)
    _write(page, complete(report.document))
    # Without the mark at the beginning, Excel takes UTF-8 for something else.
    _write(table, "\ufeff" + report.csv)
    return page, table


def paths(folder: Path, week: date) -> tuple[Path, Path]:
    """Where a week's page and its CSV are."""
    return folder / file_name(week, "html"), folder / file_name(week, "csv")


def _write(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
