-- What vendor doors and pipelines land, beside the canonical door's events.

comment on column raw.webhook_events.external_id is
'The sender''s own id of the item: on the canonical door unique for ever per source; on a vendor''s door the object '
'that the item tells of, such as call:90871, which many may do.';
comment on column raw.webhook_events.event_type is
'What happened, in the sender''s words: one of ours on the canonical door, on a vendor''s such as call.created.';
comment on column raw.webhook_events.dedup_key is
'Hash that two copies of one item share: of its content where the sender gave no external_id, and on a vendor''s door '
'of what the vendor repeats in each attempt to deliver it.';

-- All that is known of one object of a vendor.
create index webhook_events_vendor_object on raw.webhook_events (source, external_id)
where door <> 'canonical';

-- A pipeline lands each version of an object once, as the API answered it. dlt owns what it lands in, with its own
-- bookkeeping tables beside it.
create schema raw_hubspot;
create schema raw_salesforce;
grant create, usage on schema raw_hubspot, raw_salesforce to rift_ingest;

do $$
declare
    object_table text;
begin
    foreach object_table in array array[
        'raw_hubspot.calls', 'raw_hubspot.emails', 'raw_hubspot.meetings', 'raw_salesforce.tasks', 'raw_salesforce.events'
    ]
    loop
        execute format($table$
            create table %1$s (
                object_id text not null,
                modified_at timestamptz not null,
                is_deleted boolean not null,
                payload json not null,
                raw_id uuid not null unique default gen_random_uuid(),
                landed_at timestamptz not null default clock_timestamp(),
                landed_xid xid8 not null default pg_current_xact_id(),
                _dlt_load_id varchar not null,
                _dlt_id varchar not null,
                unique (object_id, modified_at, is_deleted)
            );
            create index on %1$s (landed_xid);
            alter table %1$s owner to rift_ingest;
            grant select on %1$s to rift_transform;
            comment on table %1$s is
            'One row per version of an object, as its API answered it; append-only. The latest modified_at is in force.'
        $table$, object_table);
    end loop;
end
$$;

alter schema raw_hubspot owner to rift_ingest;
alter schema raw_salesforce owner to rift_ingest;
grant usage on schema raw_hubspot, raw_salesforce to rift_transform;

-- What a vendor's item means is said in staging, which dbt builds. Whoever lands one asks for its meaning in the same
-- transaction, so that it counts from its commit on; until dbt has been there, there is nobody to ask.
grant usage on schema staging to rift_ingest;

create function raw.interpret(sources text[], object_keys text[]) returns void
language plpgsql
as $$
begin
    if to_regprocedure('staging.interpret_objects(text[], text[])') is not null then
        execute 'select staging.interpret_objects($1, $2)' using sources, object_keys;
    end if;
end
$$;
comment on function raw.interpret is
'Bring the events of these objects (a source and an external_id each) up to date with what has landed of them. The '
'caller holds an advisory lock on each object, taken in an earlier statement.';

create function raw.interpret_pending() returns void
language plpgsql
as $$
begin
    if to_regprocedure('staging.interpret_pending()') is not null then
        execute 'select staging.interpret_pending()';
    end if;
end
$$;
comment on function raw.interpret_pending is
'Bring the events of all vendors up to date with what has landed since the last time: items, and who is who.';
