"""How `rift rules` shows versions and previews, to people and to programs. Names are text, and never read as markup."""

import csv
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ingestion.rules.landing import Version


def versions(rows: Sequence[dict[str, Any]]) -> RenderableType:
    table = _table("event type", "gold", "XP", "points", "from", "to", "by", numbers=range(1, 4))
    for row in rows:
        table.add_row(
            *(Text(str(row[name])) for name in ("event_type", "gold_value", "xp_value", "rank_points")),
            Text(_time(row["effective_from"], "ever")),
            Text(_time(row["effective_to"], "open")),
            Text(row["changed_by"]),
            style="" if row["is_current"] else "dim",
        )
    return table


def sentence(event_type: str, version: Version) -> str:
    begins, ends = _time(version.effective_from, "ever"), _time(version.effective_to, "further notice")
    return (
        f"landed version {version.rule_version_id}: {event_type} is worth {version.gold_value} gold, "
        f"{version.xp_value} XP and {version.rank_points} rank points from {begins} until {ends}"
    )


def before_and_after(rows: Sequence[dict[str, Any]], weeks: int) -> RenderableType:
    """Those whom it moves; the others are counted."""
    table = _table(
        "SDR", "team", "level", "gold", "XP", "rank this week", f"of {weeks} weeks, other rank", numbers=(2, 3, 4, 6)
    )
    moved = [row for row in rows if _differs(row)]
    for row in moved:
        table.add_row(
            Text(row["display_name"] or row["user_id"]),
            Text(row["team_name"] or ""),
            *(_change(row, name) for name in ("level", "gold", "xp", "rank")),
            Text(str(row["weeks_changed"])),
        )
    rest = Text(f"{len(moved)} of {len(rows)} SDRs move. Nothing was written.")
    return Group(table, rest) if moved else rest


def _differs(row: dict[str, Any]) -> bool:
    figures = any(row[f"{name}_before"] != row[f"{name}_after"] for name in ("gold", "xp", "rank"))
    return figures or row["weeks_changed"] > 0


def _change(row: dict[str, Any], name: str) -> Text:
    before, after = row[f"{name}_before"], row[f"{name}_after"]
    if before == after:
        return Text(_figure(before))
    return Text.assemble(f"{_figure(before)} → ", (_figure(after), "bold"))


def _figure(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _time(moment: datetime | None, none: str) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if moment else none


def _table(*headings: str, numbers: Sequence[int]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="right" if position in numbers else "left")
    return table


def print_json(document: object) -> None:
    print(json.dumps(document, default=_in_json, indent=2))


def _in_json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def print_csv(rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        writer = csv.DictWriter(sys.stdout, [name for name in rows[0] if name != "weeks"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
