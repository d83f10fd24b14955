"""Pulling Salesforce: each version lands once, whatever ends in the middle."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ingestion.sources import salesforce, salesforce_api
from ingestion.sources.pulling.pull import Counts, Summary
from ingestion.sources.pulling.settings import SalesforceSettings
from tests.conftest import Database
from tests.ingestion.salesforce_server import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, Salesforce
from tests.ingestion.vendor_server import Answer, Request, as_json

NOW = 1_768_230_422_000


@pytest.fixture
def vendor() -> Iterator[Salesforce]:
    server = Salesforce()
    with server.running():
        yield server


class Puller:
    """Pulls in this process, as often as asked, and waits for nothing."""

    def __init__(self, vendor: Salesforce, database: Database, home: Path) -> None:
        self.given: dict[str, Any] = {
            "RIFT_INGEST_DSN": database.dsn("ingest"),
            "RIFT_HOME": home,
            "SALESFORCE_BASE_URL": vendor.url,
            "SALESFORCE_CLIENT_ID": CLIENT_ID,
            "SALESFORCE_CLIENT_SECRET": CLIENT_SECRET,
        }
        self.waited: list[float] = []

    def __call__(self, *resources: str) -> Summary:
        return salesforce.run(SalesforceSettings(**self.given), resources or ("tasks", "events"), self.waited.append)

    def tasks(self) -> Counts:
        return self("tasks")["tasks"]


@pytest.fixture
def puller(vendor: Salesforce, database: Database, tmp_path: Path) -> Puller:
    return Puller(vendor, database, tmp_path)


def landed(database: Database, kind: str = "tasks") -> list[tuple[str, int, bool]]:
    return database.execute(
        "select object_id, (extract(epoch from modified_at) * 1000)::bigint, is_deleted"
        f" from raw_salesforce.{kind} order by 1, 2, 3"
    )


def test_what_changed_lands_once_deletions_too(vendor: Salesforce, puller: Puller, database: Database) -> None:
    for number in range(8):
        vendor.put("Task", number, NOW + number, IsDeleted=number == 5)
    vendor.put("Event", 1, NOW)
    summary = puller()
    assert (summary["tasks"].new, summary["tasks"].deleted, summary["events"].new) == (8, 1, 1)
    assert summary["tasks"].changes == summary["events"].changes == []
    assert landed(database) == sorted(vendor.versions("Task"))
    assert landed(database, "events") == sorted(vendor.versions("Event"))
    vendor.put("Task", 2, NOW + 100, IsDeleted=True)
    again = puller.tasks()
    assert (again.new, again.deleted, again.unchanged) == (1, 1, again.seen - 1)


def test_a_session_that_ends_in_the_middle_is_begun_anew_once(
    vendor: Salesforce, puller: Puller, database: Database
) -> None:
    for number in range(9):
        vendor.put("Task", number, NOW + number)
    given_out = 0

    def end(request: Request) -> None:
        nonlocal given_out
        given_out += request.path.endswith("/token")
        if len(vendor.requests) in (3, 6):
            vendor.end_session()

    vendor.before = end
    assert puller.tasks().problem is None
    assert given_out == 3
    assert landed(database) == sorted(vendor.versions("Task"))


def test_a_session_that_is_never_accepted_is_an_error(vendor: Salesforce, puller: Puller) -> None:
    vendor.before = lambda request: None if request.path.endswith("/token") else vendor.end_session()
    problem = str(puller.tasks().problem)
    assert "401 (INVALID_SESSION_ID Session expired or invalid): it does not accept the credentials" in problem
    assert len(vendor.requests) == 4


def test_a_refresh_token_is_another_way_in(vendor: Salesforce, puller: Puller) -> None:
    vendor.put("Task", 1, NOW)
    del puller.given["SALESFORCE_CLIENT_SECRET"]
    with pytest.raises(ValidationError, match="it, or SALESFORCE_CLIENT_SECRET, is needed"):
        puller.tasks()
    puller.given["SALESFORCE_REFRESH_TOKEN"] = REFRESH_TOKEN
    assert puller.tasks().new == 1
    puller.given["SALESFORCE_REFRESH_TOKEN"] = "another"
    problem = str(puller.tasks().problem)
    assert "400 (invalid_client invalid: " in problem
    assert "refresh_token=***" in problem
    assert "another" not in problem


def test_an_answer_whose_rest_is_gone_is_asked_for_again(
    vendor: Salesforce, puller: Puller, database: Database
) -> None:
    for number in range(9):
        vendor.put("Task", number, NOW + number)

    def forget(_: Request) -> None:
        if len(vendor.requests) in (3, 5):
            vendor.locators.clear()

    vendor.before = forget
    assert puller.tasks().problem is None
    assert landed(database) == sorted(vendor.versions("Task"))


def test_limits_and_failures(vendor: Salesforce, puller: Puller, database: Database) -> None:
    for number in range(9):
        vendor.put("Task", number, NOW + number)
    over = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    busy = [{"message": "ConcurrentPerOrgLongTxn Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    vendor.troubles = [None, None, as_json(busy, 403), Answer(503, b"<html>"), as_json(over, 403)]
    summary = puller()
    assert "the limit of API calls is used up" in str(summary["tasks"].problem)
    assert puller.waited == [1, 2]
    assert "events" not in summary
    assert 3 <= len(landed(database)) < 9
    assert puller.tasks().problem is None
    assert landed(database) == sorted(vendor.versions("Task"))


def test_a_field_that_is_gone_or_hidden_is_named_and_left_out(
    vendor: Salesforce, puller: Puller, database: Database
) -> None:
    vendor.put("Task", 1, NOW, CallDurationInSeconds="142")
    vendor.missing = {"CallObject", "CompletedDateTime"}
    assert [str(change) for change in puller.tasks().changes] == [
        "field dropped: CallObject (1 of 1 records)",
        "field dropped: CompletedDateTime (1 of 1 records)",
        "field retyped: CallDurationInSeconds (1 of 1 records)",
    ]
    assert len(landed(database)) == 1
    vendor.missing = {"SystemModstamp"}
    assert "No such column 'SystemModstamp'" in str(puller.tasks().problem)


@pytest.mark.parametrize("address", ["https://elsewhere.example.com/services/data/v62.0/query/01g-2", "//a.b/c", ""])
def test_a_token_is_sent_nowhere_else(vendor: Salesforce, puller: Puller, address: str) -> None:
    vendor.troubles = [None, as_json({"done": False, "records": [], "nextRecordsUrl": address})]
    assert "no usable next page" in str(puller.tasks().problem)


def test_a_time_is_written_as_soql_has_it() -> None:
    at = datetime(2026, 1, 12, 16, 7, 2, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert salesforce_api.literal(at) == "2026-01-12T15:07:02.999Z"
    query = salesforce_api.soql(salesforce_api.EVENTS, ["Id", "Type"], datetime(2026, 1, 1, tzinfo=UTC))
    assert query == (
        "SELECT Id, Type FROM Event WHERE SystemModstamp >= 2026-01-01T00:00:00.000Z ORDER BY SystemModstamp ASC"
    )


def test_without_a_my_domain_it_says_so(vendor: Salesforce, puller: Puller) -> None:
    vendor.troubles = [Answer(200, b"<html>")]
    assert "Is SALESFORCE_BASE_URL your My Domain?" in str(puller.tasks().problem)
