"""What has landed and is not settled yet, as sensors and checks see it."""

from dataclasses import dataclass
from datetime import datetime

import dagster as dg
import psycopg2


@dataclass(frozen=True)
class Tail:
    """The row of `intermediate.int_tail`, which says what each field means."""

    newest_landed_xid: str
    watermark_xid: str
    tail_event_count: int
    is_settleable: bool
    is_complete: bool
    last_event_landed_at: datetime | None

    @property
    def unsettled(self) -> str:
        """Names what a settle would find; another name after it has settled, or more has landed."""
        return f"{self.watermark_xid}-{self.newest_landed_xid}-{self.tail_event_count}"

    @property
    def landed(self) -> str:
        """Names all that has landed; another name while an open transaction may still land under an older id."""
        return f"{self.newest_landed_xid}{'' if self.is_complete else '-open'}"


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
            "select coalesce(newest_landed_xid, '0')::text, watermark_xid::text, tail_event_count, is_settleable,"
            " is_complete, last_event_landed_at from intermediate.int_tail"
        )
        return Tail(*rows[0])  # type: ignore[arg-type]  # the view has one row of these types

    def horizon(self) -> int:
        """The transaction id below which everything has landed that ever will."""
        ((xid,),) = self.query("select pg_snapshot_xmin(pg_current_snapshot())::text")
        return int(str(xid))
