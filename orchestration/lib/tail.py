"""What has landed and is not settled yet, as sensors and checks see it."""

from dataclasses import dataclass
from datetime import datetime

import dagster as dg
import psycopg2


@dataclass(frozen=True)
class Tail:
    """`newest_landed_xid` grows with everything that lands (events, rules, people): the high water of raw."""

    newest_landed_xid: str
    event_count: int
    rule_count: int
    sdr_version_count: int
    last_event_landed_at: datetime | None

    @property
    def is_empty(self) -> bool:
        return not (self.event_count or self.rule_count or self.sdr_version_count)


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]  # the type argument is Dagster's own default
    """The warehouse, as rift_transform."""

    dsn: str

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """The rows of one read-only statement."""
        connection = psycopg2.connect(self.dsn, connect_timeout=5)
        try:
            connection.set_session(readonly=True, autocommit=True)
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def tail(self) -> Tail:
        rows = self.query(
            "select coalesce(newest_landed_xid, '0')::text, tail_event_count, tail_rule_count, tail_sdr_version_count,"
            " last_event_landed_at from intermediate.int_tail"
        )
        return Tail(*rows[0])  # type: ignore[arg-type]  # the view has one row of these types
