"""Rows of the seeds that decide the game, and people, for tests of it."""

from datetime import date

from tests import landing
from tests.conftest import Database
from tests.warehouse.oracle import check_marts, play
from tests.warehouse.oracle.facts import Row


def achievement(achievement_id: str, kind: str, threshold: int, event_type: str | None = None) -> Row:
    return {
        "achievement_id": achievement_id,
        "title": achievement_id,
        "description": None,
        "kind": kind,
        "event_type": event_type,
        "threshold": threshold,
        "sort_order": 1,
    }


def goal(
    goal_id: str, subject: tuple[str, str | None], metric: str, target: int, since: date, until: date | None = None
) -> Row:
    return {
        "goal_id": goal_id,
        "subject_type": subject[0],
        "subject_id": subject[1],
        "metric": metric,
        "target": target,
        "first_week": since,
        "last_week": until,
    }


def duel(duel_id: str, kind: str, sides: tuple[str, str], metric: str, starts_on: date, ends_on: date) -> Row:
    return {
        "duel_id": duel_id,
        "title": duel_id,
        "subject_type": kind,
        "challenger_id": sides[0],
        "opponent_id": sides[1],
        "metric": metric,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


def hire(database: Database, user_id: str, team: str, started_on: str, zone: str = "UTC") -> None:
    """Land a roster version that holds from a first day."""
    landing.employ(database, user_id, zone, team, started_on, started_on=started_on)


def plant(database: Database, seeds: play.Seeds) -> None:
    """Put these rows in the place of those shipped."""
    for table, rows in (("achievements", seeds.achievements), ("weekly_goals", seeds.goals), ("duels", seeds.duels)):
        database.execute(f"delete from seeds.{table}")
        for row in rows:
            places = ", ".join(["%s"] * len(row))
            database.execute(f"insert into seeds.{table} ({', '.join(row)}) values ({places})", *row.values())


def check(database: Database, seeds: play.Seeds) -> None:
    """Compare every mart of the game with the oracle."""
    check_marts(database, play.registry(seeds))
