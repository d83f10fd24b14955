"""Pulling HubSpot: each version lands once, whatever fails, and nothing that is odd stops the rest."""

import json
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.sources import hubspot
from ingestion.sources.pulling.pull import Counts, Summary
from ingestion.sources.pulling.settings import HubSpotSettings
from tests.conftest import Database
from tests.ingestion.vendor_server import TOKEN, Answer, HubSpot, Request, as_json

NOW = 1_768_230_422_000


@pytest.fixture
def vendor() -> Iterator[HubSpot]:
    server = HubSpot()
    with server.running():
        yield server


class Puller:
    """Pulls in this process, as often as asked; waits a hundredth of what it is told to."""

    def __init__(self, vendor: HubSpot, database: Database, home: Path) -> None:
        given: dict[str, Any] = {
            "RIFT_INGEST_DSN": database.dsn("ingest"),
            "RIFT_HOME": home,
            "HUBSPOT_ACCESS_TOKEN": TOKEN,
            "HUBSPOT_BASE_URL": vendor.url,
        }
        self.settings = HubSpotSettings(**given)
        self.waited: list[float] = []

    def __call__(self, *resources: str, ids: hubspot.Ids | None = None) -> Summary:
        return hubspot.run(self.settings, resources or ("calls",), ids, self.waited.append)

    def calls(self) -> Counts:
        return self("calls")["calls"]


@pytest.fixture
def puller(vendor: HubSpot, database: Database, tmp_path: Path) -> Puller:
    return Puller(vendor, database, tmp_path)


def landed(database: Database, kind: str = "calls") -> list[tuple[str, int, bool]]:
    """Every version that landed, as HubSpot.versions names them; a version that landed twice is there twice."""
    return database.execute(
        "select object_id, (extract(epoch from modified_at) * 1000)::bigint, is_deleted"
        f" from raw_hubspot.{kind} order by 1, 2, 3"
    )


def test_what_changed_lands_once(vendor: HubSpot, puller: Puller, database: Database) -> None:
    for number in range(8):
        vendor.put("calls", number, NOW + number)
    first = puller.calls()
    assert (first.seen, first.new, first.unchanged) == (8, 8, 0)
    assert landed(database) == sorted(vendor.versions("calls"))
    again = puller.calls()
    assert (again.new, again.unchanged) == (0, again.seen)
    vendor.put("calls", 3, NOW + 100, hs_call_status="BUSY")
    assert puller.calls().new == 1
    assert {("3", NOW + 3, False), ("3", NOW + 100, False)} < set(landed(database))


def test_a_payload_is_the_text_of_the_answer(vendor: HubSpot, puller: Puller, database: Database) -> None:
    vendor.put("calls", 1, NOW)
    text = json.dumps(vendor.objects["calls"]["1"])
    hostile = r"""
        "odd": [9223372036854775808, 1.0e2, "\u00e9 \\ \" %s {{ }} \ud83c\udfc6, ]}", "E'--", {"A b": 1, "a B": 2}]"""
    text = f"{text[:-1]},\t{hostile}}}"
    vendor.texts["1"] = text
    assert puller.calls().new == 1
    assert database.execute("select payload::text from raw_hubspot.calls") == [(text,)]
    ((filled,),) = database.execute(
        "select landed_xid > '3' and landed_at > now() - interval '1 minute' and raw_id is not null"
        " from raw_hubspot.calls"
    )
    assert filled


def test_each_resource_has_a_table(vendor: HubSpot, puller: Puller, database: Database) -> None:
    for kind in ("calls", "emails", "meetings"):
        vendor.put(kind, 7, NOW)
    summary = puller("calls", "emails", "meetings")
    assert [(name, counts.new) for name, counts in summary.items()] == [("calls", 1), ("emails", 1), ("meetings", 1)]
    assert landed(database, "emails") == landed(database, "meetings") == [("7", NOW, False)]


def test_an_object_that_changes_during_the_pull_hides_no_other(
    vendor: HubSpot, puller: Puller, database: Database
) -> None:
    """By position, the one at the end of the next page would move onto the page that was read."""
    for number in range(12):
        vendor.put("calls", number, NOW + number)
    expected = vendor.versions("calls")

    def change(_: Request) -> None:
        number = len(vendor.requests)
        if number in (2, 3):
            vendor.put("calls", number - 2, NOW + 500 + number)

    vendor.before = change
    puller.calls()
    assert set(landed(database)) >= expected | vendor.versions("calls")


def test_objects_of_one_time_are_many_pages(vendor: HubSpot, puller: Puller, database: Database) -> None:
    for number in range(1, 12):
        vendor.put("calls", number, NOW)
    vendor.put("calls", 20, NOW + 1)
    vendor.put("calls", 21, NOW - 1)
    assert puller.calls().new == 13
    assert landed(database) == sorted(vendor.versions("calls"))


def test_a_page_of_nothing_is_not_the_end(vendor: HubSpot, puller: Puller, database: Database) -> None:
    for number in range(1, 8):
        vendor.put("calls", number, NOW)
    vendor.empty_pages = 2
    vendor.before = lambda _: setattr(vendor, "empty_pages", vendor.empty_pages + (len(vendor.requests) == 4))
    assert puller.calls().problem is None
    assert vendor.empty_pages == 0
    assert landed(database) == sorted(vendor.versions("calls"))


def test_a_page_without_a_usable_record_is_not_the_end(vendor: HubSpot, puller: Puller, database: Database) -> None:
    for number in range(1, 8):
        vendor.put("calls", number, NOW + number)
        if number < 5:
            vendor.texts[str(number)] = '{"id": {}}'
    assert puller.calls().rejected == 4
    assert [name for name, _, _ in landed(database)] == ["5", "6", "7"]


def test_what_the_index_showed_late_is_found_within_the_overlap(
    vendor: HubSpot, puller: Puller, database: Database
) -> None:
    vendor.put("calls", 1, NOW)
    puller.calls()
    vendor.put("calls", 2, NOW - 14 * 60_000)
    vendor.put("calls", 3, NOW - 16 * 60_000)
    assert puller.calls().new == 1
    assert [row[0] for row in landed(database)] == ["1", "2"]


def test_deleted_objects_land_as_deletions(vendor: HubSpot, puller: Puller, database: Database) -> None:
    for number in range(1, 6):
        vendor.put("calls", number, NOW, archived=True)
    vendor.put("calls", 9, NOW)
    counts = puller.calls()
    assert (counts.new, counts.deleted) == (6, 5)
    # Listed once an hour: the next pull does not ask again.
    vendor.put("calls", 9, NOW + 1, archived=True)
    assert puller.calls().new == 0
    assert puller(ids={"calls": ["9"]})["calls"].deleted == 1
    assert landed(database)[-2:] == [("9", NOW, False), ("9", NOW + 1, True)]


def test_just_the_objects_of_a_notification(vendor: HubSpot, puller: Puller) -> None:
    vendor.page = 50
    for number in range(1, 251):
        vendor.put("calls", number, NOW + number)
    vendor.put("meetings", 99, NOW)
    summary = puller(ids={"calls": [str(number) for number in range(1, 206)] + ["1", "999"], "meetings": ["99"]})
    assert (summary["calls"].new, summary["calls"].missing, summary["meetings"].new) == (205, 1, 1)
    # It says nothing about how far everything else has been read.
    assert puller.calls().new == 45


def test_limits_and_failures_in_the_middle_are_waited_out(vendor: HubSpot, puller: Puller) -> None:
    for number in range(9):
        vendor.put("calls", number, NOW + number)
    limit = {"status": "error", "policyName": "SECONDLY", "category": "RATE_LIMITS"}
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    vendor.troubles = [
        None,
        as_json(limit, 429, Retry_After="7"),
        as_json(limit, 429, Retry_After=later),
        Answer(502, b"<html>"),
        Answer(200, b'{"results": [', breaks=True),
        None,
        Answer(503, b"", {"Retry-After": "soon"}),
    ]
    assert puller.calls().new == 9
    assert puller.waited[0] == 7
    assert 30 < puller.waited[1] <= 40
    assert puller.waited[2:] == [4, 8, 1]


def test_what_came_before_an_outage_stays_and_the_next_pull_goes_on(
    vendor: HubSpot, puller: Puller, database: Database
) -> None:
    for number in range(9):
        vendor.put("calls", number, NOW + number)
    vendor.troubles = [None, None, *[Answer(500)] * 6]
    counts = puller("calls")["calls"]
    assert counts.problem is not None
    assert "HubSpot answered 500. Tried 6 times" in counts.problem
    assert 3 < len(landed(database)) < 9
    assert puller.calls().problem is None
    assert landed(database) == sorted(vendor.versions("calls"))


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (as_json({"message": f"no {TOKEN}"}, 401), "401 (no ***): it does not accept the credentials"),
        (as_json({"message": "wait", "policyName": "DAILY"}, 429), "limit of API calls is used up"),
        (as_json({}, 429, Retry_After="3600"), "asks to wait for 3600 s"),
        (as_json({"category": "MISSING_SCOPES", "message": "This app\x07 has no scope"}, 403), "This app has no scope"),
        (Answer(302, b"", {"Location": "http://127.0.0.1:9/"}), "it moved to another address"),
        (Answer(200, b"<html>"), "has no list 'results'"),
        (Answer(200, b'{"results": [], "a": NaN}'), "NaN is not JSON"),
    ],
)
def test_what_does_not_pass_is_said_plainly(vendor: HubSpot, puller: Puller, trouble: Answer, said: str) -> None:
    vendor.troubles = [trouble]
    problem = puller("calls")["calls"].problem
    assert problem is not None
    assert said in problem
    assert TOKEN not in problem
    assert puller.waited == []


def test_a_problem_of_one_resource_is_no_other_s(vendor: HubSpot, puller: Puller) -> None:
    vendor.put("emails", 1, NOW)
    vendor.troubles = [as_json({"category": "MISSING_SCOPES"}, 403)]
    summary = puller("calls", "emails")
    assert summary["calls"].problem
    assert summary["emails"].new == 1
    assert summary["emails"].problem is None


ODD = {
    "nul_character": r'{"id": "1", "properties": {"hs_lastmodifieddate": "2026-01-12T15:07:02Z", "t": "a\u0000b"}}',
    "lone_surrogate": r'{"id": "1", "t": "\ud800"}',
    "invalid_number": '{"id": "1", "t": NaN}',
    "too_deep": '{"id": "1", "t": ' + "[" * 5000 + "]" * 5000 + "}",
    "duplicate_key": '{"id": "1", "id": "2"}',
    "not_an_object": '"a string, with ] and }"',
    "unusable_id": '{"id": {"a": 1}, "updatedAt": "2026-01-12T15:07:02Z"}',
    "unusable_modified_at": '{"id": "1", "updatedAt": "2026-02-30T15:07:02Z"}',
    "modified_in_future": '{"id": "1", "updatedAt": "2999-01-12T15:07:02Z"}',
    "unusable_archived": '{"id": "1", "updatedAt": "2026-01-12T15:07:02Z", "archived": "yes"}',
    "invalid_encoding": '{"id": "1", "t": "\udcff"}',
    "invalid_json": '{"id": "1", "t": }',
}


def test_odd_records_are_kept_once_and_stop_no_others(vendor: HubSpot, puller: Puller, database: Database) -> None:
    vendor.page = 50
    for number, text in enumerate(ODD.values()):
        vendor.put("calls", number, NOW)
        vendor.texts[str(number)] = text
    vendor.put("calls", 100, NOW + 1)
    counts = puller.calls()
    assert (counts.rejected, counts.new) == (len(ODD), 1)
    assert puller.calls().rejected == len(ODD)
    kept = database.execute("select reason, door, source, verified_by, body from raw.rejected_events")
    assert {reason: bytes(body) for reason, *_, body in kept} == {
        reason: text.encode("utf-8", "surrogateescape") for reason, text in ODD.items()
    }
    assert len(kept) == len(ODD)
    assert {row[1:4] for row in kept} == {("pipeline", "hubspot", "import")}
    assert landed(database) == [("100", NOW + 1, False)]


def test_a_changed_field_is_named_and_counted(vendor: HubSpot, puller: Puller, database: Database) -> None:
    vendor.put("calls", 1, NOW)
    vendor.put("calls", 2, NOW, hs_new="x")
    vendor.put("calls", 3, NOW, hs_call_duration=1000)
    vendor.put("calls", 4, NOW + 1)
    del vendor.objects["calls"]["4"]["properties"]["hs_call_status"]
    vendor.objects["calls"]["4"]["sys tem"] = {"a": 1}
    assert [str(change) for change in puller.calls().changes] == [
        "field added: properties.hs_new (1 of 4 records)",
        "field added: sys tem (1 of 4 records)",
        "field dropped: properties.hs_call_status (1 of 4 records)",
        "field retyped: properties.hs_call_duration (1 of 4 records)",
    ]
    assert len(landed(database)) == 4


def test_an_earlier_start_is_gone_back_to(vendor: HubSpot, puller: Puller) -> None:
    vendor.put("calls", 1, NOW - 40 * 86_400_000)
    vendor.put("calls", 2, NOW)
    puller.settings = puller.settings.model_copy(update={"start_date": date(2026, 1, 1)})
    assert puller.calls().new == 1
    puller.settings = puller.settings.model_copy(update={"start_date": date(2025, 1, 1)})
    assert puller.calls().new == 1
    assert puller.calls().seen == 1


def test_a_record_that_the_database_refuses_moves_nothing(vendor: HubSpot, puller: Puller, database: Database) -> None:
    """dlt would try the same package again before all others, for ever."""
    database.execute("alter table raw_hubspot.calls add constraint broken check (object_id <> '1')")
    vendor.put("calls", 1, NOW)
    vendor.put("emails", 1, NOW)
    summary = puller("calls", "emails")
    assert "broken" in str(summary["calls"].problem)
    assert (summary["calls"].new, summary["emails"].new) == (0, 1)
    vendor.put("calls", 2, NOW + 3_600_000)
    database.execute("alter table raw_hubspot.calls drop constraint broken")
    assert puller.calls().new == 2
    assert landed(database) == sorted(vendor.versions("calls"))


@pytest.mark.parametrize("ids", ["calls", "calls:x", "calls:1,deals:2", "calls:1;drop", "", "calls:" + "1" * 21])
def test_ids_that_are_none_are_refused(ids: str) -> None:
    with pytest.raises(ArgumentTypeError, match="write for example calls:88123"):
        hubspot.parse_ids(ids)
