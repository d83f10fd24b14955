"""What vendors' items mean, before and after they are rewritten: whoever reads them again must find the same."""

from typing import Final

from psycopg2 import extensions

CHUNK: Final = 2000
IS_BUILT: Final = "select to_regprocedure('staging.replace_vendor_objects(text[], text[])') is not null"
# Written by this transaction: an object's items, or what is kept of it. An item that landed meanwhile without its
# meaning gets it later, and with it all that is here.
TOUCHED: Final = """
with written as (
    select source, external_id as object_key from raw.webhook_events
    where door <> 'canonical' and external_id is not null and xmin = pg_current_xact_id()::xid
    union
    select 'hubspot', 'call:' || object_id from raw_hubspot.calls where xmin = pg_current_xact_id()::xid
    union
    select 'hubspot', 'email:' || object_id from raw_hubspot.emails where xmin = pg_current_xact_id()::xid
    union
    select 'hubspot', 'meeting:' || object_id from raw_hubspot.meetings where xmin = pg_current_xact_id()::xid
    union
    select 'salesforce', 'task:' || object_id from raw_salesforce.tasks where xmin = pg_current_xact_id()::xid
    union
    select 'salesforce', 'event:' || object_id from raw_salesforce.events where xmin = pg_current_xact_id()::xid
    union
    select source, object_key from staging.stg_vendor__events where xmin = pg_current_xact_id()::xid
    union
    select source, object_key from staging.stg_vendor__objects where xmin = pg_current_xact_id()::xid
),

pending as (
    select source, object_key from staging.stg_vendor__item_outcomes where outcome = 'pending'
)

select source, object_key from written
except
select source, object_key from pending
order by 1, 2
"""


def catch_up(connection: extensions.connection) -> None:
    """Give a meaning to whatever waits for one, in a transaction of its own: so no figure changes for that."""
    with connection.cursor() as cursor:
        # Its own lock, which the session has already, comes before its snapshot.
        cursor.execute("set transaction isolation level read committed; select raw.interpret_pending()")
    connection.commit()


def read_again(cursor: extensions.cursor) -> None:
    """Replace what is kept of the objects that were rewritten, where reading their items again says something else.

    It also mends what cannot be rewritten where it stands, such as a name of one word in small letters.
    """
    cursor.execute(IS_BUILT)
    if cursor.fetchone() != (True,):
        return
    cursor.execute(TOUCHED)
    keys: list[tuple[str, str]] = cursor.fetchall()
    for first in range(0, len(keys), CHUNK):
        sources, object_keys = zip(*keys[first : first + CHUNK], strict=True)
        cursor.execute("select staging.replace_vendor_objects(%s, %s)", [[*sources], [*object_keys]])
