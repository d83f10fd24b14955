"""The marts as plain Python computes them from raw: slow, obvious, sharing no code with the product.

Each module holds one function a mart, named after it: it takes the `Facts` and returns the expected rows. `LIVE`
must hold after each arrival, `SETTLED` after each settle; both map a mart to its compared columns and its function.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

import psycopg2

from tests.conftest import Database
from tests.warehouse.oracle import days, lineage
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
    "dim_users_history": (lineage.VERSION, lineage.dim_users_history),
    "fct_meetings": (lineage.MEETING, lineage.fct_meetings),
    "rpt_meeting_conversion": (lineage.CONVERSION, lineage.rpt_meeting_conversion),
    "fct_calls": (lineage.CALL, lineage.fct_calls),
    "fct_unscored_items": (lineage.UNSCORED, lineage.fct_unscored_items),
}
SETTLED: Final[Marts] = {
    # Live as well, but asking a function for each event takes longer than all other marts together.
    **lineage.EXPLANATIONS,
}


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
