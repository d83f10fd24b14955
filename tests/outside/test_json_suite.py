"""Whatever calls itself JSON: the door answers in its own words, and stores nothing that is none."""

import json
from collections import Counter
from typing import Any, NoReturn

import pytest

from ingestion.webhooks.parser import parse
from tests.conftest import Database
from tests.ingestion.conftest import Receiver
from tests.outside.hooks import SIGNERS
from tests.outside.suites import json_bodies

VENDOR_DOORS = "/api/v1/webhook/{source}"
# Valid JSON that is refused all the same, as hostile inputs go: two readers would take it for different things, or
# Postgres could not store it.
REFUSED = {
    "y_object_duplicated_key.json": "duplicate_key",
    "y_object_duplicated_key_and_value.json": "duplicate_key",
    "y_object_escaped_null_in_key.json": "nul_character",
    "y_string_null_escape.json": "nul_character",
}


def post(receiver: Receiver, body: bytes) -> tuple[int, dict[str, Any]]:
    """The answer, which must be one of the door's own."""
    answer = receiver.post(body)
    assert answer.status_code in {201, 413, 422}, (body[:200], answer.text)
    said: dict[str, Any] = answer.json()
    assert said["message"]
    return answer.status_code, said


def kept(database: Database) -> Counter[bytes]:
    return Counter(bytes(body) for (body,) in database.execute("select body from raw.rejected_events"))


def test_as_a_whole_body_none_is_an_event(outside: Receiver, outside_database: Database) -> None:
    before, refused, asked = kept(outside_database), Counter[bytes](), 0
    for name, body in json_bodies().items():
        status, said = post(outside, body)
        asked += 1
        assert status == (413 if len(body) > 64 * 1024 else 422), (name, said)
        refused[body] += status == 422
    assert asked == 318
    # What passed the secret does not disappear, but for what was too long to be read.
    assert kept(outside_database) - before == +refused


def test_inside_metadata_what_is_json_is_stored_as_sent_and_nothing_else(
    outside: Receiver, outside_database: Database
) -> None:
    sent: dict[str, bytes] = {}
    for name, part in json_bodies().items():
        event = b'{"source":"json suite","event_type":"call_dial","external_id":"%s","metadata":{"value":%s}}'
        body = event % (name.encode(), part)
        status, said = post(outside, body)
        if name.startswith("y_") and name not in REFUSED:
            assert status == 201, (name, said)
        if name.startswith("n_"):
            assert status != 201, (name, said)
        if name in REFUSED:
            assert said["error"] == REFUSED[name]
        if status == 201:
            sent[name] = body
        # As the metadata itself, where it is an object.
        post(outside, b'{"source":"json suite as metadata","event_type":"call_dial","metadata":%s}' % part)
    stored = dict(
        outside_database.execute(
            "select external_id, payload::text from raw.webhook_events where source = 'json suite'"
        )
    )
    assert {name: text.encode() for name, text in stored.items()} == sent
    for (text,) in outside_database.execute("select payload::text from raw.webhook_events"):
        require_strict_json(text)


@pytest.mark.parametrize("vendor", SIGNERS)
def test_what_a_vendor_signs_is_taken_and_nothing_stored_that_is_no_json(
    outside: Receiver, outside_database: Database, vendor: str
) -> None:
    url = f"{outside.url}{VENDOR_DOORS.format(source=vendor)}"
    for name, body in json_bodies().items():
        headers = {"Content-Type": "application/json"} | SIGNERS[vendor](url, body)
        answer = outside.client.post(url, content=body, headers=headers)
        assert answer.status_code == 200, (name, answer.text)
    for (text,) in outside_database.execute("select payload::text from raw.webhook_events where source = %s", vendor):
        require_strict_json(text)


def require_strict_json(text: str) -> None:
    """For a parser that knows nothing of ours, too."""

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is no JSON")

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs), f"two keys alike: {pairs}"
        return dict(pairs)

    json.loads(text, parse_constant=refuse, object_pairs_hook=members)
    parse(text.encode())
