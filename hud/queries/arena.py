"""What the Arena asks: a whole board of a period, the teams of this week, duels, and who is in which team.

A board is asked whole and kept in the server's memory, so that own rows, pages and searches of any number of sessions
are slices of one answer. With 10,000 SDRs the database computes all positions for a single row too: measured, 140 ms
for a board, for the rows around 500 SDRs alone as well; reading 10,000 rows costs 7 ms here and 5 MB.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import rows

PERIODS = ("today", "week", "all_time")

# The script of the page reads a row by place.
BOARD = text(
    """
    select
        boards.user_id,
        boards.position,
        boards.movement,
        tiers.rank_order,
        boards.display_name,
        boards.team_name,
        boards.current_rank,
        boards.meetings_booked,
        boards.gold,
        boards.xp,
        boards.rank_points
    from marts.rpt_leaderboard as boards
    inner join marts.dim_rank_tiers as tiers on boards.current_rank = tiers.rank_tier
    where boards.period = :period
    order by boards.position, boards.display_name, boards.user_id
    """
)

TEAMS = text(
    """
    select
        team_id,
        team_name,
        headcount,
        meetings_booked,
        rank_points,
        gold,
        xp,
        position,
        count(*) over (partition by position)::integer as sharing,
        total_position,
        points_per_head::double precision as points_per_head
    from marts.fct_team_weekly
    where is_current
    order by position nulls last, team_name, team_id
    """
)

# Days are counted from the day on which most of the SDRs are.
DUELS = text(
    """
    with clock as materialized (
        select coalesce(
            mode() within group (order by (now() at time zone time_zone)::date), (now() at time zone 'UTC')::date
        ) as today
        from marts.dim_users
    )

    select
        duels.duel_id,
        duels.title,
        duels.subject_type,
        duels.metric,
        duels.leader,
        duels.status,
        duels.challenger_id,
        duels.opponent_id,
        duels.challenger_score,
        duels.opponent_score,
        duels.challenger_headcount,
        duels.opponent_headcount,
        types.event_label,
        duels.challenger_score_per_head::double precision as challenger_score_per_head,
        duels.opponent_score_per_head::double precision as opponent_score_per_head,
        duels.margin::double precision as margin,
        duels.starts_on::text as starts_on,
        duels.ends_on::text as ends_on,
        duels.starts_on - (select clock.today from clock) as days_to_start,
        duels.ends_on - (select clock.today from clock) as days_left
    from marts.fct_duels as duels
    left join marts.dim_event_types as types on duels.metric = types.event_type
    order by
        case duels.status when 'running' then 0 when 'upcoming' then 1 else 2 end,
        abs(duels.ends_on - (select clock.today from clock)),
        duels.duel_id
    """
)

# Not joined to a board or a duel: from a roster of thousands Postgres plans such a join by nested loops, for minutes.
PEOPLE = text("select user_id, team_id, display_name from marts.dim_users")
TEAM_NAMES = text("select team_id, team_name from marts.dim_teams")

Row = tuple[Any, ...]
USER_ID, POSITION, DISPLAY_NAME, TEAM_NAME = 0, 1, 4, 5
FIGURES = slice(7, 11)


@dataclass(frozen=True)
class Board:
    """Everybody's row of one period, in order of position."""

    rows: list[Row]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where in `rows` each SDR stands."""
        return {row[USER_ID]: place for place, row in enumerate(self.rows)}

    @cached_property
    def words(self) -> list[str]:
        """What a search of each row looks through."""
        return [f"{row[DISPLAY_NAME]}\n{row[TEAM_NAME]}\n{row[USER_ID]}".casefold() for row in self.rows]

    @cached_property
    def has_scores(self) -> bool:
        return any(any(row[FIGURES]) for row in self.rows[:1])

    def cut(self, first: int, end: int) -> list[list[Any]]:
        """The rows of these places, each with whether it shares its position."""
        first = max(0, first)
        return [[*row, self._is_tied(first + place)] for place, row in enumerate(self.rows[first:end])]

    def find(self, words: str, limit: int) -> tuple[list[list[Any]], int]:
        """The first rows whose name, team or id holds `words`, and how many there are."""
        wanted = words.strip().casefold()
        found = [place for place, text in enumerate(self.words) if wanted in text]
        return [row for place in found[:limit] for row in self.cut(place, place + 1)], len(found)

    def _is_tied(self, place: int) -> bool:
        position = self.rows[place][POSITION]
        beside = [near for near in (place - 1, place + 1) if 0 <= near < len(self.rows)]
        return any(self.rows[near][POSITION] == position for near in beside)


@dataclass(frozen=True)
class Roster:
    """Names, and who is in which team."""

    names: dict[str, str]
    team_ids: dict[str, str]
    team_names: dict[str, str]

    def name(self, subject_type: str, subject_id: str) -> str:
        """What a side of a duel is called."""
        return (self.names if subject_type == "sdr" else self.team_names).get(subject_id, subject_id)


def board(engine: Engine, period: str) -> Board:
    """The whole board of a period: as tuples, a third of what dictionaries cost."""
    with engine.connect() as connection:
        return Board([tuple(row) for row in connection.execute(BOARD, {"period": period})])


def teams(engine: Engine) -> list[dict[str, Any]]:
    """The teams of this week by position; Unassigned, which has none, comes last."""
    return rows(engine, TEAMS)


def duels(engine: Engine) -> list[dict[str, Any]]:
    """Every duel: what runs, what is to come, what is over; the nearest first."""
    return rows(engine, DUELS)


def roster(engine: Engine) -> Roster:
    """Everybody and every team there ever was."""
    with engine.connect() as connection:
        people = connection.execute(PEOPLE).all()
        teams = connection.execute(TEAM_NAMES).all()
    return Roster(
        {row.user_id: row.display_name for row in people},
        {row.user_id: row.team_id for row in people},
        {row.team_id: row.team_name for row in teams},
    )
