-- Who may do what. Doors insert and read raw; dbt reads raw and owns what it builds; people read the marts only.

create schema staging authorization rift_transform;
create schema intermediate authorization rift_transform;
create schema seeds authorization rift_transform;
create schema marts authorization rift_transform;

revoke all on schema public from public;

grant usage on schema raw to rift_ingest, rift_transform;
grant select on all tables in schema raw to rift_ingest, rift_transform;
grant insert on raw.webhook_events, raw.rejected_events, raw.gamification_rules to rift_ingest;
alter default privileges in schema raw grant select on tables to rift_ingest, rift_transform;

-- dlt owns what it lands in, with its own bookkeeping tables beside it.
alter schema raw_roster owner to rift_ingest;
alter table raw_roster.sdr_versions owner to rift_ingest;
grant usage on schema raw_roster to rift_transform;
grant select on raw_roster.sdr_versions to rift_transform;

grant usage on schema marts to rift_hud, rift_analyst;
alter default privileges for role rift_transform in schema marts
grant select on tables to rift_hud, rift_analyst;
