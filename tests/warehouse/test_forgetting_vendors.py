"""Forgetting an SDR whom vendors name: by their ids and emails, in every item, and also when these are read again."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg2
import pytest

from ingestion.privacy.forgetting import forget_prospect, forget_user
from ingestion.privacy.subjects import Person, SubjectError
from tests import landing, vendors
from tests.conftest import Warehouse
from tests.warehouse.oracle import LIVE, check_marts
from tests.warehouse.test_forgetting import found_anywhere, measured

USER: Final = "sdr.zenobia"
# A name of one word, which is looked for as it is written; so it stands in small letters in what mappings compare.
NAME: Final = "Zenobia"
EMAIL: Final = "zenobia.quill@example.com"
OUTREACH: Final = 904711
HUBSPOT: Final = "678901234"
SALESFORCE: Final = "005xx00000ZENOBIAA"
SALESLOFT: Final = 7712345
CALENDLY: Final = "https://api.calendly.com/users/ZENOBIA1"
# The roster does not say what Nooks and Salesloft call them.
NOOKS: Final = "u-zen9"
IDS: Final = (
    "zenobia", rf"\y{OUTREACH}\y", HUBSPOT, SALESFORCE, rf"\y{SALESLOFT}\y", NOOKS,
)  # fmt: skip
KEPT: Final = """
select md5(string_agg(kept.line, e'\\n' order by kept.line))
from (
    select e::text as line from staging.stg_vendor__events as e
    union all
    select o::text from staging.stg_vendor__objects as o
) as kept
"""


def items(at: datetime) -> tuple[list[vendors.Delivery], list[vendors.Version]]:
    """Of every vendor, work of the SDR and of others."""
    deliveries = [
        vendors.outreach_mailing(1, at, user=OUTREACH),
        vendors.outreach_call(2, at, user=OUTREACH, tags=[NAME, "Odd"], direction="outbound"),
        vendors.outreach_call(5, at, user=None, participantUserIds=[1, OUTREACH]),
        vendors.outreach_mailing(3, at, user=51),
        # By email, as the roster has it; the same id without the email is somebody whom it does not know.
        vendors.nooks_call("c1", at, user=NOOKS, email=EMAIL.title(), disposition=NAME),
        vendors.nooks_call("c2", at, user=NOOKS, email=None),
        vendors.nooks_call("c3", at, user="u-lone7", email="lone@example.com"),
        vendors.nooks_call("c4", at, user=None, email="Ghost@Example.com"),
        vendors.salesloft_meeting(4, at, booked_by=SALESLOFT, email=EMAIL),
        vendors.calendly("invitee.created", "IN1", at, scheduled_by=CALENDLY),
        vendors.calendly("invitee.canceled", "IN1", at + timedelta(hours=1), scheduled_by=CALENDLY),
        vendors.calendly("invitee.created", "IN2", at, scheduled_by=None, host=CALENDLY, host_email=EMAIL),
        vendors.hubspot_notification(11),
    ]
    later = at + timedelta(hours=2)
    versions = [
        vendors.hubspot("call", "11", at, at, owner=HUBSPOT, direction="OUTBOUND"),
        vendors.hubspot("email", "12", at, later, owner=HUBSPOT, direction="EMAIL"),
        vendors.hubspot("meeting", "13", at, later, owner="5550123", outcome="SCHEDULED"),
        vendors.salesforce_task("00T1", at, at, OwnerId=SALESFORCE, CreatedById=SALESFORCE),
        vendors.salesforce_task("00T2", at, at, OwnerId="005xx00000LONEAAA"),
        vendors.salesforce_event("00U1", at, later, OwnerId=SALESFORCE),
    ]
    return deliveries, versions


@pytest.fixture
def sold(warehouse: Warehouse) -> Warehouse:
    """What every vendor landed of some SDRs, half of it settled. Salesforce's tasks score here."""
    warehouse.execute(
        "update seeds.scoring_sources set is_scored = true where (source, event_type) = ('salesforce', 'call_dial')"
    )
    identities = {"outreach": OUTREACH, "hubspot": HUBSPOT, "salesforce": SALESFORCE, "calendly": CALENDLY}
    known = {source: str(name) for source, name in identities.items()}
    landing.employ(warehouse, USER, name=NAME, email=EMAIL, identities=known)
    landing.employ(warehouse, "bob", name="Bob", email="bob@example.com", identities={"outreach": "51"})
    deliveries, versions = items(datetime.now(UTC) - timedelta(days=2))
    landing.deliver(warehouse, *deliveries[::2])
    landing.pull(warehouse, *versions[::2])
    warehouse.settle()
    landing.deliver(warehouse, *deliveries[1::2])
    landing.pull(warehouse, *versions[1::2])
    return warehouse


def test_what_vendors_say_of_an_sdr_is_nowhere_and_means_the_same(sold: Warehouse) -> None:
    before = measured(sold)
    assert len(found_anywhere(sold, *IDS)) > 10
    forgotten = forget_user(sold.owner_dsn, USER, dry_run=False)
    assert not forgotten.left
    assert found_anywhere(sold, *IDS) == set()
    assert measured(sold) == before
    # Whom no roster knows: by an id, by an email, and by an id of which nothing scores.
    known_by = {
        "nooks:u-lone7": "u-lone7|lone@example",
        "nooks:Ghost@Example.com": "ghost@",
        "hubspot:5550123": "5550123",
    }
    known_by["salesforce:005xx00000LONEAAA"] = "005xx00000LONEAAA"
    sold.execute("update seeds.scoring_sources set is_scored = false where source = 'salesforce'")
    landing.interpret(sold)
    before = measured(sold)
    assert all(found_anywhere(sold, pattern) for pattern in known_by.values())
    for user_id in known_by:
        assert forget_user(sold.owner_dsn, user_id, dry_run=False).rewritten
    assert found_anywhere(sold, *known_by.values()) == set()
    assert measured(sold) == before
    # Who reads all items again finds what is kept, to the row.
    kept = sold.execute(KEPT)
    sold.rebuild()
    assert sold.execute(KEPT) == kept
    assert measured(sold) == before
    check_marts(sold, LIVE)


def test_what_waits_for_its_meaning_is_forgotten_with_the_rest(sold: Warehouse) -> None:
    """It scores what it scored, had it been read at once; who it was of, nobody says any more."""
    at = datetime.now(UTC) - timedelta(days=1)
    landing.deliver(sold, vendors.nooks_call("c9", at, user=NOOKS, email=EMAIL), interpreted=False)
    pseudonym = str(forget_user(sold.owner_dsn, USER, dry_run=False).subject.pseudonym)
    query = "select user_id from marts.fct_sales_events where external_id = 'call:c9/call_dial'"
    assert sold.execute(query) == [(pseudonym,)]
    assert found_anywhere(sold, *IDS) == set()


def test_a_prospect_of_vendors_is_nowhere(sold: Warehouse) -> None:
    before = measured(sold)
    values = ("Jamie Buyer", "jamie@example.org", "+1 415 555 0199")
    assert found_anywhere(sold, "jamie")
    forget_prospect(sold.owner_dsn, values, dry_run=False)
    assert found_anywhere(sold, "jamie", "4155550199") == set()
    assert measured(sold) == before


def test_nobody_cannot_be_forgotten(sold: Warehouse) -> None:
    landing.deliver(sold, vendors.nooks_call("c8", user=None, email=None))
    with pytest.raises(SubjectError, match="nobody"):
        forget_user(sold.owner_dsn, "nooks:unassigned", dry_run=False)


def test_nobody_says_meanwhile_what_items_mean(sold: Warehouse) -> None:
    """Who had read them all and only then waited to write would bring the person back."""
    # It does not name who did it: the item before it did.
    update = vendors.outreach_mailing(1, datetime.now(UTC) - timedelta(hours=1), user=None)
    waiting = "select array_agg(distinct locktype) from pg_locks where not granted"
    blocker = psycopg2.connect(sold.owner_dsn)
    with blocker.cursor() as cursor:
        # The last table that is rewritten.
        cursor.execute("select 1 from raw_roster.sdr_versions for update")
        forget = threading.Thread(target=forget_user, args=(sold.owner_dsn, USER), kwargs={"dry_run": False})
        forget.start()
        _until(lambda: sold.execute(waiting) == [(["transactionid"],)])
        deliver = threading.Thread(target=landing.deliver, args=(sold, update))
        deliver.start()
        _until(lambda: sold.execute(waiting) == [(["advisory", "transactionid"],)])
        blocker.rollback()
    blocker.close()
    forget.join(30)
    deliver.join(30)
    assert found_anywhere(sold, *IDS) == set()
    query = "select user_id ~ '^forgotten-' from marts.fct_sales_events where external_id = 'mailing:1/email_sent'"
    assert sold.execute(query) == [(True,)]


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("key", "is_somebody"),
    [
        ("OwnerId", True), ("hubspot_owner_id", True), ("CREATEDBYID", True), ("booked_by_user_id", True),
        ("LastModifiedById", True), ("handledBy", True), ("sizeInBytes", False), ("nearby", False), ("Id", False),
    ],
)  # fmt: skip
def test_an_id_is_a_persons_where_the_key_says_so(key: str, is_somebody: bool) -> None:
    person = Person("ann", identities={"salesforce": frozenset({"7"})})
    assert (person.member(key, "7", "salesforce") == person.pseudonym) == is_somebody


def test_two_ids_of_a_person_stay_two(sold: Warehouse) -> None:
    """Or what an older roster gave them would become work of theirs when it is read again."""
    at = datetime.now(UTC) - timedelta(days=1)
    for number in (777001, 777002):
        landing.deliver(sold, vendors.outreach_mailing(number - 777000 + 30, at, user=number))
        landing.employ(sold, "carl", identities={"outreach": str(number)})
    landing.interpret(sold)
    before = measured(sold)
    users = "select count(distinct user_id) from marts.fct_sales_events where external_id ~ '^mailing:3[12]/'"
    assert sold.execute(users) == [(2,)]
    pseudonym = str(forget_user(sold.owner_dsn, "carl", dry_run=False).subject.pseudonym)
    assert sold.execute(users) == [(2,)]
    assert measured(sold) == before
    assert found_anywhere(sold, "carl", "77700[12]") == set()
    query = "select identities ->> 'outreach' from raw_roster.sdr_versions where user_id = %s order by version_id"
    assert sold.execute(query, pseudonym) == [(pseudonym,), (f"{pseudonym}-2",)]
