"""Work of 1,000 SDRs, made in the database: as many events a day whatever the size, so that only history grows."""

from typing import Final

from tests.conftest import Database

SDRS: Final = 1_000
EVENTS_A_DAY: Final = 40  # of one SDR, on a working day
TAIL: Final = 2_000

PEOPLE: Final = """
insert into raw_roster.sdr_versions
    (user_id, display_name, team_name, time_zone, started_on, effective_on, _dlt_load_id, _dlt_id)
select
    'sdr-' || number, 'SDR ' || number, 'Team ' || mod(number, 40),
    (array['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'UTC'])[1 + mod(number, 4)], date '2025-06-01',
    date '2025-06-01', '', ''
from generate_series(1, %s) as number
"""
# Newest first: event number 1 is of now, and each day back holds SDRS times EVENTS_A_DAY. Weekends are days off.
EVENTS: Final = """
insert into raw.webhook_events (
    raw_id, door, source, external_id, dedup_key, user_id, event_type, occurred_at, received_at, verified_by, payload
)
select
    gen_random_uuid(), 'canonical', 'crm', 'e' || number, md5(number::text), 'sdr-' || 1 + mod(number, %(sdrs)s),
    (array['call_dial', 'call_dial', 'email_sent', 'call_dial', 'call_connect', 'call_dial', 'email_sent', 'call_dial',
        'call_connect', 'email_sent', 'call_dial', 'call_dial', 'email_sent', 'call_dial', 'call_dial', 'email_sent',
        'call_dial', 'call_connect', 'call_dial', 'email_sent', 'call_dial', 'email_sent', 'call_dial', 'email_sent',
        'call_dial', 'call_dial', 'call_connect', 'email_sent', 'call_dial', 'email_sent', 'call_dial', 'call_dial',
        'call_connect', 'email_sent', 'call_dial', 'email_sent', 'call_dial', 'call_dial', 'meeting_booked',
        case when mod(number / 40000, 2) = 0 then 'meeting_attended' else 'meeting_booked' end
    ])[1 + mod(number / %(sdrs)s, 40)],
    occurred_at, occurred_at + interval '1 second', 'secret',
    '{"source":"crm","event_type":"x","metadata":{"prospect":"Example Inc.","sequence":7,"note":"left a message"}}'
from (
    select
        number,
        now() - interval '1 day' * (day + (day / 5) * 2) - interval '10 hours' * mod(number, 40000) / 40000
            - interval '1 minute' as occurred_at
    from (select number, number / 40000 as day from generate_series(%(first)s::bigint, %(last)s) as number) as numbered
) as dated
"""
TAIL_EVENTS: Final = """
insert into raw.webhook_events (
    raw_id, door, source, dedup_key, user_id, event_type, occurred_at, received_at, verified_by, payload
)
select
    gen_random_uuid(), 'canonical', 'crm', gen_random_uuid()::text, 'sdr-' || 1 + mod(number, %(sdrs)s),
    (array['call_dial', 'email_sent', 'call_connect', 'meeting_booked'])[1 + mod(number / 7, 4)],
    now() - number * interval '0.1 second', now(), 'secret', '{"metadata":{"note":"left a message"}}'
from generate_series(1, %(tail)s) as number
"""


def generate(database: Database, events: int) -> None:
    """Land so many events, and what the server wants to know about them. The secondary indexes are built afterwards."""
    database.execute(PEOPLE, SDRS)
    indexes = database.execute(
        "select indexname, indexdef from pg_indexes where schemaname = 'raw' and tablename = 'webhook_events'"
        " and indexname <> 'webhook_events_pkey'"
    )
    for name, _ in indexes:
        database.execute(f"drop index raw.{name}")
    for first in range(1, events + 1, 1_000_000):
        _insert(database, first, min(first + 999_999, events))
    database.execute("set maintenance_work_mem = '1GB'; " + "; ".join(definition for _, definition in indexes))
    for table in ("raw.webhook_events", "raw_roster.sdr_versions"):
        database.execute(f"analyze {table}")


def _insert(database: Database, first: int, last: int) -> None:
    numbers = {"sdrs": SDRS, "first": first, "last": last}
    database.execute(EVENTS % numbers)


def add_tail(database: Database) -> None:
    """Land `TAIL` events of the last minutes, spread over the SDRs."""
    database.execute(TAIL_EVENTS % {"sdrs": SDRS, "tail": TAIL})
