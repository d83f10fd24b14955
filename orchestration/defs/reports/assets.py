"""What is announced: published weeks."""

import time

import dagster as dg

from orchestration.lib.owners import SALES_OPS
from orchestration.lib.publication import NotYetError, Publication, publish
from orchestration.lib.tail import Warehouse

PUBLISHED_RANKS = dg.AssetKey(["raw", "published_ranks"])


@dg.asset(
    key=PUBLISHED_RANKS,
    # What it announces. It asks weekly_ranks_as_of, which also knows earlier publications: Dagster would see a cycle.
    deps=[dg.AssetKey(["intermediate", "int_user_weeks"])],
    owners=[SALES_OPS],
    group_name="reports",
    kinds={"postgres", "table"},
    description="One row per SDR and closed week, as announced: each closed week is published once.",
)
def published_ranks(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    def log(week: Publication) -> None:
        context.log.info("published %s: %s SDRs, %s", week.week_start_date, week.sdr_count, week.content_hash)

    began = time.monotonic()
    try:
        published = publish(warehouse.dsn, log)
    except NotYetError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
    return dg.MaterializeResult(
        metadata={
            "weeks": [str(week.week_start_date) for week in published],
            "rows": sum(week.sdr_count for week in published),
            "seconds": round(time.monotonic() - began, 3),
            "content_hashes": {str(week.week_start_date): week.content_hash for week in published},
        }
    )
