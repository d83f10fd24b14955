"""Importing history: what lands, once, whatever happens meanwhile, and what is said about the rest."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pyarrow as pa
import pytest
from pyarrow import parquet

from ingestion.importing import importer, loading
from ingestion.importing.importer import Imported, Options, import_file
from ingestion.importing.loading import Counts
from ingestion.importing.reader import chunks_read_apart
from ingestion.importing.reading import CHUNK_ROWS, Reading
from ingestion.importing.report import summary, write_rejected
from ingestion.importing.rows import FileError, ReaderError
from ingestion.webhooks.events import read_event
from ingestion.webhooks.landing import Landed, land
from ingestion.webhooks.statements import SESSION
from orchestration.stack.settings import ROOT
from tests import landing
from tests.conftest import Database
from tests.ingestion.conftest import Receiver

AT = "2026-03-14T09:26:53Z"
HEADER = "source,event_type,user_id,external_id,occurred_at,reverses"
LIMIT = 64 * 1024


def options(database: Database, **changes: Any) -> Options:
    return Options(dsn=database.dsn("ingest"), default_user_id="sdr-001", max_row_bytes=LIMIT, **changes)


def event(source: str, **fields: object) -> dict[str, object]:
    return {"source": source, "event_type": "call_dial", "user_id": "ann", "occurred_at": AT} | fields


def jsonl(folder: Path, *events: object, name: str = "events.jsonl") -> Path:
    path = folder / name
    lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in events]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def table(folder: Path, *rows: str, header: str = HEADER, name: str = "events.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def outcome(imported: Imported) -> tuple[int, int, list[tuple[int, str]]]:
    counts = imported.counts
    return counts.landed, counts.duplicates, counts.rejected


def landed(database: Database, source: str, columns: str = "external_id") -> list[tuple[Any, ...]]:
    query = f"select {columns} from raw.webhook_events where source = %s order by external_id, raw_id"
    return database.execute(query, source)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is read by a process of its own, however small it is."""
    monkeypatch.setattr(importer, "APART_BYTES", 0)


def test_a_line_lands_exactly_as_it_stands_and_as_the_door_would_land_it(
    door_database: Database, receiver: Receiver, tmp_path: Path, source: str
) -> None:
    line = (
        f'{{"source" : "{source}",\t"event_type":"call_dial", "external_id":"a\\\\b", "occurred_at":"{AT}",'
        ' "metadata":{"n":1.10,"text":"\\\\ \\u00e9 é \\"x\\"","big":123456789012345678901}}'
    )
    same = line.replace(source, source + " door")
    assert outcome(import_file(jsonl(tmp_path, line.encode()), options(door_database))) == (1, 0, [])
    assert receiver.post(same.encode()).status_code == 201
    columns = (
        "door, external_id, user_id, event_type, occurred_at, reverses, reverses_event_id, verified_by, payload::text"
    )
    ((*imported, verified_by, payload),) = landed(door_database, source, columns)
    ((*posted, _, _),) = landed(door_database, source + " door", columns)
    assert imported == posted
    assert (verified_by, payload) == ("import", line)


def test_columns_become_the_same_event_in_every_format(door_database: Database, tmp_path: Path, source: str) -> None:
    header = f"{HEADER},metadata.duration_seconds,metadata.note"
    csv_file = table(tmp_path, f'{source} csv,call_dial,ann,1,{AT},,63,"he said ""hi"", then\nleft"', header=header)
    moment = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
    columns = {
        "source": [f"{source} parquet"],
        "event_type": pa.array(["call_dial"]).dictionary_encode(),
        "user_id": ["ann"],
        "external_id": [1],
        "occurred_at": pa.array([moment], pa.timestamp("ns", "Europe/Berlin")),
        "metadata": [{"duration_seconds": 63, "note": 'he said "hi", then\nleft'}],
    }
    parquet.write_table(pa.table(columns), tmp_path / "events.parquet")
    for path in (csv_file, tmp_path / "events.parquet"):
        assert outcome(import_file(path, options(door_database))) == (1, 0, [])
    said = "external_id, user_id, event_type, occurred_at, payload::jsonb -> 'metadata'"
    assert landed(door_database, f"{source} csv", said) == landed(door_database, f"{source} parquet", said)
    assert landed(door_database, f"{source} csv", said)[0][-1] == {
        "duration_seconds": 63,
        "note": 'he said "hi", then\nleft',
    }


def test_what_landed_once_does_not_land_again(
    door_database: Database, receiver: Receiver, tmp_path: Path, source: str
) -> None:
    named, unnamed = event(source, external_id="a"), event(source, metadata={"n": 1})
    assert receiver.post(named).status_code == 201
    assert receiver.post(unnamed).status_code == 201
    other = event(source, metadata={"n": 1}, occurred_at="2026-03-14T09:26:54Z")
    path = jsonl(tmp_path, named, unnamed, other, other, event(source, external_id="b"))
    # Long after the door's window for copies.
    door_database.execute(
        "update raw.webhook_events set received_at = received_at - interval '1 day' where source = %s", source
    )
    assert outcome(import_file(path, options(door_database))) == (2, 3, [])
    assert outcome(import_file(path, options(door_database))) == (0, 5, [])
    assert import_file(path, options(door_database, once=True)).was_known
    assert receiver.post(event(source, external_id="b")).json()["duplicate"]
    assert len(landed(door_database, source)) == 4


def test_reversals_name_events_as_at_the_door(
    door_database: Database, receiver: Receiver, tmp_path: Path, source: str
) -> None:
    event_id = receiver.post(event(source, external_id="a")).json()["event_id"]
    taken_back = [
        event(source, event_type="meeting_cancelled", external_id="r1", reverses=event_id.upper()),
        event(source, event_type="meeting_cancelled", external_id="r2", reverses="a"),
        event(source, event_type="meeting_cancelled", external_id="r3", reverses="0" * 8 + event_id[8:]),
    ]
    assert outcome(import_file(jsonl(tmp_path, *taken_back), options(door_database))) == (3, 0, [])
    named = landed(door_database, source, "external_id, reverses_event_id::text")
    assert named == [("a", None), ("r1", event_id), ("r2", None), ("r3", None)]


UNUSABLE: list[tuple[bytes, str]] = [
    (b'{"event_type": "call_dial"', "invalid_json"),
    (b'{"source": "s", "source": "s"}', "duplicate_key"),
    (b'{"source": "s", "event_type": "call_dial", "metadata": {"a": NaN}}', "invalid_number"),
    (b'{"source": "\\u0000"}', "nul_character"),
    (b'{"source": "\\ud800"}', "lone_surrogate"),
    (b'{"source": "caf\xe9"}', "invalid_encoding"),
    (b"[1]", "not_an_object"),
    (b"[" * 40 + b"]" * 40, "too_deep"),
    (b'{"source": "s", "event_type": "call_dial", "gold_value": 5}', "unknown_field"),
    (b'{"source": "s", "event_type": "call_dial"}', "missing_field"),
    (b'{"source": "s", "event_type": "call_dial", "occurred_at": "2026-03-14T09:26:53"}', "invalid_field"),
    (b'{"source": "s", "event_type": "call_dial", "occurred_at": "2999-03-14T09:26:53Z"}', "occurred_at_in_future"),
    (f'{{"source": "s", "event_type": "nap", "occurred_at": "{AT}"}}'.encode(), "unknown_event_type"),
    (b'{"source": "' + b"s" * (3 * LIMIT) + b'"}', "body_too_large"),
    (f'{{"source": "\\\\t",\t"event_type": "n\\"p", "occurred_at": "{AT}"}}\r '.encode(), "unknown_event_type"),
]


@pytest.mark.parametrize("apart_bytes", [0, importer.APART_BYTES])
def test_every_unusable_row_is_kept_once_and_named_by_line(
    door_database: Database, tmp_path: Path, source: str, apart_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "APART_BYTES", apart_bytes)
    good = event(source, external_id="good")
    path = jsonl(
        tmp_path,
        good,
        b"",
        *(line for line, _ in UNUSABLE),
        good | {"external_id": "last"},
        name=f"{source}.jsonl"[-200:],
    )
    wanted = [(number, reason) for number, (_, reason) in enumerate(UNUSABLE, start=3)]
    for round_trip in ((2, 0, wanted), (0, 2, wanted)):
        assert outcome(import_file(path, options(door_database))) == round_trip
    kept = door_database.execute(
        'select reason, detail, body from raw.rejected_events where detail like %s order by detail collate "C"',
        f"{path.name}, line%",
    )
    assert len(kept) == len(UNUSABLE)
    assert {reason for reason, _, _ in kept} == {reason for _, reason in wanted}
    assert f"{path.name}, line 13: occurred_at is no RFC 3339 time with a zone" in " ".join(row[1] for row in kept)
    bodies = {bytes(body) for _, _, body in kept}
    assert all(line in bodies or len(line) > LIMIT for line, _ in UNUSABLE)
    assert max(map(len, bodies)) <= LIMIT


def test_rows_of_columns_are_refused_one_by_one(door_database: Database, tmp_path: Path, source: str) -> None:
    good = f"{source},call_dial,ann,{{}},{AT},,"
    rows = [
        good.format(1),
        "too,few",
        good.format(2) + '"{""a"": 1}, ""user_id"": ""eve"""',
        good.format(3) + "[1]",
        good.format(4) + '"{""a"": 1}"',
        f"{source},call_dial,ann,5,2026-03-14 09:26:53,,",
        f'"{source},call_dial' + "x" * (2 * LIMIT),
        good.format("6\0"),
        good.format(7) + '"never closed',
    ]
    path = table(tmp_path, *rows, header=f"\ufeff{HEADER},metadata")
    path.write_bytes(path.read_bytes().replace(b"ann,1", b"\xff,1") + b"\n".join([good.format(8).encode()] * 3))
    imported = import_file(path, options(door_database))
    assert imported.counts.rejected == [
        (2, "invalid_encoding"),
        (3, "invalid_csv"),
        (4, "invalid_json"),
        (5, "invalid_field"),
        (7, "invalid_field"),
        (8, "body_too_large"),
        (9, "nul_character"),
        (10, "invalid_csv"),
    ]
    assert landed(door_database, source) == [("4",)]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "the column event_type is missing"),
        ("event_type,occurred_at", "the column source is missing"),
        ("source,event_type,occurred_at,when", "the column 'when' is unknown"),
        ("source,event_type,occurred_at,source", "the column 'source' appears twice"),
        ("source,event_type,occurred_at,metadata,metadata.a", "both a column metadata and"),
        ("source,event_type,occurred_at" + "".join(f",metadata.{n}" for n in range(2000)), "1000 are the most"),
        ("source,event_type," + "x" * 2 * LIMIT, "cannot be the names of columns"),
        ('source,event_type,"occurred', "this is not CSV"),
    ],
)
def test_columns_that_cannot_be_events_refuse_the_file(
    door_database: Database, tmp_path: Path, header: str, message: str
) -> None:
    with pytest.raises(FileError, match=message):
        import_file(table(tmp_path, f"s,call_dial,{AT}", header=header), options(door_database))


def test_semicolons_and_a_source_for_all_rows(door_database: Database, tmp_path: Path, source: str) -> None:
    path = table(tmp_path, f"1;call_dial;{AT}", header="external_id;event_type;occurred_at")
    assert outcome(import_file(path, options(door_database, default_source=source))) == (1, 0, [])
    assert landed(door_database, source, "external_id, user_id") == [("1", "sdr-001")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no Parquet file"),
        (b"PAR1" + os.urandom(400) + b"PAR1", "no Parquet file"),
        ("\ufeffsource".encode("utf-16"), "no Parquet file"),
    ],
)
def test_bytes_that_are_no_parquet_are_said_to_be_none(
    door_database: Database, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "events.parquet"
    path.write_bytes(content)
    with pytest.raises(FileError, match=message):
        import_file(path, options(door_database))


def parquet_file(folder: Path, source: str, **columns: Any) -> Path:
    plain = {"source": [source], "event_type": ["call_dial"], "occurred_at": [AT]}
    parquet.write_table(pa.table(plain | columns), folder / "events.parquet")
    return folder / "events.parquet"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"occurred_at": pa.array([datetime(2026, 3, 14)])}, "has no time zone"),  # noqa: DTZ001
        ({"occurred_at": pa.array([1])}, "The column occurred_at is int64"),
        ({"user_id": pa.array([1.5])}, "The column user_id is double"),
        ({"metadata": pa.array([[1]])}, "The column metadata is list"),
    ],
)
def test_parquet_types_that_no_event_has_refuse_the_file(
    door_database: Database, tmp_path: Path, source: str, columns: dict[str, Any], message: str
) -> None:
    with pytest.raises(FileError, match=message):
        import_file(parquet_file(tmp_path, source, **columns), options(door_database))


def test_odd_parquet_values_become_json_or_are_rejected(door_database: Database, tmp_path: Path, source: str) -> None:
    odd = pa.array([{"d": Decimal("1.50"), "t": datetime(2026, 1, 1, tzinfo=UTC), "l": [{"x": None}], "f": True}])
    path = parquet_file(tmp_path, source, metadata=odd)
    assert outcome(import_file(path, options(door_database))) == (1, 0, [])
    ((metadata,),) = landed(door_database, source, "payload -> 'metadata'")
    assert metadata == {"d": 1.5, "t": "2026-01-01T00:00:00+00:00", "l": [{"x": None}], "f": True}
    for value, reason in ((b"\0", "invalid_field"), (float("nan"), "invalid_number")):
        path = parquet_file(tmp_path, source, metadata=pa.array([{"x": value}]))
        assert outcome(import_file(path, options(door_database))) == (0, 0, [(1, reason)])


def test_only_regular_files_of_a_known_kind_are_read(door_database: Database, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    for name in ("link.csv", "pipe.csv", "folder.csv", "notes.txt", "none.csv"):
        with pytest.raises(FileError):
            import_file(tmp_path / name, options(door_database))


def test_a_dry_run_says_the_same_and_writes_nothing(door_database: Database, tmp_path: Path, source: str) -> None:
    path = jsonl(
        tmp_path, event(source, external_id="1"), event(source, external_id="1"), event(source, event_type="x")
    )
    tables = ("webhook_events", "rejected_events", "import_chunks")

    def sizes() -> list[object]:
        return [door_database.execute(f"select count(*) from raw.{name}") for name in tables]

    before = sizes()
    dry = import_file(path, options(door_database, dry_run=True))
    assert sizes() == before
    assert outcome(dry) == outcome(import_file(path, options(door_database)))


def test_the_report_names_reasons_and_lines(door_database: Database, tmp_path: Path, source: str) -> None:
    path = jsonl(tmp_path, *(event(source, event_type="nap", external_id=str(n)) for n in range(12)))
    imported = import_file(path, options(door_database))
    assert list(summary("f", imported)) == [
        "f: 12 rows: 0 landed, 0 duplicates, 12 rejected",
        "  unknown_event_type: 12 (line 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more)",
    ]
    write_rejected(tmp_path / "report.csv", {"f": imported})
    assert (tmp_path / "report.csv").read_text().splitlines()[-1] == "f,12,unknown_event_type"


def test_memory_for_rejected_rows_is_bounded_and_their_count_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MOST_LISTED", 3)
    counts, more = Counts(), Counts()
    more.reject([(1, "a"), (2, "b")])
    for _ in range(3):
        counts.add(more)
    assert (counts.rejected, counts.rejected_count) == ([(1, "a"), (2, "b"), (1, "a")], 6)


CODE = """
import sys
from pathlib import Path
from ingestion.importing import importer
from ingestion.importing.importer import Options, import_file
importer.APART_BYTES = 0
import_file(Path(sys.argv[1]), Options(dsn=sys.argv[2], default_user_id="sdr-001", max_row_bytes=65536))
"""


def kill_and_repeat(database: Database, folder: Path, source: str, rows: int, kills: int) -> None:
    """Import a file, killed again and again after a random number of chunks; then to its end."""
    lines = [
        event(
            source,
            event_type="nap" if n % 500 == 0 else "call_dial",
            external_id=str(n % (rows - 50)) if n % 2 else None,
            metadata={"n": n},
        )
        for n in range(rows)
    ]
    path = jsonl(folder, *lines)
    digests = "select coalesce(max(row_count), 0) from raw.import_chunks where content_hash = %s"
    content_hash = import_file(path, options(database, dry_run=True)).content_hash
    chance = random.Random(source)
    for _ in range(kills):
        command = [sys.executable, "-c", CODE, str(path), database.dsn("ingest")]
        process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)})
        before = database.execute(digests, content_hash)
        while process.poll() is None and database.execute(digests, content_hash) == before:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (done,) = database.execute(digests, content_hash)[0]
    imported = import_file(path, options(database))
    assert imported.resumed_after in {done, 0}
    once = import_file(jsonl(folder, *lines, event("other", external_id="x"), name="other.jsonl"), options(database))
    (count,) = database.execute("select count(*) from raw.webhook_events where source = %s", source)[0]
    (rejected,) = database.execute("select count(*) from raw.rejected_events where source = %s", source)[0]
    naps = len(range(0, rows, 500))
    assert (imported.counts.rows, len(imported.counts.rejected)) == (rows, naps)
    assert imported.counts.landed == count == rows - naps - 25
    assert once.counts.landed <= 1
    assert rejected == 2 * naps


@pytest.mark.usefixtures("apart")
def test_an_import_that_is_killed_goes_on_where_it_was(door_database: Database, tmp_path: Path, source: str) -> None:
    kill_and_repeat(door_database, tmp_path, source, rows=6 * CHUNK_ROWS, kills=2)


def many(folder: Path, source: str) -> Path:
    """A file of twelve chunks: of more than a pipe holds."""
    return jsonl(folder, *(event(source, external_id=str(n)) for n in range(12 * CHUNK_ROWS)))


def readers(importing: psutil.Process) -> list[psutil.Process]:
    """The processes that read for this one."""
    return [child for child in importing.children() if "ingestion.importing.reader" in child.cmdline()]


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_reader_that_is_killed_ends_the_import_between_two_chunks(
    door_database: Database, tmp_path: Path, source: str, dry_run: bool
) -> None:
    def kill(_done: float, counts: Counts) -> None:
        if counts.rows == 2 * CHUNK_ROWS:
            (reader,) = readers(psutil.Process())
            reader.kill()

    path = many(tmp_path, source)
    with pytest.raises(ReaderError, match=r"events.jsonl ended before the file did \(signal 9\)"):
        import_file(path, options(door_database, dry_run=dry_run, on_chunk=kill))
    there = len(landed(door_database, source))
    imported = import_file(path, options(door_database))
    assert imported.resumed_after == there
    assert there % CHUNK_ROWS == 0
    assert there < 12 * CHUNK_ROWS
    assert (there > 0) != dry_run
    assert outcome(imported) == (12 * CHUNK_ROWS, 0, [])
    assert len(landed(door_database, source)) == 12 * CHUNK_ROWS


@pytest.mark.usefixtures("apart")
def test_what_fails_in_either_process_ends_both(door_database: Database, tmp_path: Path, source: str) -> None:
    def fail(_done: float, _counts: Counts) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(many(tmp_path, source), options(door_database, on_chunk=fail))
    assert not readers(psutil.Process())
    damaged = tmp_path / "damaged.parquet"
    rows = {"source": [source] * 9000, "event_type": ["call_dial"] * 9000, "occurred_at": [AT] * 9000}
    parquet.write_table(pa.table(rows | {"external_id": [str(n) for n in range(9000)]}), damaged, row_group_size=3000)
    content = damaged.read_bytes()
    middle = len(content) // 2
    damaged.write_bytes(content[:middle] + b"\xff" * 2000 + content[middle + 2000 :])
    with pytest.raises(FileError, match="It is damaged after row"):
        import_file(damaged, options(door_database))
    # What nobody thought of: a file that was not opened for reading.
    reading = Reading("events.jsonl", "", LIMIT, "sdr-001", None, 0)
    with (
        (tmp_path / "events.jsonl").open("ab") as unreadable,
        pytest.raises(ReaderError, match=r"Reading events.jsonl failed \(.*import the file again"),
    ):
        list(chunks_read_apart(unreadable, reading))  # type: ignore[arg-type]
    assert not readers(psutil.Process())


def test_the_reader_ends_with_the_importer(door_database: Database, tmp_path: Path, source: str) -> None:
    command = [sys.executable, "-c", CODE, str(many(tmp_path, source)), door_database.dsn("ingest")]
    process = psutil.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)})
    while not (found := readers(process)) and process.poll() is None:
        time.sleep(0.005)
    assert len(found) == 1
    process.kill()
    process.wait()
    assert psutil.wait_procs(found, timeout=10)[1] == []


@pytest.mark.chaos
@pytest.mark.timeout(1200)
def test_an_import_that_is_killed_twenty_times_is_exact(door_database: Database, tmp_path: Path, source: str) -> None:
    kill_and_repeat(door_database, tmp_path, source, rows=40 * CHUNK_ROWS, kills=20)


def test_two_imports_and_the_door_land_each_event_once(
    door_database: Database, receiver: Receiver, tmp_path: Path, source: str
) -> None:
    events = [event(source, external_id=str(n)) if n % 2 else event(source, metadata={"n": n}) for n in range(3000)]
    one = jsonl(tmp_path, *events, name="one.jsonl")
    two = jsonl(tmp_path, *reversed(events), name="two.jsonl")
    with ThreadPoolExecutor(4) as pool:
        imports = [pool.submit(import_file, path, options(door_database)) for path in (one, two)]
        posts = [pool.submit(receiver.post, body) for body in events[::10]]
        counts = [task.result().counts for task in imports]
        fresh = sum(task.result().status_code == 201 for task in posts)
    assert sum(count.landed for count in counts) + fresh == 3000
    assert len(landed(door_database, source)) == 3000


def test_a_copy_that_the_door_is_landing_costs_no_chunk(door_database: Database, tmp_path: Path, source: str) -> None:
    """Without our locks, even: the unique index has the last word, and the chunk is judged again."""
    connection = psycopg2.connect(door_database.dsn("ingest"))
    path = jsonl(tmp_path, *(event(source, external_id=str(n)) for n in range(100)))
    with connection.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        cursor.execute(landing.INSERT, landing.event(external_id="7", source=source))
        running = pool.submit(import_file, path, options(door_database))
        time.sleep(0.5)
        connection.commit()
        assert outcome(running.result(20)) == (99, 1, [])
    connection.close()


def test_a_door_that_waits_for_a_chunk_sees_it(door_database: Database, tmp_path: Path, source: str) -> None:
    """The locks are the door's own, since no unique index knows an event without an external_id."""
    body = json.dumps(event(source)).encode()
    connection = psycopg2.connect(door_database.dsn("ingest"))
    blocked = threading.Event()

    def on_chunk(_done: float, _counts: Counts) -> None:
        blocked.set()

    with connection.cursor() as cursor:
        cursor.execute(SESSION)
        connection.commit()
        posted = read_event(body, datetime.now(UTC), "sdr-001")
        (first,) = land(cursor, [posted])
        assert isinstance(first, Landed)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(import_file, jsonl(tmp_path, body), options(door_database, on_chunk=on_chunk))
            assert not blocked.wait(0.5)
            connection.commit()
            assert outcome(running.result(20)) == (0, 1, [])
    connection.close()
