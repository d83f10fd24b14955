"""The chart of an SDR's weekly ranks, and its table: what holds now beside what was announced."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from hud.components.charts import GOLD, NIGHT, TIER_COLOURS, figure, literal, table
from hud.components.history_charts import time_axis
from hud.components.history_periods import Period, short_name

ANNOUNCED: Final = "#ffb454"
# More weeks than these stand too close for large marks.
ROOMY_WEEKS: Final = 30
# And more than these for any.
CROWDED_WEEKS: Final = 80
WEEK_MILLISECONDS: Final = 7 * 86_400_000
MOST_TICKS: Final = 7
COLUMNS: Final = ("Week of", "Rank", "Points", "Meetings", "Place", "Announced as", "State")

Chart = dict[str, Any]
Week = dict[str, Any]


def ranks(weeks: Sequence[Week], tiers: Sequence[dict[str, Any]]) -> Chart:
    """Steps from tier to tier; a cross where another tier was announced, a hollow mark on the week that is not over."""
    order = {tier["rank_tier"]: tier["rank_order"] for tier in tiers}
    moved = [week for week in weeks if was_another(week)]
    crosses = {
        "type": "scatter",
        "name": "Announced",
        "x": [week["week_start_date"].isoformat() for week in moved],
        "y": [order.get(week["published_rank_tier"], 0) for week in moved],
        "mode": "markers",
        "hoverinfo": "skip",
        "marker": {"symbol": "x-thin", "size": 12, "color": ANNOUNCED, "line": {"color": ANNOUNCED, "width": 3}},
    }
    drawn = figure(
        [_steps(weeks, order), crosses],
        shapes=[_band(height) for height in order.values()],
        margin={"l": 136, "r": 18, "t": 8, "b": 34},
        xaxis=_weeks_axis(weeks),
        yaxis={
            "range": [-0.5, len(order) - 0.5],
            "tickvals": list(order.values()),
            "ticktext": [literal(name, 14) for name in order],
            "showgrid": False,
        },
    )
    return {
        "figure": drawn,
        "table": table("Rank by week", COLUMNS, [_row(week) for week in weeks]),
        # The script puts them beside the names of the tiers.
        "emblems": list(order.values()),
        "legend": [{"name": "Announced as", "colour": ANNOUNCED, "mark": "cross"}] if moved else [],
    }


def of_own_days(periods: Sequence[Period], tiers: Sequence[dict[str, Any]]) -> list[Week]:
    """Weeks of which only the SDR's own days are known: no place, and nothing of an announcement."""
    unknown = ("rank_position", "published_rank_tier", "published_rank_points", "published_rank_position")
    return [
        {
            "week_start_date": period.start,
            "rank_tier": max(
                (tier for tier in tiers if tier["minimum_rank_points"] <= period.points),
                key=lambda tier: tier["rank_order"],
                default=tiers[0],
            )["rank_tier"],
            "weekly_rank_points": period.points,
            "weekly_meetings_booked": period.counts["meeting_booked"],
            "is_closed": True,
            "is_restated": False,
            **dict.fromkeys(unknown),
        }
        for period in periods
    ]


def was_another(week: Week) -> bool:
    """Whether the week was announced with another tier than it has now."""
    return week["published_rank_tier"] not in {None, week["rank_tier"]}


def _steps(weeks: Sequence[Week], order: dict[str, int]) -> Chart:
    heights = [order.get(week["rank_tier"], 0) for week in weeks]
    return {
        "type": "scatter",
        "name": "Rank",
        "x": [week["week_start_date"].isoformat() for week in weeks],
        "y": heights,
        "customdata": [_words(week) for week in weeks],
        "hovertemplate": "%{customdata}<extra></extra>",
        "mode": "lines+markers" if len(weeks) <= CROWDED_WEEKS else "lines",
        "line": {"shape": "hvh", "color": GOLD, "width": 2.5 if len(weeks) <= CROWDED_WEEKS else 1.5},
        "fill": "tozeroy",
        "fillgradient": {
            "type": "vertical",
            "colorscale": [[0, "rgba(10, 200, 185, 0)"], [1, "rgba(200, 170, 110, .36)"]],
        },
        "marker": {
            "symbol": ["diamond" if week["is_closed"] else "diamond-open" for week in weeks],
            "size": 15 if len(weeks) <= ROOMY_WEEKS else 7,
            "color": [_colour(height) for height in heights],
            "line": {
                "color": [
                    NIGHT if week["is_closed"] else _colour(height) for week, height in zip(weeks, heights, strict=True)
                ],
                "width": 2,
            },
        },
    }


def _weeks_axis(weeks: Sequence[Week]) -> Chart:
    """Mondays below the chart, and half a week of room at both ends."""
    if not weeks:
        return time_axis()
    first, last = weeks[0]["week_start_date"], weeks[-1]["week_start_date"]
    return {
        **time_axis(),
        "range": [(first - timedelta(days=4)).isoformat(), (last + timedelta(days=4)).isoformat()],
        "tickmode": "linear",
        "tick0": first.isoformat(),
        "dtick": WEEK_MILLISECONDS * max(1, math.ceil(len(weeks) / MOST_TICKS)),
    }


def _band(height: int) -> Chart:
    return {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": height - 0.5,
        "y1": height + 0.5,
        "fillcolor": _colour(height),
        "opacity": 0.09 if height % 2 else 0.035,
        "line": {"width": 0},
        "layer": "below",
    }


def _words(week: Week) -> str:
    lines = [
        f"Week of {short_name(week['week_start_date'])}",
        f"<b>{literal(week['rank_tier'])}</b>, {week['weekly_rank_points']:,} points{_place(week)}",
    ]
    if was_another(week):
        lines.append(f"announced as {literal(_announced(week), 60)}")
    if not week["is_closed"]:
        lines.append("not over yet")
    return "<br>".join(lines)


def _row(week: Week) -> tuple[object, ...]:
    return (
        short_name(week["week_start_date"]),
        week["rank_tier"],
        f"{week['weekly_rank_points']:,}",
        f"{week['weekly_meetings_booked']:,}",
        _place(week).removeprefix(", place "),
        _announced(week),
        _state(week),
    )


def _place(week: Week) -> str:
    return f", place {week['rank_position']:,}" if week["rank_position"] is not None else ""


def _announced(week: Week) -> str:
    if week["published_rank_tier"] is None:
        return ""
    points, position = week["published_rank_points"], week["published_rank_position"]
    return f"{week['published_rank_tier']}, {points:,} points, place {position:,}"


def _state(week: Week) -> str:
    if not week["is_closed"]:
        return "Not over yet"
    if week["is_restated"]:
        return "Changed since"
    if week["rank_position"] is None:
        return "Over a year ago"
    return "As announced" if week["published_rank_tier"] is not None else "Not announced"


def _colour(height: int) -> str:
    return TIER_COLOURS[min(max(height, 0), len(TIER_COLOURS) - 1)]
