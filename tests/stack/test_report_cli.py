"""`rift report`, as people type it: the files, the list, and plain words about weeks of which there is no report."""

from pathlib import Path

import pytest

from tests import reports
from tests.conftest import Warehouse
from tests.stack.conftest import Rift


@pytest.fixture
def of(warehouse_environment: dict[str, str], warehouse: Warehouse, rift: Rift) -> Rift:
    """Runs `rift report` on the warehouse."""
    assert warehouse_environment["DATABASE_URL"] == warehouse.owner_dsn
    return lambda *arguments: rift("report", *arguments, DATABASE_URL=warehouse.owner_dsn, COLUMNS="160")


def test_a_report_is_written_and_listed(
    of: Rift, warehouse: Warehouse, folder: Path, environment: dict[str, str]
) -> None:
    nothing = of()
    assert (nothing.returncode, "No week has been published yet" in nothing.stderr) == (1, True)
    assert "No report has been made yet" in of("--list").stdout
    reports.published(warehouse)
    home = Path(environment["RIFT_HOME"])
    newest = of()
    assert newest.returncode == 0, newest.stderr
    assert newest.stdout.split() == [str(home / f"reports/2026-W10.{suffix}") for suffix in ("html", "csv")]
    elsewhere = of("--week", "2026-03-02", "--out", str(folder / "for the board"))
    assert elsewhere.returncode == 0, elsewhere.stderr
    for suffix in ("html", "csv"):
        kept = (home / f"reports/2026-W10.{suffix}").read_bytes()
        assert (folder / f"for the board/2026-W10.{suffix}").read_bytes() == kept
    assert "2026-W10" in of("--list").stdout
    for week, words in {
        "2026-W54": "Write an ISO week such as 2026-W46",
        "2019-W02": "Nobody was at work in 2019-W02",
        "2200-01-01": "2200-W01 has not begun",
    }.items():
        refused = of("--week", week)
        assert (refused.returncode, words in " ".join(refused.stderr.split())) == (1, True), refused.stderr
