"""The oracle of the game: the seeds that decide it, and the registry of its marts.

The registry takes the seeds, so that a test can hold the marts against rows of its own.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.warehouse.oracle import play_achievements, play_contests, play_teams
from tests.warehouse.oracle.facts import Row

if TYPE_CHECKING:
    from tests.warehouse.oracle import Marts

SEEDS: Final = Path(__file__).parents[3] / "dbt_project" / "seeds"
NUMBERS: Final = {"threshold", "sort_order", "target", "rank_order", "minimum_rank_points"}
DATES: Final = {"first_week", "last_week", "starts_on", "ends_on"}


def shipped(name: str) -> list[Row]:
    """The rows of a seed file, with numbers, dates and nothing for what is empty."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{column: _value(column, text) for column, text in row.items()} for row in csv.DictReader(file)]


def _value(column: str, text: str) -> object:
    if text == "":
        return None
    if column in NUMBERS:
        return int(text)
    return date.fromisoformat(text) if column in DATES else text


@dataclass(frozen=True)
class Seeds:
    achievements: list[Row]
    goals: list[Row]
    duels: list[Row]


def registry(seeds: Seeds) -> "Marts":
    """The marts of the game as these seeds decide it."""
    tiers = {row["rank_order"]: row["minimum_rank_points"] for row in shipped("rank_tiers")}
    catalogue = seeds.achievements
    return {
        "dim_teams": ("team_id, team_name, sdr_count, is_active", play_teams.dim_teams),
        "dim_event_types": (
            "event_type, event_label, sort_order, gold_value, xp_value, rank_points",
            partial(play_teams.dim_event_types, labels=shipped("event_types")),
        ),
        "dim_achievements": (
            "achievement_id, title, description, kind, event_type, threshold, sort_order",
            lambda _: [tuple(row.values()) for row in catalogue],
        ),
        "fct_team_weekly": (play_teams.TEAM_WEEK_COLUMNS, play_teams.fct_team_weekly),
        "fct_achievements": (
            "user_id, achievement_id, kind, earned_at",
            partial(play_achievements.fct_achievements, catalogue=catalogue, tiers=tiers),
        ),
        "fct_achievement_progress": (
            "user_id, achievement_id, current_value, threshold, progress_ratio, is_earned, earned_at",
            partial(play_achievements.fct_achievement_progress, catalogue=catalogue, tiers=tiers),
        ),
        "fct_streaks": (
            "user_id, current_streak_days, longest_streak_days, last_active_date",
            play_achievements.fct_streaks,
        ),
        "fct_personal_bests": (
            "user_id, metric, period, best_value, previous_best_value, reached_date",
            play_contests.fct_personal_bests,
        ),
        "fct_goal_progress": (
            play_contests.GOAL_COLUMNS,
            partial(play_contests.fct_goal_progress, goals=seeds.goals),
        ),
        "fct_duels": (play_contests.DUEL_COLUMNS, partial(play_contests.fct_duels, duels=seeds.duels)),
    }


def shipped_registry() -> "Marts":
    """The marts of the game as the seeds in the repository decide it."""
    return registry(Seeds(shipped("achievements"), shipped("weekly_goals"), shipped("duels")))
