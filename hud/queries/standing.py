"""What My HUD asks beside its figures: the streak and the goals of the week."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import rows

# By whose they are (type and id), and of which week.
Goals = dict[tuple[str, str, date], list[dict[str, Any]]]

PEOPLE = text(
    """
    select
        user_id,
        team_id,
        date_trunc('week', now() at time zone time_zone)::date as week_start_date
    from marts.dim_users
    where user_id = any(:user_ids)
    """
)

STREAKS = text(
    """
    select user_id, current_streak_days, longest_streak_days
    from marts.fct_streaks
    where user_id = any(:user_ids)
    """
)

# Own goals first, then the team's. With plain values for the weeks: joined, each SDR would be counted by itself.
GOALS = text(
    """
    select
        goals.subject_type,
        goals.subject_id,
        goals.metric,
        coalesce(event_types.event_label, goals.metric) as label,
        goals.actual,
        goals.target,
        goals.is_reached,
        goals.week_start_date
    from marts.fct_goal_progress as goals
    left join marts.dim_event_types as event_types on goals.metric = event_types.event_type
    where
        goals.week_start_date = any(:weeks)
        and (
            (goals.subject_type = 'sdr' and goals.subject_id = any(:user_ids))
            or (goals.subject_type = 'team' and goals.subject_id = any(:team_ids))
        )
    order by goals.subject_type, goals.goal_id
    """
)


def standings(engine: Engine, user_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The streak and this week's goals of each of these SDRs."""
    asked = {"user_ids": list(user_ids)}
    people = rows(engine, PEOPLE, asked)
    streaks = {streak["user_id"]: streak for streak in rows(engine, STREAKS, asked)} if people else {}
    goals = _goals(engine, people) if people else {}
    return {person["user_id"]: _standing(person, streaks.get(person["user_id"]), goals) for person in people}


def _goals(engine: Engine, people: Sequence[dict[str, Any]]) -> Goals:
    asked = {
        "user_ids": [person["user_id"] for person in people],
        "team_ids": sorted({person["team_id"] for person in people}),
        "weeks": sorted({person["week_start_date"] for person in people}),
    }
    goals: Goals = defaultdict(list)
    for goal in rows(engine, GOALS, asked):
        goals[goal["subject_type"], goal["subject_id"], goal["week_start_date"]].append(goal)
    return goals


def _standing(person: dict[str, Any], streak: dict[str, Any] | None, goals: Goals) -> dict[str, Any]:
    subjects = (("sdr", person["user_id"]), ("team", person["team_id"]))
    shown = ("subject_type", "metric", "label", "actual", "target", "is_reached")
    return {
        "streak": streak["current_streak_days"] if streak else 0,
        "longest_streak": streak["longest_streak_days"] or 0 if streak else 0,
        "goals": [
            {name: goal[name] for name in shown}
            for subject in subjects
            for goal in goals.get((*subject, person["week_start_date"]), ())
        ],
    }
