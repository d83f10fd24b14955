"""Backfills as Dagster runs them: a range is one run; what was damaged is right again, what was missed lands once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.defs.operations import backfills
from orchestration.lib import backfill, pulls, tail
from orchestration.lib.checksums import checksums, differing
from orchestration.lib.dbt import INVOCATION_LOCK
from tests.conftest import Database, Warehouse
from tests.ingestion.salesforce_server import CLIENT_ID, CLIENT_SECRET, Salesforce
from tests.ingestion.vendor_server import TOKEN, HubSpot
from tests.warehouse.oracle import live_user_days, user_days
from tests.warehouse.work import some_weeks

DAY = 86_400_000
MONDAY = 1_767_571_200_000  # 2026-01-05
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def run(job: str, warehouse: Database, *partitions: str) -> dict[str, Any]:
    """The metadata of one run of a job for a range of partitions, as Dagster launches it for a backfill."""
    resource = tail.Warehouse(dsn=warehouse.dsn("transform"))
    definitions = dg.Definitions(
        assets=backfills.backfill_assets, jobs=backfills.backfill_jobs, resources={"warehouse": resource}
    )
    with dg.instance_for_test() as instance:
        result = definitions.resolve_job_def(job).execute_in_process(
            tags={START: partitions[0], END: partitions[-1]}, instance=instance, raise_on_error=False
        )
        assert result.success
        events = result.get_asset_materialization_events()
        assert len({event.partition for event in events}) == len(events)
        assert {partitions[0], partitions[-1]} <= {event.partition for event in events}
        return {name: value.value for name, value in events[0].materialization.metadata.items()}


DAMAGE = """
update intermediate.int_user_days_settled set gold_value = gold_value + 7
    where activity_date = '{day}' and user_id = 'bob';
delete from intermediate.int_user_days_settled where activity_date = '{day}' and user_id = 'ann';
insert into intermediate.int_user_days_settled select 'nobody', activity_date, event_type, team_id, event_count,
    gross_event_count, reversed_event_count, gold_value, xp_value, rank_points, last_event_at, active_day_count,
    week_start_date from intermediate.int_user_days_settled where activity_date = '{day}' and user_id = 'bob';
update intermediate.settled_weeks set rank_points = rank_points + 3 where user_id = 'bob'
    and week_start_date = date_trunc('week', date '{day}');
update intermediate.settled_totals set xp_value = xp_value + 5 where user_id = 'bob'
"""
DAMAGED_DAYS = """
select activity_date::text from intermediate.int_user_days_settled
where user_id in (select user_id from intermediate.int_user_days_settled where user_id in ('ann', 'bob'))
group by activity_date having count(distinct user_id) = 2 order by 1
"""


@pytest.mark.usefixtures("load")
def test_a_damaged_day_is_computed_again_and_no_other_is_touched(warehouse: Warehouse) -> None:
    some_weeks(warehouse)
    warehouse.settle()
    right = checksums(warehouse.dsn("transform"))
    days = [day for (day,) in warehouse.execute(DAMAGED_DAYS)]
    day, other = days[0], days[-1]
    warehouse.execute(DAMAGE.format(day=day))
    warehouse.execute(f"update intermediate.int_user_days_settled set xp_value = 1 where activity_date = '{other}'")
    versions = f"""
        select xmin::text, settled.* from intermediate.int_user_days_settled as settled
        where activity_date <> '{day}' order by user_id, activity_date, event_type
    """
    untouched = warehouse.execute(versions)
    done = run("backfill_days_job", warehouse, day)
    assert (done["days"], done["rows_changed"] > 2) == (1, True)
    assert warehouse.execute(versions) == untouched
    week = f"select date_trunc('week', date '{other}')::date::text"
    ((monday,),) = warehouse.execute(week)
    done = run("backfill_weeks_job", warehouse, monday)
    assert done["days"] == 7
    assert differing(right, checksums(warehouse.dsn("transform"))) == []
    assert live_user_days(warehouse, "intermediate.int_user_days_settled") == user_days(warehouse)
    require_turns(warehouse)


def require_turns(warehouse: Warehouse) -> None:
    """Between two stretches of a range nobody is alone on the warehouse: a settle that waits has its turn."""
    held = f"select count(*) from pg_locks where locktype = 'advisory' and objid = {INVOCATION_LOCK}"
    counts = []
    ((first, last),) = warehouse.execute("select min(activity_date), max(activity_date) from marts.fct_user_daily")
    done = backfill.recompute(
        tail.Warehouse(dsn=warehouse.dsn("transform")), first, last, lambda _: counts.extend(warehouse.execute(held))
    )
    assert (done.days, done.rows_changed) == ((last - first).days + 1, 0)
    assert counts == [(0,), (0,)]


@dataclass(frozen=True)
class Vendor:
    """A source, its server, and what the server and we call one kind of object."""

    name: str
    server: Any
    kind: str
    table: str

    def pull(self) -> int:
        """Pull what has changed; returns how many versions landed."""
        pull: Any = {"hubspot": pulls.pull_hubspot, "salesforce": pulls.pull_salesforce}[self.name]
        counts = pull(*(([self.table], None) if self.name == "hubspot" else ([self.table],)))[self.table]
        assert counts.problem is None
        return int(counts.new)


@pytest.fixture(params=["hubspot", "salesforce"])
def vendor(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vendor]:
    made: dict[str, Vendor] = {
        "hubspot": Vendor("hubspot", HubSpot(), "calls", "calls"),
        "salesforce": Vendor("salesforce", Salesforce(), "Task", "tasks"),
    }
    vendor = made[request.param]
    with vendor.server.running():
        for name, value in {
            "RIFT_INGEST_DSN": database.dsn("ingest"),
            "RIFT_HOME": str(tmp_path),
            "HUBSPOT_ACCESS_TOKEN": TOKEN,
            "HUBSPOT_BASE_URL": vendor.server.url,
            "SALESFORCE_BASE_URL": vendor.server.url,
            "SALESFORCE_CLIENT_ID": CLIENT_ID,
            "SALESFORCE_CLIENT_SECRET": CLIENT_SECRET,
        }.items():
            monkeypatch.setenv(name, value)
        yield vendor


def test_what_a_pull_missed_is_landed_once(vendor: Vendor, database: Database) -> None:
    for number, at in ((1, MONDAY), (2, MONDAY + DAY), (3, MONDAY + 5 * DAY)):
        vendor.server.put(vendor.kind, number, at)
    vendor.pull()
    # Seen late: far behind what has been read. One is new, one has changed, and one is of another day.
    vendor.server.put(vendor.kind, 4, MONDAY + 1000)
    vendor.server.put(vendor.kind, 1, MONDAY + 2000)
    vendor.server.put(vendor.kind, 5, MONDAY + 3 * DAY)
    vendor.pull()
    landed = f"select count(*) from raw_{vendor.name}.{vendor.table}"
    assert database.execute(landed) == [(3,)]
    job = f"backfill_{vendor.name}_job"
    done = run(job, database, "2026-01-05", "2026-01-06")
    assert (done["days"], done["rows_landed"]) == (2, 2)
    assert run(job, database, "2026-01-05", "2026-01-06")["rows_landed"] == 0
    # How far has been read is as it was: the next pull asks for what is new, and for no more.
    vendor.server.put(vendor.kind, 6, MONDAY + 6 * DAY)
    assert vendor.pull() == 1
    assert run(job, database, "2026-01-08")["rows_landed"] == 1
    versions = f"select count(*), count(distinct (object_id, modified_at)) from raw_{vendor.name}.{vendor.table}"
    assert database.execute(versions) == [(7, 7)]
