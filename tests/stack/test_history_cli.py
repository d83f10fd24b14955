"""`rift import` and `rift forget`, as people type them."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.stack import settling
from orchestration.stack.settling import Settler
from tests import landing
from tests.conftest import Warehouse
from tests.conftest import environment as dbt_environment
from tests.stack.conftest import Rift, at_work

AT = "2026-03-14T09:26:53Z"


@pytest.fixture
def environment(warehouse_environment: dict[str, str], warehouse: Warehouse) -> dict[str, str]:
    return at_work(warehouse_environment, warehouse)


@pytest.fixture
def history(folder: Path) -> Path:
    path = folder / "history.csv"
    rows = [f"call_dial,ann,{number},{AT}" for number in range(3)] + [f"nap,ann,4,{AT}", "call_dial,ann,5,yesterday"]
    path.write_text("\n".join(["event_type,user_id,external_id,occurred_at", *rows]) + "\n")
    return path


def test_import_says_what_landed_and_what_not(rift: Rift, warehouse: Warehouse, history: Path, folder: Path) -> None:
    dry = rift("import", str(history), "--source", "crm", "--dry-run")
    assert f"{history}: 5 rows: 3 would land, 0 duplicates, 2 rejected" in dry.stdout
    assert warehouse.execute("select count(*) from raw.webhook_events where source = 'crm'") == [(0,)]
    said = rift("import", str(history), "--source", "crm", "--report", str(folder / "rejected.csv"))
    assert said.returncode == 1, said.stderr
    assert said.stdout.splitlines()[:3] == [
        f"{history}: 5 rows: 3 landed, 0 duplicates, 2 rejected",
        "  unknown_event_type: 1 (line 5)",
        "  invalid_field: 1 (line 6)",
    ]
    assert (folder / "rejected.csv").read_text().splitlines()[1:] == [
        f"{history},5,unknown_event_type",
        f"{history},6,invalid_field",
    ]
    assert "3 duplicates" in rift("import", str(history), "--source", "crm").stdout
    for arguments, problem in (((str(history),), "the column source is missing"), (("none.csv",), "No such file")):
        failed = rift("import", *arguments)
        assert (failed.returncode, problem in failed.stderr, "Traceback" in failed.stderr) == (1, True, False)


def test_forget_asks_and_then_forgets_also_in_files(
    environment: dict[str, str],
    warehouse: Warehouse,
    history: Path,
    folder: Path,
) -> None:
    landing.land(warehouse, landing.event("ann"))
    drop = folder / "drop"
    (drop / "done").mkdir(parents=True)
    (drop / "done" / history.name).write_bytes(history.read_bytes())
    (drop / "failed.csv").write_text("ann\n")
    variables = environment | {"RIFT_DROP_DIR": str(drop)}

    def forget(*arguments: str, typed: str = "") -> str:
        command = [sys.executable, "-m", "orchestration.stack.cli", "forget", *arguments]
        run = subprocess.run(
            command, env=variables, check=False, capture_output=True, text=True, input=typed, timeout=60
        )
        assert "Traceback" not in run.stderr
        return run.stdout + run.stderr

    remaining = "select count(*) from raw.webhook_events where user_id = 'ann'"
    before = warehouse.execute(remaining)
    assert "Nothing was forgotten" in forget("--user", "ann", typed="bob\n")
    assert "Name either" in forget()
    assert "too short" in forget("--prospect", "x", "--yes")
    assert warehouse.execute(remaining) == before != [(0,)]
    said = forget("--user", "ann", typed="ann\n")
    assert "belongs to forgotten-" in said
    assert "failed.csv holds this person" in said
    assert warehouse.execute(remaining) == [(0,)]
    assert list((drop / "done").iterdir()) == []


def test_a_long_tail_is_settled_beside_an_import(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "SETTLED_FROM", 100)
    monkeypatch.setattr(settling, "WAITS_AT", 200)
    tail = "select tail_event_count from intermediate.int_tail"
    settler = Settler(warehouse.dsn("transform"), dbt_environment(warehouse, warehouse.home))
    landing.land_many(warehouse, "ann", "call_dial", 99)
    settler.landed(99)
    assert warehouse.execute(tail) == [(99,)]
    landing.land_many(warehouse, "ann", "email_sent", 150)
    settler.landed(249)
    assert warehouse.execute(tail) == [(0,)]
    settler.finish()
    assert warehouse.execute("select sum(event_count)::integer from intermediate.settled_totals") == [(249,)]
