"""The straightforward design that the receiver is timed against, built literally.

FastAPI + a psycopg2 pool (2..10); per request: duplicate check, rule look-up, insert, commit; the HUD's
statistics are one aggregation over raw_events. Nothing here is meant to be reused: it exists so that both
designs can be timed side by side in one run.

    DATABASE_URL=postgresql://... WEBHOOK_SECRET=... uvicorn seed_api:app --port 8100 --workers 1
"""

import hmac
import json
import os
import uuid
from contextlib import contextmanager

from fastapi import FastAPI, Header, HTTPException
from psycopg2.pool import ThreadedConnectionPool
from pydantic import BaseModel

SECRET = os.environ["WEBHOOK_SECRET"]
pool = ThreadedConnectionPool(2, 10, os.environ["DATABASE_URL"])
app = FastAPI()

SCHEMA = """
create schema if not exists seed_peer;
set search_path to seed_peer;
create table if not exists gamification_rules (
    event_type text primary key, gold_value int not null, xp_value int not null);
insert into gamification_rules values
    ('call_dial', 5, 10), ('call_connect', 25, 50), ('email_sent', 3, 5),
    ('meeting_booked', 100, 200), ('meeting_attended', 150, 300)
on conflict do nothing;
create table if not exists raw_events (
    event_id uuid primary key, source text not null, event_type text not null,
    gold_value int not null, xp_value int not null, metadata jsonb not null,
    created_at timestamptz not null default now());
create index if not exists raw_events_type_created on raw_events (event_type, created_at);
"""

STATS = """
select coalesce(sum(gold_value), 0), coalesce(sum(xp_value), 0), count(*),
       count(case when date(created_at) = current_date then 1 end),
       sum(case when event_type = 'call_dial' then 1 else 0 end),
       sum(case when event_type = 'call_connect' then 1 else 0 end),
       sum(case when event_type = 'meeting_booked' then 1 else 0 end),
       sum(case when created_at >= date_trunc('week', current_date)
                 and event_type = 'meeting_booked' then 1 else 0 end)
from seed_peer.raw_events
"""


class Event(BaseModel):
    source: str
    event_type: str
    metadata: dict = {}


@contextmanager
def cursor():
    connection = pool.getconn()
    try:
        with connection, connection.cursor() as cur:
            yield cur
    finally:
        pool.putconn(connection)


with cursor() as cur:
    cur.execute(SCHEMA)


@app.post("/api/v1/webhook/ingest", status_code=201)
def ingest(event: Event, x_rift_secret: str = Header(default="")):
    if not hmac.compare_digest(x_rift_secret.encode(), SECRET.encode()):
        raise HTTPException(401, "invalid webhook secret")
    metadata = json.dumps(event.metadata)
    with cursor() as cur:
        cur.execute(
            "select event_id from seed_peer.raw_events where source = %s and event_type = %s"
            " and metadata = %s::jsonb and created_at > now() - interval '5 minutes' limit 1",
            (event.source, event.event_type, metadata),
        )
        if duplicate := cur.fetchone():
            return {"status": "success", "event_id": str(duplicate[0]), "gold_earned": 0,
                    "xp_earned": 0, "message": "Duplicate event", "duplicate": True}
        cur.execute(
            "select gold_value, xp_value from seed_peer.gamification_rules where event_type = %s",
            (event.event_type,),
        )
        if not (rule := cur.fetchone()):
            raise HTTPException(422, "no gamification rule for this event type")
        event_id = str(uuid.uuid4())
        cur.execute(
            "insert into seed_peer.raw_events values (%s, %s, %s, %s, %s, %s::jsonb)",
            (event_id, event.source, event.event_type, *rule, metadata),
        )
    return {"status": "success", "event_id": event_id, "gold_earned": rule[0], "xp_earned": rule[1],
            "message": "Event processed successfully", "duplicate": False}


@app.get("/api/v1/stats/current")
def stats():
    with cursor() as cur:
        cur.execute(STATS)
        gold, xp, total, today, dials, connects, meetings, weekly = cur.fetchone()
    xp = int(xp)
    return {"total_gold": gold, "total_xp": xp, "current_level": xp // 1000 + 1, "total_events": total,
            "events_today": today, "calls_made": dials, "calls_connected": connects,
            "meetings_booked": meetings, "weekly_meetings_booked": weekly}
