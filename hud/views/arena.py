"""Arena: the boards of today, this week and all time, the teams of this week, and duels."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from hud.access import may_see
from hud.components.live import address, live_panel
from hud.context import LONGEST_ID, MAX_AGE_IN_INTERVALS, Hud, is_possible_id, shared
from hud.queries import arena as queries
from hud.queries.arena import PERIODS, Board, Roster

# A board changes places, it does not ring: a glance behind My HUD is soon enough, and half as dear.
LEAST_INTERVAL_SECONDS = 2.0
CONTESTS_MAX_AGE_SECONDS = 4.0
# Names and teams change by the day.
ROSTER_MAX_AGE_SECONDS = 15.0

PODIUM = 3
PAGE_ROWS = 50
MOST_ROWS = 200
ROWS_BEFORE_OWN = 10
NEIGHBOURS = 1
FOUND_ROWS = 30
LONGEST_WORDS = 100
TEAM_ROWS = 12
DUEL_ROWS = 12
NOBODY = Roster({}, {}, {})


@dataclass
class Look:
    """What one session looks at: from which place, how many rows, and what it searches."""

    first: int = 0
    count: int = PAGE_ROWS
    words: str = ""


def page(hud: Hud) -> None:
    st.fragment(_live, run_every=interval_of(hud))(hud)


def interval_of(hud: Hud) -> float:
    return max(LEAST_INTERVAL_SECONDS, hud.settings.hud_refresh_interval)


def _live(hud: Hud) -> None:
    who = hud.viewer
    user_id = hud.shown_to(who)
    interval = interval_of(hud)
    look: Look = st.session_state.setdefault("rift_arena", Look())
    period = st.query_params.get("board", "")
    period = period if period in PERIODS else "week"
    engine = hud.engine
    boards = shared("arena_board", lambda name: queries.board(engine, name), interval * MAX_AGE_IN_INTERVALS)
    known = boards.get(period)
    shown = known.value or Board([])
    details = {
        "period": period,
        "user_id": user_id[:LONGEST_ID],
        "home": address("my_hud"),
        "opens": "all" if may_see(who, "") else who.user_id,
        **board_details(shown, look, user_id),
        **contest_details(hud, user_id),
    }
    result = live_panel(
        hud, "arena", known, "board", "more", "find", "jump", "open", interval_seconds=interval, details=details
    )
    if obey(result, look, shown, user_id):
        st.rerun(scope="fragment")
    if result.open and may_see(who, str(result.open)) and is_possible_id(str(result.open)):
        st.query_params["user"] = str(result.open)
        hud.go("my_hud")


def obey(result: Any, look: Look, board: Board, user_id: str) -> bool:  # noqa: ANN401 - Streamlit's own result type is private
    """Change what this session looks at, as the reader has just asked; whether anything did change."""
    if result.board in PERIODS:
        st.query_params["board"] = str(result.board)
        look.first = 0
    elif result.more:
        look.count = min(look.count + PAGE_ROWS, MOST_ROWS)
    elif result.find is not None:
        look.words = str(result.find).replace("\x00", "").strip()[:LONGEST_WORDS]
    elif result.jump:
        place = board.places.get(user_id, 0) if result.jump == "own" else 0
        look.first, look.words = max(0, place - ROWS_BEFORE_OWN), ""
    else:
        return False
    return True


def board_details(board: Board, look: Look, user_id: str) -> dict[str, Any]:
    """The rows that one session is sent: podium, a page or what was found, and the own row with its neighbours."""
    place = board.places.get(user_id)
    first = max(PODIUM if board.has_scores else 0, min(look.first, len(board.rows) - 1))
    end = first + look.count
    found, found_count = board.find(look.words, FOUND_ROWS) if look.words else ([], 0)
    return {
        "total": len(board.rows),
        "podium": board.cut(0, PODIUM) if board.has_scores else [],
        "rows": found if look.words else board.cut(first, end),
        "own": [] if place is None else board.cut(place - NEIGHBOURS, place + NEIGHBOURS + 1),
        "words": look.words,
        "found_count": found_count,
        "has_earlier": first > PODIUM,
        "can_show_more": not look.words and end < len(board.rows) and look.count < MOST_ROWS,
    }


def contest_details(hud: Hud, user_id: str) -> dict[str, Any]:
    """Teams and duels, and which of them are the reader's own."""
    engine = hud.engine
    teams = shared("arena_teams", lambda _: queries.teams(engine), CONTESTS_MAX_AGE_SECONDS).get("").value or []
    duels = shared("arena_duels", lambda _: queries.duels(engine), CONTESTS_MAX_AGE_SECONDS).get("").value or []
    rosters = shared("arena_roster", lambda _: queries.roster(engine), ROSTER_MAX_AGE_SECONDS)
    roster = rosters.get("").value or NOBODY
    team_id = roster.team_ids.get(user_id)
    own = {"sdr": user_id, "team": team_id}
    sided = [sides_of(duel, roster, own) for duel in duels]
    mine_first = sorted(sided, key=lambda duel: not duel["is_own"])
    return {
        "teams": own_in_view(teams, team_id),
        "team_count": sum(team["position"] is not None for team in teams),
        "team_id": team_id,
        "duels": mine_first[:DUEL_ROWS],
        "duel_count": len(duels),
    }


def sides_of(duel: dict[str, Any], roster: Roster, own: dict[str, str | None]) -> dict[str, Any]:
    """A duel whose sides have names, and which says whether one of them is the reader's."""
    kind = duel["subject_type"]
    sides = {
        which: {"name": roster.name(kind, duel[f"{which}_id"]), "is_own": duel[f"{which}_id"] == own[kind]}
        for which in ("challenger", "opponent")
    }
    return {**duel, **sides, "is_own": any(side["is_own"] for side in sides.values())}


def own_in_view(teams: list[dict[str, Any]], team_id: str | None) -> list[dict[str, Any]]:
    """The first teams; of those behind them the own one, and Unassigned, which is no team."""
    behind = [team for team in teams[TEAM_ROWS:] if team["team_id"] == team_id or team["position"] is None]
    return teams[:TEAM_ROWS] + behind
