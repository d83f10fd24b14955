"""How charts look: one plotly template in the colours of base.css, and the data of each chart as a table beside it.

Figures are drawn for a screen whose rem has 16 pixels; hud/static/js/history/chart.js scales them with the page. plotly
reads a little HTML in its texts, so whatever people wrote goes through `literal`.
"""

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

GOLD: Final = "#c8aa6e"
BRIGHT: Final = "#f0e6d2"
MUTED: Final = "#b3ae9b"
NIGHT: Final = "#04121f"
GRID: Final = "rgba(200, 170, 110, .13)"
CLEAR: Final = "rgba(0, 0, 0, 0)"
SANS: Final = "Barlow, Segoe UI, Noto Sans, sans-serif"

# Of series side by side: different in brightness as well as in hue, and (PATTERNS) without either.
SERIES: Final = ("#3f9fc4", "#0ac8b9", "#8fa5e8", "#f0c25a", "#7ee08c", "#d98c52", "#98a4ad")
PATTERNS: Final = ("", "/", ".", "", "x", "\\", "-")

# From the lowest tier up.
TIER_COLOURS: Final = (
    *("#aab0b8", "#d98c52", "#c6d6e4", "#f0c25a", "#5fe0d2"),
    *("#3fdc8c", "#8fb4ff", "#c58bff", "#ff6f72", "#7fd3ff"),
)

AXIS: Final[dict[str, Any]] = {
    "gridcolor": GRID,
    "linecolor": "rgba(200, 170, 110, .35)",
    "zeroline": False,
    "ticks": "",
    "tickfont": {"color": MUTED, "size": 14},
    "title": {"font": {"color": MUTED, "size": 14}, "standoff": 8},
    "automargin": False,
    "fixedrange": True,
}

TEMPLATE: Final[dict[str, Any]] = {
    "layout": {
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": SANS, "size": 15, "color": BRIGHT},
        "margin": {"l": 52, "r": 14, "t": 10, "b": 34, "pad": 0},
        "showlegend": False,
        # Reading, not editing: the page scrolls under a finger, and ranges are chosen by the keys above.
        "dragmode": False,
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": "#06202f",
            "bordercolor": GOLD,
            "font": {"family": SANS, "size": 15, "color": BRIGHT},
            "namelength": -1,
        },
        "bargap": 0.22,
        "xaxis": {**AXIS, "showgrid": False, "spikecolor": GOLD, "spikethickness": 1, "spikedash": "solid"},
        "yaxis": AXIS,
    }
}


def figure(traces: Sequence[dict[str, Any]], **layout: Any) -> dict[str, Any]:  # noqa: ANN401 - plotly's own names
    """A themed figure as plain JSON; plotly has checked each name and value in it."""
    drawn = go.Figure(data=list(traces), layout={"template": TEMPLATE, **layout})
    return dict(drawn.to_plotly_json())


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> dict[str, Any]:
    """A chart's data in words; the first column names the row. Row `n` is what the chart shows at its n-th point."""
    return {"caption": caption, "columns": list(columns), "rows": [[str(cell) for cell in row] for row in rows]}


def literal(words: str, longest: int = 40) -> str:
    """Words as plotly shows them: as they are, and no longer than a label can be."""
    short = words if len(words) <= longest else words[: longest - 1] + "\u2026"
    # A percent sign before a brace would be read as a placeholder.
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "% {")
