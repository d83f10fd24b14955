"""Notifications: a sensor notes what is news, and a run of its own sends it. No settle waits for either."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

import dagster as dg

from orchestration.defs.reports.reports import REPORT
from orchestration.defs.transform.checks import TRUSTED, unmet
from orchestration.defs.transform.schedules import run_request
from orchestration.lib.notifications import ledger, settings_file
from orchestration.lib.notifications.channels import PLAY
from orchestration.lib.notifications.delivering import deliver, ready
from orchestration.lib.notifications.watching import Seen, look
from orchestration.lib.owners import SALES_OPS
from orchestration.lib.run_tags import NOTIFICATIONS
from orchestration.lib.runs import UNFINISHED
from orchestration.lib.tail import Warehouse

NOTED: Final = dg.AssetKey(["raw", "notifications"])
DELIVERED: Final = dg.AssetKey(["raw", "notification_deliveries"])
CHECK: Final = "notifications_are_delivered"
READ: Final = ("dim_achievements", "dim_rank_tiers", "dim_user_stats", "dim_users", "fct_achievements",
               "fct_sales_events", "fct_weekly_ranks", "rpt_weekly_reports")  # fmt: skip
GIVEN_UP: Final = """
select channel, count(*) from raw.notification_deliveries
where outcome = 'given_up' and noted_at > now() - interval '24 hours'
group by channel order by channel
"""

noted_notifications = dg.AssetSpec(
    key=NOTED,
    deps=[
        dg.AssetDep(REPORT, partition_mapping=dg.AllPartitionMapping()),
        *(dg.AssetKey(["marts", mart]) for mart in READ),
    ],
    owners=[SALES_OPS],
    group_name="reports",
    kinds={"postgres", "table"},
    description="One row per thing to tell: a rank, level, achievement, report, failed run or check; each once.",
)


@dg.asset(
    key=DELIVERED,
    deps=[NOTED],
    owners=[SALES_OPS],
    group_name="reports",
    kinds={"postgres", "table"},
    description="One row per step of a notification through a channel: due, then each attempt and what came of it.",
    check_specs=[
        dg.AssetCheckSpec(
            CHECK, asset=DELIVERED, description="Nothing was given up within a day: each channel answers."
        )
    ],
)
def sent_notifications(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[object]:
    settings = settings_file.read(settings_file.default_path())
    told = deliver(warehouse.dsn, settings, PLAY if unmet(context.instance, TRUSTED) else frozenset())
    for problem in told.problems:
        context.log.warning("%s", problem)
    total = sum(told.outcomes.values(), Counter[str]())
    by_channel = {name: dict(outcomes) for name, outcomes in sorted(told.outcomes.items())}
    yield dg.MaterializeResult(asset_key=DELIVERED, metadata={**total, "channels": by_channel})
    given_up = {str(channel): int(str(count)) for channel, count in warehouse.query(GIVEN_UP)}
    yield dg.AssetCheckResult(
        asset_key=DELIVERED,
        check_name=CHECK,
        passed=not given_up,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"given_up": given_up},
    )


notify_job = dg.define_asset_job(
    "notify_job",
    description="Sends what is due to the channels of the notifications file; what fails is tried again later.",
    selection=dg.AssetSelection.assets(DELIVERED),
    tags=NOTIFICATIONS,  # one at a time (dagster.yaml)
    executor_def=dg.in_process_executor,
)


@dg.sensor(
    job=notify_job,
    name="notification_sensor",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Notes what is news for the channels of the notifications file, and has it sent by a run.",
)
def notification_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult | dg.SkipReason:
    """Its cursor moves when what it saw is noted; what is to be sent is read from the notes, whatever was asked for."""
    settings = settings_file.read(settings_file.default_path())
    if settings.is_missing:
        # It may be missing for a moment: what waits goes on waiting, and the next look takes up from the last one.
        return dg.SkipReason(f"There is no {settings.path}: nobody is told. docs/notifications.md says how.")
    wrong = unmet(context.instance, TRUSTED)
    found = look(warehouse.dsn, context.instance, settings, Seen.read(context.cursor), wrong)
    if found.problem:
        context.log.error("%s", found.problem)

    def skip(reason: str) -> dg.SensorResult:
        return dg.SensorResult(skip_reason=" ".join(filter(None, [found.problem, reason])), cursor=found.seen.write())

    due = ready(settings, ledger.open_deliveries(warehouse.dsn), PLAY if wrong else frozenset())
    if not due:
        return skip(f"{found.count} things were noted; no channel is to be told now.")
    if context.instance.get_runs(dg.RunsFilter(job_name=notify_job.name, statuses=UNFINISHED), limit=1):
        return skip(f"{notify_job.name} is under way.")
    state = repr(sorted((one.notification_id, one.channel, one.attempt) for one in due))
    asked = run_request(context.instance, notify_job.name, hashlib.sha256(state.encode()).hexdigest()[:16])
    if isinstance(asked, dg.SkipReason):
        return skip(asked.skip_message or "")
    return dg.SensorResult(run_requests=[asked], cursor=found.seen.write())
