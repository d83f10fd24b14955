"""The marts as plain Python computes them from raw: slow, obvious, sharing no code with the product.

Each module holds one function a mart, named after it: it takes the `Facts` and returns the expected rows. `LIVE`
must hold after each arrival, `SETTLED` after each settle; both map a mart to its compared columns and its function.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from tests.conftest import Database
from tests.warehouse.oracle import common, days, events, lineage, people, play, play_teams, rules, vendor_reports, weeks
from tests.warehouse.oracle.days import live_user_days, user_days
from tests.warehouse.oracle.facts import Facts, load, monday
from tests.warehouse.oracle.vendor_decisions import Meanings
from tests.warehouse.reading import snapshot

__all__ = ["LIVE", "SETTLED", "check_marts", "live_user_days", "monday", "user_days"]

Expected = Callable[[Facts], list[tuple[object, ...]]]
Marts = Mapping[str, tuple[str, Expected]]

LIVE: Final[Marts] = {
    "fct_user_daily": (
        f"user_id, activity_date, event_type, {', '.join(days.Day._fields)}",
        days.fct_user_daily,
    ),
    "fct_sales_events": (events.EVENT_COLUMNS, events.fct_sales_events),
    "rpt_activity_feed": (events.FEED_COLUMNS, events.rpt_activity_feed),
    "rpt_health": (events.HEALTH_COLUMNS, events.rpt_health),
    "dim_users": (events.USER_COLUMNS, events.dim_users),
    "dim_user_stats": (people.STATS_COLUMNS, people.dim_user_stats),
    "rpt_leaderboard": (people.BOARD_COLUMNS, people.rpt_leaderboard),
    "fct_team_weekly": (play_teams.TEAM_WEEK_COLUMNS, play_teams.fct_team_weekly),
    "dim_gamification_rules": (rules.COLUMNS, rules.dim_gamification_rules),
    "dim_users_history": (lineage.VERSION, lineage.dim_users_history),
    "fct_meetings": (lineage.MEETING, lineage.fct_meetings),
    "rpt_meeting_conversion": (lineage.CONVERSION, lineage.rpt_meeting_conversion),
    "fct_calls": (lineage.CALL, lineage.fct_calls),
    "fct_unscored_items": (lineage.UNSCORED, lineage.fct_unscored_items),
    "rpt_unmapped_values": (vendor_reports.UNMAPPED, vendor_reports.rpt_unmapped_values),
    "fct_weekly_ranks": (weeks.RANK_COLUMNS, weeks.fct_weekly_ranks),
    "fct_weekly_rank_restatements": (weeks.RESTATEMENT_COLUMNS, weeks.fct_weekly_rank_restatements),
}
# These are live as well, but to compare all of the game, and to explain each event, after each arrival would take long.
SETTLED: Final[Marts] = {
    **play.shipped_registry(),
    **lineage.EXPLANATIONS,
    "dim_dates": (common.DATE, common.dim_dates),
    "dim_rank_tiers": (common.TIER, common.dim_rank_tiers),
    "rpt_weekly_publications": (common.PUBLICATION, common.rpt_weekly_publications),
}


def check_marts(database: Database, *registries: Marts, meanings: Meanings | None = None) -> None:
    """Compare marts with the oracle, row by row, in one snapshot; vendors mean what is shipped, or this."""
    with snapshot(database) as questions:
        with questions.connection.cursor() as cursor:
            facts = load(cursor, meanings)
        for registry in registries:
            for mart, (columns, expected) in registry.items():
                found = Counter(questions.ask(f"select {columns} from marts.{mart}"))
                wanted = Counter(expected(facts))
                assert found == wanted, f"{mart}: not expected {found - wanted}, missing {wanted - found}"
