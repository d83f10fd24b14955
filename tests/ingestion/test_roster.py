"""Loading a roster: what lands, what is refused, and that a refusal lands nothing."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestion.sources.roster import Counts, load
from ingestion.sources.roster_file import RosterError
from orchestration.stack.up import SAMPLE_ROSTER
from tests.conftest import Database

HEADER = "user_id,display_name,email,team_name,time_zone,started_on,ended_on"
DATED = f"{HEADER},effective_on"
IDENTIFIED = f"{HEADER},outreach_id"
ANA = "ana,Ana,ana@example.com,Red,Europe/Berlin,2026-01-01,"
BEN = "ben,Ben,,Blue,Asia/Tokyo,,"


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "team.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def landed(database: Database) -> list[tuple[object, ...]]:
    return database.execute(
        "select user_id, team_name, effective_on::text from raw_roster.sdr_versions order by version_id"
    )


def load_rows(database: Database, folder: Path, *rows: str, header: str = HEADER) -> Counts:
    return load(write(folder, *rows, header=header), database.dsn("ingest"), folder / "dlt")


def test_only_what_is_new_or_changed_is_appended(database: Database, tmp_path: Path) -> None:
    assert load_rows(database, tmp_path, ANA, BEN) == Counts(2, 0, 0)
    assert load_rows(database, tmp_path, ANA, BEN) == Counts(0, 0, 2)
    assert load_rows(database, tmp_path, ANA.replace("Red", "Green"), BEN) == Counts(0, 1, 1)
    assert landed(database) == [("ana", "Red", None), ("ben", "Blue", None), ("ana", "Green", None)]


def test_the_database_fills_the_columns_that_dlt_does_not_know(database: Database, tmp_path: Path) -> None:
    load_rows(database, tmp_path, ANA)
    ((filled,),) = database.execute(
        "select version_id > 0 and landed_xid > '3' and loaded_at > now() - interval '1 minute'"
        " from raw_roster.sdr_versions"
    )
    assert filled
    columns = database.execute(
        "select count(*) from information_schema.columns where (table_schema, table_name)"
        " = ('raw_roster', 'sdr_versions')"
    )
    assert columns == [(14,)]


def test_a_date_of_effect_is_a_change_once(database: Database, tmp_path: Path) -> None:
    load_rows(database, tmp_path, ANA)
    dated = f"{ANA},2026-02-01"
    assert load_rows(database, tmp_path, dated, header=DATED).changed == 1
    assert load_rows(database, tmp_path, dated, header=DATED).changed == 0
    assert load_rows(database, tmp_path, ANA).changed == 0
    assert landed(database)[-1] == ("ana", "Red", "2026-02-01")


def test_an_old_file_loaded_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    march, april = f"{ANA},2026-03-01", f"{ANA.replace('Red', 'Green')},2026-04-01"
    load_rows(database, tmp_path, march, header=DATED)
    load_rows(database, tmp_path, april, header=DATED)
    assert load_rows(database, tmp_path, march, header=DATED) == Counts(0, 0, 1)
    assert landed(database) == [("ana", "Red", "2026-03-01"), ("ana", "Green", "2026-04-01")]


def test_a_date_before_a_version_that_says_something_else_is_refused(database: Database, tmp_path: Path) -> None:
    """It would be loaded, and nothing would change: the later version still holds."""
    load_rows(database, tmp_path, f"{ANA},2026-04-01", header=DATED)
    with pytest.raises(RosterError) as refused:
        load_rows(database, tmp_path, BEN + ",", f"{ANA.replace('Red', 'Green')},2026-03-01", header=DATED)
    expected = "team.csv: row 3, effective_on: 2026-03-01 is before 2026-04-01, from which on 'ana' already has another"
    assert str(refused.value) == f"{expected} team_name; give a date from 2026-04-01 on"
    assert landed(database) == [("ana", "Red", "2026-04-01")]
    # A correction of the very same day replaces it.
    assert load_rows(database, tmp_path, f"{ANA.replace('Red', 'Green')},2026-04-01", header=DATED).changed == 1


def identities(database: Database) -> dict[str, object]:
    """By the version that landed last."""
    rows = database.execute("select user_id, identities from raw_roster.sdr_versions order by version_id")
    return dict(rows)


def test_ids_in_other_systems_are_versions_too(database: Database, tmp_path: Path) -> None:
    assert load_rows(database, tmp_path, ANA + ",7", BEN + ",", header=IDENTIFIED).new == 2
    assert identities(database) == {"ana": {"outreach": "7"}, "ben": {}}
    assert load_rows(database, tmp_path, ANA + ",7", BEN + ",", header=IDENTIFIED).changed == 0
    # Another source's column adds; no column leaves; an empty cell removes.
    assert load_rows(database, tmp_path, ANA + ",ä 1", BEN + ",2", header=HEADER + ",nooks_id").changed == 2
    assert identities(database) == {"ana": {"outreach": "7", "nooks": "ä 1"}, "ben": {"nooks": "2"}}
    assert load_rows(database, tmp_path, ANA, BEN).changed == 0
    assert load_rows(database, tmp_path, ANA + ",", BEN + ",", header=HEADER + ",nooks_id").changed == 2
    assert identities(database) == {"ana": {"outreach": "7"}, "ben": {}}


def test_an_id_belongs_to_one_person(database: Database, tmp_path: Path) -> None:
    load_rows(database, tmp_path, ANA + ",7", header=IDENTIFIED)
    with pytest.raises(RosterError, match="row 2, outreach_id: '7' is the id of 'ana', who is not in this file"):
        load_rows(database, tmp_path, BEN + ",7", header=IDENTIFIED)
    assert identities(database) == {"ana": {"outreach": "7"}}
    # The same id of another source is another id; and a file may hand one over.
    assert load_rows(database, tmp_path, BEN + ",7", header=HEADER + ",nooks_id").new == 1
    assert load_rows(database, tmp_path, BEN + ",7", ANA + ",8", header=IDENTIFIED).changed == 2
    assert identities(database) == {"ana": {"outreach": "8"}, "ben": {"nooks": "7", "outreach": "7"}}


def test_a_file_saved_by_a_spreadsheet_is_read(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    row = '"o\'neil, j",Zoë 🏆,,"Red ""A""",Europe/Berlin,2026-01-01,2026-01-01'
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\n{row}\r\n,,,,,,\r\n".encode())
    assert load(path, database.dsn("ingest"), tmp_path / "dlt").new == 1
    assert landed(database) == [("o'neil, j", 'Red "A"', None)]


def test_the_sample_roster_is_a_team(database: Database, tmp_path: Path) -> None:
    assert load(SAMPLE_ROSTER, database.dsn("ingest"), tmp_path / "dlt").new == 12
    counted = database.execute(
        "select count(distinct team_name), count(distinct time_zone), min(user_id), max(user_id)"
        " from raw_roster.sdr_versions"
    )
    assert counted == [(3, 3, "sdr-001", "sdr-012")]


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        ([ANA.replace("Europe/Berlin", "Mars/Olympus")], HEADER, "row 2, time_zone: 'Mars/Olympus' is no time zone"),
        ([ANA.replace("Europe/Berlin", "EST5EDT4")], HEADER, "row 2, time_zone"),
        ([ANA.replace("Europe/Berlin", "../etc/passwd")], HEADER, "row 2, time_zone"),
        ([ANA, BEN, ANA], HEADER, "row 4, user_id: 'ana' is already in row 2"),
        ([ANA], HEADER.replace("email", "mail"), "row 1: the column email is missing"),
        ([ANA], HEADER.replace("email", "mail"), "row 1: the column 'mail' is unknown"),
        ([ANA + ","], HEADER + ",email", "row 1: the column email appears twice"),
        ([ANA.replace("2026-01-01", "2026-02-30")], HEADER, "row 2, started_on: '2026-02-30' is no date"),
        ([ANA.replace("2026-01-01", "20260101")], HEADER, "row 2, started_on: '20260101' is no date"),
        ([ANA.replace("2026-01-01", "infinity")], HEADER, "row 2, started_on"),
        ([ANA + "2025-12-31"], HEADER, "row 2, ended_on: 2025-12-31 is before started_on"),
        ([ANA + "2026-03-31,2026-04-01"], DATED, "row 2, effective_on: 2026-04-01 is after ended_on, 2026-03-31"),
        ([ANA + ",7", BEN + ",7"], IDENTIFIED, "row 3, outreach_id: '7' is already in row 2"),
        ([ANA + ",7" * 2], IDENTIFIED + ",outreach_id", "row 1: the column outreach_id appears twice"),
        ([ANA + ",7"], HEADER + ",out-reach_id", "row 1: the column 'out-reach_id' is unknown"),
        ([ANA + ",7"], HEADER + ",_id", "row 1: the column '_id' is unknown"),
        ([ANA + "," + "7" * 201], IDENTIFIED, "row 2, outreach_id: it is 201 characters long"),
        ([",Ana,,Red,Europe/Berlin,,"], HEADER, "row 2, user_id: it is empty"),
        (["ana, ,,Red,Europe/Berlin,,"], HEADER, "row 2, display_name: it is empty"),
        ([ANA.replace("Red", "R" * 201)], HEADER, "row 2, team_name: it is 201 characters long"),
        ([ANA.replace("Red", "R\0d")], HEADER, "row 2, team_name: it holds a control character"),
        ([ANA, "ben,Ben"], HEADER, "row 3: it has 2 values"),
        ([ANA, 'ben,"Ben'], HEADER, "row 3: this is not CSV"),
        ([], HEADER, "no rows"),
    ],
)  # fmt: skip
def test_a_problem_is_named_and_nothing_is_loaded(
    database: Database, tmp_path: Path, rows: list[str], header: str, message: str
) -> None:
    good = "carl,Carl,,Red,Europe/Berlin,,"
    with pytest.raises(RosterError) as refused:
        load_rows(
            database,
            tmp_path,
            *rows,
            *([good] if rows and header == HEADER and '"' not in rows[-1] else []),
            header=header,
        )
    assert message in str(refused.value)
    assert landed(database) == []


def test_every_problem_is_said_at_once(database: Database, tmp_path: Path) -> None:
    with pytest.raises(RosterError) as refused:
        load_rows(database, tmp_path, ANA.replace("Red", ""), BEN.replace("Asia/Tokyo", "Asia/Edo"))
    assert len(str(refused.value).splitlines()) == 2


def test_text_that_is_not_utf8_is_refused(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(f"{HEADER}\nana,Zo\xeb,,Red,Europe/Berlin,,\n".encode("latin-1"))
    with pytest.raises(RosterError, match="not UTF-8"):
        load(path, database.dsn("ingest"), tmp_path / "dlt")


def run_module(database: Database, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RIFT_INGEST_DSN": database.dsn("ingest"), "RIFT_HOME": str(home)}
    command = [sys.executable, "-m", "ingestion.sources.roster", *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


def test_loads_at_once_land_each_person_once(database: Database, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda _: run_module(database, tmp_path, str(SAMPLE_ROSTER)), range(3)))
    assert [run.returncode for run in runs] == [0, 0, 0], runs
    assert max(run.stdout for run in runs) == "12 new, 0 changed, 0 unchanged\n"
    assert len(landed(database)) == 12


def test_what_an_interrupted_load_left_behind_is_not_loaded(database: Database, tmp_path: Path) -> None:
    """dlt would load the left-behind package in place of the new rows."""
    database.execute("alter table raw_roster.sdr_versions add constraint broken check (team_name <> 'Red')")
    with pytest.raises(Exception, match="broken"):
        load_rows(database, tmp_path, ANA)
    database.execute("alter table raw_roster.sdr_versions drop constraint broken")
    assert load_rows(database, tmp_path, BEN) == Counts(1, 0, 0)
    assert [row[0] for row in landed(database)] == ["ben"]


def test_the_command_explains_itself_and_its_failures(database: Database, tmp_path: Path) -> None:
    explained = run_module(database, tmp_path, "--help").stdout
    assert "effective_on" in explained
    assert "outreach_id" in explained
    failed = run_module(database, tmp_path, str(write(tmp_path, ANA.replace("Europe/Berlin", "Nowhere"))))
    assert failed.returncode == 1
    assert "Nothing was loaded" in failed.stderr
    assert "Traceback" not in failed.stderr
