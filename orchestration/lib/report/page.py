"""A report as an HTML page. Every value is escaped; names are text, whatever they look like."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2

from orchestration.lib.report import resources
from orchestration.lib.report.charts import charts
from orchestration.lib.report.figures import NAMED, Figures, climb, movement
from orchestration.lib.report.weeks import in_words, iso_week

TEMPLATES: Final = Path(__file__).parent / "templates"
# A page stays one that people scroll through; what is beyond it is in the CSV, and the page says so.
LIMITS: Final = {"standings": 500, "climbs": 25, "bests": 40, "teams": 40, "restatements": 60, "named": NAMED}
LABELS: Final = {
    "meetings_booked": "Meetings booked",
    "calls_connected": "Calls connected",
    "calls_made": "Calls made",
    "gold": "Gold",
    "xp": "XP",
    "streak": "Longest streak",
}
CAUSES: Final = {
    "event": "an event landed late",
    "reversal": "an event was taken back",
    "rule": "a rule was changed",
    "roster": "the roster was changed",
    "definition": "a setting, mapping or model was changed",
}


def to_html(figures: Figures) -> str:
    """The page, with a marker where the plotly library goes (`resources.complete`)."""
    before = [row for row in figures.season if row["week_start_date"] < figures.week]
    has_before = bool(before) and (figures.week - before[-1]["week_start_date"]).days == 7
    teams = figures.competing_teams
    return _environment().get_template("report.html.j2").render(
        figures=figures,
        charts=charts(figures),
        tiers=_tiers(figures),
        top_team=teams[0] if teams else None,
        meetings_change=figures.meetings_booked - before[-1]["meetings_booked"] if has_before else None,
        iso_week=iso_week(figures.week),
        words=in_words(figures.week),
        published_at=_minute(figures.published_at),
        read_at=_minute(figures.read_at),
        fonts=resources.fonts(_letters(figures)),
        emblems=resources.emblems(_orders(figures)),
        library_marker=resources.LIBRARY_MARKER,
        # Nobody who chose a name knew it: a script smuggled in as a name would not run, even if it were not escaped.
        nonce=figures.content_hash[:32],
        labels=LABELS,
        causes=CAUSES,
        limits=LIMITS,
        style=(TEMPLATES / "report.css").read_text(encoding="utf-8"),
        script=(TEMPLATES / "report.js").read_text(encoding="utf-8"),
    ).strip() + "\n"  # fmt: skip


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=lambda value: f"{value:,}",
        signed=lambda value: f"{value:+,}" if value else "no change",
        plural=lambda count, one, many: one if count == 1 else many,
        day=lambda at: f"{_utc(at):%d %b %Y}",
        iso_week=iso_week,
        climb=climb,
        movement=movement,
        is_all_time=_is_all_time,
    )
    return environment


def _is_all_time(record: Mapping[str, Any]) -> bool:
    before = record["value_before"]
    return bool(before) and record["value"] > before


def _tiers(figures: Figures) -> list[dict[str, Any]]:
    return [
        {
            "name": tier["rank_tier"],
            "now": sum(row["rank_order"] == tier["rank_order"] for row in figures.standings),
            "before": sum(row["rank_order_before"] == tier["rank_order"] for row in figures.standings),
        }
        for tier in reversed(figures.tiers)
    ]


def _orders(figures: Figures) -> set[int]:
    shown = figures.standings[: LIMITS["standings"]] + figures.risen[: LIMITS["climbs"]]
    shown += figures.fallen[: LIMITS["climbs"]]
    orders = {row["rank_order"] for row in shown} | {row["rank_order_before"] for row in shown} | {0}
    return {order for order in orders if order is not None}


def _letters(figures: Figures) -> str:
    names = [row["display_name"] + (row["team_name"] or "") for row in figures.standings]
    return "".join([*names, *(change["display_name"] for change in figures.restatements)])


def _minute(at: datetime) -> str:
    return f"{_utc(at):%d %b %Y, %H:%M} UTC"


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def file_name(week: date, suffix: str) -> str:
    """What a report's file is called: 2026-W46.html."""
    return f"{iso_week(week)}.{suffix}"
