"""The charts of History as plotly figures, each with its table: XP, activity and the calendar."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Final

from hud.components.charts import GOLD, PATTERNS, SERIES, figure, literal, table
from hud.components.history_periods import Period, day_name, monday_of, short_name

HEAT: Final = ((0, "#0b2436"), (0.001, "#40351a"), (0.3, "#7d6127"), (0.65, "#c8aa6e"), (1, "#fff0c4"))
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# In more bars than these a pattern is but noise.
PATTERNED: Final = 40

Chart = dict[str, Any]


def experience(periods: Sequence[Period], unit: str, before: int, xp_per_level: int) -> Chart:
    """XP of each day or week as bars, and the level that it adds up to, after `before`, as a line."""
    totals = [before + total for total in accumulate(period.xp for period in periods)]
    bars: Chart = {
        "type": "bar",
        "name": "XP",
        "x": _starts(periods),
        "y": [period.xp for period in periods],
        "marker": {"color": "#1d7f97", "line": {"width": 0}},
        "hovertemplate": "%{y:,} XP<extra></extra>",
    }
    heights = [round(total / xp_per_level + 1, 3) for total in totals]
    line: Chart = {
        "type": "scatter",
        "name": "Level",
        "x": _starts(periods),
        "y": heights,
        "yaxis": "y2",
        "mode": "lines+markers" if len(periods) == 1 else "lines",
        "line": {"color": GOLD, "width": 3},
        "customdata": [f"Level {total // xp_per_level + 1:,} with {total:,} XP in all" for total in totals],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    room = max(0.5, (heights[-1] - heights[0]) * 0.08)
    level_axis = {
        "title": {"text": "Level", "font": {"color": GOLD}},
        "tickfont": {"color": GOLD},
        "overlaying": "y",
        "tickmode": "auto",
        "side": "right",
        "range": [max(0, min(heights) - room), max(heights) + room],
        "tickformat": ",d",
        "nticks": 6,
        "showgrid": False,
    }
    drawn = figure(
        [bars, line],
        margin={"l": 62, "r": 62, "t": 10, "b": 34},
        xaxis=time_axis(),
        yaxis={"title": {"text": f"XP a {unit}"}, "rangemode": "tozero", "tickformat": "~s", "nticks": 6},
        yaxis2=level_axis,
    )
    words = [
        (period.name, f"{period.xp:,}", f"{total:,}", f"{total // xp_per_level + 1:,}")
        for period, total in zip(periods, totals, strict=True)
    ]
    columns = (_first_column(unit), "XP earned", "XP in all", "Level")
    return {"figure": drawn, "table": table("XP over time", columns, words)}


def activity(periods: Sequence[Period], unit: str, kinds: Sequence[tuple[str, str]]) -> Chart:
    """Events that count, stacked by type; `kinds` are types and their labels."""
    has_room = len(periods) <= PATTERNED
    traces = [
        {
            "type": "bar",
            "name": literal(label),
            "x": _starts(periods),
            "y": [period.counts[kind] for period in periods],
            "marker": {
                "color": SERIES[place],
                "line": {"width": 0},
                "pattern": {
                    "shape": PATTERNS[place] if has_room else "",
                    "fgcolor": "rgba(1, 10, 19, .55)",
                    "bgcolor": SERIES[place],
                    "size": 6,
                    "solidity": 0.22,
                },
            },
            "hovertemplate": f"{literal(label)}: %{{y:,}}<extra></extra>",
        }
        for place, (kind, label) in enumerate(kinds)
    ]
    drawn = figure(
        traces,
        barmode="stack",
        margin={"l": 62, "r": 14, "t": 10, "b": 34},
        xaxis=time_axis(),
        yaxis={"title": {"text": f"Events a {unit}"}, "rangemode": "tozero", "nticks": 6},
    )
    words = [
        (period.name, *(f"{period.counts[kind]:,}" for kind, _ in kinds), f"{period.counts.total():,}")
        for period in periods
    ]
    columns = (_first_column(unit), *(label for _, label in kinds), "All events")
    legend = [{"name": label, "colour": SERIES[place]} for place, (_, label) in enumerate(kinds)]
    return {"figure": drawn, "table": table("Activity over time", columns, words), "legend": legend}


def calendar(counts: dict[date, int], last: date, weeks: int) -> Chart:
    """A year as weeks of seven days, the brighter the more events; days that have not come are left out."""
    newest = monday_of(last)
    mondays = [newest - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    grid = [[monday + timedelta(days=weekday) for monday in mondays] for weekday in range(7)]
    values = [[counts.get(day, 0) if day <= last else None for day in line] for line in grid]
    cells: Chart = {
        "type": "heatmap",
        "x": [monday.isoformat() for monday in mondays],
        "y": list(WEEKDAYS),
        "z": values,
        "customdata": [[day_name(day) for day in line] for line in grid],
        "hovertemplate": "%{customdata}<br><b>%{z:,} events</b><extra></extra>",
        "hoverongaps": False,
        "xgap": 3,
        "ygap": 3,
        "zmin": 0,
        "zmax": max([1, *counts.values()]),
        "colorscale": [list(step) for step in HEAT],
        "showscale": False,
    }
    drawn = figure(
        [cells],
        hovermode="closest",
        margin={"l": 46, "r": 8, "t": 6, "b": 30},
        xaxis={"type": "date", "tickformat": "%b", "dtick": "M1", "tickangle": 0, "showline": False, "showgrid": False},
        yaxis={"autorange": "reversed", "showgrid": False, "showline": False},
    )
    words = [
        (
            short_name(monday),
            *("" if line[place] is None else f"{line[place]:,}" for line in values),
            f"{sum(line[place] or 0 for line in values):,}",
        )
        for place, monday in enumerate(mondays)
    ]
    return {"figure": drawn, "table": table("Events by day", ("Week of", *WEEKDAYS, "Week"), words)}


def time_axis() -> dict[str, Any]:
    """Dates below a chart, in words that fit however far apart they are."""
    return {
        "type": "date",
        "nticks": 8,
        "tickformatstops": [
            {"dtickrange": [None, "M1"], "value": "%-d %b"},
            {"dtickrange": ["M1", "M12"], "value": "%b %Y"},
            {"dtickrange": ["M12", None], "value": "%Y"},
        ],
        "hoverformat": "%a %-d %b %Y",
    }


def _starts(periods: Sequence[Period]) -> list[str]:
    return [period.start.isoformat() for period in periods]


def _first_column(unit: str) -> str:
    return "Day" if unit == "day" else "Week of"
