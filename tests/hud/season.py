"""A believable season for the screenshots: the sample team, twelve weeks of the simulated work, a day in full swing."""

import csv
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from subprocess import run
from typing import Any

import psycopg2
from psycopg2.extras import execute_values

from ingestion.migrations import migrate
from orchestration.lib import check_runs
from orchestration.lib.publication import publish
from orchestration.lib.report import making
from orchestration.stack.postgres import Cluster
from orchestration.stack.simulate import history
from orchestration.stack.team import Member, Team
from orchestration.stack.up import SAMPLE_ROSTER
from tests import landing, machine
from tests.conftest import PASSWORDS, WAREHOUSE, Warehouse, create_database, environment, free_port

WEEKS = 12
# The newest events, half a minute from each other: what a feed shows of a busy team.
NEWEST_EVENTS, APART_SECONDS = 60, 30
FEED = 450
CHECKS_PASSED = {"build_job": 812, "audit_job": 146}
LAND = """
insert into raw.webhook_events (
    raw_id, door, source, external_id, dedup_key, user_id, event_type, occurred_at, reverses, reverses_event_id,
    received_at, verified_by, payload
)
select
    v.id::uuid, 'canonical', 'simulator', v.external_id, v.id, v.user_id, v.event_type, v.at::timestamptz, v.reverses,
    v.reverses::uuid, v.at::timestamptz, 'secret', '{"metadata": {}}'
from (values %s) as v (id, external_id, user_id, event_type, at, reverses)
order by v.at::timestamptz
"""
GAMES = """
insert into seeds.duels
select duel_id, title, subject_type, challenger_id, opponent_id, metric, current_date - 5, current_date + 3
from (
    values
    ('crown', 'The crown of the week', 'sdr', 'sdr-001', 'sdr-008', 'meeting_booked'),
    ('river', 'River against High Ground', 'team', 'river-wardens', 'high-ground', 'gold')
) as duels (duel_id, title, subject_type, challenger_id, opponent_id, metric)
"""


@contextmanager
def warehouse() -> Iterator[Warehouse]:
    """A Postgres of its own with the season in its marts; gone afterwards."""
    with machine.folder() as home:
        cluster = Cluster(home / "postgres", free_port())
        cluster.start()
        try:
            database = create_database(cluster, WAREHOUSE)
            migrate(database.owner_dsn, PASSWORDS)
            season = Warehouse(database.owner_dsn, home)
            run([sys.executable, "-m", "orchestration.lib.warehouse"], env=environment(database, home), check=True)
            fill(season)
            yield season
        finally:
            cluster.destroy()


def fill(season: Warehouse) -> None:
    """Employ the sample team and let it work until this minute."""
    with SAMPLE_ROSTER.open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    for person in people:
        landing.employ(season, person["user_id"], person["time_zone"], person["team_name"], name=person["display_name"])
    members = [Member(person["user_id"], person["time_zone"]) for person in people]
    now = datetime.now(UTC)
    events = [event for day in history(members, WEEKS) for event in day]
    for member in members:
        events += Team(members, f"today-{member.user_id}").day(member, now.date())
    for place, event in zip(range(NEWEST_EVENTS, 0, -1), Team(members, "now").live(), strict=False):
        events.append(event | {"occurred_at": (now - timedelta(seconds=place * APART_SECONDS)).isoformat()})
    events = [event for event in events if datetime.fromisoformat(event["occurred_at"]) <= now]
    events.sort(key=lambda event: datetime.fromisoformat(event["occurred_at"]))
    # What landed last is what a feed shows, so the newest have a transaction of their own.
    for some in (events[:-FEED], events[-FEED:]):
        land(season, some)
    season.execute(GAMES)
    season.settle()
    publish(season.dsn("transform"))
    for week, _ in making.unreported(season.dsn("transform")):
        making.make(season.dsn("transform"), week)
    now = datetime.now(UTC)
    check_runs.note(
        season.dsn("transform"),
        (
            check_runs.CheckRun(job, job, now, now, passed, (), is_finished=True)
            for job, passed in CHECKS_PASSED.items()
        ),
    )


def land(season: Warehouse, events: list[dict[str, Any]]) -> None:
    """Land everything in one statement; who takes an event back names it as we do."""
    rows = [
        (
            name(event["external_id"]),
            event["external_id"],
            event["user_id"],
            event["event_type"],
            event["occurred_at"],
            name(event["reverses"]) if "reverses" in event else None,
        )
        for event in events
    ]
    with closing(psycopg2.connect(season.dsn("ingest"))) as connection, connection, connection.cursor() as cursor:
        execute_values(cursor, LAND, rows, page_size=5_000)


def name(external_id: str) -> str:
    """The event_id that we give to a sender's id."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, external_id))
