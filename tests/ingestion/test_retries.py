"""Senders that never saw our answer: each repeats its delivery on its own documented schedule, and it counts once.

Hours pass by moving what has landed into the past. A sender signs each attempt anew, with the time of that attempt.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import digest
from typing import Final

import httpx
import pytest
from standardwebhooks import Webhook

from ingestion.migrations import migrate
from orchestration.stack.postgres import Cluster
from tests import landing, vendors
from tests.conftest import PASSWORDS, TEMPLATE, Database, Warehouse, create_database
from tests.ingestion.conftest import Receiver, running_receiver
from tests.warehouse.oracle import LIVE, check_marts

KEY: Final = "a key that the retrying vendor signs with"
SIGNING_KEY: Final = "whsec_" + base64.b64encode(b"a key of the retrying sender 123").decode()
MINUTES: Final = 60
HOURS: Final = 3600

# Seconds between attempts. Standard Webhooks: at once, 5 seconds, 5 minutes … 75 hours and 35 minutes in all.
STANDARD_WEBHOOKS: Final = [
    *(5, 5 * MINUTES, 30 * MINUTES, 2 * HOURS, 5 * HOURS, 10 * HOURS, 14 * HOURS, 20 * HOURS, 24 * HOURS)
]
# Eight attempts in 30 minutes, and 24 hours with longer and longer waits.
NOOKS: Final = [10, 30, 1 * MINUTES, 2 * MINUTES, 4 * MINUTES, 8 * MINUTES, 14 * MINUTES]
CALENDLY: Final = [30, 2 * MINUTES, 10 * MINUTES, 30 * MINUTES, 1 * HOURS, 2 * HOURS, 4 * HOURS, 6 * HOURS, 10 * HOURS]
# HubSpot: up to ten times, over 24 hours, numbering the attempts.
HUBSPOT: Final = [MINUTES, 10 * MINUTES, 1 * HOURS, 2 * HOURS, 3 * HOURS, 4 * HOURS, 5 * HOURS, 5 * HOURS, 3 * HOURS]

# Long before the first attempt, however many hours pass.
WORKED_AT: Final = datetime.now(UTC) - timedelta(days=5)
STAMPED: Final = {
    "raw.webhook_events": ["received_at", "landed_at"],
    "raw.rejected_events": ["received_at", "landed_at"],
    "staging.stg_vendor__events": ["received_at", "landed_at"],
    "staging.stg_vendor__objects": ["newest_at"],
}
Headers = dict[str, str]


def signed_by_nooks(body: bytes) -> Headers:
    now = str(int(time.time() * 1000))
    signature = base64.b64encode(digest(KEY.encode(), f"{now}.".encode() + body, "sha256")).decode()
    return {"x-webhook-signature": f"t={now},s={signature}"}


def signed_by_calendly(body: bytes) -> Headers:
    now = str(int(time.time()))
    signature = digest(KEY.encode(), f"{now}.".encode() + body, "sha256").hex()
    return {"Calendly-Webhook-Signature": f"t={now},v1={signature}"}


def signed_by_salesloft(body: bytes) -> Headers:
    signature = digest(KEY.encode(), body, "sha1").hex()
    return {"x-salesloft-signature": signature, "x-salesloft-event": "meeting_booked"}


def signed_by_outreach(body: bytes) -> Headers:
    return {"Outreach-Webhook-Signature": digest(KEY.encode(), body, "sha256").hex()}


def signed_by_hubspot(url: str) -> Callable[[bytes], Headers]:
    def sign(body: bytes) -> Headers:
        now = str(int(time.time() * 1000))
        text = f"POST{url}/api/v1/webhook/hubspot".encode() + body + now.encode()
        signature = base64.b64encode(digest(KEY.encode(), text, "sha256")).decode()
        return {"X-HubSpot-Request-Timestamp": now, "X-HubSpot-Signature-v3": signature}

    return sign


@dataclass(frozen=True)
class Door:
    """A receiver whose events are in marts at once."""

    receiver: Receiver
    database: Database

    def post(self, source: str, body: bytes, headers: Headers) -> httpx.Response:
        own = {"Content-Type": "application/json"} | headers
        return self.receiver.client.post(f"/api/v1/webhook/{source}", content=body, headers=own)

    def pass_time(self, source: str, seconds: float) -> None:
        """Let all that has landed of a source, and what was made of it, be older by so much."""
        for table, columns in STAMPED.items():
            older = ", ".join(f"{column} = {column} - interval '{seconds} seconds'" for column in columns)
            self.database.execute(f"update {table} set {older} where source = %s", source)

    def xp(self, user: str) -> int:
        rows = self.database.execute("select total_xp from marts.dim_user_stats where user_id = %s", user)
        return int(rows[0][0])

    def counts(self, source: str) -> tuple[int, int]:
        """How many items of a source were accepted, and how many copies of them were kept."""
        ((landed, copies),) = self.database.execute(
            "select (select count(*) from raw.webhook_events where source = %s), (select count(*)"
            " from raw.rejected_events where source = %s and reason = 'duplicate')",
            source,
            source,
        )
        return int(landed), int(copies)


@pytest.fixture(scope="module")
def door(cluster: Cluster, template: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    assert template
    database = create_database(cluster, "retries", template=TEMPLATE)
    migrate(database.owner_dsn, PASSWORDS)
    folder = tmp_path_factory.mktemp("retries")
    keys = {f"WEBHOOK_SECRET_{name}": KEY for name in ("OUTREACH", "NOOKS", "HUBSPOT", "SALESLOFT", "CALENDLY")}
    with ExitStack() as stack:
        settings = keys | {"WEBHOOK_SIGNING_SECRET": SIGNING_KEY}
        receiver = running_receiver(database.dsn("ingest"), database.dsn("hud"), folder, **settings)
        yield Door(stack.enter_context(receiver), database)


def retry(door: Door, source: str, waits: list[int], send: Callable[[int], httpx.Response]) -> None:
    """Send on a schedule, as if no answer had come, and compare the marts with the oracle."""
    for attempt, wait in enumerate([0, *waits]):
        door.pass_time(source, wait)
        answer = send(attempt)
        assert answer.is_success, (attempt, answer.status_code, answer.text)
    check_marts(door.database, LIVE)


@pytest.mark.parametrize("is_named", [False, True], ids=["by its webhook-id", "by its external_id"])
def test_standard_webhooks_for_75_hours(door: Door, is_named: bool) -> None:
    source = f"standard-webhooks-{is_named}"
    event = {"source": source, "event_type": "meeting_booked", "user_id": source, "metadata": {"n": 1}}
    body = json.dumps(event | ({"external_id": "m-1"} if is_named else {}))

    def send(_: int) -> httpx.Response:
        now = datetime.now(UTC)
        headers = {"webhook-id": source, "webhook-timestamp": str(int(now.timestamp()))}
        headers["webhook-signature"] = Webhook(SIGNING_KEY).sign(source, now, body)
        return door.post("ingest", body.encode(), headers)

    assert sum(STANDARD_WEBHOOKS) > 75 * HOURS
    retry(door, source, STANDARD_WEBHOOKS, send)
    assert (door.xp(source), door.counts(source)) == (200, (1, len(STANDARD_WEBHOOKS)))


def test_nooks_eight_times_in_half_an_hour(door: Door) -> None:
    """Its eventId, its time of sending and its signature are new at each attempt; the call is the same."""

    def send(attempt: int) -> httpx.Response:
        call = vendors.nooks_call("c-1", WORKED_AT, user="nora", email=None, attempt=attempt)
        call.payload["occurredAt"] = vendors.stamp(datetime.now(UTC))
        body = call.body.encode()
        return door.post("nooks", body, signed_by_nooks(body))

    assert (len(NOOKS) + 1, sum(NOOKS) <= 30 * MINUTES) == (8, True)
    retry(door, "nooks", NOOKS, send)
    assert (door.xp("nooks:nora"), door.counts("nooks")) == (10 + 50, (1, 7))


def test_calendly_for_24_hours(door: Door) -> None:
    invitee = vendors.calendly(scheduled_by="cleo", at=WORKED_AT).body.encode()
    assert sum(CALENDLY) <= 24 * HOURS
    retry(door, "calendly", CALENDLY, lambda _: door.post("calendly", invitee, signed_by_calendly(invitee)))
    assert (door.xp("calendly:cleo"), door.counts("calendly")) == (200, (1, len(CALENDLY)))


def test_salesloft_again_and_again(door: Door) -> None:
    meeting = vendors.salesloft_meeting(1, WORKED_AT, booked_by="sal").body.encode()
    retry(door, "salesloft", CALENDLY, lambda _: door.post("salesloft", meeting, signed_by_salesloft(meeting)))
    assert (door.xp("salesloft:sal"), door.counts("salesloft")) == (200, (1, len(CALENDLY)))


def test_outreach_delivers_once_but_somebody_else_replays_it(door: Door) -> None:
    """Its signature holds for ever, as it is over the body alone."""
    mailing = vendors.outreach_mailing(1, WORKED_AT, user="otto").body.encode()
    retry(door, "outreach", STANDARD_WEBHOOKS, lambda _: door.post("outreach", mailing, signed_by_outreach(mailing)))
    assert (door.xp("outreach:otto"), door.counts("outreach")) == (5, (1, len(STANDARD_WEBHOOKS)))


def test_hubspot_ten_times_in_24_hours(door: Door) -> None:
    """The object is pulled, and scores, once; the notifications score nothing and are copies of the first."""

    def send(attempt: int) -> httpx.Response:
        elements = [vendors.hubspot_notification(number, attempt=attempt).payload for number in (1, 2)]
        body = json.dumps(elements).encode()
        return door.post("hubspot", body, signed_by_hubspot(door.receiver.url)(body))

    assert (len(HUBSPOT) + 1, sum(HUBSPOT) <= 24 * HOURS) == (10, True)
    retry(door, "hubspot", HUBSPOT, send)
    called = vendors.hubspot("call", "1", WORKED_AT, WORKED_AT, direction="OUTBOUND", owner="hugo")
    landing.pull(door.database, called, called)
    assert (door.xp("hubspot:hugo"), door.counts("hubspot")) == (10, (2, 2 * len(HUBSPOT)))
    check_marts(door.database, LIVE)


def test_a_calendly_signature_of_another_day_is_refused(door: Door) -> None:
    """What a retry must not do: send the old signature once more."""
    body = vendors.calendly(invitee="late").body.encode()
    old = str(int(time.time()) - 4 * MINUTES)
    signature = digest(KEY.encode(), f"{old}.".encode() + body, "sha256").hex()
    answer = door.post("calendly", body, {"Calendly-Webhook-Signature": f"t={old},v1={signature}"})
    assert answer.status_code == httpx.codes.UNAUTHORIZED
