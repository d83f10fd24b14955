"""A report as CSV: one table whose first column names the section, for whoever goes on with a spreadsheet."""

import csv
import io
from typing import Any, Final

from orchestration.lib.report.figures import Figures, movement
from orchestration.lib.report.weeks import iso_week

COLUMNS: Final = (
    "section", "week", "position", "movement", "user_id", "name", "team", "rank_tier", "rank_tier_before",
    "rank_points", "rank_points_before", "meetings_booked", "gold", "xp", "metric", "period", "value", "value_before",
    "caused_by", "noticed_at",
)  # fmt: skip
# A spreadsheet takes a cell that begins like this for a formula, and would run it; some skip blanks before it.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def to_csv(figures: Figures) -> str:
    """The report's figures, one line each: standings, teams, records, personal bests, restatements."""
    output = io.StringIO()
    writer = csv.DictWriter(output, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(figures):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return output.getvalue()


def _rows(figures: Figures) -> list[dict[str, Any]]:
    week = iso_week(figures.week)
    same = ("position", "user_id", "rank_tier", "rank_tier_before", "rank_points", "rank_points_before", "gold", "xp")
    standings = [
        {name: row[name] for name in same}
        | {"section": "standing", "week": week, "movement": movement(row), "name": row["display_name"]}
        | {"team": row["team_name"], "meetings_booked": row["meetings_booked"]}
        for row in figures.standings
    ]
    of_team = ("position", "rank_points", "meetings_booked", "gold", "xp")
    teams = [
        {name: team[name] for name in of_team}
        | {"section": "team", "week": week, "movement": movement(team), "name": team["team_name"]}
        | {"metric": "points_per_head", "period": "week", "value": team["points_per_head"]}
        for team in figures.teams
    ]
    return standings + teams + _records(figures, week) + _restatements(figures)


def _records(figures: Figures, week: str) -> list[dict[str, Any]]:
    names = {row["user_id"]: row["display_name"] for row in figures.standings}
    of_week = [
        {"section": "week_record", "week": week, "user_id": user_id, "name": names.get(user_id, "")}
        | {"period": "week", "metric": record["metric"]}
        | {"value": record["value"], "value_before": record["value_before"]}
        for record in figures.week_records
        for user_id in record["user_ids"]
    ]
    bests = [
        {"section": "personal_best", "week": week, "user_id": best["user_id"], "name": best["display_name"]}
        | {name: best[name] for name in ("metric", "period", "value", "value_before")}
        for best in figures.personal_bests
    ]
    return of_week + bests


def _restatements(figures: Figures) -> list[dict[str, Any]]:
    return [
        {"section": "restatement", "week": iso_week(change["week_start_date"]), "user_id": change["user_id"]}
        | {"name": change["display_name"], "rank_tier": change["to_tier"], "rank_tier_before": change["from_tier"]}
        | {"rank_points": change["to_points"], "rank_points_before": change["from_points"]}
        | {"caused_by": change["caused_by"], "noticed_at": change["noticed_at"]}
        for change in figures.restatements
    ]


def _cell(value: Any) -> Any:  # noqa: ANN401  # of any column
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(FORMULA):
        return f"'{value}"
    return value.isoformat() if hasattr(value, "isoformat") else value
