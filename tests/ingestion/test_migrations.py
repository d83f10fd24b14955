"""The raw schema, its roles, and the repair after a restore."""

import psycopg2
import pytest

from ingestion.migrations import MIGRATIONS, RAW_TABLES, MigrationError, migrate
from ingestion.migrations.roles import scram_verifier
from tests.conftest import PASSWORDS, Database


def test_a_second_migration_applies_nothing(database: Database) -> None:
    assert migrate(database.owner_dsn, PASSWORDS) == []
    (count,) = database.execute("select count(*) from raw.schema_migrations")[0]
    assert count == len(list(MIGRATIONS.glob("[0-9]*.sql")))


def test_a_database_of_a_newer_rift_is_refused(database: Database) -> None:
    database.execute("insert into raw.schema_migrations (name) values ('9999_future')")
    with pytest.raises(MigrationError, match="9999_future"):
        migrate(database.owner_dsn, PASSWORDS)


def test_the_server_checks_a_password_by_what_it_was_given_of_it(database: Database) -> None:
    name = "of_one_round"
    database.execute(f"create role {name} login")
    try:
        database.execute(f"alter role {name} password %s", scram_verifier("right"))
        # As it was made: a server that did not know the form would take it for a password, and hash that.
        kept = database.execute("select rolpassword from pg_authid where rolname = %s", name)[0][0]
        assert kept.startswith("SCRAM-SHA-256$1:")
        psycopg2.connect(database.owner_dsn, user=name, password="right").close()
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(database.owner_dsn, user=name, password="wrong")
    finally:
        database.execute(f"drop role {name}")


@pytest.mark.parametrize("role", ["hud", "analyst"])
def test_readers_are_refused_raw(database: Database, role: str) -> None:
    for table in ("raw.webhook_events", "raw_roster.sdr_versions"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            database.execute(f"select * from {table}", role=role)


def test_doors_can_insert_and_never_change_raw(database: Database) -> None:
    insert = (
        "insert into raw.rejected_events (rejected_id, door, reason, detail, body, verified_by, received_at)"
        " values (gen_random_uuid(), 'canonical', 'invalid_json', 'x', 'x', 'secret', now())"
    )
    database.execute(insert, role="ingest")
    for change in ("update raw.webhook_events set source = 'x'", "delete from raw.webhook_events"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            database.execute(change, role="ingest")


def test_the_database_refuses_a_time_zone_that_it_does_not_know(database: Database) -> None:
    with pytest.raises(psycopg2.errors.InvalidParameterValue):
        database.execute(
            "insert into raw_roster.sdr_versions (user_id, display_name, team_name, time_zone, _dlt_load_id, _dlt_id)"
            " values ('a', 'A', 'T', 'Mars/Olympus', '', '')"
        )


def test_every_table_with_transaction_ids_is_rebased(database: Database) -> None:
    tables = database.execute(
        "select attrelid::regclass::text from pg_attribute join pg_class on pg_class.oid = attrelid"
        " where attname = 'landed_xid' and relkind = 'r' and relnamespace::regnamespace::text ~ '^raw'"
    )
    assert sorted(name for (name,) in tables) == sorted(RAW_TABLES)
    database.execute(
        "insert into raw.check_runs (run_id, job_name, failures, passed_count, warned_count, failed_count, is_finished,"
        " started_at, ended_at, landed_xid) values ('a', 'a', '[]', 0, 0, 0, true, now(), now(), '900000000')"
    )
    database.execute("insert into raw.weekly_reports values ('2026-03-02', '', '{}', '{}', '', '', now(), '900000000')")
    database.execute("update raw.cluster set system_identifier = 1")
    migrate(database.owner_dsn, PASSWORDS)
    for table in ("raw.check_runs", "raw.weekly_reports"):
        assert database.execute(f"select landed_xid < '900000000' from {table}") == [(True,)]


def test_a_restored_database_is_rebased_in_order(database: Database) -> None:
    for xid in ("900000000", "900000007"):
        database.execute(
            "insert into raw.webhook_events"
            " (raw_id, door, source, dedup_key, received_at, verified_by, payload, landed_xid)"
            " values (gen_random_uuid(), 'outreach', %s, %s, now(), 'secret', '{}', %s::xid8)",
            xid,
            xid,
            xid,
        )
    database.execute("update raw.cluster set system_identifier = 1")
    migrate(database.owner_dsn, PASSWORDS)
    rows = database.execute(
        "select source, landed_xid < pg_snapshot_xmin(pg_current_snapshot())"
        " from raw.webhook_events order by landed_xid"
    )
    assert rows == [("900000000", True), ("900000007", True)]
