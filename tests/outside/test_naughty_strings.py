"""Strings that break programs, as user, source, metadata key and metadata value.

Each is refused in words, or comes back from the marts byte for byte.
"""

import json

from tests.conftest import Database
from tests.ingestion.conftest import Receiver
from tests.outside.suites import naughty_strings

SOURCE = "naughty strings"
Landed = dict[str, str]


def body(event: dict[str, object]) -> bytes:
    """An event with its letters as they are, not as \\u escapes."""
    return json.dumps({"event_type": "call_dial", **event}, ensure_ascii=False).encode()


def send(receiver: Receiver, **event: object) -> str | None:
    """The event's id, or None where it was refused: then it must be for a reason that one can act on."""
    answer = receiver.post(body(event))
    said = answer.json()
    if answer.status_code == 201:
        return str(said["event_id"])
    assert (answer.status_code, said["error"]) == (422, "invalid_field"), answer.text
    text = str(event[said["field"]])
    whys = ("is empty", "is longer than 200 characters", "holds a control character")
    (why,) = [why for why in whys if why in said["message"]]
    assert {
        "is empty": not text.strip(),
        "is longer than 200 characters": len(text) > 200,
        "holds a control character": any(letter < " " or "\x7f" <= letter < "\xa0" for letter in text),
    }[why], answer.text
    return None


def send_all(receiver: Receiver, field: str) -> Landed:
    """What landed: the strings by event_id."""
    answers = {text: send(receiver, **({"source": SOURCE} | {field: text})) for text in naughty_strings()}
    landed = {event_id: text for text, event_id in answers.items() if event_id}
    assert len(landed) > 460
    return landed


def in_the_mart(database: Database, column: str, landed: Landed) -> Landed:
    query = f"select event_id::text, {column} from marts.fct_sales_events where event_id = any(%s::uuid[])"
    return dict(database.execute(query, list(landed), role="hud"))


def test_as_a_user(outside: Receiver, outside_database: Database) -> None:
    landed = send_all(outside, "user_id")
    assert in_the_mart(outside_database, "user_id", landed) == landed
    users = outside_database.execute(
        "select user_id, total_events from marts.dim_user_stats where user_id = any(%s)",
        list(landed.values()),
        role="hud",
    )
    assert dict(users) == dict.fromkeys(landed.values(), 1)


def test_as_a_source(outside: Receiver, outside_database: Database) -> None:
    landed = send_all(outside, "source")
    assert in_the_mart(outside_database, "source", landed) == landed


def test_as_a_metadata_key_and_value(outside: Receiver, outside_database: Database) -> None:
    sent = {}
    for text in naughty_strings():
        event: dict[str, object] = {"source": SOURCE, "metadata": {text: text}}
        event_id = send(outside, **event)
        assert event_id, text
        sent[event_id] = body(event)
    rows = outside_database.execute(
        "select e.event_id::text, t.raw_text from marts.fct_sales_events as e"
        " cross join lateral marts.raw_text(e.raw_id) as t where e.event_id = any(%s::uuid[])",
        list(sent),
        role="analyst",
    )
    assert {event_id: text.encode() for event_id, text in rows} == sent
