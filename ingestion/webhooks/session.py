"""The writer thread's side of the database: transactions, and what becomes of a batch when one fails."""

import logging
from collections.abc import Sequence
from typing import Final

import psycopg2
from psycopg2 import errors, extensions

from ingestion.webhooks.events import Event, Rejection
from ingestion.webhooks.items import Item
from ingestion.webhooks.landing import Outcome, Refused, keep, land
from ingestion.webhooks.statements import SESSION
from ingestion.webhooks.vendors.items import VendorItem

TIMEOUTS: Final = "set lock_timeout = '1500ms'; set statement_timeout = '1800ms'"

# What the database says of an item, and would say again, however often it is asked.
REFUSALS: Final = (
    psycopg2.DataError,
    psycopg2.IntegrityError,
    errors.ProgramLimitExceeded,
    errors.StatementTooComplex,
    ValueError,
)

logger = logging.getLogger("rift.webhooks")


class UnavailableError(Exception):
    """The database did not take the item in time; the message says why, and the sender may try again."""


class Session:
    """The writer thread's connection: made when needed, dropped when it fails."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: extensions.connection | None = None

    def outcomes(self, items: Sequence[Item]) -> list[Outcome]:
        """One outcome an item; without any, whether the database would take one.

        Raises `UnavailableError`, and nothing else, since the thread must live.
        """
        try:
            return self._land_or_isolate(items)
        except Exception as error:  # noqa: BLE001 -- whatever it was, those who wait must be told
            self._report(error)
            raise UnavailableError("the database is not available") from None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _land_or_isolate(self, items: Sequence[Item], *, is_second_try: bool = False) -> list[Outcome]:
        try:
            return self._transaction(items)
        except REFUSALS as error:
            # What an import landed meanwhile, without our locks, is seen as the first copy the second time.
            if isinstance(error, errors.UniqueViolation) and not is_second_try:
                return self._land_or_isolate(items, is_second_try=True)
            if len(items) > 1:
                # One item that the database refuses must not fail the others. By halves, so that it is found soon.
                half = len(items) // 2
                return [*self._land_or_isolate(items[:half]), *self._land_or_isolate(items[half:])]
            return [self._refuse(items[0], error)]

    def _transaction(self, items: Sequence[Item]) -> list[Outcome]:
        fresh = self._connection is None
        connection = self._connected()
        try:
            with connection.cursor() as cursor:
                if items:
                    outcomes = land(cursor, items)
                else:
                    outcomes = []
                    cursor.execute("select 1")
        except psycopg2.Error:
            if connection.closed:
                self._connection = None
                # The server was restarted since the last batch: nothing was landed, so once more.
                if not fresh:
                    return self._transaction(items)
            else:
                connection.rollback()
            raise
        except ValueError:
            connection.rollback()
            raise
        self._commit(connection)
        return outcomes

    def _commit(self, connection: extensions.connection) -> None:
        try:
            connection.commit()
        except psycopg2.Error:
            # Whether it was committed is unknown: no one is told that it was.
            self.close()
            raise

    def _refuse(self, item: Item, error: Exception) -> Outcome:
        refused = Refused("unstorable", "The database cannot store this item. Change the value that it refused.")
        detail = f"{type(error).__name__} {getattr(error, 'pgcode', None) or ''}".strip()
        connection = self._connected()
        with connection.cursor() as cursor:
            keep(cursor, [_rejection(item, refused.reason, detail)])
        self._commit(connection)
        return refused

    def _connected(self) -> extensions.connection:
        if self._connection is None:
            connection: extensions.connection = psycopg2.connect(
                self._dsn, connect_timeout=2, tcp_user_timeout=2000, application_name="rift receiver"
            )
            with connection.cursor() as cursor:
                cursor.execute(f"{TIMEOUTS};{SESSION}")
            connection.commit()
            self._connection = connection
        return self._connection

    def _report(self, error: Exception) -> None:
        """Log what failed without its text: the server quotes values in it. Connection errors hold none."""
        if isinstance(error, psycopg2.OperationalError) and error.pgcode is None:
            logger.error("database unavailable: %s", " ".join(str(error).split()))
        elif isinstance(error, psycopg2.Error):
            logger.error("database refused a batch: %s %s", type(error).__name__, error.pgcode)
        else:
            logger.error("landing failed", exc_info=error)
        if self._connection is not None and (self._connection.closed or not isinstance(error, psycopg2.Error)):
            self.close()


def _rejection(item: Item, reason: str, detail: str) -> Rejection:
    if isinstance(item, VendorItem):
        return item.rejection(reason, detail)
    body = item.payload.encode("utf-8", "surrogatepass") if isinstance(item, Event) else item.body
    rejected_id = item.raw_id if isinstance(item, Event) else item.rejected_id
    return Rejection(
        rejected_id,
        None,
        reason,
        detail,
        body,
        item.received_at,
        door=item.door,
        verified_by=item.verified_by,
        external_id=item.external_id,
    )
