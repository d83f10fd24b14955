-- The raw log: what arrived, exactly as it was sent, only ever inserted into.
-- `landed_xid` orders rows by the transaction that wrote them, which is the one order in which a reader can know that
-- it has seen everything before a point (serial ids and clocks cannot: an earlier id may commit later).

create table raw.webhook_events (
    raw_id uuid primary key,
    door text not null,
    source text not null,
    external_id text,
    dedup_key text not null,
    user_id text,
    event_type text,
    occurred_at timestamptz,
    reverses text,
    reverses_event_id uuid,
    received_at timestamptz not null,
    landed_at timestamptz not null default clock_timestamp(),
    verified_by text not null check (verified_by in ('signature', 'secret', 'manual', 'import')),
    payload json not null,
    landed_xid xid8 not null default pg_current_xact_id(),
    -- A vendor's payload is read in staging; the canonical door has read what a key of a mart needs.
    check (door <> 'canonical' or (user_id is not null and event_type is not null and occurred_at is not null))
);
comment on table raw.webhook_events is
'One row per accepted item, as sent. Append-only: an update would keep the old landed_xid and hide the change.';
comment on column raw.webhook_events.door is
'canonical, or the name of the vendor door that landed the row.';
comment on column raw.webhook_events.external_id is
'The sender''s own id of the item; unique for ever per source on the canonical door.';
comment on column raw.webhook_events.dedup_key is
'Hash that two copies of one item share when the sender gave no external_id.';
comment on column raw.webhook_events.reverses is
'The event_id, or the external_id of the same source, that this event takes back.';
comment on column raw.webhook_events.reverses_event_id is
'Set by the door when `reverses` is the event_id of an event of ours. Nobody knows an event_id before it has landed, '
'so what holds at landing holds for ever; null means that `reverses` is an external_id.';
comment on column raw.webhook_events.received_at is
'When the door had read the request (the door''s clock).';
comment on column raw.webhook_events.landed_at is
'When the row was written (the database''s clock).';
comment on column raw.webhook_events.payload is
'The body, byte for byte (json keeps the text; jsonb would not).';

-- Tail of the log, of one SDR and of all.
create index webhook_events_landed_xid on raw.webhook_events (landed_xid);
create index webhook_events_user_id_landed_xid on raw.webhook_events (user_id, landed_xid);
-- The days of one SDR.
create index webhook_events_user_id_occurred_at on raw.webhook_events (user_id, occurred_at);
-- Duplicates.
create unique index webhook_events_external_id on raw.webhook_events (source, external_id)
where door = 'canonical' and external_id is not null;
create unique index webhook_events_vendor_dedup_key on raw.webhook_events (source, dedup_key)
where door <> 'canonical';
create index webhook_events_dedup_key on raw.webhook_events (source, dedup_key, received_at);
-- Which events were taken back.
create index webhook_events_reverses_external_id on raw.webhook_events (source, reverses)
where reverses is not null;
create index webhook_events_reverses_event_id on raw.webhook_events (reverses_event_id)
where reverses is not null;

create table raw.rejected_events (
    rejected_id uuid primary key,
    door text not null,
    source text,
    reason text not null,
    detail text not null,
    body bytea not null,
    verified_by text not null,
    received_at timestamptz not null,
    landed_at timestamptz not null default clock_timestamp(),
    replayed_at timestamptz,
    landed_xid xid8 not null default pg_current_xact_id()
);
comment on table raw.rejected_events is
'One row per item that passed authentication and was refused or suppressed, with its bytes: nothing disappears.';
comment on column raw.rejected_events.reason is
'A stable code, such as unknown_event_type, invalid_json or duplicate.';
create index rejected_events_landed_xid on raw.rejected_events (landed_xid);
create index rejected_events_received_at on raw.rejected_events (received_at);

create table raw.gamification_rules (
    rule_version_id bigint generated always as identity primary key,
    event_type text not null,
    gold_value integer not null check (gold_value >= 0),
    xp_value integer not null check (xp_value >= 0),
    rank_points integer not null default 0 check (rank_points >= 0),
    effective_from timestamptz not null,
    changed_by text not null,
    landed_at timestamptz not null default clock_timestamp(),
    landed_xid xid8 not null default pg_current_xact_id()
);
comment on table raw.gamification_rules is
'One row per version of a rule, append-only. Of two versions with the same effective_from the higher id holds.';
create index gamification_rules_landed_xid on raw.gamification_rules (landed_xid);

create view raw.gamification_rule_versions as
select
    rule_version_id,
    event_type,
    gold_value,
    xp_value,
    rank_points,
    effective_from,
    lead(effective_from, 1, 'infinity') over (
        partition by event_type order by effective_from, rule_version_id
    ) as effective_to,
    changed_by,
    landed_at,
    landed_xid
from raw.gamification_rules;
comment on view raw.gamification_rule_versions is
'One row per rule version with the half-open range [effective_from, effective_to) of event times that it scores. '
'The doors and dbt both score from this view, so an answer and a mart cannot disagree.';

insert into raw.gamification_rules (event_type, gold_value, xp_value, rank_points, effective_from, changed_by)
values
('call_dial', 5, 10, 0, '-infinity', 'seed'),
('call_connect', 25, 50, 0, '-infinity', 'seed'),
('email_sent', 3, 5, 0, '-infinity', 'seed'),
('meeting_booked', 100, 200, 1, '-infinity', 'seed'),
('meeting_attended', 150, 300, 0, '-infinity', 'seed'),
('meeting_cancelled', 0, 0, 0, '-infinity', 'seed'),
('meeting_no_show', 0, 0, 0, '-infinity', 'seed');

create table raw.published_ranks (
    user_id text not null,
    week_start_date date not null,
    weekly_meetings_booked integer not null,
    rank_points integer not null,
    rank_tier text not null,
    rank_position integer not null,
    content_hash text not null,
    published_at timestamptz not null default clock_timestamp(),
    landed_xid xid8 not null default pg_current_xact_id(),
    primary key (user_id, week_start_date)
);
comment on table raw.published_ranks is
'One row per SDR and closed week: the standing that was announced. A rebuild of the marts never touches it.';
create index published_ranks_landed_xid on raw.published_ranks (landed_xid);

create table raw.cluster (
    system_identifier bigint not null,
    noted_at timestamptz not null default clock_timestamp()
);
comment on table raw.cluster is
'One row: the database cluster whose transaction ids landed_xid holds. After a restore elsewhere it differs from '
'pg_control_system(), and raw is re-based before anything is accepted.';
create unique index cluster_is_one_row on raw.cluster ((true));
insert into raw.cluster (system_identifier) select system_identifier from pg_control_system();

-- pg_control_system() is declared volatile, and the planner moves no condition past a volatile function.
create function raw.system_identifier() returns bigint
language sql stable
as 'select system_identifier from pg_control_system()';
comment on function raw.system_identifier is 'The identifier of the database cluster that runs this query.';

create function raw.safe_member(document json, member text) returns jsonb
language plpgsql immutable strict
as $$
begin
    return (document -> member)::jsonb;
exception when others then
    -- json keeps any text; jsonb cannot hold, say, 1e-99999 or \u0000. One such field must not fail every read.
    return null;
end
$$;
comment on function raw.safe_member is 'A member of a document as jsonb, or null where jsonb cannot hold it.';
