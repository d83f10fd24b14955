"""The drop folder: each content lands once, each file ends in done/ or failed/ with a report, no other is touched."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ingestion.importing.importer import Options
from ingestion.sources.drop_folder import DropFolder, DropFolderError
from ingestion.sources.files import DEFAULT_SOURCE, Landed, land_folder
from orchestration.stack.settings import ROOT
from tests.conftest import Database

HEADER = "source,event_type,external_id,occurred_at"
AT = "2026-03-14T09:26:53Z"


def drop(folder: Path, name: str, source: str, *types: str) -> Path:
    rows = [f"{source},{kind},{number},{AT}" for number, kind in enumerate(types)]
    path = folder / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def land_now(database: Database, folder: Path, quiet_seconds: float = 0) -> list[Landed]:
    options = Options(database.dsn("ingest"), "sdr-001", 65536, DEFAULT_SOURCE, once=True)
    return land_folder(DropFolder(folder), options, quiet_seconds=quiet_seconds)


def report(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def count(database: Database, source: str) -> int:
    return int(database.execute("select count(*) from raw.webhook_events where source = %s", source)[0][0])


def test_a_file_is_landed_and_reported_by_line(door_database: Database, tmp_path: Path, source: str) -> None:
    drop(tmp_path, "march.csv", source, "call_dial", "nap", "email_sent")
    land_now(door_database, tmp_path)
    assert names(tmp_path) == ["done"]
    said = report(tmp_path / "done" / "march.csv.report.json")
    assert (said["rows"], said["landed"], said["duplicates"], said["rejected"]) == (3, 2, 0, 1)
    assert said["rejected_lines"] == [{"line": 3, "reason": "unknown_event_type"}]
    assert (tmp_path / "done" / "march.csv").exists()
    assert count(door_database, source) == 2


def test_the_same_content_lands_once_under_any_name(door_database: Database, tmp_path: Path, source: str) -> None:
    for name in ("a.csv", "b.csv", "a.csv"):
        drop(tmp_path, name, source, "call_dial", "nap")
        land_now(door_database, tmp_path)
    assert names(tmp_path / "done") == [
        "a.2.csv", "a.2.csv.report.json", "a.csv", "a.csv.report.json", "b.csv", "b.csv.report.json",
    ]  # fmt: skip
    said = [report(tmp_path / "done" / f"{name}.report.json") for name in ("a.csv", "b.csv", "a.2.csv")]
    assert [one["was_landed_before"] for one in said] == [False, True, True]
    # Also when the first was killed before it could move the file away.
    assert said[0] | {"file": "b.csv", "was_landed_before": True} == said[1]
    assert count(door_database, source) == 1


def test_what_is_no_whole_file_of_this_folder_is_left(door_database: Database, tmp_path: Path, source: str) -> None:
    drop(tmp_path, "big.csv.part", source, "call_dial")
    drop(tmp_path, "big.TMP", source, "call_dial")
    drop(tmp_path, ".hidden.csv", source, "call_dial")
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (tmp_path / "link.csv").symlink_to(drop(outside, "secret.csv", source, "call_dial"))
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    before = names(tmp_path)
    assert land_now(door_database, tmp_path) == []
    assert names(tmp_path) == before
    assert count(door_database, source) == 0
    (tmp_path / "done").symlink_to(outside)
    drop(tmp_path, "good.csv", source, "call_dial")
    with pytest.raises(DropFolderError, match="symbolic link"):
        land_now(door_database, tmp_path)
    assert names(outside) == ["secret.csv"]


def test_a_file_that_grows_is_left_until_it_is_whole(door_database: Database, tmp_path: Path, source: str) -> None:
    path = drop(tmp_path, "growing.csv", source, "call_dial")
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.02):
            with path.open("a") as file:
                file.write("\n")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert land_now(door_database, tmp_path, quiet_seconds=0.3) == []
    finally:
        stop.set()
        writer.join()
    assert len(land_now(door_database, tmp_path, quiet_seconds=0.1)) == 1


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("people.csv", b"user_id,display_name\n1,Ann\n", "the column event_type is missing"),
        ("latin.csv", "source,ev\xe9nt\n".encode("latin-1"), "not UTF-8"),
        ("utf16.jsonl", "{}\n".encode("utf-16"), "UTF-16"),
        ("numbers.xlsx", b"PK\3\4", "is none of .csv"),
        ("empty.csv", b"", "It is empty"),
        ("broken.parquet", b"PAR1 and no more", "no Parquet file"),
        ("\udcff.csv", b"x\n", "the column event_type is missing"),
    ],
)
def test_a_hopeless_file_fails_with_its_reason(
    door_database: Database, tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (landed,) = land_now(door_database, tmp_path)
    assert landed.imported is None
    assert problem in report(tmp_path / "failed" / f"{name}.report.json")["problem"]
    assert (tmp_path / "failed" / name).read_bytes() == content


def test_a_file_of_one_endless_line_takes_no_memory(door_database: Database, tmp_path: Path) -> None:
    with (tmp_path / "endless.jsonl").open("wb") as file:
        file.truncate(300 * 1024 * 1024)  # zeros, in no space at all
    # Not getrusage: a child begins with what its parent had.
    code = (
        "import re; from ingestion.sources.files import main; main();"
        " print(int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]) // 1024)"
    )
    said = run_python(door_database, tmp_path, "-c", code)
    assert "1 rejected" in said.stdout
    assert int(said.stdout.splitlines()[-1]) < 200


def run_python(database: Database, folder: Path | str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "RIFT_INGEST_DSN": database.dsn("ingest"),
        "RIFT_DROP_DIR": str(folder),
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, cwd="/")


def test_the_command_explains_itself_and_its_failures(door_database: Database, tmp_path: Path, source: str) -> None:
    module = ("-m", "ingestion.sources.files")
    assert "RIFT_DROP_DIR" in run_python(door_database, tmp_path, *module, "--help").stdout
    assert "not set" in run_python(door_database, "", *module).stdout
    absent = run_python(door_database, tmp_path / "none", *module)
    assert (absent.returncode, "No such file" in absent.stderr) == (1, True)
    drop(tmp_path, "a.csv", source, "call_dial", "nap")
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    time.sleep(0.01)
    said = run_python(door_database, tmp_path, *module)
    assert said.stdout == "a.csv: 2 rows, 1 landed, 0 duplicates, 1 rejected\n"
    assert "link.csv: it is a link" in said.stderr
    (tmp_path / "b.txt").write_text("x")
    failed = run_python(door_database, tmp_path, *module)
    assert (failed.returncode, "Traceback" in failed.stderr) == (1, False)
