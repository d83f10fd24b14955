"""The databases in front of which every page is looked at: a team at work, nobody at all, and ten thousand people."""

from typing import Final

from orchestration.lib.publication import publish
from orchestration.lib.report import making
from tests import landing
from tests.conftest import Database
from tests.hud import sdrs
from tests.hud.pages import SOMEBODY

DAY = 86_400
CROWD: Final = 10_000
# As hostile, long and foreign as names come; every third of the crowd has one of them.
NAMES: Final = (
    '<img src="http://203.0.113.7/x.png" onerror="document.title=1">',
    "![x](http://203.0.113.7/y.png) [link](http://203.0.113.7) **bold** $x^2$ :red[red]",
    "שרה לוי-כהן בת אברהם",
    "👩🏽‍🚀 Zoë 🚀🚀🚀",
    "W" * 200,
    "Maria da Conceição " * 10 + "Fernandes",
    "محمد عبد الرحمن",
)

HIRE_CROWD = """
insert into raw_roster.sdr_versions
    (user_id, display_name, team_name, time_zone, identities, _dlt_load_id, _dlt_id)
select
    case when n = 1 then %s else 'crowd-' || n end,
    case when n %% 3 = 1 then names.list[1 + (n / 3) %% cardinality(names.list)] else 'SDR ' || n end,
    case when n %% 7 = 1 then names.list[1 + (n / 7) %% cardinality(names.list)] else 'Team ' || n %% 40 end,
    'UTC', '{}', '', ''
from generate_series(1, %s) as n
cross join (select %s::text[] as list) as names
"""
WORK_CROWD = """
insert into raw.webhook_events
    (raw_id, door, source, dedup_key, user_id, event_type, occurred_at, received_at, verified_by, payload)
select
    raw_id, 'canonical', 'test', raw_id::text, user_id, event_type, at, at, 'secret', '{"metadata": {"n": 1}}'
from (
    select
        gen_random_uuid() as raw_id,
        case when n % 500 = 1 then 'sdr-001' else 'crowd-' || 1 + n end as user_id,
        (array['meeting_booked', 'call_dial', 'call_connect', 'email_sent'])[1 + n % 4] as event_type,
        now() - n * interval '1 second' as at
    from generate_series(1, 1500) as n
) as events
"""


def team_at_work(database: Database) -> None:
    """Twelve SDRs in three teams, four weeks of work, the closed weeks published."""
    for place in range(12):
        user_id = f"sdr-{place + 1:03}"
        landing.employ(database, user_id, "UTC", f"Team {'ABC'[place % 3]}", name=f"Ada {place} Lindqvist")
        for weeks in range(4):
            ago = weeks * 7 * DAY + place * 60 + 30
            for event_type, number in (
                ("call_dial", 8),
                ("call_connect", 3),
                ("meeting_booked", (place + weeks) % 5 + 1),
            ):
                landing.land_many(database, user_id, event_type, number, ago, apart=DAY / 10)
    landing.land_many(database, SOMEBODY, "meeting_booked", 2, 60)
    lost = landing.land_many(database, SOMEBODY, "meeting_booked", 1, 30)
    sdrs.take_back(database, SOMEBODY, lost)
    publish(database.dsn("transform"))
    for week, _ in making.unreported(database.dsn("transform")):
        making.make(database.dsn("transform"), week)


def crowd(database: Database) -> None:
    """Ten thousand people, many with names that break pages, some of them at work today."""
    database.execute(HIRE_CROWD, SOMEBODY, CROWD, list(NAMES), role="ingest")
    database.execute(WORK_CROWD, role="ingest")
    database.execute("analyze")
