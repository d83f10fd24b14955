"""The checks of ours: each is seen to fail, alone and with the right numbers, when what it guards is damaged."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import dagster as dg
import pytest

from orchestration.defs.transform.schedules import BUILD_JOB, WATCH_JOB, watch_schedule
from orchestration.lib import counting, tail
from orchestration.lib.publication import publish
from orchestration.lib.pulls import HUBSPOT
from tests import landing, vendors
from tests.conftest import Warehouse
from tests.orchestration.conftest import Load

Found = dict[str, dict[str, Any]]
Check = Callable[..., Found]
DAYS = "intermediate.int_user_days_settled"
SAMPLED, SAMPLED_OBJECTS = "sampled_rows_equal_raw", "sampled_objects_equal_items"
UNPUBLISHED = "closed_weeks_are_published"
# An item an hour, from so long ago to so long ago.
SEND = """
insert into raw.webhook_events (
    raw_id, door, source, dedup_key, user_id, event_type, occurred_at, received_at, verified_by, payload
)
select gen_random_uuid(), %s, %s, gen_random_uuid()::text, 'ann', 'call_dial', at, at, 'secret', '{}'
from generate_series(now() - %s::interval, now() - %s::interval, '1 hour') as at
"""


@pytest.fixture
def definitions(load: Load) -> ModuleType:
    return load("orchestration.definitions")


@pytest.fixture
def unmet(definitions: ModuleType, instance: dg.DagsterInstance) -> Check:
    """Runs some checks, by default the job of every hour: the metadata of those that are not met, by their names."""

    def run(*checks: Any) -> Found:
        job = definitions.defs.resolve_job_def(WATCH_JOB)
        if checks:
            small = dg.Definitions(
                assets=definitions.defs.assets,
                asset_checks=definitions.defs.asset_checks,
                resources=definitions.defs.resources,
                jobs=[dg.define_asset_job(BUILD_JOB, selection=dg.AssetSelection.checks(*checks))],
            )
            job = small.resolve_job_def(BUILD_JOB)
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        evaluations = result.get_asset_check_evaluations()
        assert evaluations
        failed = [one for one in evaluations if not one.passed]
        # What blocks fails its run, and what warns does not.
        assert result.success == all(one.severity is dg.AssetCheckSeverity.WARN for one in failed)
        return {one.check_name: values(one.metadata) for one in failed}

    return run


@pytest.fixture
def hourly(definitions: ModuleType, warehouse: Warehouse) -> Check:
    """The same of what the hour asks the warehouse, without a run."""
    names = (SAMPLED, SAMPLED_OBJECTS, "tail_is_short", "sources_keep_sending", "deliveries_are_pulled", UNPUBLISHED)
    resource = tail.Warehouse(dsn=warehouse.dsn("transform"))

    def ask() -> Found:
        results = {name: getattr(definitions, name)(warehouse=resource) for name in names}
        return {name: values(result.metadata) for name, result in results.items() if not result.passed}

    return ask


def values(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found.value for name, found in metadata.items()}


def hide(warehouse: Warehouse, view: str, condition: str, twice: str = "false") -> Callable[[], object]:
    """Leaves in a view what meets a condition, and some of it twice; returns what undoes it."""
    ((definition,),) = warehouse.execute(f"select pg_get_viewdef('{view}'::regclass)")
    whole = definition.rstrip().rstrip(";")
    replace = f"create or replace view {view} as "
    copies = f"generate_series(1, case when {twice} then 2 else 1 end)"
    warehouse.execute(f"{replace} select whole.* from ({whole}) as whole cross join {copies} where {condition}")
    return lambda: warehouse.execute(replace + whole)


def alone(found: Check, name: str) -> dict[str, Any]:
    """What the one check says that is to fail, and no other of the hour."""
    said = found()
    assert said.keys() == {name}
    return said[name]


def test_the_hour_finds_what_is_kept_wrong(unmet: Check, hourly: Check, warehouse: Warehouse) -> None:
    now = datetime.now(UTC)
    landing.employ(warehouse, "ann", identities={"nooks": "u-1"})
    landing.land(warehouse, landing.event("ann", "email_sent", now), landing.event("ann", "call_dial", now))
    landing.deliver(warehouse, vendors.nooks_call("c-1", now), vendors.nooks_call("c-2", now, disposition="Gatekeeper"))
    warehouse.settle()
    assert unmet() == {}

    warehouse.execute(f"update {DAYS} set gold_value = gold_value + 1 where event_type = 'email_sent'")
    said = alone(unmet, SAMPLED)
    tables = ("int_user_days_settled", "settled_totals", "settled_weeks")
    assert [(said[f"{table}_differing"], said[f"{table}_compared"]) for table in tables] == [(1, 3)] * 3
    assert said["differing"]["int_user_days_settled"] == [f'ann ["{now.date()}", "email_sent"]']
    warehouse.execute(f"update {DAYS} set gold_value = gold_value - 1 where event_type = 'email_sent'")
    warehouse.execute("update intermediate.settled_weeks set rank_points = 5 where event_type = 'email_sent'")
    assert alone(hourly, SAMPLED)["differing"].keys() == {"settled_weeks"}
    warehouse.execute("update intermediate.settled_weeks set rank_points = 0 where event_type = 'email_sent'")
    undo = hide(warehouse, "intermediate.int_events_scored", "event_type <> 'email_sent'")
    assert alone(hourly, SAMPLED)["differing"].keys() == {"int_user_days_settled"}
    undo()

    # What nobody reads a figure from: the days agree.
    warehouse.execute("update staging.stg_vendor__events set payload = '{}' where object_key = 'call:c-1'")
    said = alone(hourly, SAMPLED_OBJECTS)
    assert said["differing"] == {"stg_vendor__events": ["nooks call:c-1 call_connect", "nooks call:c-1 call_dial"]}
    assert (said["stg_vendor__objects_compared"], said["stg_vendor__objects_differing"]) == (2, 0)
    warehouse.rebuild()

    landing.land(warehouse, landing.event("ann"), landing.event("ann"))
    warehouse.execute(
        "update raw.webhook_events set landed_at = now() - interval '20 minutes' where door = 'canonical'"
    )
    said = alone(hourly, "tail_is_short")
    assert said["tail_events"] == 2
    assert 1200 <= said["tail_seconds"] < 1800


def test_the_hour_finds_what_does_not_come(
    hourly: Check, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Week after week, day and night.
    landing.employ(warehouse, "ann")
    warehouse.execute(SEND, "canonical", "dialler", "29 days", "5 hours")
    warehouse.execute(SEND, "canonical", "crm", "29 days", "1 minute")
    warehouse.execute(SEND, "outreach", "outreach", "29 days", "7 hours")
    warehouse.settle()
    monkeypatch.setenv("RIFT_DOORS", "nooks")
    both = hourly()
    assert both.keys() == {"sources_keep_sending", "closed_weeks_are_published"}
    # A vendor whose door was closed is silent, too, and it is said of nobody.
    (silent,) = both["sources_keep_sending"]["silent"]
    assert silent["source"] == "dialler"
    assert silent["missed_hours"] in (4, 5)  # an hour may begin meanwhile
    weeks = both["closed_weeks_are_published"]["unpublished_weeks"]
    assert 3 <= len(weeks) <= 5
    publish(warehouse.dsn("transform"))
    monkeypatch.setenv("RIFT_DOORS", "nooks,outreach")
    said = alone(hourly, "sources_keep_sending")
    assert [one["source"] for one in said["silent"]] == ["outreach", "dialler"]
    assert (said["sources"], said["silent_sources"]) == (3, 2)
    warehouse.execute(SEND, "outreach", "outreach", "6 hours", "1 minute")
    warehouse.execute(SEND, "canonical", "dialler", "4 hours", "1 minute")
    warehouse.settle()
    assert hourly() == {}


def test_what_is_told_of_and_not_pulled_is_found(
    unmet: Check, hourly: Check, warehouse: Warehouse, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    hours_ago = now - timedelta(hours=2)

    def tell(*notifications: vendors.Delivery, at: datetime) -> None:
        landing.deliver(warehouse, *notifications, received_at=at)

    # Pulled after it was told of; before; told of just now; of no kind of ours; and deleted for privacy.
    tell(vendors.hubspot_notification(1), vendors.hubspot_notification(2, "0-47"), at=hours_ago)
    tell(vendors.hubspot_notification(3), at=now)
    tell(vendors.hubspot_notification(4, "0-1"), at=hours_ago)
    tell(vendors.hubspot_notification(5), at=hours_ago)
    tell(vendors.hubspot_notification(5, event="object.privacyDeletion"), at=hours_ago)
    pulled = [vendors.hubspot("call", "1", now, now), vendors.hubspot("meeting", "2", now, hours_ago)]
    landing.pull(warehouse, *pulled)
    assert hourly() == {}
    tell(vendors.hubspot_notification(88), at=hours_ago)
    (name, said), = hourly().items()  # fmt: skip
    assert name == "deliveries_are_pulled"
    assert (said["told_not_pulled"], said["not_pulled"]) == (1, ["call:88"])
    assert said["told_objects"] - said["pulled_objects"] == 3
    landing.pull(warehouse, vendors.hubspot("call", "88", now, now))
    assert hourly() == {}

    # From here on it is configured, and nobody pulls.
    monkeypatch.setenv("RIFT_INGEST_DSN", warehouse.dsn("ingest"))
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-of-the-tests")
    (name, said), = unmet().items()  # fmt: skip
    assert name == "objects_are_pulled_on_time"
    assert (said["is_configured"], said["minutes_since_pull"], said["minutes_allowed"]) == (True, None, 30)

    def pull(*, is_complete: bool) -> None:
        for resource in HUBSPOT.resources:
            instance.report_runless_asset_event(
                dg.AssetMaterialization(asset_key=["raw_hubspot", resource], metadata={"is_complete": is_complete})
            )

    # What a notification asks for, and a poll that breaks off, are no poll; nor do they hide one.
    pull(is_complete=False)
    assert unmet()["objects_are_pulled_on_time"]["minutes_since_pull"] is None
    pull(is_complete=True)
    pull(is_complete=False)
    assert unmet() == {}

    # On a day that is over, after one on which they told of all, webhooks tell of less than half.
    day, earlier = now - timedelta(days=2), now - timedelta(days=3)
    tell(vendors.hubspot_notification(100), at=earlier)
    landing.pull(warehouse, vendors.hubspot("call", "100", earlier, earlier))
    landing.pull(warehouse, *(vendors.hubspot("call", str(number), day, day) for number in range(200, 230)))
    tell(*map(vendors.hubspot_notification, range(200, 214)), at=day)
    assert hourly()["deliveries_are_pulled"]["days_not_told_of"] == [f"call on {day.date()}"]
    tell(vendors.hubspot_notification(214), at=day)
    assert "deliveries_are_pulled" not in hourly()


def test_the_minute_compares_the_days_of_what_landed(
    unmet: Check, definitions: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    minute, night = definitions.landed_events_are_counted, definitions.every_landed_event_is_counted

    def told() -> dict[str, Any]:
        (record,) = instance.event_log_storage.get_asset_check_execution_history(minute.check_key, limit=1)
        assert record.evaluation
        return {name: value.value for name, value in record.evaluation.metadata.items()}

    now = datetime.now(UTC)
    before = (now - timedelta(days=9)).date()
    landing.land(warehouse, landing.event("ann", "call_dial", now - timedelta(days=9)), *map(landing.event, "abc"))
    warehouse.settle()
    assert unmet(minute) == {}
    assert (told()["landed_events"], told()["counted_events"], "compared_days" in told()) == (4, 4, False)
    # Of what has landed since: ann's day with two events, and nobody else's; unsettled and settled alike.
    landing.land(warehouse, landing.event("ann"), landing.event("ann"))
    assert unmet(minute) == {}
    warehouse.settle()
    assert unmet(minute) == {}
    landing.land(warehouse, landing.event("ann"))
    assert unmet(minute) == {}
    assert [told()[name] for name in ("compared_days", "landed_events", "counted_events")] == [1, 3, 3]
    assert unmet(minute) == {}
    assert [told()[name] for name in ("compared_days", "landed_events")] == [0, 0]
    # An event too many, on a day on which nothing lands: the night finds it.
    warehouse.settle()
    warehouse.execute(f"update {DAYS} set gross_event_count = 2 where activity_date = %s", before)
    assert unmet(minute) == {}
    found = unmet(night)["every_landed_event_is_counted"]
    assert (found["landed_events"], found["counted_events"]) == (7, 8)
    # And once something lands for it, the minute does, until it is mended.
    landing.land(warehouse, landing.event("ann", "call_dial", now - timedelta(days=9)))
    for _ in range(2):
        found = unmet(minute)["landed_events_are_counted"]
        assert (found["landed_events"], found["counted_events"], found["differing_days"]) == (2, 3, 1)
        assert found["differing"] == [f"ann on {before}"]
    warehouse.rebuild()
    assert unmet(minute, night) == {}
    # A row of raw that no mart reads.
    undo = hide(warehouse, "intermediate.int_events_located", "user_id <> 'bob'")
    landing.land(warehouse, landing.event("bob"))
    found = unmet(minute, night)
    assert found["landed_events_are_counted"]["has_day_each"] is False
    assert found["every_landed_event_is_counted"]["landed_events"] == 9
    undo()
    assert unmet(minute, night) == {}
    # After a restore into another cluster its points mean nothing: then all is compared.
    assert counting.new_events(tail.Warehouse(dsn=warehouse.dsn("transform")).query, "1 3").day_count is None


def test_an_item_that_is_neither_counted_nor_listed_is_found(
    unmet: Check, definitions: ModuleType, warehouse: Warehouse
) -> None:
    check = definitions.landed_items_are_accounted
    landing.deliver(warehouse, vendors.nooks_call("c-1"), vendors.hubspot_notification(1))
    warehouse.execute(
        "insert into raw.rejected_events"
        " (rejected_id, door, reason, detail, body, verified_by, received_at, replayed_at)"
        " select gen_random_uuid(), 'canonical', 'invalid_json', '', '', 'secret', now(), at"
        " from unnest(array[null, now()]) as at"
    )
    assert unmet(check) == {}
    # One that is listed twice makes up for none that is not.
    ((lost,),) = warehouse.execute("select raw_id::text from raw.webhook_events where door = 'hubspot'")
    refused = "door = 'canonical'"
    undo = hide(warehouse, "marts.fct_unscored_items", f"item_id <> '{lost}'", twice=refused)
    found = unmet(check)["landed_items_are_accounted"]
    assert found["unaccounted_items"] == 2
    assert lost in found["unaccounted"]
    undo()
    warehouse.execute("delete from staging.stg_vendor__events where event_type = 'call_dial'")
    warehouse.execute("delete from staging.stg_vendor__events")
    found = unmet(check)["landed_items_are_accounted"]
    assert [found[name] for name in ("landed_items", "refused_items", "scored_items", "listed_items")] == [2, 1, 0, 2]
    assert json.loads(found["outcomes"]) == {"notification": 1, "scored": 1}


def test_what_nobody_has_mapped_or_named_is_counted(
    definitions: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    """Tests of dbt, which are checks as well."""
    landing.deliver(warehouse, vendors.nooks_call("c-1", disposition="Gatekeeper", email="who@example.com"))
    names = {"assert_every_value_is_mapped", "assert_every_sdr_is_known"}
    graph = definitions.defs.resolve_asset_graph()
    checks = [check for check in graph.asset_check_keys if check.name in names]
    result = dg.materialize(
        [definitions.warehouse], selection=dg.AssetSelection.checks(*checks), instance=instance, raise_on_error=False
    )
    found = {one.check_name: one for one in result.get_asset_check_evaluations()}
    assert found.keys() == names
    assert not any(one.passed or one.severity is dg.AssetCheckSeverity.ERROR for one in found.values())
    ((values,),) = warehouse.execute("select count(*) from marts.rpt_unmapped_values")
    assert values >= 1
    rows = {name: one.metadata["dagster_dbt/failed_row_count"].value for name, one in found.items()}
    assert rows == {"assert_every_value_is_mapped": values, "assert_every_sdr_is_known": 1}


def test_a_sample_can_be_drawn_again(warehouse: Warehouse) -> None:
    warehouse.execute(
        "insert into raw.webhook_events"
        " (raw_id, door, source, dedup_key, user_id, event_type, occurred_at, received_at, verified_by, payload)"
        " select gen_random_uuid(), 'canonical', 'crm', number::text, 'sdr-' || mod(number, 110), 'call_dial',"
        " now() - number * interval '1 hour', now(), 'secret', '{}' from generate_series(1, 2200) as number"
    )

    def drawn(sample: str) -> list[tuple[Any, ...]]:
        return warehouse.execute(
            f"set rift.sample = '{sample}'; select * from intermediate.int_sampled_days order by 1, 2", role="transform"
        )

    first = drawn("2026-03-09T14")
    assert len({user for user, _ in first}) == 100
    assert 300 <= len(first) <= 600
    assert drawn("2026-03-09T14") == first
    assert drawn("2026-03-09T15") != first


def test_every_check_of_ours_says_why_it_blocks_or_warns(definitions: ModuleType) -> None:
    specs = [spec for check in definitions.defs.asset_checks for spec in check.check_specs]
    assert len(specs) >= 11
    for spec in specs:
        assert ("Blocking:" if spec.blocking else "Warns:") in str(spec.description), spec.name


def test_the_watch_does_not_make_up_for_hours_that_nobody_saw(instance: dg.DagsterInstance) -> None:
    for ago, is_asked in ((timedelta(minutes=1), True), (timedelta(hours=2), False)):
        context = dg.build_schedule_context(instance=instance, scheduled_execution_time=datetime.now(UTC) - ago)
        assert isinstance(watch_schedule(context), dg.RunRequest) == is_asked
