"""Forgetting a person: every total stays, the person is nowhere, and it happens whole or not at all."""

import json
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest

from ingestion.privacy.forgetting import LOCKS, SETTLE_LOCKS, ForgettingError, forget_prospect, forget_user
from ingestion.privacy.totals import totals
from ingestion.sources.roster import LOAD_LOCK
from orchestration.lib import publication
from orchestration.stack.settings import ROOT
from tests import landing
from tests.conftest import SETTLE, Database, Warehouse
from tests.warehouse.background import background
from tests.warehouse.oracle import LIVE, SETTLED, check_marts

USER = "sdr.zenobia"
NAME = "Zenobia Quill"
EMAIL = "zenobia.quill@example.com"
OUTREACH_ID = "904711"
PHONE = "+49 170 7654321"
PROSPECT = ("Ysolde Marchbanks", "ysolde@client.example", PHONE)
RELATIONS = (
    "select c.oid::regclass::text from pg_class c join pg_namespace n on c.relnamespace = n.oid"
    " where c.relkind in ('r', 'v', 'm', 'p') and n.nspname !~ '^(pg_|information_schema)'"
)
PUBLISHED = "raw.published_ranks"
HASHES = ROOT / "dbt_project" / "tests" / "assert_published_weeks_are_unchanged.sql"


def found_anywhere(database: Database, *patterns: str) -> set[str]:
    """Every table and view that holds one of these in any column, however it is cased, also as bytes."""
    connection = psycopg2.connect(database.owner_dsn)
    found = set()
    with connection, connection.cursor() as cursor:
        cursor.execute("set bytea_output = 'escape'")
        cursor.execute(RELATIONS)
        for (relation,) in cursor.fetchall():
            cursor.execute(f"select exists (select from {relation} as one where one::text ~* %s)", ["|".join(patterns)])
            if cursor.fetchone() == (True,):
                found.add(relation)
    connection.close()
    return found


def measured(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    connection = psycopg2.connect(database.owner_dsn)
    with connection, connection.cursor() as cursor:
        answer = totals(cursor)
    connection.close()
    return answer


def land_payload(database: Database, user: str, source: str, sent: dict[str, Any], **columns: Any) -> None:
    row = {
        "door": "canonical", "source": source, "dedup_key": str(random.random()), "user_id": user,
        "event_type": "call_dial", "occurred_at": datetime.now(UTC), "received_at": datetime.now(UTC),
        "verified_by": "secret", "payload": json.dumps(sent), "external_id": None,
    } | columns  # fmt: skip
    names = ", ".join(row)
    database.execute(
        f"insert into raw.webhook_events (raw_id, {names}) values (gen_random_uuid(), {', '.join(['%s'] * len(row))})",
        *row.values(),
        role="ingest",
    )


@pytest.fixture
def worked(warehouse: Warehouse) -> Warehouse:
    """Some weeks of an SDR among others, published, reversed, restated, and only partly settled."""
    identities = json.dumps({"outreach": OUTREACH_ID, "nooks": None})
    landing.employ(warehouse, USER, "Asia/Tokyo", name=NAME)
    warehouse.execute("update raw_roster.sdr_versions set email = %s, identities = %s", EMAIL, identities)
    landing.employ(warehouse, "bob", name="Bob")
    landing.employ(warehouse, f"{USER}2", name="Zenobia Quillfeather")
    now = datetime.now(UTC)
    for days in (0, 3, 9, 16):
        for user in (USER, "bob", f"{USER}2"):
            kind = "meeting_booked" if days % 2 else "call_dial"
            landing.land(warehouse, landing.event(user, kind, now - timedelta(days=days), f"{user}-{days}"))
    publication.publish(warehouse.dsn("transform"))
    warehouse.settle()
    landing.land(warehouse, landing.event("bob", "meeting_cancelled", reverses=f"{USER}-9"))
    landing.land(warehouse, landing.event(USER, "meeting_booked", now - timedelta(days=20)))
    note = {"user_id": USER, "metadata": {"by": NAME.upper(), "note": f"<{EMAIL}> handed over by {USER}.", "big": 1.10}}
    land_payload(warehouse, USER, "crm", note)
    land_payload(warehouse, "bob", "crm", {"metadata": {"copy": [EMAIL.title()], "meeting_id": f"{USER}-3", "n": 1}})
    vendor = {"data": {"relationships": {"user": {"data": {"id": 904711}}}, "attributes": {"sequence": 904711}}}
    land_payload(warehouse, "", "outreach", vendor, door="outreach", user_id=None, event_type=None, occurred_at=None)
    prospect = {
        "metadata": {
            "prospect": {"name": "ysolde  MARCHBANKS", "phone": 491707654321, "mail": "Ysolde@Client.example"},
            "note": "Called Ysolde Marchbanks at 0170/765 43 21, not Ysoldes sister.",
            "meeting_id": "ysolde@client.example#1",
            "escaped": "ZZ",
        }
    }
    text = json.dumps(prospect).replace("ZZ", "\\u0079solde@client.example")
    for kind, member in (("meeting_booked", "a"), ("meeting_attended", "b")):
        land_payload(warehouse, "bob", "crm", {}, payload=text, event_type=kind, external_id=f"{PROSPECT[1]}/{member}")
    warehouse.execute(
        "insert into raw.rejected_events (rejected_id, door, source, reason, detail, body, verified_by, received_at)"
        " select gen_random_uuid(), 'canonical', 'crm', 'invalid_json', 'Row of ' || %s, body, 'secret', now()"
        " from (values (convert_to(%s, 'UTF8')), (%s::bytea)) as bodies (body)",
        NAME,
        json.dumps({"user_id": USER, "who": PROSPECT[0]}),
        b"\xff " + f"{NAME}; {PROSPECT[1]}; {USER}".encode(),
    )
    landing.rule(warehouse, "call_dial", 5, 10, 0, "2026-01-01 00:00+00")
    warehouse.execute("update raw.gamification_rules set changed_by = %s where changed_by = 'test'", NAME)
    return warehouse


def test_an_sdr_is_nowhere_and_every_total_is_as_it_was(worked: Warehouse) -> None:
    before = measured(worked)
    xids = "select raw_id, landed_xid::text from raw.webhook_events order by 1"
    kept = worked.execute(xids)
    hashes = worked.execute("select dedup_key from raw.webhook_events where user_id = %s and external_id is null", USER)
    assert len(found_anywhere(worked, EMAIL, NAME + r"\y")) > 5
    dry = forget_user(worked.owner_dsn, USER, dry_run=True)
    assert len(found_anywhere(worked, EMAIL, NAME + r"\y")) > 5
    forgotten = forget_user(worked.owner_dsn, USER, dry_run=False)
    assert forgotten.rewritten == dry.rewritten
    assert forgotten.republished_weeks > 0
    assert not forgotten.left
    assert found_anywhere(worked, EMAIL, NAME + r"\y", USER + r"\y") == set()
    assert measured(worked) == before
    assert worked.execute(xids) == kept
    # A hash of content would confirm a guess of whose it was.
    query = "select count(*) from raw.webhook_events where dedup_key = any(%s)"
    assert worked.execute(query, [key for (key,) in hashes]) == [(0,)]
    assert hashes
    assert worked.execute(HASHES.read_text().replace('{{ ref("stg_canonical__published_ranks") }}', PUBLISHED)) == []
    pseudonym = str(forgotten.subject.pseudonym)
    people = dict(worked.execute("select user_id, display_name from marts.dim_users"))
    assert people.keys() == {pseudonym, "bob", f"{USER}2"}
    assert people[f"{USER}2"] == "Zenobia Quillfeather"
    assert worked.execute("select kind, pseudonym, rewritten from raw.forgettings") == [
        ("user", pseudonym, forgotten.rewritten)
    ]
    assert forget_user(worked.owner_dsn, USER, dry_run=False).rewritten == {}
    check_values(worked, pseudonym)
    # A later event of the same id is somebody new.
    landing.land(worked, landing.event(USER, "call_dial"))
    assert worked.execute("select is_known from marts.dim_users where user_id = %s", USER) == [(False,)]
    check_marts(worked, LIVE)
    worked.settle()
    check_marts(worked, LIVE, SETTLED)


def check_values(worked: Warehouse, pseudonym: str) -> None:
    """What named the person is rewritten, and every other character is as it was sent."""
    query = "select payload::text from raw.webhook_events where source <> 'test'"
    payloads = [text for (text,) in worked.execute(query)]
    note = {"by": pseudonym, "note": f"<{pseudonym}@forgotten.invalid> handed over by {pseudonym}.", "big": 1.10}
    assert json.dumps({"user_id": pseudonym, "metadata": note}) in payloads
    vendor = {"data": {"relationships": {"user": {"data": {"id": pseudonym}}}, "attributes": {"sequence": 904711}}}
    assert json.dumps(vendor) in payloads
    mail = [f"{pseudonym}@forgotten.invalid"]
    assert json.dumps({"metadata": {"copy": mail, "meeting_id": f"{pseudonym}-3", "n": 1}}) in payloads
    query = "select display_name, email, identities from raw_roster.sdr_versions where user_id = %s"
    assert worked.execute(query, pseudonym) == [(pseudonym, mail[0], {"outreach": pseudonym, "nooks": None})]


def test_a_prospect_is_nowhere_and_what_belonged_together_still_does(worked: Warehouse) -> None:
    before = measured(worked)
    meetings = "select count(*), count(attended_at) from marts.fct_meetings"
    known = worked.execute(meetings)
    forget_prospect(worked.owner_dsn, PROSPECT, dry_run=False)
    assert found_anywhere(worked, "ysolde@", "ysolde +marchbanks", "1707654321", "765 43 21") == set()
    assert worked.execute("select kind, pseudonym from raw.forgettings") == [("prospect", None)]
    assert measured(worked) == before
    assert worked.execute(meetings) == known
    ((text, meeting_id),) = worked.execute(
        "select distinct payload::text, payload -> 'metadata' ->> 'meeting_id' from raw.webhook_events"
        " where event_type = 'meeting_attended'"
    )
    wanted = {
        "metadata": {
            "prospect": {"name": "[forgotten]", "phone": "[forgotten]", "mail": "[forgotten]"},
            "note": "Called [forgotten] at [forgotten], not Ysoldes sister.",
            "meeting_id": meeting_id,
            "escaped": "[forgotten]",
        }
    }
    assert text == json.dumps(wanted)
    assert meeting_id.startswith("forgotten-")
    check_marts(worked, LIVE)


@pytest.mark.timeout(200)
def test_readers_doors_and_settles_go_on_beside_it(worked: Warehouse) -> None:
    connection = psycopg2.connect(worked.owner_dsn)
    connection.autocommit = True
    counts = []

    def read() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select (select count(*) from raw.webhook_events where door = 'canonical'),"
                " (select sum(gross_event_count) from marts.fct_user_daily),"
                " (select count(distinct team_name) from marts.dim_user_stats where user_id not in ('bob'))"
            )
            landed, counted, teams = cursor.fetchall()[0]
        assert landed == counted
        assert teams == 1
        counts.append(landed)

    def write() -> None:
        landing.land(worked, landing.event("bob"))

    with background() as running:
        running.repeat(read)
        running.repeat(write)
        settle = worked.start_dbt(*SETTLE)
        time.sleep(2.5)
        forget_user(worked.owner_dsn, USER, dry_run=False)
        forget_prospect(worked.owner_dsn, PROSPECT, dry_run=False)
        assert settle.wait(60) == 0
    assert len(counts) > 5
    assert found_anywhere(worked, USER + r"\y", EMAIL) == set()
    check_marts(worked, LIVE)


def test_a_settle_that_dbt_runs_alone_waits_for_it(warehouse: Warehouse) -> None:
    """Its lock bears a name that dbt renders: here is the same, or both would go on."""
    connection = psycopg2.connect(warehouse.owner_dsn)
    connection.autocommit = True
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    with connection.cursor() as cursor:
        cursor.execute(SETTLE_LOCKS, [["int_user_days_settled"]])
        settle = warehouse.start_dbt(*SETTLE)
        deadline = time.monotonic() + 60
        while settle.poll() is None and warehouse.execute(waiting) == [(0,)] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert warehouse.execute(waiting) == [(1,)]
        assert settle.poll() is None
    connection.close()
    assert settle.wait(60) == 0


CODE = """
import sys
from ingestion.privacy.forgetting import forget_user
forget_user(sys.argv[1], sys.argv[2], dry_run=False)
"""


def test_killed_in_the_middle_nothing_has_happened(worked: Warehouse) -> None:
    """A reader of the last table that is rewritten keeps it waiting, with everything else rewritten."""
    everything = "select md5(string_agg(e::text, '' order by raw_id)) from raw.webhook_events as e"
    before = worked.execute(everything)
    blocker = psycopg2.connect(worked.owner_dsn)
    with blocker.cursor() as cursor:
        cursor.execute("select 1 from raw_roster.sdr_versions for update")
        process = subprocess.Popen([sys.executable, "-c", CODE, worked.owner_dsn, USER])
        waiting = "select count(*) from pg_locks where not granted"
        deadline = time.monotonic() + 30
        while worked.execute(waiting) == [(0,)] and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    blocker.rollback()
    blocker.close()
    assert worked.execute(everything) == before
    assert worked.execute("select count(*) from raw.forgettings") == [(0,)]
    assert forget_user(worked.owner_dsn, USER, dry_run=False).rewritten["raw.webhook_events"] > 0


def test_what_would_move_a_total_is_not_done(worked: Warehouse) -> None:
    """Here a stand-in for a mart counts by what names a prospect."""
    worked.execute(
        "alter view marts.dim_user_stats rename to dim_user_stats_kept;"
        " create view marts.dim_user_stats as select 0 as total_gold, 0 as total_xp, 0 as current_level,"
        " 0 as meetings_booked, '' as current_rank, external_id as team_name from raw.webhook_events"
    )
    before = worked.execute("select payload::text from raw.webhook_events order by raw_id")
    with pytest.raises(ForgettingError, match="Totals"):
        forget_prospect(worked.owner_dsn, PROSPECT, dry_run=False)
    assert worked.execute("select payload::text from raw.webhook_events order by raw_id") == before


def test_the_locks_are_those_of_whom_it_keeps_waiting() -> None:
    from orchestration.lib import dbt  # noqa: PLC0415  # importing dbt costs seconds
    from orchestration.stack import settling  # noqa: PLC0415

    assert LOCKS == (dbt.INVOCATION_LOCK, publication.PUBLICATION_LOCK, LOAD_LOCK)
    assert settling.INVOCATION_LOCK == dbt.INVOCATION_LOCK
