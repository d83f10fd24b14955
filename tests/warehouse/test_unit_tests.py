"""dbt's unit tests, once: edges of levels, tiers, days and weeks, reversals, rules, rosters and both ways to settle."""

import json

from tests import landing
from tests.conftest import Warehouse


def test_every_unit_test_of_dbt_passes_whatever_the_warehouse_holds(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann", "Asia/Tokyo")
    landing.land(warehouse, *(landing.event(user, "meeting_booked") for user in ("ann", "1", "nobody knows")))
    warehouse.settle()
    landing.land(warehouse, landing.event("zoe"))
    warehouse.dbt("test", "--select", "test_type:unit")
    artefacts = [
        json.loads((warehouse.home / "dbt" / name).read_text()) for name in ("manifest.json", "run_results.json")
    ]
    defined, results = set(artefacts[0]["unit_tests"]), artefacts[1]["results"]
    assert {result["unique_id"] for result in results if result["status"] == "pass"} >= defined
    # A plain `dbt build` of a new database runs them, too, before there is a table whose columns dbt could look up.
    given = [given for test in artefacts[0]["unit_tests"].values() for given in test["given"]]
    assert {one["format"] for one in given if one["input"] == "this"} == {"sql"}
    assert {name.split(".")[2] for name in defined} >= {"dim_user_stats", "int_events_scored", "int_user_days_settled"}


def test_a_build_of_the_product_runs_none_of_them(warehouse: Warehouse) -> None:
    from orchestration.lib import dbt  # noqa: PLC0415  # as in conftest

    warehouse.dbt(*dbt.BUILD, "--select", "int_rank_tiers")
    results = json.loads((warehouse.home / "dbt" / "run_results.json").read_text())["results"]
    assert [result["unique_id"] for result in results if result["unique_id"].startswith("unit_test")] == []
