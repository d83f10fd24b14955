"""What a run notes of each model that it built: rows, seconds and, where a settle keeps it, watermark and tail.

Nothing is counted for it, so it costs the same whatever the history: rows are those that the statement wrote, and the
size of a table is what Postgres estimates.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import dagster as dg
import psycopg2

Event = Mapping[str, Any]
Query = Callable[[str], Sequence[tuple[Any, ...]]]
SETTLED: Final = "int_user_days_settled"
INTERPRETED: Final = "stg_vendor__events"
_STANDING: Final = f"""
select
    watermark_xid::text,
    watermark_settled_at,
    tail_event_count,
    tail_item_count,
    coalesce(extract(epoch from clock_timestamp() - tail_started_at), 0)::double precision,
    (select reltuples::bigint from pg_class where oid = to_regclass('intermediate.{SETTLED}')),
    (select reltuples::bigint from pg_class where oid = to_regclass('staging.{INTERPRETED}'))
from intermediate.int_tail
"""


@dataclass(frozen=True)
class Standing:
    """How far the caches are, at one moment; `int_tail` says what each field means."""

    watermark_xid: str
    settled_at: datetime | None
    tail_events: int
    tail_items: int
    tail_seconds: float
    settled_rows_estimated: int
    interpreted_rows_estimated: int


def standing(query: Query) -> Standing | None:
    """How far the caches are now; None before the first build has made `int_tail`."""
    try:
        return Standing(*query(_STANDING)[0])
    except (psycopg2.errors.UndefinedTable, psycopg2.errors.UndefinedColumn, psycopg2.errors.InvalidSchemaName):
        return None


class Notes:
    """The metadata of the models that one run builds; read once before dbt and once after it."""

    def __init__(self, query: Query, models: Iterable[str]) -> None:
        self._query = query
        self._is_settling = not {SETTLED, INTERPRETED}.isdisjoint(models)
        self._before = self._read()
        self._after: Standing | None = None
        self._responses: dict[str, Mapping[str, Any]] = {}

    def take(self, finished: Iterable[Event]) -> None:
        """What dbt has said of one invocation, after its end."""
        for event in finished:
            if event["info"]["name"] == "NodeFinished":
                response = event["data"].get("run_result", {}).get("adapter_response", {})
                self._responses[event["data"]["node_info"]["unique_id"]] = response
        self._after = self._read()

    def metadata(self, event: Event) -> dict[str, Any]:
        """Of the model that this result of dbt's is about."""
        data = event["data"]
        name, how = data["node_info"]["node_name"], data["node_info"].get("materialized")
        response = self._responses.get(data["node_info"]["unique_id"], {})
        found: dict[str, Any] = {"seconds": round(float(data.get("execution_time", 0)), 3)}
        if how in {"view", "function"}:
            found["definition"] = "unchanged" if response.get("code") == "UNCHANGED" else "replaced"
        elif response.get("code") == "INSERT":
            found["rows"] = int(response.get("rows_affected", 0))
        if how == "seed" and "rows" in found:
            found["dagster/row_count"] = found["rows"]
        return found | self._cache(name)

    def _cache(self, name: str) -> dict[str, Any]:
        before, after = self._before, self._after
        if after is None or name not in {SETTLED, INTERPRETED}:
            return {}
        is_settled = name == SETTLED
        estimated = after.settled_rows_estimated if is_settled else after.interpreted_rows_estimated
        found: dict[str, Any] = {"watermark_xid": after.watermark_xid} if is_settled else {}
        if is_settled and after.settled_at:
            found["settled_at"] = dg.MetadataValue.timestamp(after.settled_at)
        if is_settled and before:
            found["tail_seconds_before"] = round(before.tail_seconds, 1)
        for moment, at in (("before", before), ("after", after)):
            if at:
                unit = "events" if is_settled else "items"
                found[f"tail_{unit}_{moment}"] = at.tail_events if is_settled else at.tail_items
        # Postgres has no estimate before it has looked at a table for the first time.
        return found | ({"table_rows_estimated": estimated} if estimated >= 0 else {})

    def _read(self) -> Standing | None:
        return standing(self._query) if self._is_settling else None
