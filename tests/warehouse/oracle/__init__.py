"""The marts as plain Python computes them from raw: slow, obvious, sharing no code with the product.

Each module holds one function a mart, named after it: it takes the `Facts` and returns the expected rows. `LIVE`
must hold after each arrival, `SETTLED` after each settle; both map a mart to its compared columns and its function.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

import psycopg2

from tests.conftest import Database
from tests.warehouse.oracle import days, lineage, people, play, rules, weeks
from tests.warehouse.oracle.days import live_user_days, user_days
from tests.warehouse.oracle.facts import Facts, load, monday

__all__ = ["LIVE", "SETTLED", "check_marts", "live_user_days", "monday", "user_days"]

Expected = Callable[[Facts], list[tuple[object, ...]]]
Marts = Mapping[str, tuple[str, Expected]]

LIVE: Final[Marts] = {
    "fct_user_daily": (
        f"user_id, activity_date, event_type, {', '.join(days.Day._fields)}",
        days.fct_user_daily,
    ),
    "dim_user_stats": (people.STATS_COLUMNS, people.dim_user_stats),
    "rpt_leaderboard": (people.BOARD_COLUMNS, people.rpt_leaderboard),
    "dim_gamification_rules": (rules.COLUMNS, rules.dim_gamification_rules),
    "dim_users_history": (lineage.VERSION, lineage.dim_users_history),
    "fct_meetings": (lineage.MEETING, lineage.fct_meetings),
    "rpt_meeting_conversion": (lineage.CONVERSION, lineage.rpt_meeting_conversion),
    "fct_calls": (lineage.CALL, lineage.fct_calls),
    "fct_unscored_items": (lineage.UNSCORED, lineage.fct_unscored_items),
    lineage.EXPLAINED: (lineage.EXPLANATION, lineage.explain_score),
    "fct_weekly_ranks": (weeks.RANK_COLUMNS, weeks.fct_weekly_ranks),
    "fct_weekly_rank_restatements": (weeks.RESTATEMENT_COLUMNS, weeks.fct_weekly_rank_restatements),
}
# The game is live too; to compare all of it after each arrival takes long, so test_play does so with seeds of its own.
SETTLED: Final[Marts] = {**play.shipped_registry()}


def check_marts(database: Database, *registries: Marts) -> None:
    """Compare marts with the oracle, row by row, in one snapshot."""
    connection = psycopg2.connect(database.owner_dsn)
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    try:
        with connection, connection.cursor() as cursor:
            facts = load(cursor)
            for registry in registries:
                for mart, (columns, expected) in registry.items():
                    cursor.execute(f"select {columns} from marts.{mart}")
                    found, wanted = Counter(cursor.fetchall()), Counter(expected(facts))
                    assert found == wanted, f"{mart}: not expected {found - wanted}, missing {wanted - found}"
    finally:
        connection.close()
