"""The charts of a report, as the JSON that plotly draws. Each is of figures that a table of the report has, too."""

import json
from html import escape
from typing import Any, Final

import plotly.graph_objects as go

from orchestration.lib.report.figures import Figures, Row
from orchestration.lib.report.weeks import iso_week

# The colours of the HUD (hud/static/css/base.css), tier by tier.
TIER_COLOURS: Final = (
    "#aab0b8", "#d98c52", "#c6d6e4", "#f0c25a", "#5fe0d2", "#3fdc8c", "#8fb4ff", "#c58bff", "#ff6f72", "#7fd3ff",
)  # fmt: skip
GOLD: Final = "#c8aa6e"
TEXT: Final = "#d9d2c0"
GRID: Final = "rgba(200,170,110,.16)"
QUIET: Final = "rgba(240,230,210,.28)"
SHOWN: Final = 15
LONGEST_NAME: Final = 22


def charts(figures: Figures) -> dict[str, str]:
    """Each chart's JSON by its name, safe inside a script element; those without anything to show are left out."""
    drawn = {"season": _season(figures), "tiers": _tiers(figures)}
    if figures.champions:
        drawn["standings"] = _standings(figures)
    if figures.competing_teams:
        drawn["teams"] = _teams(figures)
    return {name: _json(figure) for name, figure in drawn.items()}


def _standings(figures: Figures) -> go.Figure:
    top = _top(figures)
    # Places are told apart by number: names may be the same.
    labels = [f"{_label(row['display_name'])}  {row['position']}  " for row in top]
    places = list(range(len(top)))
    this_week = go.Bar(
        name="This week",
        orientation="h",
        x=[row["rank_points"] for row in top],
        y=places,
        marker={"color": [_colour(row["rank_order"]) for row in top]},
        hovertext=[f"{_label(row['display_name'])}: {row['rank_points']}, {escape(row['rank_tier'])}" for row in top],
        hoverinfo="text",
    )
    before = [(place, row) for place, row in enumerate(top) if row["rank_points_before"] is not None]
    marks = go.Scatter(
        name="Week before",
        mode="markers",
        x=[row["rank_points_before"] for _, row in before],
        y=[place for place, _ in before],
        marker={"symbol": "diamond-open", "size": 9, "color": TEXT, "line": {"width": 1.6}},
        hovertext=[f"Week before: {row['rank_points_before']}" for _, row in before],
        hoverinfo="text",
    )
    figure = go.Figure([this_week, marks], _layout(height=_height(len(top)), left=190))
    figure.update_yaxes(tickvals=places, ticktext=labels, range=[len(top) - 0.4, -0.6], showgrid=False)
    figure.update_xaxes(rangemode="tozero")
    return figure


def _top(figures: Figures) -> list[Row]:
    return [row for row in figures.standings if row["rank_points"] > 0][:SHOWN]


def _height(bars: int) -> int:
    return 90 + 27 * max(6, bars)


def _tiers(figures: Figures) -> go.Figure:
    names = [escape(tier["rank_tier"]) for tier in figures.tiers]
    orders = [tier["rank_order"] for tier in figures.tiers]
    now = [sum(row["rank_order"] == order for row in figures.standings) for order in orders]
    before = [sum(row["rank_order_before"] == order for row in figures.standings) for order in orders]
    bars = [go.Bar(name="This week", x=names, y=now, marker={"color": [_colour(order) for order in orders]})]
    if figures.has_week_before:
        bars.insert(0, go.Bar(name="Week before", x=names, y=before, marker={"color": QUIET}))
    figure = go.Figure(bars, _layout(height=_height(len(_top(figures))) - 40, bottom=74))
    figure.update_layout(barmode="group", bargap=0.28)
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(showgrid=False, tickangle=-40)
    return figure


def _teams(figures: Figures) -> go.Figure:
    teams = figures.competing_teams[:SHOWN]
    places = list(range(len(teams)))
    bars = go.Bar(
        orientation="h",
        x=[team["points_per_head"] for team in teams],
        y=places,
        text=[f"{team['points_per_head']:g}" for team in teams],
        textposition="auto",
        insidetextfont={"color": "#06131d"},
        marker={"color": [GOLD, *["#8f7a4e"] * (len(teams) - 1)]},
        hovertext=[f"{_label(team['team_name'])}: {team['meetings_booked']} meetings" for team in teams],
        hoverinfo="text",
    )
    figure = go.Figure([bars], _layout(height=80 + 42 * max(2, len(teams)), left=150, legend=False))
    names = [f"{_label(team['team_name'])} " for team in teams]
    figure.update_yaxes(tickvals=places, ticktext=names, range=[len(teams) - 0.4, -0.6], showgrid=False)
    figure.update_xaxes(rangemode="tozero")
    return figure


def _season(figures: Figures) -> go.Figure:
    weeks = [iso_week(row["week_start_date"]) for row in figures.season]
    line = go.Scatter(
        x=weeks,
        y=[row["meetings_booked"] for row in figures.season],
        mode="lines+markers",
        line={"color": GOLD, "width": 2.5},
        marker={"size": [11 if week == weeks[-1] else 6 for week in weeks], "symbol": "diamond", "color": "#f0e6d2"},
        fill="tozeroy",
        fillcolor="rgba(200,170,110,.14)",
        hovertemplate="%{x}: %{y} meetings<extra></extra>",
    )
    figure = go.Figure([line], _layout(height=260, right=34, legend=False))
    figure.update_xaxes(type="category", showgrid=False, nticks=9)
    figure.update_yaxes(rangemode="tozero")
    return figure


def _layout(*, height: int, left: int = 48, right: int = 16, bottom: int = 40, legend: bool = True) -> dict[str, Any]:
    axis = {"gridcolor": GRID, "zerolinecolor": GRID, "tickformat": ",~r", "automargin": False, "fixedrange": True}
    return {
        "template": "none",
        "autosize": True,
        "height": height,
        "margin": {"l": left, "r": right, "t": 34 if legend else 14, "b": bottom},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "Barlow, Segoe UI, Noto Sans, sans-serif", "size": 13, "color": TEXT},
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.01, "yanchor": "bottom"},
        "hoverlabel": {"bgcolor": "#0b1f2e", "bordercolor": GOLD, "font": {"color": "#f0e6d2"}},
        "xaxis": axis,
        "yaxis": axis,
    }


def _colour(order: int) -> str:
    return TIER_COLOURS[min(order, len(TIER_COLOURS) - 1)]


def _label(name: str) -> str:
    """A name as plotly shows it literally: it reads some tags and entities."""
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
    return escape(short, quote=False)


def _json(figure: go.Figure) -> str:
    content = {key: value for key, value in figure.to_plotly_json().items() if key in {"data", "layout"}}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it may end the script element or begin a comment.
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
