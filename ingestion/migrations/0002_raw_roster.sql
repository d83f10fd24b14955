-- People, teams and time zones, as loaded by the dlt source `roster`: one row per version of a person, append-only.

create schema raw_roster;

create table raw_roster.sdr_versions (
    version_id bigint generated always as identity primary key,
    user_id text not null check (user_id <> ''),
    display_name text not null,
    email text,
    team_name text not null,
    time_zone text not null,
    started_on date,
    ended_on date,
    effective_on date,
    loaded_at timestamptz not null default clock_timestamp(),
    landed_xid xid8 not null default pg_current_xact_id(),
    _dlt_load_id varchar not null,
    _dlt_id varchar not null,
    check (ended_on >= started_on),
    -- An unknown zone would fail every read of the marts, and one further than a day from UTC lose events: the database
    -- itself refuses both.
    check (
        timestamptz '2000-01-01 00:00+00' at time zone time_zone
        between timestamp '1999-12-31 08:00' and timestamp '2000-01-01 16:00'
    )
);
comment on table raw_roster.sdr_versions is
'One row per version of an SDR. The first holds for all time before it, later ones from effective_on '
'(when null: the day on which they were loaded, in the default zone).';
create index sdr_versions_landed_xid on raw_roster.sdr_versions (landed_xid);
create index sdr_versions_user_id on raw_roster.sdr_versions (user_id);
