"""`rift backup` and `rift restore`: while events arrive, into a cluster whose ids start low, killed, damaged."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from ingestion.migrations import migrate
from ingestion.webhooks.events import new_id
from ingestion.webhooks.vendors.items import VendorItem
from ingestion.webhooks.vendors.spool import Spool
from orchestration.stack.backup import archive, keeping, likeness, making, refusing, restoring
from orchestration.stack.backup.manifest import Manifest
from orchestration.stack.errors import StackError
from orchestration.stack.postgres import Cluster
from orchestration.stack.record import Record
from orchestration.stack.settings import load
from orchestration.stack.up import Stack
from tests import landing, machine
from tests.conftest import STACK_PASSWORDS, Database, Warehouse, create_database, drop_database, free_port
from tests.warehouse.background import background
from tests.warehouse.oracle import live_user_days, user_days
from tests.warehouse.work import an_item_of_each_kind

COUNT = "select count(*) from raw.webhook_events"
GOLD = "select total_gold from marts.dim_user_stats where user_id = 'ann'"
KEPT = "select datname from pg_database where datname ~ ('^' || current_database() || '_(scratch|before)_')"

FUNCTION = "returns int language sql as 'select 1'"
SETTINGS = """
select setrole, setconfig from pg_db_role_setting inner join pg_database as databases on setdatabase = databases.oid
where datname = current_database() order by 1
"""
RIGHTS = """
select granted.* from pg_database cross join aclexplode(datacl) as granted
where datname = current_database() order by 2, 3
"""


def stack_of(home: Path, database_url: str) -> Stack:
    home.mkdir(exist_ok=True)
    (home / "run").mkdir(exist_ok=True)
    (home / "role_passwords.json").write_text(json.dumps(STACK_PASSWORDS))
    return Stack(load(_env_file=None, rift_home=home, database_url=database_url), lambda _: None)


def back_up(stack: Stack, to: Path, *, verify: bool = False) -> tuple[Path, Manifest]:
    path = keeping.target(to, stack.home)
    return path, making.make(stack, path, lambda _: None, verify=verify, with_secrets=False)


def wait_for(true: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def spend_transactions(database: Database, up_to: int) -> None:
    """Bring a cluster to a later transaction id."""
    connection = psycopg2.connect(database.owner_dsn)
    connection.autocommit = True
    spend = "do $$ begin while pg_current_xact_id()::text::bigint < %s loop commit; end loop; end $$"
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(spend, [up_to])


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Cluster]:
    """A cluster whose transaction ids begin anew."""
    with machine.folder() as home:
        (home / "role_passwords.json").write_text(json.dumps(STACK_PASSWORDS))
        cluster = Cluster(home, free_port())
        cluster.start()
        yield cluster
        cluster.destroy()


def at_home(cluster: Cluster, environment: dict[str, str]) -> dict[str, str]:
    """The environment of an installation whose embedded cluster this is."""
    plain = {name: value for name, value in environment.items() if name != "DATABASE_URL"}
    return plain | {"RIFT_HOME": str(cluster.home), "POSTGRES_PORT": str(cluster.port)}


def run(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "orchestration.stack.cli", *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=120)


@pytest.fixture
def environment(warehouse_environment: dict[str, str]) -> dict[str, str]:
    return warehouse_environment


def test_a_backup_made_under_load_counts_at_once_in_a_fresh_cluster(
    environment: dict[str, str], warehouse: Warehouse, elsewhere: Cluster, tmp_path: Path
) -> None:
    ((newest,),) = warehouse.execute("select pg_current_xact_id()::text::bigint")
    spend_transactions(warehouse, newest + 1500)  # well past those of a fresh cluster
    # What a settle of nothing does.
    warehouse.execute("update intermediate.settle_watermarks set xid = pg_snapshot_xmin(pg_current_snapshot())")
    landing.employ(warehouse, "ann")
    landing.land(
        warehouse, *(landing.event("ann", "meeting_booked", f"2026-03-0{day} 12:00+00") for day in range(1, 9))
    )
    an_item_of_each_kind(warehouse)
    warehouse.execute(
        "with told as (insert into raw.notifications (kind, subject, happened_at) values ('failed_run', 'x', now())"
        " returning notification_id) insert into raw.notification_deliveries"
        " (notification_id, channel, outcome, attempt)"
        " select notification_id, 'ops', 'due', 0 from told"
    )
    home = Path(environment["RIFT_HOME"])
    waiting = VendorItem(new_id(), "nooks", "call:1", "one", "call.completed", datetime.now(UTC), "{}")
    (home / "webhook_secret").write_text("s" * 64)
    (home / "notifications.yaml").write_text("channels: {}")
    (home / "hud_assets" / "sounds").mkdir(parents=True)
    (home / "hud_assets" / "sounds" / "gold.mp3").write_bytes(b"ding")
    Spool(home / "spool", 2**20).keep([waiting])

    before = warehouse.execute(COUNT)[0][0]
    with background() as running:
        running.repeat(lambda: _land_and_breathe(warehouse))
        said = run(environment, "backup", "--to", str(tmp_path / "backups"), "--with-secrets")
    assert said.returncode == 0, said.stderr
    (path,) = (tmp_path / "backups").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with archive.opened(path) as found:
        saved = found.manifest.event_count
    assert before <= saved < warehouse.execute(COUNT)[0][0]
    assert warehouse.execute(KEPT) == []

    there = at_home(elsewhere, environment)
    said = run(there, "restore", str(path))
    assert said.returncode == 0, said.stderr
    restored = Database(elsewhere.owner_dsn)
    assert restored.execute(COUNT) == [(saved,)]
    assert restored.execute("select outcome, detail from raw.notification_deliveries where attempt > 0") == [
        ("dropped", "restored")
    ]
    assert live_user_days(restored) == user_days(restored)
    ((gold,),) = restored.execute(GOLD, role="hud")
    landing.land(restored, landing.event("ann", "meeting_booked"))
    assert restored.execute(GOLD, role="hud") == [(gold + 100,)]
    assert live_user_days(restored) == user_days(restored)
    ((watermark,),) = warehouse.execute("select min(xid)::text from intermediate.settle_watermarks")
    assert restored.execute("select max(landed_xid) < %s::xid8 from raw.webhook_events", watermark) == [(True,)]
    assert (elsewhere.home / "webhook_secret").read_text() == "s" * 64
    assert (elsewhere.home / "notifications.yaml").read_text() == "channels: {}"
    assert (elsewhere.home / "hud_assets" / "sounds" / "gold.mp3").read_bytes() == b"ding"
    (file,) = (elsewhere.home / "spool").glob("*.json")
    assert Spool(elsewhere.home / "spool", 0).read(file.name)[0] == waiting


def _land_and_breathe(warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("bob"))
    time.sleep(0.05)


@pytest.mark.chaos
def test_a_plain_owner_gets_the_backup_of_another(cluster: Cluster, elsewhere: Cluster, tmp_path: Path) -> None:
    database = create_database(cluster, "lent")
    database.execute("drop role if exists lender; create role lender superuser login password 'x'")
    migrate(_as("lender", database.owner_dsn), STACK_PASSWORDS)
    landing.land(database, landing.event("ann"))
    path, told = back_up(stack_of(tmp_path / "here", _as("lender", database.owner_dsn)), tmp_path, verify=True)
    assert told.origin.owner == "lender"

    there = Database(elsewhere.dsn("postgres"))
    there.execute("create role borrower login createdb createrole password 'x'")
    for (role,) in there.execute("select rolname from pg_roles where rolname ~ '^rift_' and not rolsuper"):
        there.execute(f"grant {role} to borrower with admin option")
    target = create_database(elsewhere, "borrowed")
    target.execute("alter database borrowed owner to borrower")
    done = restoring.restore(
        stack_of(tmp_path / "there", _as("borrower", target.owner_dsn)), path, print, replace=False
    )
    assert (done.kept, done.manifest.event_count) == (None, 1)
    assert target.execute("select tableowner from pg_tables where tablename = 'cluster'") == [("borrower",)]
    assert target.execute("select tableowner from pg_tables where schemaname = 'raw_roster'") == [("rift_ingest",)]
    assert there.execute("select count(*) from pg_roles where rolname = 'lender'") == [(0,)]
    # What a later migration of the new owner makes can be read by whom it was before.
    with psycopg2.connect(_as("borrower", target.owner_dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("create table raw.later (a int)")
    assert target.execute("select has_table_privilege('rift_transform', 'raw.later', 'select')") == [(True,)]
    landing.land(target, landing.event("bob"))
    assert target.execute(COUNT, role="transform") == [(2,)]


def _as(role: str, dsn: str) -> str:
    url = urlsplit(dsn)
    return urlunsplit(url._replace(netloc=f"{role}:x@{url.hostname}:{url.port}"))


def test_what_does_not_come_back_as_it_was_is_not_kept(database: Database, tmp_path: Path) -> None:
    database.execute(
        "create function public.odd() returns text language sql immutable as 'select current_database()::text';"
        " create table public.told (a int, name text generated always as (public.odd()) stored);"
        " insert into public.told (a) values (1)"
    )
    stack = stack_of(tmp_path / "home", database.owner_dsn)
    with pytest.raises(StackError, match=r"does not say .* public\.told: 1 rows were saved, 1 restored"):
        back_up(stack, tmp_path / "backups", verify=True)
    assert list((tmp_path / "backups").iterdir()) == []
    assert database.execute(KEPT) == []
    path, _ = back_up(stack, tmp_path / "backups")
    with pytest.raises(StackError, match=r"is not what was saved: public\.told"):
        restoring.restore(stack, path, print, replace=True)
    assert database.execute(KEPT) == []


def test_a_killed_backup_leaves_nothing_that_looks_like_one(database: Database, tmp_path: Path) -> None:
    stack = stack_of(tmp_path / "home", database.owner_dsn)
    environment = os.environ | {"RIFT_HOME": str(stack.home), "DATABASE_URL": database.owner_dsn}
    command = [sys.executable, "-m", "orchestration.stack.cli", "backup", "--to", str(tmp_path)]
    holder = psycopg2.connect(database.owner_dsn)
    with holder.cursor() as cursor:
        cursor.execute("lock table raw.webhook_events")
        process = subprocess.Popen(command, env=environment)
        waits = (
            "select count(*) from pg_stat_activity where application_name = 'rift backup' and wait_event_type = 'Lock'"
        )
        wait_for(lambda: database.execute(waits) == [(1,)])
        process.send_signal(signal.SIGKILL)
        process.wait()
    holder.close()
    assert [path.name for path in tmp_path.glob("*.tar")] == []
    assert len(list(tmp_path.glob(".*.part"))) == 1
    somebodys = tmp_path / ".film.tar.part"
    somebodys.touch()
    # Nor does its pg_dump stay.
    wait_for(lambda: database.execute("select 1 from pg_stat_activity where application_name = 'rift backup'") == [])
    path, _ = back_up(stack, tmp_path)
    assert {found for found in tmp_path.iterdir() if found.is_file()} == {path, somebodys}


def test_a_killed_restore_leaves_what_was_there(cluster: Cluster, database: Database, tmp_path: Path) -> None:
    stack = stack_of(tmp_path / "home", database.owner_dsn)
    landing.land(database, landing.event("ann"))
    path, _ = back_up(stack, tmp_path)
    landing.land(database, landing.event("bob"))
    stack.database.migrate()  # makes Dagster's database
    name = database.execute("select current_database()")[0][0]
    database.execute(
        f'alter database {name} set search_path = "$user", public; grant create on database {name} to rift_analyst;'
        f" alter role rift_hud in database {name} set work_mem = '7MB'"
    )
    with pytest.raises(StackError, match="holds events"):
        restoring.restore(stack, path, print, replace=False)
    environment = os.environ | {"RIFT_HOME": str(stack.home), "DATABASE_URL": database.owner_dsn}
    command = [sys.executable, "-m", "orchestration.stack.cli", "restore", "--replace", str(path)]
    # Asked elsewhere: whoever is connected to the warehouse itself is in the way.
    server = Database(cluster.dsn("postgres"))
    scratch = f"select datname from pg_database where datname ~ '{urlsplit(database.owner_dsn).path[1:]}_scratch_'"
    process = subprocess.Popen(command, env=environment)
    wait_for(lambda: server.execute(scratch))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert database.execute(COUNT) == [(2,)]
    assert server.execute(scratch) != []
    # psql ends with its parent; until then its database cannot be dropped.
    wait_for(lambda: server.execute("select 1 from pg_stat_activity where datname ~ '_scratch_'") == [])
    done = restoring.restore(stack, path, print, replace=True)
    assert database.execute(COUNT) == [(1,)]
    assert server.execute(scratch) == []
    assert done.kept
    put_aside = f"{KEPT} order by datname"
    assert database.execute(put_aside) == [(done.kept,), (f"{done.kept}_dagster",)]
    old = Database(urlunsplit(urlsplit(database.owner_dsn)._replace(path=f"/{done.kept}")))
    assert old.execute(COUNT) == [(2,)]
    for own in (SETTINGS, RIGHTS):
        assert len(old.execute(own)) > 1
        assert database.execute(own) == old.execute(own)
    with pytest.raises(StackError, match="There is no database"):
        restoring.drop_kept(stack.database, done.kept.partition("_before_")[0])
    restoring.drop_kept(stack.database, done.kept)
    assert database.execute(KEPT) == []


def test_nobody_may_write_meanwhile(database: Database, tmp_path: Path) -> None:
    stack = stack_of(tmp_path / "home", database.owner_dsn)
    emblem = stack.home / "hud_assets" / "emblem.svg"
    emblem.parent.mkdir()
    emblem.touch()
    path, _ = back_up(stack, tmp_path)
    emblem.unlink()
    running = Record(stack.home)
    assert running.claim()
    with pytest.raises(StackError, match="stop it with rift down"):
        restoring.restore(stack, path, print, replace=False)
    running.release()
    door = psycopg2.connect(database.dsn("ingest"), application_name="a door elsewhere")
    with pytest.raises(StackError, match=r"rift_ingest \(a door elsewhere\)"):
        restoring.restore(stack, path, print, replace=False)
    door.close()
    late: list[psycopg2.extensions.connection] = []

    def say(text: str) -> None:
        if "say what was saved" in text:
            late.append(psycopg2.connect(database.dsn("ingest")))

    with pytest.raises(StackError, match="it stays as it was"):
        restoring.restore(stack, path, say, replace=False)
    late[0].close()
    assert not emblem.exists()
    assert database.execute(KEPT) == []


def test_whom_the_server_lacks_is_named_before_anything_is_done(database: Database, tmp_path: Path) -> None:
    stack = stack_of(tmp_path / "home", database.owner_dsn)
    database.execute('create role "Ben"; grant select on raw.webhook_events to "Ben"')
    path, _ = back_up(stack, tmp_path)
    database.execute('drop owned by "Ben"; drop role "Ben"')
    with pytest.raises(StackError, match='create role "Ben";'):
        restoring.restore(stack, path, print, replace=False)


def test_what_cannot_take_the_backup_is_refused_and_who_is_back_is_counted(
    cluster: Cluster, database: Database, tmp_path: Path
) -> None:
    stack = stack_of(tmp_path / "home", database.owner_dsn)
    path, told = back_up(stack, tmp_path)
    newer = told.model_copy(update={"origin": told.origin.model_copy(update={"server_version": 990_000})})
    server = Database(cluster.dsn("postgres"))
    server.execute("drop role if exists guest; create role guest login createdb password 'x'")
    try:
        with contextlib.closing(psycopg2.connect(_as("guest", cluster.dsn("postgres")))) as connection:
            with pytest.raises(StackError, match="is of Postgres 99, and this server is Postgres"):
                refusing.require_fitting(connection.cursor(), stack.database, newer)
            with pytest.raises(StackError, match="The user guest does not own the database"):
                refusing.require_fitting(connection.cursor(), stack.database, told)
    finally:
        server.execute("drop role guest")
    database.execute("insert into raw.forgettings (kind, rewritten) values ('user', '{}')")
    assert restoring.restore(stack, path, print, replace=False).forgotten_count == 1


def test_only_a_database_with_nothing_in_it_is_dropped(cluster: Cluster, database: Database, tmp_path: Path) -> None:
    _, told = back_up(stack_of(tmp_path / "home", database.owner_dsn), tmp_path)
    target = create_database(cluster, "target")
    there = stack_of(tmp_path / "there", target.owner_dsn).database
    try:
        assert refusing.require_free(there, told, replace=False) == (0, True)
        for kind, rest in (("view one", "as select 1"), ("sequence one", ""), ("function one()", FUNCTION)):
            target.execute(f"create {kind} {rest}")
            assert refusing.require_free(there, told, replace=False) == (0, False)
            target.execute(f"drop {kind}")
        target.execute("select lo_create(0)")
        assert refusing.require_free(there, told, replace=False) == (0, False)
    finally:
        drop_database(cluster, "target")


def test_what_a_plain_owner_may_not_carry_over_is_told(cluster: Cluster) -> None:
    server = Database(cluster.dsn("postgres"))
    for name in ("source", "copied"):
        create_database(cluster, name)
    server.execute("drop role if exists plain; create role plain login createdb password 'x'")
    server.execute("alter database source owner to plain")
    server.execute("alter database copied owner to plain")
    server.execute("alter database source set work_mem = '7MB'; grant create on database source to public")
    server.execute("alter database source set log_min_messages = 'error'")
    try:
        with contextlib.closing(psycopg2.connect(_as("plain", server.owner_dsn))) as connection:
            connection.autocommit = True
            told = list(likeness.carry_over(connection.cursor(), "source", "copied"))
        assert told == ['alter database "copied" set "log_min_messages" from current (error)']
        copied = Database(cluster.dsn("copied"))
        assert copied.execute(SETTINGS) == [(0, ["work_mem=7MB"])]
        assert copied.execute(RIGHTS) == Database(cluster.dsn("source")).execute(RIGHTS)
    finally:
        for name in ("source", "copied"):
            drop_database(cluster, name)
        server.execute("drop role plain")


def test_a_file_that_is_no_whole_backup_is_refused(database: Database, tmp_path: Path) -> None:
    stack = stack_of(tmp_path / "home", database.owner_dsn)
    path, _ = back_up(stack, tmp_path / "backups")
    content = path.read_bytes()

    def refusal(changed: bytes) -> str:
        file = tmp_path / "changed.tar"
        file.write_bytes(changed)
        with pytest.raises(StackError) as refused:
            restoring.restore(stack, file, print, replace=True)
        return str(refused.value)

    assert "half of one" in refusal(b"")
    assert "half of one" in refusal(content[: len(content) // 2])
    middle = len(content) // 3
    assert "database.dump is not what was written" in refusal(content[:middle] + b"?" + content[middle + 1 :])
    assert "is newer than this one (it has the migrations 9999_new)" in refusal(
        _with_manifest(path, lambda text: text.replace('"0001_raw"', '"0001_raw","9999_new"'))
    )
    assert "its manifest cannot be read" in refusal(_with_manifest(path, lambda text: text[:-20]))
    for name in ("spool/../../evil", "/etc/evil", "evil"):
        assert "does not hold what its manifest says" in refusal(_with_member(path, name))
    assert database.execute(KEPT) == []


def _with_manifest(path: Path, change: Callable[[str], str]) -> bytes:
    return _rewritten(path, {}, change)


def _with_member(path: Path, name: str) -> bytes:
    listed = f'"members":{{"{name}":{{"size":1,"sha256":"{"0" * 64}"}},'
    return _rewritten(path, {name: b"?"}, lambda text: text.replace('"members":{', listed))


def _rewritten(path: Path, added: dict[str, bytes], change: Callable[[str], str]) -> bytes:
    output = BytesIO()
    with tarfile.open(path) as source, tarfile.open(fileobj=output, mode="w") as target:
        members = {one.name: source.extractfile(one).read() for one in source.getmembers()}  # type: ignore[union-attr]
        compact = json.dumps(json.loads(members.pop("manifest.json")), separators=(",", ":"))
        for name, content in (members | added | {"manifest.json": change(compact).encode()}).items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            target.addfile(header, BytesIO(content))
    return output.getvalue()


def test_older_backups_of_this_database_go_and_nothing_else(database: Database, tmp_path: Path) -> None:
    stack = stack_of(tmp_path / "home", database.owner_dsn)
    old = []
    for number in range(3):
        path, told = back_up(stack, tmp_path / "kept" / f"rift-{number}.tar")
        old.append(path)
    damaged = tmp_path / "kept" / "rift-damaged.tar"
    damaged.write_bytes(b"?")
    other = tmp_path / "kept" / "rift-other.tar"
    other.write_bytes(_with_manifest(path, lambda text: text.replace(f'"name":"{told.origin.name}"', '"name":"other"')))
    (tmp_path / "kept" / "notes.tar").write_bytes(b"?")
    assert keeping.remove_older(path, told, 2) == ([old[0]], [damaged])
    assert sorted(left.name for left in (tmp_path / "kept").iterdir()) == [
        "notes.tar", "rift-1.tar", "rift-2.tar", "rift-damaged.tar", "rift-other.tar",
    ]  # fmt: skip
    old[1].write_bytes(_with_manifest(old[1], lambda text: text.replace('"is_tried":false', '"is_tried":true')))
    assert keeping.remove_older(path, told, 1) == ([], [damaged])
    with pytest.raises(StackError, match="is there already"):
        back_up(stack, path)


def test_what_waits_in_the_spool_is_in_the_snapshot_or_in_the_copy(database: Database, tmp_path: Path) -> None:
    """A receiver that lands from it meanwhile is waited for, and waits in turn until the copy is made."""
    stack = stack_of(tmp_path / "home", database.owner_dsn)
    spool = Spool(stack.home / "spool", 2**20)
    spool.keep([VendorItem(new_id(), "nooks", "call:1", "one", None, datetime.now(UTC), "{}")])
    (name,) = spool.names()
    is_landing, may_end = threading.Event(), threading.Event()

    def land() -> None:
        with spool.claimed() as is_ours:
            assert is_ours
            is_landing.set()
            may_end.wait(30)
            landing.land(database, landing.event("ann"))
            spool.remove(name)

    receiver = threading.Thread(target=land)
    receiver.start()
    is_landing.wait(30)
    threading.Timer(0.5, may_end.set).start()
    path, told = back_up(stack, tmp_path)
    receiver.join()
    with archive.opened(path) as found:
        assert found.names("spool") == []
    assert told.event_count == 1
