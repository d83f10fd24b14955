"""The property test is worth something: the product broken on purpose makes it fail."""

import shutil
from pathlib import Path

import pytest
from hypothesis import Phase

from tests.conftest import Warehouse
from tests.warehouse.test_scoring import check_arrivals

MACROS = "macros/user_days.sql"
CHANGES = "models/intermediate/int_user_day_changes.sql"
MUTATIONS = {
    "a moved person's old days are forgotten": (MACROS, "values (-2), (-1), (0), (1), (2)", "values (7)"),
    "a moved person's days are looked for one date away": (
        MACROS,
        "values (-2), (-1), (0), (1), (2)",
        "values (-1), (0), (1)",
    ),
    "a reversal touches nothing": (MACROS, "and originals.landed_xid < {{ watermark(model) }}", "and false"),
    "a rule touches nothing": (MACROS, "on\n            rules.event_type = settled.event_type", "on false"),
    "the watermark is one transaction too far": (
        "macros/settle.sql",
        "pg_snapshot_xmin(pg_current_snapshot()) as xid",
        "(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1)::text::xid8 as xid",
    ),
    "a settle counts what is above its horizon": (
        "macros/settle.sql",
        "(select settle_horizon.xid from settle_horizon)",
        "'18446744073709551615'::xid8",
    ),
    "new events are added to outdated days, too": (CHANGES, "and not exists (", "and exists (select 1) or exists ("),
    "outdated rows are not taken away": (
        CHANGES,
        '{{ select_measures("settled", "-") }}',
        '{{ select_measures("settled") }}',
    ),
    "the totals forget what was replaced": (
        "macros/settle.sql",
        '{{ select_measures("replaced", "-") }}',
        "0, 0, 0, 0, 0, 0, 0, null",
    ),
}


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_product_fails_the_property_test(
    name: str, warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.lib import dbt  # noqa: PLC0415  # see Warehouse.dbt

    file, right, wrong = MUTATIONS[name]
    project = tmp_path / "dbt_project"
    shutil.copytree(dbt.PROJECT, project)
    code = (project / file).read_text(encoding="utf-8")
    assert right in code, "the product has changed: break it elsewhere"
    (project / file).write_text(code.replace(right, wrong), encoding="utf-8")
    monkeypatch.setattr(dbt, "PROJECT", project)
    broken = Warehouse(warehouse.owner_dsn, tmp_path)
    broken.dbt("build", "--resource-type", "model")
    # Several counterexamples come as a group.
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        check_arrivals(broken, examples=20, steps=30, phases=(Phase.generate,))
