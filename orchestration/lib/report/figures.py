"""The figures of a week's report, read from the marts in one snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg2 import extensions

from orchestration.lib.report import queries

Row = dict[str, Any]
# How many of those who share a place are named.
NAMED: Final = 3


@dataclass(frozen=True)
class Figures:
    """Everything that the report of a week says. Rows are those of the statements in `queries`.

    Places, tiers, points and meetings of SDRs are as they were announced at `published_at`; teams, records, gold and XP
    as they were known at `read_at`, which is later: something may have been restated in between.
    """

    week: date
    content_hash: str
    published_at: datetime
    read_at: datetime
    tiers: list[Row]
    standings: list[Row]
    teams: list[Row]
    season: list[Row]
    week_records: list[Row]
    personal_bests: list[Row]
    restatements: list[Row]

    @property
    def champions(self) -> list[Row]:
        """Who is first with any points: several may share the place."""
        return [row for row in self.standings if row["position"] == 1 and row["rank_points"] > 0]

    @property
    def has_week_before(self) -> bool:
        """Whether the week before was published too, so that there is movement to tell."""
        return any(row["position_before"] is not None for row in self.standings)

    @property
    def risen(self) -> list[Row]:
        """Who is in a higher tier than the week before, the highest climb first."""
        return sorted((row for row in self.standings if climb(row) > 0), key=lambda row: (-climb(row), row["position"]))

    @property
    def fallen(self) -> list[Row]:
        """Who is in a lower tier than the week before, the deepest fall first."""
        return sorted((row for row in self.standings if climb(row) < 0), key=lambda row: (climb(row), row["position"]))

    @property
    def meetings_booked(self) -> int:
        return sum(row["meetings_booked"] for row in self.standings)

    @property
    def competing_teams(self) -> list[Row]:
        """The teams that have a place: those whom the roster does not know are no team."""
        return [team for team in self.teams if team["position"] is not None]

    def headline(self) -> Row:
        """What a list of reports shows of this one."""
        champions, teams = self.champions, self.competing_teams
        return {
            "champion_names": [row["display_name"] for row in champions[:NAMED]],
            "champion_count": len(champions),
            "champion_tier": champions[0]["rank_tier"] if champions else None,
            "champion_tier_order": champions[0]["rank_order"] if champions else None,
            "top_team_name": teams[0]["team_name"] if teams else None,
            "sdr_count": len(self.standings),
            "meetings_booked": self.meetings_booked,
            "team_count": len(teams),
            "rise_count": len(self.risen),
            "fall_count": len(self.fallen),
            "personal_best_count": len(self.personal_bests),
            "restatement_count": len(self.restatements),
            "published_at": self.published_at.isoformat(),
        }


def climb(row: Mapping[str, Any]) -> int:
    """How many tiers an SDR has risen since the week before; below zero, fallen."""
    before = row["rank_order_before"]
    return 0 if before is None else int(row["rank_order"] - before)


def movement(row: Mapping[str, Any]) -> int | None:
    """How many places an SDR or team has gained since the week before; None without one."""
    before, now = row["position_before"], row["position"]
    return None if before is None or now is None else int(before - now)


def read(cursor: extensions.cursor, week: date) -> Figures | None:
    """The figures of a published week, from the cursor's one snapshot; None when it is not published."""
    publication = _rows(cursor, queries.PUBLICATION, week=week)
    if not publication:
        return None
    published_at = publication[0]["published_at"]
    return Figures(
        week=week,
        content_hash=publication[0]["content_hash"],
        published_at=published_at,
        read_at=publication[0]["read_at"],
        tiers=_rows(cursor, queries.TIERS, week=week),
        standings=_rows(cursor, queries.STANDINGS, week=week),
        teams=_rows(cursor, queries.TEAMS, week=week),
        season=_rows(cursor, queries.SEASON, week=week),
        week_records=_records(cursor, week),
        personal_bests=_rows(cursor, queries.PERSONAL_BESTS, week=week),
        restatements=_rows(cursor, queries.RESTATEMENTS, week=week, published_at=published_at),
    )


def _records(cursor: extensions.cursor, week: date) -> list[Row]:
    order = ["meetings_booked", "calls_connected", "calls_made", "gold", "xp", "streak"]
    found = _rows(cursor, queries.WEEK_RECORDS, week=week) + _rows(cursor, queries.STREAK, week=week)
    return sorted(found, key=lambda row: order.index(row["metric"]))


def _rows(cursor: extensions.cursor, statement: str, **parameters: object) -> list[Row]:
    cursor.execute(statement, parameters)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
