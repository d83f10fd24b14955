"""From the previous version's database to this one's: in place, once, all of it or nothing.

`databases/head_0013.sql` is what pg_dump (with --no-comments) wrote of a database that the version before 0014 had
migrated and built, in which some weeks of work had landed: partly settled, published, restated, from every vendor.
"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import Popen

import psycopg2
import pytest

from ingestion.migrations import MIGRATIONS, RAW_TABLES, migrate, migration_names
from orchestration.lib.checksums import checksums, differing
from orchestration.stack import placement
from orchestration.stack.backup import contents
from orchestration.stack.postgres import Cluster
from tests import landing
from tests.conftest import PASSWORDS, Database, Warehouse, create_database, drop_database, environment
from tests.stack.test_backup import spend_transactions, wait_for
from tests.warehouse.oracle import live_user_days, user_days
from tests.warehouse.work import RAW

OLD = Path(__file__).parent / "databases" / "head_0013.sql"
NEWER = [name for name in migration_names() if name > "0013_imports"]
DONE = "select name from raw.schema_migrations order by name"
NAME = "of_the_previous_version"
# A starter whose migrations end with one that takes its time.
SLOW = """
import sys, pathlib, ingestion.migrations as migrations
migrations.MIGRATIONS = pathlib.Path(sys.argv[1])
migrations.migrate(sys.argv[2], {role: "x" for role in migrations.ROLES})
"""


@pytest.fixture
def old(cluster: Cluster, database: Database) -> Iterator[Database]:
    """As it was left on this very cluster."""
    assert database.execute("select count(*) from pg_roles where rolname ~ '^rift_'")[0][0] >= len(PASSWORDS)
    made = create_database(cluster, NAME)
    programs = placement.programs()
    assert programs
    command = [str(programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-f", str(OLD), "-d", made.owner_dsn]
    subprocess.run(command, check=True, capture_output=True)
    # Every id in it is of this cluster's past.
    newest = "select xid::text::bigint from intermediate.settle_watermarks order by xid desc limit 1"
    spend_transactions(made, made.execute(newest)[0][0] + 100)
    made.execute("update raw.cluster set system_identifier = raw.system_identifier()")
    yield made
    drop_database(cluster, NAME)


def test_the_previous_versions_database_is_migrated_once_by_two_starters(old: Database) -> None:
    said = checksums(old.dsn("transform"))
    assert len(said) > 20
    with ThreadPoolExecutor(2) as starters:
        applied = list(starters.map(lambda _: migrate(old.owner_dsn, PASSWORDS), range(2)))
    assert sorted(applied) == [[], NEWER]
    # Its marts stand on the new schema until dbt has built this version's.
    assert differing(said, checksums(old.dsn("transform"))) == []
    landing.land(old, landing.event("ann"))
    assert live_user_days(old) == user_days(old)


def test_a_migration_that_is_killed_leaves_the_old_version_whole(old: Database, tmp_path: Path) -> None:
    for file in MIGRATIONS.glob("[0-9]*.sql"):
        (tmp_path / file.name).write_text(file.read_text())
    slow = tmp_path / "9999_slow.sql"
    slow.write_text("create table raw.half (a int); select pg_sleep(300);")
    before = old.execute(DONE)
    process = Popen([sys.executable, "-c", SLOW, str(tmp_path), old.owner_dsn])
    sleeps = "select pid from pg_stat_activity where query like '%%pg_sleep(300)%%' and wait_event = 'PgSleep'"
    wait_for(lambda: old.execute(sleeps))
    process.kill()
    process.wait()
    # The server notices at its next word to the client; a machine that loses power ends both.
    old.execute(f"select pg_terminate_backend(pid, 5000) from ({sleeps}) as left_behind")
    assert old.execute(DONE) == before
    assert old.execute("select to_regclass('raw.half'), to_regclass('raw.check_runs')") == [(None, None)]
    landing.land(old, landing.event("ann"))
    assert live_user_days(old) == user_days(old)
    assert migrate(old.owner_dsn, PASSWORDS) == NEWER


def test_rows_of_a_later_time_of_this_cluster_count_at_once(warehouse: Warehouse) -> None:
    """As after a snapshot of the server's disk was brought back, and then a dump that was made later."""
    landing.employ(warehouse, "ann")
    landing.land(warehouse, landing.event("ann", "meeting_booked"))
    warehouse.settle()
    migrate(warehouse.owner_dsn, PASSWORDS)
    watermarks = "select count(*) from intermediate.settle_watermarks where model = 'int_user_days_settled'"
    assert warehouse.execute(watermarks) == [(1,)]
    later = "(%s::text::numeric + 1000000)::text::xid8"
    warehouse.execute(f"update intermediate.settle_watermarks set xid = {later % 'xid'}")
    migrate(warehouse.owner_dsn, PASSWORDS)
    assert warehouse.execute(watermarks) == [(0,)]
    warehouse.settle()
    warehouse.execute(f"update raw.webhook_events set landed_xid = {later % 'landed_xid'}")
    warehouse.execute(f"update intermediate.settle_watermarks set xid = {later % 'xid'}")
    landing.land(warehouse, landing.event("ann", "meeting_booked"))
    assert live_user_days(warehouse) != user_days(warehouse)
    migrate(warehouse.owner_dsn, PASSWORDS)
    assert live_user_days(warehouse) == user_days(warehouse)
    landing.land(warehouse, landing.event("ann", "meeting_booked"))
    assert live_user_days(warehouse) == user_days(warehouse)
    warehouse.settle()
    assert live_user_days(warehouse) == user_days(warehouse)


@pytest.mark.chaos
def test_the_previous_versions_marts_come_up_as_those_of_a_new_database(
    old: Database, warehouse: Warehouse, tmp_path: Path
) -> None:
    """What `rift up` does: it migrates and builds; then nothing shows how old a database is."""
    migrate(old.owner_dsn, PASSWORDS)
    home = tmp_path / "home"
    home.mkdir()
    build = [sys.executable, "-m", "orchestration.lib.warehouse"]
    subprocess.run(build, env=environment(old, home), check=True, capture_output=True)

    programs = placement.programs()
    assert programs
    dump = [str(programs / "pg_dump"), "--data-only", *RAW, "-d", old.owner_dsn]
    rows = subprocess.run(dump, check=True, capture_output=True).stdout
    warehouse.execute(f"truncate raw.schema_migrations, raw.cluster, {', '.join(RAW_TABLES)}")
    restore = [str(programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", warehouse.owner_dsn]
    subprocess.run(restore, input=rows, check=True, capture_output=True)
    migrate(warehouse.owner_dsn, PASSWORDS)
    warehouse.settle()
    assert differing(checksums(old.dsn("transform")), checksums(warehouse.dsn("transform"))) == []
    assert _objects(old) == _objects(warehouse)
    landing.land(old, landing.event("ann", "meeting_booked"))
    assert live_user_days(old) == user_days(old)


def _objects(database: Database) -> list[str]:
    """Every relation with its columns in order, every function, and who may use them.

    Without indexes, for which dbt draws names.
    """
    connection = psycopg2.connect(database.owner_dsn)
    try:
        with connection, connection.cursor() as cursor:
            return [name for name in contents.objects(cursor) if not name.startswith("relation i ")]
    finally:
        connection.close()
