"""What is pulled from Dagster: on schedule, and when HubSpot tells of objects; nothing that it told of is left out."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg2
import pytest

from orchestration.defs.ingest import pulls, schedules
from orchestration.lib.pulls import HUBSPOT, SALESFORCE, cron
from orchestration.lib.run_tags import PULLS
from orchestration.lib.tail import Warehouse
from tests.conftest import Database
from tests.ingestion.salesforce_server import CLIENT_ID, CLIENT_SECRET, Salesforce
from tests.ingestion.vendor_server import TOKEN, HubSpot

NOW = 1_768_230_422_000
NOTIFY = """
insert into raw.webhook_events (raw_id, door, source, external_id, dedup_key, received_at, verified_by, payload)
values (%s, 'hubspot', 'hubspot', %s, %s, now(), 'signature', '{}')
"""


@pytest.fixture
def vendor(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubSpot]:
    server = HubSpot()
    with server.running():
        monkeypatch.setenv("RIFT_INGEST_DSN", database.dsn("ingest"))
        monkeypatch.setenv("RIFT_HOME", str(tmp_path))
        monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", TOKEN)
        monkeypatch.setenv("HUBSPOT_BASE_URL", server.url)
        yield server


class Dagster:
    """Runs what the sensor asks for."""

    def __init__(self, instance: dg.DagsterInstance, database: Database) -> None:
        self.instance = instance
        self.warehouse = Warehouse(dsn=database.dsn("transform"))
        self.cursor: str | None = None
        self.definitions = dg.Definitions(
            assets=[pulls.hubspot_objects, pulls.salesforce_objects],
            jobs=[schedules.pull_hubspot_job, schedules.pull_salesforce_job],
            resources={"warehouse": self.warehouse},
        )

    def sense(self) -> dg.RunRequest | str:
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        result: Any = schedules.hubspot_notification_sensor(context, warehouse=self.warehouse)
        self.cursor = result.cursor or self.cursor
        return result.run_requests[0] if result.run_requests else str(result.skip_reason.skip_message)

    def run(self, source: str, request: dg.RunRequest | None = None) -> dg.ExecuteInProcessResult:
        job = self.definitions.resolve_job_def(f"pull_{source}_job")
        return job.execute_in_process(
            run_config=request.run_config if request else None,
            tags=dict(request.tags) if request else None,
            instance=self.instance,
            raise_on_error=False,
        )


@pytest.fixture
def dagster(instance: dg.DagsterInstance, database: Database) -> Dagster:
    return Dagster(instance, database)


def notify(database: Database, *objects: str) -> None:
    for told in objects:
        database.execute(NOTIFY, str(uuid.uuid4()), told, str(uuid.uuid4()), role="ingest")


def landed(database: Database, table: str) -> list[str]:
    return [name for (name,) in database.execute(f"select object_id from {table} order by 1")]


def test_a_pull_reports_what_it_landed(vendor: HubSpot, dagster: Dagster) -> None:
    vendor.put("calls", 1, NOW, hs_new="x")
    vendor.put("meetings", 2, NOW, archived=True)
    result = dagster.run("hubspot")
    assert result.success
    rows = {
        event.asset_key.path[-1]: {name: value.value for name, value in event.materialization.metadata.items()}
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    assert rows.keys() == {"calls", "emails", "meetings"}
    assert rows["calls"]["rows"] == rows["meetings"]["deletions_landed"] == 1
    assert rows["calls"]["is_complete"] is True
    (unmet,) = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert unmet.asset_key == dg.AssetKey(["raw_hubspot", "calls"])
    assert unmet.severity == dg.AssetCheckSeverity.WARN
    assert unmet.metadata["changes"].value == ["field added: properties.hs_new (1 of 1 records)"]


def test_salesforce_is_pulled_too(
    dagster: Dagster, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIFT_INGEST_DSN", database.dsn("ingest"))
    monkeypatch.setenv("RIFT_HOME", str(tmp_path))
    assert not dagster.run("salesforce").success
    server = Salesforce()
    server.put("Task", 1, NOW)
    with server.running():
        monkeypatch.setenv("SALESFORCE_BASE_URL", server.url)
        monkeypatch.setenv("SALESFORCE_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("SALESFORCE_CLIENT_SECRET", CLIENT_SECRET)
        assert dagster.run("salesforce").success
    assert len(landed(database, "raw_salesforce.tasks")) == 1


def test_objects_that_hubspot_tells_of_are_pulled(vendor: HubSpot, dagster: Dagster, database: Database) -> None:
    assert dagster.sense() == "HubSpot has told of nothing new."
    for number in (1, 2, 3):
        vendor.put("calls", number, NOW)
    vendor.put("meetings", 7, NOW)
    # Twice the same, one of no kind of ours, and ids that are none.
    notify(database, "0-48:1", "0-48:1", "0-47:7", "0-1:5", "0-48:x'", "0-48:")
    request = dagster.sense()
    assert isinstance(request, dg.RunRequest)
    result = dagster.run("hubspot", request)
    assert result.success
    told = [event.materialization.metadata["is_complete"].value for event in result.get_asset_materialization_events()]
    assert told == [False, False]
    assert (landed(database, "raw_hubspot.calls"), landed(database, "raw_hubspot.meetings")) == (["1"], ["7"])
    assert not any(one.path.endswith("/search") for one in vendor.requests)
    assert dagster.sense() == "HubSpot has told of nothing new."


def test_a_stretch_is_asked_for_until_it_is_pulled(vendor: HubSpot, dagster: Dagster, database: Database) -> None:
    vendor.put("calls", 1, NOW)
    vendor.put("calls", 2, NOW)
    notify(database, "0-48:1")
    first = dagster.sense()
    assert isinstance(first, dg.RunRequest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBSPOT_ACCESS_TOKEN", "wrong")
        assert not dagster.run("hubspot", first).success
    notify(database, "0-48:2")
    second = dagster.sense()
    assert isinstance(second, dg.RunRequest)
    assert second.run_config == first.run_config
    assert second.run_key != first.run_key
    assert dagster.run("hubspot", second).success
    third = dagster.sense()
    assert isinstance(third, dg.RunRequest)
    assert dagster.run("hubspot", third).success
    assert landed(database, "raw_hubspot.calls") == ["1", "2"]


def test_a_notification_that_commits_late_is_not_left_out(
    vendor: HubSpot, dagster: Dagster, database: Database
) -> None:
    vendor.put("calls", 1, NOW)
    connection = psycopg2.connect(database.dsn("ingest"))
    with connection.cursor() as cursor:
        cursor.execute(NOTIFY, [str(uuid.uuid4()), "0-48:1", "late"])
        notify(database, "0-1:5")
        assert dagster.sense() == "HubSpot has told of nothing new."
    connection.commit()
    connection.close()
    request = dagster.sense()
    assert isinstance(request, dg.RunRequest)
    assert dagster.run("hubspot", request).success
    assert landed(database, "raw_hubspot.calls") == ["1"]


def test_a_cursor_of_another_cluster_is_none(vendor: HubSpot, dagster: Dagster, database: Database) -> None:
    vendor.put("calls", 1, NOW)
    notify(database, "0-48:1")
    dagster.cursor = json.dumps([2**60, None])
    request = dagster.sense()
    assert isinstance(request, dg.RunRequest)
    assert request.run_config["ops"]["hubspot"]["config"]["since"] == 0


def test_without_a_token_nothing_is_asked_for(
    dagster: Dagster, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "")
    assert "HubSpot is not configured" in str(dagster.sense())
    for source, schedule in (
        (HUBSPOT, schedules.pull_hubspot_schedule),
        (SALESFORCE, schedules.pull_salesforce_schedule),
    ):
        skipped: Any = schedule(dg.build_schedule_context(instance=instance))
        assert str(skipped.skip_message).startswith(f"{source.title} is not configured. RIFT_INGEST_DSN")


@pytest.mark.usefixtures("vendor")
def test_a_source_is_pulled_by_one_run_at_a_time(instance: dg.DagsterInstance) -> None:
    context = dg.build_schedule_context(instance=instance)
    assert isinstance(schedules.pull_hubspot_schedule(context), dg.RunRequest)
    instance.create_run_for_job(
        dg.GraphDefinition(name="pull_hubspot_job", node_defs=[]).to_job(),
        status=dg.DagsterRunStatus.STARTED,
        tags={PULLS: HUBSPOT.name},
    )
    skipped: Any = schedules.pull_hubspot_schedule(context)
    assert "under way" in str(skipped.skip_message)


def test_an_interval_is_a_cron_schedule() -> None:
    assert [cron(minutes) for minutes in (1, 59, 60, 150, 1440)] == [
        "*/1 * * * *",
        "*/59 * * * *",
        "0 */1 * * *",
        "0 */2 * * *",
        "0 */23 * * *",
    ]
