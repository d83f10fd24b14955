"""Watches for published weeks without a report."""

import dagster as dg

from orchestration.defs.reports.reports import WEEKS, report_job
from orchestration.defs.transform.checks import TRUSTED, unmet
from orchestration.defs.transform.schedules import run_request
from orchestration.lib.report.making import unreported
from orchestration.lib.tail import Warehouse

# Of years of history that are published at once; the next tick asks for the next ones.
AT_ONCE = 10


@dg.sensor(
    job=report_job,
    name="report_sensor",
    # A week closes once; nobody waits for the minute.
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Makes the report of each week that has been published, also late or several at once; not while a blocking "
        "check of the figures was last not met."
    ),
)
def report_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> list[dg.RunRequest] | dg.SkipReason:
    weeks = [(week.isoformat(), content_hash) for week, content_hash in unreported(warehouse.dsn)]
    known = [week for week in weeks if WEEKS.has_partition_key(week[0])]
    if not known:
        return dg.SkipReason("Every published week has its report.")
    if wrong := unmet(context.instance, TRUSTED):
        return dg.SkipReason(
            f"{len(known)} published weeks wait: figures may be wrong, as {', '.join(wrong)} last failed. "
            "`rift rebuild` mends it; their reports are made once that has passed again."
        )
    requests: list[dg.RunRequest] = []
    reasons = set()
    # Each week is asked about before any is cut off: those that keep failing would hide those behind them.
    for week, content_hash in known:
        if len(requests) == AT_ONCE:
            break
        asked = run_request(context.instance, report_job.name, f"{week}-{content_hash[:12]}")
        if isinstance(asked, dg.SkipReason):
            reasons.add(str(asked.skip_message))
        else:
            requests.append(asked.with_replaced_attrs(partition_key=week))
    # A tick takes either requests or one reason.
    return requests or dg.SkipReason(" ".join(sorted(reasons)))
