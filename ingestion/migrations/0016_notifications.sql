-- What was told to whom: each rank, level, achievement, report, failed run and failed check once, by each channel.

create table raw.notifications (
    notification_id uuid primary key default gen_random_uuid(),
    kind text not null check (
        kind in ('rank_up', 'level_up', 'achievement', 'weekly_report', 'failed_run', 'failed_check')
    ),
    user_id text,
    subject text,
    run_id text,
    detail text,
    severity text check (severity in ('warning', 'error')),
    reached integer,
    is_recovery boolean not null default false,
    week_start_date date,
    happened_at timestamptz not null,
    noted_at timestamptz not null default clock_timestamp(),
    landed_xid xid8 not null default pg_current_xact_id()
);
comment on table raw.notifications is
'One row per thing that was to be told. Append-only. It holds ids and no names: what a message says is read from the '
'marts when it is sent.';
comment on column raw.notifications.subject is
'The achievement, the job or the check.';
comment on column raw.notifications.detail is
'Of a failed run, the first line of its error; of a failed check, its words and its first numbers; without secrets.';
comment on column raw.notifications.severity is
'Of a check that was not met.';
comment on column raw.notifications.reached is
'The level, or the order of the rank.';
comment on column raw.notifications.is_recovery is
'The run succeeds, or the check is met, again.';
comment on column raw.notifications.week_start_date is
'The week of the rank or of the report.';

-- Nothing is noted a second time, whoever looks beside whom.
create unique index notifications_rank on raw.notifications (user_id, week_start_date, reached)
where kind = 'rank_up';
create unique index notifications_level on raw.notifications (user_id, reached)
where kind = 'level_up';
create unique index notifications_achievement on raw.notifications (user_id, subject)
where kind = 'achievement';
create unique index notifications_report on raw.notifications (week_start_date)
where kind = 'weekly_report';
-- What a run said of a job or a check, and the newest of each.
create unique index notifications_failure on raw.notifications (kind, subject, happened_at, run_id)
where kind in ('failed_run', 'failed_check');
create index notifications_landed_xid on raw.notifications (landed_xid);

create table raw.notification_deliveries (
    notification_id uuid not null,
    channel text not null,
    outcome text not null check (outcome in ('due', 'claimed', 'sent', 'failed', 'dropped', 'given_up')),
    detail text,
    attempt integer not null,
    noted_at timestamptz not null default clock_timestamp(),
    landed_xid xid8 not null default pg_current_xact_id(),
    -- Of two senders only one can claim an attempt.
    primary key (notification_id, channel, attempt, outcome)
);
comment on table raw.notification_deliveries is
'One row per step of a notification through a channel: due, then each attempt, claimed and what came of it. '
'Append-only.';
comment on column raw.notification_deliveries.channel is
'The name of the channel in the settings file; its address is nowhere in the database.';
comment on column raw.notification_deliveries.detail is
'Why it was not sent, without secrets.';
create unique index notification_deliveries_ended on raw.notification_deliveries (notification_id, channel)
where outcome in ('sent', 'dropped', 'given_up');
create index notification_deliveries_due on raw.notification_deliveries (noted_at)
where outcome = 'due';
create index notification_deliveries_given_up on raw.notification_deliveries (noted_at)
where outcome = 'given_up';
create index notification_deliveries_landed_xid on raw.notification_deliveries (landed_xid);

-- Dagster notes and sends as dbt's role, which reads the marts; nobody may change it later.
grant insert on raw.notifications, raw.notification_deliveries to rift_transform;
