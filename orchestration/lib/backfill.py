"""Computes settled days again from raw, a stretch at a time: readers are right all along, settles go on in between."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from orchestration.lib import dbt
from orchestration.lib.settle import SETTLE
from orchestration.lib.tail import Warehouse

# Days of one settle. dbt costs some half a second each time; a settle that waits is behind by the work of one stretch.
AT_ONCE: Final = 28
# Read by the settle's macros (backfill_day): every key of these days is touched.
DAYS: Final = "-c rift.backfill_from={first} -c rift.backfill_to={last}"
ROWS: Final = """
select user_id, activity_date, event_type, md5(settled::text) from intermediate.int_user_days_settled as settled
where activity_date between '{first}' and '{last}'
"""


@dataclass
class Recomputed:
    """What a backfill did. A row that has changed was wrong, or something landed for its day meanwhile."""

    days: int = 0
    rows: int = 0
    rows_changed: int = 0
    seconds: float = 0


def recompute(warehouse: Warehouse, first: date, last: date, log: Callable[[str], None]) -> Recomputed:
    """Settle every SDR's days from `first` to `last` again. Raises `dbt.DbtError`; what was done until then stays."""
    done = Recomputed()
    dbt.invoke(SETTLE)  # what has landed is no part of the comparison
    started = time.monotonic()
    for begin, end in stretches(first, last):
        before = _rows(warehouse, begin, end)
        with dbt.session(DAYS.format(first=begin, last=end)):
            dbt.invoke(SETTLE)
        after = _rows(warehouse, begin, end)
        changed = len(before.keys() ^ after.keys()) + sum(before[key] != after[key] for key in before.keys() & after)
        log(f"{begin} to {end}: {len(after)} rows, {changed} of them changed")
        done.days += (end - begin).days + 1
        done.rows += len(after)
        done.rows_changed += changed
        done.seconds = time.monotonic() - started
    return done


def stretches(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days from `first` to `last`, `AT_ONCE` at a time."""
    while first <= last:
        end = min(first + timedelta(days=AT_ONCE - 1), last)
        yield first, end
        first = end + timedelta(days=1)


def _rows(warehouse: Warehouse, first: date, last: date) -> dict[tuple[object, ...], object]:
    return {tuple(row[:3]): row[3] for row in warehouse.query(ROWS.format(first=first, last=last))}
