"""The weekly rank report: one partition a week."""

import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import dagster as dg

from orchestration.defs.reports.assets import PUBLISHED_RANKS
from orchestration.lib.owners import SALES_OPS
from orchestration.lib.report import folder
from orchestration.lib.report.making import NotPublishedError, Report, kept
from orchestration.lib.report.weeks import in_words, iso_week
from orchestration.lib.run_tags import REPORTS
from orchestration.lib.tail import Warehouse

REPORT = dg.AssetKey(["reports", "weekly_rank_report"])
# Partitions are named by their Monday. Imported history may be old: a week before these has `rift report --week`.
WEEKS = dg.WeeklyPartitionsDefinition(start_date="2010-01-04", day_offset=1)
HUD_PORT = os.environ.get("HUD_PORT", "8501")
# All that its exposure names but rpt_weekly_reports: that lists the report itself, and Dagster would see a cycle.
READ = (
    "dim_rank_tiers",
    "dim_teams",
    "dim_users",
    "fct_team_weekly",
    "fct_user_daily",
    "fct_weekly_rank_restatements",
    "fct_weekly_ranks",
    "rpt_weekly_publications",
)


@dg.asset(
    key=REPORT,
    partitions_def=WEEKS,
    deps=[PUBLISHED_RANKS, *(dg.AssetKey(["marts", mart]) for mart in READ)],
    owners=[SALES_OPS],
    group_name="reports",
    kinds={"html", "csv", "plotly"},
    description="The report of a published week, as a page that opens anywhere and as CSV, below RIFT_HOME/reports.",
)
def weekly_rank_report(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    week = date.fromisoformat(context.partition_key)
    began = time.monotonic()
    try:
        with kept(warehouse.dsn, week) as report:
            page, table = folder.write(report, folder.default_folder())
    except NotPublishedError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
    return dg.MaterializeResult(
        metadata={
            "hud": dg.MetadataValue.url(f"http://127.0.0.1:{HUD_PORT}/reports?week={iso_week(week)}"),
            "file": dg.MetadataValue.url(page.as_uri()),
            "page": dg.MetadataValue.path(page),
            "csv": dg.MetadataValue.path(table),
            "preview": dg.MetadataValue.md(preview(report)),
            "rows": report.sdr_count,
            "seconds": round(time.monotonic() - began, 3),
            "restatements": report.restatement_count,
            "content_hash": report.content_hash,
            "page_bytes": page.stat().st_size,
        }
    )


# What the marts list of them.
reported_weeks = dg.AssetSpec(
    key=["raw", "weekly_reports"],
    deps=[dg.AssetDep(REPORT, partition_mapping=dg.AllPartitionMapping())],
    owners=[SALES_OPS],
    group_name="reports",
    kinds={"postgres", "table"},
    description="One row per publication of a week that was reported, as it was made.",
)

report_job = dg.define_asset_job(
    "report_job",
    description="Makes the report of a published week.",
    selection=dg.AssetSelection.assets(REPORT),
    tags=REPORTS,  # one at a time (dagster.yaml)
    executor_def=dg.in_process_executor,
)


def preview(report: Report) -> str:
    """Tiers and the first teams as Markdown, for Dagster's pages. Nobody is named: Dagster keeps it for good."""
    lines = [f"**Weekly Rank Report {iso_week(report.week)}**, {in_words(report.week)}", ""]
    sdrs = Counter(row["rank_tier"] for row in report.figures["standings"])
    tiers = [tier["rank_tier"] for tier in reversed(report.figures["tiers"])]
    lines += _table("tier", "SDRs", rows=[(tier, sdrs[tier]) for tier in tiers if sdrs[tier]])
    told = ("position", "team_name", "headcount", "meetings_booked")
    teams = [[team[name] for name in told] for team in report.figures["teams"] if team["position"] is not None]
    return "\n".join([*lines, *_table("place", "team", "SDRs", "meetings", rows=teams[:10])])


def _table(*heads: str, rows: Sequence[Iterable[object]]) -> list[str]:
    cells = [[_literal(str(cell)) for cell in row] for row in rows]
    return [*(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *cells)), ""]


def _literal(text: str) -> str:
    """Text that Markdown shows as it is: what might be a sign of its own becomes a reference to the character."""
    return "".join(sign if sign.isalnum() or sign in " -,.'" else f"&#{ord(sign)};" for sign in text)
