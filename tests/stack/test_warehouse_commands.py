"""`rift publish` and `rift rebuild`, as people type them."""

import pytest

from tests.conftest import Warehouse
from tests.stack.conftest import Rift, at_work
from tests.warehouse.reading import marts


@pytest.fixture
def environment(warehouse_environment: dict[str, str], warehouse: Warehouse) -> dict[str, str]:
    """A stack that has loaded its people and built its warehouse."""
    return at_work(warehouse_environment, warehouse)


def test_publish_says_which_weeks_and_does_nothing_twice(rift: Rift, warehouse: Warehouse) -> None:
    said = rift("publish")
    assert said.returncode == 0, said.stderr
    ((content_hash,),) = warehouse.execute("select content_hash from raw.published_ranks")
    assert said.stdout == f"2026-03-02  SDRs: 1  {content_hash}\nWeeks published: 1.\n"
    assert rift("publish").stdout == "Every closed week is published.\n"


def test_rebuild_settles_everything_again_and_says_that_nothing_was_wrong(rift: Rift, warehouse: Warehouse) -> None:
    settled = "select settled_at from intermediate.settle_watermarks"
    before = warehouse.execute(settled)
    said = rift("rebuild")
    assert said.returncode == 0, said.stderr
    assert "settling all days of 1 events again" in said.stdout
    assert "events/s" in said.stdout
    views = sum("(" not in mart for mart in marts(warehouse))
    assert f"all {views} marts say what they said before" in said.stdout
    assert warehouse.execute(settled) > before
    assert warehouse.execute("select sum(gold_value) from intermediate.int_user_days_settled") == [(100,)]
