--
-- PostgreSQL database dump
--


-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: intermediate; Type: SCHEMA; Schema: -; Owner: rift_transform
--

CREATE SCHEMA intermediate;


ALTER SCHEMA intermediate OWNER TO rift_transform;

--
-- Name: marts; Type: SCHEMA; Schema: -; Owner: rift_transform
--

CREATE SCHEMA marts;


ALTER SCHEMA marts OWNER TO rift_transform;

--
-- Name: raw; Type: SCHEMA; Schema: -; Owner: rift_owner
--

CREATE SCHEMA raw;


ALTER SCHEMA raw OWNER TO rift_owner;

--
-- Name: raw_hubspot; Type: SCHEMA; Schema: -; Owner: rift_ingest
--

CREATE SCHEMA raw_hubspot;


ALTER SCHEMA raw_hubspot OWNER TO rift_ingest;

--
-- Name: raw_roster; Type: SCHEMA; Schema: -; Owner: rift_ingest
--

CREATE SCHEMA raw_roster;


ALTER SCHEMA raw_roster OWNER TO rift_ingest;

--
-- Name: raw_salesforce; Type: SCHEMA; Schema: -; Owner: rift_ingest
--

CREATE SCHEMA raw_salesforce;


ALTER SCHEMA raw_salesforce OWNER TO rift_ingest;

--
-- Name: seeds; Type: SCHEMA; Schema: -; Owner: rift_transform
--

CREATE SCHEMA seeds;


ALTER SCHEMA seeds OWNER TO rift_transform;

--
-- Name: staging; Type: SCHEMA; Schema: -; Owner: rift_transform
--

CREATE SCHEMA staging;


ALTER SCHEMA staging OWNER TO rift_transform;

--
-- Name: explain_score(text, date); Type: FUNCTION; Schema: marts; Owner: rift_transform
--

CREATE FUNCTION marts.explain_score(user_id text, activity_date date) RETURNS TABLE(event_id uuid, raw_id uuid, event_type text, source text, rule_version_id bigint, reverses text, reversed_by_event_id uuid, explanation text, raw_text text, rule_gold_value integer, rule_xp_value integer, rule_rank_points integer, gold_value integer, xp_value integer, rank_points integer, is_reversed boolean, is_reversal boolean, occurred_at timestamp with time zone, received_at timestamp with time zone, landed_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$

select
    scored.event_id,
    scored.raw_id,
    scored.event_type,
    scored.source,
    scored.rule_version_id,
    scored.reverses,
    reversals.reversal_event_id as reversed_by_event_id,
    case
        when scored.is_reversal
            then 'It takes back ' || scored.reverses || ' and earns nothing itself.'
        when scored.is_reversed
            then 'It was taken back by ' || reversals.reversal_event_id || ' and earns nothing.'
        when scored.rule_version_id is null
            then 'No rule scored ' || scored.event_type || ' when it occurred.'
        else format(
            'Rule version %s gave %s gold, %s XP and %s rank points for %s when it occurred.',
            rules.rule_version_id, rules.gold_value, rules.xp_value, rules.rank_points, scored.event_type
        )
    end as explanation,
    items.raw_text,
    rules.gold_value as rule_gold_value,
    rules.xp_value as rule_xp_value,
    rules.rank_points as rule_rank_points,
    scored.gold_value,
    scored.xp_value,
    scored.rank_points,
    scored.is_reversed,
    scored.is_reversal,
    scored.occurred_at,
    scored.received_at,
    scored.landed_at
-- By position: their names alone would mean the columns of the same name.
from (
    select
        $1 as user_id,
        $2 as activity_date
) as asked
inner join "intermediate"."int_events_scored" as scored
    on
        asked.user_id = scored.user_id
        and asked.activity_date = scored.activity_date
        -- Zones lie within a day of UTC: the range finds the day by the index on user_id and occurred_at.
        and scored.occurred_at >= (asked.activity_date - 1)::timestamp at time zone 'UTC'
        and scored.occurred_at < (asked.activity_date + 2)::timestamp at time zone 'UTC'
inner join lateral (
    select all_items.raw_text
    from "staging"."stg_raw__items" as all_items
    where all_items.raw_id = scored.raw_id
    limit 1 -- There is one. -- noqa: AM09
) as items on true
left join "staging"."stg_canonical__rule_versions" as rules on scored.rule_version_id = rules.rule_version_id
left join lateral (
    select all_reversals.reversal_event_id
    from "intermediate"."int_reversals" as all_reversals
    where all_reversals.event_id = scored.event_id
    order by all_reversals.reversal_occurred_at asc, all_reversals.reversal_event_id asc
    limit 1
) as reversals on true
order by scored.occurred_at asc, scored.event_id asc$_$;


ALTER FUNCTION marts.explain_score(user_id text, activity_date date) OWNER TO rift_transform;

--
-- Name: raw_text(uuid); Type: FUNCTION; Schema: marts; Owner: rift_transform
--

CREATE FUNCTION marts.raw_text(item uuid) RETURNS TABLE(item_id uuid, kind text, door text, source text, reason text, raw_text text, received_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$

select
    items.raw_id as item_id,
    'landed' as kind,
    items.door,
    items.source,
    null::text as reason,
    items.raw_text,
    items.received_at
from "staging"."stg_raw__items" as items
where items.raw_id = $1
union all
select
    rejections.rejected_id as item_id,
    'rejected' as kind,
    rejections.door,
    rejections.source,
    rejections.reason,
    rejections.raw_text,
    rejections.received_at
from "staging"."stg_canonical__rejected_events" as rejections
where rejections.rejected_id = $1$_$;


ALTER FUNCTION marts.raw_text(item uuid) OWNER TO rift_transform;

--
-- Name: weekly_ranks_as_of(timestamp with time zone, date); Type: FUNCTION; Schema: marts; Owner: rift_transform
--

CREATE FUNCTION marts.weekly_ranks_as_of(as_of timestamp with time zone, week date DEFAULT NULL::date) RETURNS TABLE(user_id text, rank_tier text, weekly_meetings_booked bigint, weekly_rank_points bigint, rank_position integer, week_start_date date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$

-- $1 is the moment, $2 the week. Ranges are made anew from the versions that had landed: a later version cuts the range
-- of an earlier one short.
with rules as materialized (
    select
        event_type,
        rank_points,
        effective_from,
        lead(effective_from, 1, 'infinity') over (
            partition by event_type order by effective_from, rule_version_id
        ) as effective_to
    from "staging"."stg_canonical__rule_versions"
    where landed_at <= $1
),

roster as materialized (
    select
        user_id,
        time_zone,
        started_on,
        ended_on,
        -- A person's first version holds for all time before it.
        case
            when row_number() over (partition by user_id order by effective_on, version_id) = 1
                then '-infinity'::timestamptz
            else effective_on::timestamp at time zone 'UTC'
        end as valid_from,
        coalesce(
            lead(effective_on) over (
                partition by user_id order by effective_on, version_id
            )::timestamp at time zone 'UTC',
            'infinity'
        ) as valid_to
    from "staging"."stg_roster__sdr_versions"
    where loaded_at <= $1
),

-- Everybody who may have done anything: a week's events are then found SDR by SDR, by the index.
people as materialized (
    select user_id from "intermediate"."int_people"
),

located as (
    select
        events.event_id,
        events.source,
        events.external_id,
        events.event_type,
        events.user_id,
        events.reverses,
        events.occurred_at,
        (events.occurred_at at time zone coalesce(roster.time_zone, 'UTC'))::date as activity_date
    from people
    -- SDR by SDR, whatever the planner believes.
    cross join
        lateral (
            select of_person.* from "staging"."stg_sales_events" as of_person
            where
                of_person.user_id = people.user_id
                and of_person.landed_at <= $1
                -- Zones lie within a day of UTC.
                and of_person.occurred_at >= coalesce(($2 - 1)::timestamp at time zone 'UTC', '-infinity')
                and of_person.occurred_at <= coalesce(($2 + 8)::timestamp at time zone 'UTC', 'infinity')
            offset 0 -- Person by person, by the index; takes none away. -- noqa: AM09
        ) as events
    left join roster
        on
            events.user_id = roster.user_id
            and events.occurred_at >= roster.valid_from
            and events.occurred_at < roster.valid_to
),

scored as (
    select
        located.user_id,
        (located.activity_date - (extract(isodow from located.activity_date)::integer - 1)) as week_start_date,
        located.event_type,
        coalesce(rules.rank_points, 0) as rank_points,
        -- Only where it matters whether it was taken back.
        case
            when located.reverses is not null then false
            when located.event_type <> 'meeting_booked' and coalesce(rules.rank_points, 0) = 0 then false
            else not (
                exists (
                    select 1 from "staging"."stg_sales_events" as by_event_id
                    where
                        by_event_id.reverses is not null
                        and by_event_id.reverses_event_id = located.event_id
                        and by_event_id.landed_at <= $1
                )
                or exists (
                    select 1 from "staging"."stg_canonical__events" as by_external_id
                    where
                        by_external_id.reverses is not null
                        and by_external_id.reverses_event_id is null
                        and by_external_id.source = located.source
                        and by_external_id.reverses = located.external_id
                        and by_external_id.landed_at <= $1
                )
            )
        end as is_counted
    from located
    left join rules
        on
            located.event_type = rules.event_type
            and located.occurred_at >= rules.effective_from
            and located.occurred_at < rules.effective_to
),

worked as (
    select
        user_id,
        week_start_date,
        count(*) filter (where is_counted and event_type = 'meeting_booked') as weekly_meetings_booked,
        coalesce(sum(rank_points) filter (where is_counted), 0)::bigint as weekly_rank_points
    from scored
    group by user_id, week_start_date
),

-- On the roster of that moment, and employed by its dates.
known as (
    select
        user_id,
        started_on,
        ended_on,
        (least($1, now()) at time zone time_zone)::date as local_date
    from roster
    where
        valid_from <= least($1, now())
        and valid_to > least($1, now())
),

employed as (
    select
        known.user_id,
        weeks.week_start_at::date as week_start_date
    from known
    cross join
        lateral generate_series(
            greatest(
                (coalesce(known.started_on, known.local_date) - (extract(isodow from coalesce(known.started_on, known.local_date))::integer - 1)),
                ($2 - (extract(isodow from $2)::integer - 1))
            )::timestamp,
            least(known.local_date, known.ended_on, $2)::timestamp,
            interval '7 days'
        ) as weeks (week_start_at)
),

weeks as (
    select
        user_id,
        week_start_date,
        sum(weekly_meetings_booked)::bigint as weekly_meetings_booked,
        sum(weekly_rank_points)::bigint as weekly_rank_points
    from (
        select * from worked
        union all
        select
            user_id,
            week_start_date,
            0 as weekly_meetings_booked,
            0 as weekly_rank_points
        from employed
        union all
        -- Announced, even if everything had left the week by then.
        select
            user_id,
            week_start_date,
            0 as weekly_meetings_booked,
            0 as weekly_rank_points
        from "staging"."stg_canonical__published_ranks"
        where
            published_at < $1
            and week_start_date between coalesce($2, '-infinity') and coalesce($2, 'infinity')
    ) as active
    where week_start_date = coalesce($2, week_start_date)
    group by user_id, week_start_date
)

select
    weeks.user_id,
    tiers.rank_tier,
    weeks.weekly_meetings_booked,
    weeks.weekly_rank_points,
    rank() over (
        partition by weeks.week_start_date order by weeks.weekly_rank_points desc
    )::integer as rank_position,
    weeks.week_start_date
from weeks
inner join "intermediate"."int_rank_tiers" as tiers
    on
        weeks.weekly_rank_points >= tiers.minimum_rank_points
        and (weeks.weekly_rank_points < tiers.next_minimum_rank_points or tiers.next_minimum_rank_points is null)$_$;


ALTER FUNCTION marts.weekly_ranks_as_of(as_of timestamp with time zone, week date) OWNER TO rift_transform;

--
-- Name: comparable(text); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.comparable(said text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT
    AS $$ select lower(btrim(said, e' \t\n\r\f\v')) $$;


ALTER FUNCTION raw.comparable(said text) OWNER TO rift_owner;

--
-- Name: comparable_values(jsonb); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.comparable_values(members jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT
    AS $$
select array_agg(distinct raw.comparable(members.member #>> '{}'))
from jsonb_array_elements(case when jsonb_typeof(members) = 'array' then members else '[]' end) as members (member)
where
    jsonb_typeof(members.member) in ('string', 'number', 'boolean')
    and length(members.member #>> '{}') <= 200
$$;


ALTER FUNCTION raw.comparable_values(members jsonb) OWNER TO rift_owner;

--
-- Name: interpret(text[], text[]); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.interpret(sources text[], object_keys text[]) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    if to_regprocedure('staging.interpret_objects(text[], text[])') is not null then
        execute 'select staging.interpret_objects($1, $2)' using sources, object_keys;
    end if;
end
$_$;


ALTER FUNCTION raw.interpret(sources text[], object_keys text[]) OWNER TO rift_owner;

--
-- Name: interpret_pending(); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.interpret_pending() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if to_regprocedure('staging.interpret_pending()') is not null then
        execute 'select staging.interpret_pending()';
    end if;
end
$$;


ALTER FUNCTION raw.interpret_pending() OWNER TO rift_owner;

--
-- Name: safe_jsonb(json); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.safe_jsonb(document json) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
begin
    return document::jsonb;
exception when others then
    return null;
end
$$;


ALTER FUNCTION raw.safe_jsonb(document json) OWNER TO rift_owner;

--
-- Name: safe_key(jsonb, text); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.safe_key(metadata jsonb, member text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
begin
    if jsonb_typeof(metadata -> member) not in ('string', 'number') then
        return null;
    end if;
    -- Longer than any id of ours; an index entry could not hold it.
    return case when length(metadata ->> member) between 1 and 200 then metadata ->> member end;
end
$$;


ALTER FUNCTION raw.safe_key(metadata jsonb, member text) OWNER TO rift_owner;

--
-- Name: safe_member(json, text); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.safe_member(document json, member text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
begin
    return (document -> member)::jsonb;
exception when others then
    -- json keeps any text; jsonb cannot hold, say, 1e-99999 or \u0000. One such field must not fail every read.
    return null;
end
$$;


ALTER FUNCTION raw.safe_member(document json, member text) OWNER TO rift_owner;

--
-- Name: safe_text(bytea); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.safe_text(body bytea) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    AS $$
begin
    return convert_from(body, 'UTF8');
exception when others then
    return encode(body, 'escape');
end
$$;


ALTER FUNCTION raw.safe_text(body bytea) OWNER TO rift_owner;

--
-- Name: safe_timestamptz(text); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.safe_timestamptz(moment text) RETURNS timestamp with time zone
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $_$
begin
    -- With its zone spelled as an offset, and its date in ISO order, a text means one instant in every session.
    if moment !~ (
        '^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?'
        '([Zz]|[+-](0[0-9]|1[0-4]):?[0-5][0-9])$'
    ) then
        return null;
    end if;
    return moment::timestamptz;
exception when others then
    return null;
end
$_$;


ALTER FUNCTION raw.safe_timestamptz(moment text) OWNER TO rift_owner;

--
-- Name: system_identifier(); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.system_identifier() RETURNS bigint
    LANGUAGE sql STABLE
    AS $$select system_identifier from pg_control_system()$$;


ALTER FUNCTION raw.system_identifier() OWNER TO rift_owner;

--
-- Name: vendor_event(text); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.vendor_event(reverses text) RETURNS uuid
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    found uuid;
begin
    -- dbt makes this, too (see raw.interpret).
    if reverses ~* '^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
        and to_regprocedure('staging.vendor_event(uuid)') is not null
    then
        execute 'select staging.vendor_event($1)' into found using reverses::uuid;
    end if;
    return found;
end
$_$;


ALTER FUNCTION raw.vendor_event(reverses text) OWNER TO rift_owner;

--
-- Name: vendor_event_id(text, text, text); Type: FUNCTION; Schema: raw; Owner: rift_owner
--

CREATE FUNCTION raw.vendor_event_id(source text, object_key text, event_type text) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT
    AS $$
-- RFC 9562, 5.8: what is not said by version and variant comes from the hash.
select encode(set_byte(set_byte(hashed.bytes, 6, get_byte(hashed.bytes, 6) & 15 | 128),
    8, get_byte(hashed.bytes, 8) & 63 | 128), 'hex')::uuid
from (
    select substring(sha256(convert_to(concat_ws(chr(31), source, object_key, event_type), 'UTF8')) for 16) as bytes
) as hashed
$$;


ALTER FUNCTION raw.vendor_event_id(source text, object_key text, event_type text) OWNER TO rift_owner;

--
-- Name: interpret_missed(); Type: FUNCTION; Schema: staging; Owner: rift_transform
--

CREATE FUNCTION staging.interpret_missed() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    noted intermediate.settle_watermarks;
    under_way text[];
    deadline constant timestamptz := clock_timestamp() + interval '2 seconds';
    todo_sources text[];
    todo_keys text[];
    is_left boolean;
    chunk constant bigint := 1000;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Interpret in a transaction that is READ COMMITTED: an older snapshot would miss items.';
    end if;
    -- Those that found the lock taken end soon; those that begin now find it free.
    under_way := array(select locks.virtualtransaction from pg_catalog.pg_locks as locks
    where
        locks.locktype = 'advisory'
        and locks.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and locks.classid = 0
        and locks.objid = 1279349316
        and locks.objsubid = 1
        and locks.pid <> pg_backend_pid());
    while
        clock_timestamp() < deadline
        and exists (select 1 from pg_catalog.pg_locks as locks
    where
        locks.locktype = 'advisory'
        and locks.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and locks.classid = 0
        and locks.objid = 1279349316
        and locks.objsubid = 1
        and locks.pid <> pg_backend_pid() and locks.virtualtransaction = any(under_way))
    loop
        perform pg_sleep(0.005);
    end loop;
    select * into noted from intermediate.settle_watermarks where model = 'stg_vendor__events';
    if noted.model is null or noted.system_identifier <> raw.system_identifier()
        or not pg_try_advisory_xact_lock_shared(hashtext('interpret vendors'))
    then
        -- Whoever has it looks again after that, as we do.
        return false;
    end if;

    with missed as materialized (
        select distinct items.source, items.object_key
        from "staging"."stg_vendor__items" as items
        left join staging.stg_vendor__objects as known
            on items.source = known.source and items.object_key = known.object_key
        where
            items.object_key is not null
            and items.landed_xid >= noted.xid
            and items.landed_xid <= '18446744073709551615'::xid8
            and (known.source is null or array_position(known.raw_ids, items.raw_id) is null)
        limit chunk
    ),
    tried as materialized (
        select
            missed.source,
            missed.object_key,
            pg_try_advisory_xact_lock((
                'x' || encode(substr(sha256(convert_to(missed.source || chr(31) || missed.object_key, 'UTF8')), 1, 8), 'hex')
            )::bit(64)::bigint) as is_ours
        from missed
    )
    select
        array_agg(tried.source) filter (where tried.is_ours),
        array_agg(tried.object_key) filter (where tried.is_ours),
        count(*) = chunk or not coalesce(bool_and(tried.is_ours), true)
    into todo_sources, todo_keys, is_left
    from tried;
    if todo_keys is not null then
        perform staging.replace_each_vendor_object(todo_sources, todo_keys);
    end if;
    return is_left;
end
$$;


ALTER FUNCTION staging.interpret_missed() OWNER TO rift_transform;

--
-- Name: interpret_objects(text[], text[]); Type: FUNCTION; Schema: staging; Owner: rift_transform
--

CREATE FUNCTION staging.interpret_objects(sources text[], object_keys text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Interpret in a transaction that is READ COMMITTED: an older snapshot would miss items.';
    end if;
    perform pg_advisory_xact_lock_shared(1279349316);
    -- To land is never slower than its own work: who holds it brings these objects up to date, too.
    if pg_try_advisory_xact_lock_shared(hashtext('interpret vendors')) then
        perform staging.replace_each_vendor_object(sources, object_keys);
    end if;
end
$$;


ALTER FUNCTION staging.interpret_objects(sources text[], object_keys text[]) OWNER TO rift_transform;

--
-- Name: interpret_pending(); Type: FUNCTION; Schema: staging; Owner: rift_transform
--

CREATE FUNCTION staging.interpret_pending() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    noted intermediate.settle_watermarks;
    horizon xid8;
    seeds_hash text;
    is_other_cluster boolean;
    todo refcursor;
    todo_source text;
    todo_key text;
    todo_sources text[] := '{}';
    todo_keys text[] := '{}';
    is_last boolean;
    chunk constant integer := 2000;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Interpret in a transaction that is READ COMMITTED: an older snapshot would miss items.';
    end if;
    perform pg_advisory_xact_lock(hashtext('interpret vendors'));
    horizon := pg_snapshot_xmin(pg_current_snapshot());
    select md5(
        (select coalesce(string_agg(m::text, e'\n' order by m::text), '') from "seeds"."vendor_mappings" as m)
        || e'\f' || (select coalesce(string_agg(s::text, e'\n' order by s::text), '') from "seeds"."scoring_sources" as s)
    ) into seeds_hash;
    select * into noted from intermediate.settle_watermarks where model = 'stg_vendor__events';
    is_other_cluster := noted.system_identifier <> raw.system_identifier();
    if is_other_cluster then
        -- These rows carry transaction ids of another cluster; without a watermark nothing is settled either.
        delete from staging.stg_vendor__events;
        delete from intermediate.vendor_days_touched;
    end if;

    if noted.model is null or is_other_cluster or noted.definition_hash <> '0d5dce67a4f337a36ff11d06df753422' || seeds_hash
        or coalesce(current_setting('rift.rebuild', true), '') = 'on'
    then
        open todo for
            
    select items.source, items.object_key from "staging"."stg_vendor__items" as items
    where items.object_key is not null
    union
    select objects.source, objects.object_key from staging.stg_vendor__objects as objects
    union
    select events.source, events.object_key from staging.stg_vendor__events as events
;
    else
        open todo for
            
    select items.source, items.object_key from "staging"."stg_vendor__items" as items
    where
        items.object_key is not null
        and items.landed_xid >= noted.xid
        and items.landed_xid <= '18446744073709551615'::xid8
    union
    -- Whose work an event is may have changed with the roster: asked once for each person (OFFSET), and joined by
    -- what can be hashed.
    select events.source, events.object_key
    from (
        select
            people.source,
            people.actor_id,
            people.actor_email,
            coalesce(
        (
            select (array_agg(known.user_id order by known.version_id desc))[1]
            from "staging"."stg_roster__latest_versions" as known
            where
                (
                    known.identities @> jsonb_build_object(people.source, people.actor_id)
                    or known.identities @> case
            when people.actor_id ~ '^[0-9]{1,18}$' then jsonb_build_object(people.source, (people.actor_id)::bigint)
            else jsonb_build_object(people.source, people.actor_id)
        end
                )
                and known.identities ->> people.source = people.actor_id
        ),
        (
            select (array_agg(known.user_id order by known.version_id desc))[1]
            from "staging"."stg_roster__latest_versions" as known
            where known.email = lower(people.actor_email)
        ),
        left(
            regexp_replace(
                people.source || ':' || coalesce(people.actor_id, people.actor_email, 'unassigned'),
                '[\u0001-\u001f\u007f-\u009f]', '', 'g'
            ),
            200
        )
    ) as user_id
        from (
            select distinct source, actor_id, actor_email from staging.stg_vendor__events
            where exists (
                select 1 from "staging"."stg_roster__sdr_versions" as versions
                where versions.landed_xid >= noted.xid
            )
        ) as people
        offset 0
    ) as actors
    inner join staging.stg_vendor__events as events
        on
            events.source = actors.source
            and coalesce(events.actor_id, '') = coalesce(actors.actor_id, '')
            and coalesce(events.actor_email, '') = coalesce(actors.actor_email, '')
    where events.user_id <> actors.user_id
;
    end if;

    -- By and by: the keys of all objects would be more than one array can hold.
    loop
        fetch todo into todo_source, todo_key;
        is_last := not found;
        if not is_last then
            todo_sources := array_append(todo_sources, todo_source);
            todo_keys := array_append(todo_keys, todo_key);
        end if;
        if cardinality(todo_keys) = chunk or (is_last and cardinality(todo_keys) > 0) then
            perform staging.replace_each_vendor_object(todo_sources, todo_keys);
            todo_sources := '{}';
            todo_keys := '{}';
        end if;
        exit when is_last;
    end loop;
    close todo;

    insert into intermediate.settle_watermarks as watermarks (model, xid, system_identifier, definition_hash, settled_at)
    values (
        'stg_vendor__events', horizon, raw.system_identifier(), '0d5dce67a4f337a36ff11d06df753422' || seeds_hash,
        clock_timestamp()
    )
    on conflict (model) do update
    set
        xid = case when is_other_cluster then excluded.xid else greatest(watermarks.xid, excluded.xid) end,
        system_identifier = excluded.system_identifier,
        definition_hash = excluded.definition_hash,
        settled_at = excluded.settled_at;
    -- Below the watermark of the days everything has been settled.
    delete from intermediate.vendor_days_touched as touched
    using intermediate.settle_watermarks as settled
    where settled.model = 'int_user_days_settled' and touched.landed_xid < settled.xid;
end
$_$;


ALTER FUNCTION staging.interpret_pending() OWNER TO rift_transform;

--
-- Name: replace_each_vendor_object(text[], text[], integer); Type: FUNCTION; Schema: staging; Owner: rift_transform
--

CREATE FUNCTION staging.replace_each_vendor_object(sources text[], object_keys text[], allowed integer DEFAULT 50) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    half integer := cardinality(object_keys) / 2;
    failed integer;
begin
    begin
        perform staging.replace_vendor_objects(sources, object_keys);
        return 0;
    exception when others then
        -- No object's fault: a deadlock, a lock or memory that was not to be had, a shutdown.
        if sqlstate in ('40P01', '40001') or left(sqlstate, 2) in ('53', '55', '57', '58') or allowed <= 0 then
            raise;
        end if;
        if half = 0 then
            -- Without its text, which may quote the payload.
            raise warning 'The events of % of % cannot be brought up to date: %', object_keys[1], sources[1], sqlstate;
            return 1;
        end if;
    end;
    failed := staging.replace_each_vendor_object(sources[:half], object_keys[:half], allowed);
    return failed + staging.replace_each_vendor_object(sources[half + 1:], object_keys[half + 1:], allowed - failed);
end
$$;


ALTER FUNCTION staging.replace_each_vendor_object(sources text[], object_keys text[], allowed integer) OWNER TO rift_transform;

--
-- Name: replace_vendor_objects(text[], text[]); Type: FUNCTION; Schema: staging; Owner: rift_transform
--

CREATE FUNCTION staging.replace_vendor_objects(sources text[], object_keys text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_column
declare
    defined_objects staging.stg_vendor__objects[];
    defined_events staging.stg_vendor__events[];
    gone uuid[];
begin
    with keys as materialized (
        select distinct asked.source, asked.object_key
        from unnest(sources, object_keys) as asked (source, object_key)
    ),
    objects as materialized (
    select
        keys.source,
        keys.object_key,
        split_part(keys.object_key, ':', 1) as object_type,
        found.*,
        (found.silenced_bys)[cardinality(found.silenced_bys)] as silenced_by,
        (found.readables)[cardinality(found.readables)] as is_readable,
        said.*,
        compared.values
    from keys as keys
    cross join lateral (
        select
            array_agg(items.raw_id order by items.version_at, items.tie_at, items.raw_id) as raw_ids,
            array_agg(items.facts order by items.version_at, items.tie_at, items.raw_id) as fields_each,
            array_agg(items.moments order by items.version_at, items.tie_at, items.raw_id) as moments_each,
            array_agg(items.details order by items.version_at, items.tie_at, items.raw_id) as details_each,
            array_agg(items.actor_id order by items.version_at, items.tie_at, items.raw_id) as actor_ids,
            array_agg(items.actor_email order by items.version_at, items.tie_at, items.raw_id) as actor_emails,
            array_agg(items.silenced_by order by items.version_at, items.tie_at, items.raw_id) as silenced_bys,
            array_agg(items.is_readable order by items.version_at, items.tie_at, items.raw_id) as readables,
            array_agg(items.received_at order by items.version_at, items.tie_at, items.raw_id) as received_ats,
            array_agg(items.landed_at order by items.version_at, items.tie_at, items.raw_id) as landed_ats,
            max(items.verified_by) as verified_by,
            bool_or(items.is_merged) as is_merged
        from "staging"."stg_vendor__items" as items
        where
            items.source = keys.source
            and items.object_key = keys.object_key
    ) as found
    cross join lateral (
        select
            case
                when keys.source = 'calendly' then (
        select jsonb_build_object('event', coalesce(jsonb_agg(marked.event), '[]'))
        from (
            select
                said.fields #> '{event,0}' as event,
                raw.comparable(said.fields #>> '{event,0}') = 'invitee_no_show.created'
                and max(said.number) filter (
                    where raw.comparable(said.fields #>> '{event,0}') = 'invitee_no_show.deleted'
                ) over () > max(said.number) filter (
                    where raw.comparable(said.fields #>> '{event,0}') = 'invitee_no_show.created'
                ) over () as is_taken_back
            from unnest(found.fields_each) with ordinality as said (fields, number)
        ) as marked
        where marked.event is not null and marked.is_taken_back is not true
    )
                when found.is_merged then (
        select coalesce(jsonb_object_agg(members.name, members.said order by versions.number), '{}')
        from unnest(found.fields_each) with ordinality as versions (document, number)
        cross join lateral jsonb_each(versions.document) as members (name, said)
    )
                else (found.fields_each)[cardinality(found.fields_each)]
            end as fields,
            case when found.is_merged
                then (
        select coalesce(jsonb_object_agg(members.name, members.said order by versions.number), '{}')
        from unnest(found.moments_each) with ordinality as versions (document, number)
        cross join lateral jsonb_each(versions.document) as members (name, said)
    ) else (found.moments_each)[cardinality(found.moments_each)]
            end as moments,
            case when found.is_merged
                then (
        select coalesce(jsonb_object_agg(members.name, members.said order by versions.number), '{}')
        from unnest(found.details_each) with ordinality as versions (document, number)
        cross join lateral jsonb_each(versions.document) as members (name, said)
    ) else (found.details_each)[cardinality(found.details_each)]
            end as details,
            case when found.is_merged
                then (array_remove(found.actor_ids, null))[cardinality(array_remove(found.actor_ids, null))] else (found.actor_ids)[cardinality(found.actor_ids)]
            end as actor_id,
            (found.actor_emails)[cardinality(found.actor_emails)] as actor_email
        limit 1
    ) as said
    cross join lateral (
        select
            coalesce(
                jsonb_object_agg(members.name, raw.comparable_values(members.said))
                filter (where raw.comparable_values(members.said) is not null),
                '{}'
            ) as values
        from jsonb_each(said.fields) as members (name, said)
        limit 1
    ) as compared
    where found.raw_ids is not null
),
    summed_up as (
    select
        objects.source,
        objects.object_key,
        objects.object_type,
        case
            when objects.silenced_by is not null then objects.silenced_by
            when meaning.is_scored then 'scored'
            when meaning.is_scored is not null then 'not_scoring_source'
            when not objects.is_readable then 'unreadable'
            else 'unmapped'
        end as outcome,
        objects.values as field_values,
        (objects.received_ats)[cardinality(objects.received_ats)] as newest_at,
        objects.raw_ids,
        (objects.raw_ids)[cardinality(objects.raw_ids)] as raw_id
    from objects as objects
    cross join lateral (
        select bool_or(coalesce(scoring.is_scored, false)) as is_scored
        from "seeds"."vendor_mappings" as mappings
        left join "seeds"."scoring_sources" as scoring
            on
                mappings.event_type = scoring.event_type
                and mappings.source = scoring.source
        where mappings.source = objects.source
    and mappings.object_type = objects.object_type
    and (btrim(mappings.value) = '*' or (objects.values -> mappings.field) ? raw.comparable(mappings.value))
    ) as meaning
),
    told as (
    select
        raw.vendor_event_id(objects.source, objects.object_key, told.event_type) as event_id,
        (objects.raw_ids)[cardinality(objects.raw_ids)] as raw_id,
        objects.source,
        case
        when length(objects.object_key || '/' || told.event_type) <= 200 then objects.object_key || '/' || told.event_type
        else objects.source || ':' || raw.vendor_event_id(objects.source, objects.object_key, told.event_type)
    end as external_id,
        told.event_type,
        coalesce(
        (
            select (array_agg(known.user_id order by known.version_id desc))[1]
            from "staging"."stg_roster__latest_versions" as known
            where
                (
                    known.identities @> jsonb_build_object(objects.source, objects.actor_id)
                    or known.identities @> case
            when objects.actor_id ~ '^[0-9]{1,18}$' then jsonb_build_object(objects.source, (objects.actor_id)::bigint)
            else jsonb_build_object(objects.source, objects.actor_id)
        end
                )
                and known.identities ->> objects.source = objects.actor_id
        ),
        (
            select (array_agg(known.user_id order by known.version_id desc))[1]
            from "staging"."stg_roster__latest_versions" as known
            where known.email = lower(objects.actor_email)
        ),
        left(
            regexp_replace(
                objects.source || ':' || coalesce(objects.actor_id, objects.actor_email, 'unassigned'),
                '[\u0001-\u001f\u007f-\u009f]', '', 'g'
            ),
            200
        )
    ) as user_id,
        case
            when told.event_type in ('meeting_cancelled', 'meeting_no_show')
                then case
        when length(objects.object_key || '/' || 'meeting_booked') <= 200 then objects.object_key || '/' || 'meeting_booked'
        else objects.source || ':' || raw.vendor_event_id(objects.source, objects.object_key, 'meeting_booked')
    end
        end as reverses,
        case
            when told.event_type in ('meeting_cancelled', 'meeting_no_show')
                then raw.vendor_event_id(objects.source, objects.object_key, 'meeting_booked')
        end as reverses_event_id,
        objects.verified_by,
        'canonical'::text as read_as,
        objects.object_key,
        objects.actor_id,
        objects.actor_email,
        json_build_object(
        'metadata', jsonb_strip_nulls(
            objects.details - 'scheduled_at' || jsonb_build_object(
                'object_key', objects.object_key,
                'call_id', case
                    when told.event_type like 'call\_%'
                        then case
        when length(substr(objects.object_key, length(objects.object_type) + 2)) <= 200 then substr(objects.object_key, length(objects.object_type) + 2)
        else objects.source || ':' || raw.vendor_event_id(objects.source, objects.object_key, 'call_dial')
    end
                end,
                'meeting_id', case
                    when told.event_type like 'meeting\_%'
                        then case
        when length(objects.object_key) <= 200 then objects.object_key
        else objects.source || ':' || raw.vendor_event_id(objects.source, objects.object_key, 'meeting_booked')
    end
                end,
                'scheduled_at', case when told.event_type like 'meeting\_%' then objects.details -> 'scheduled_at' end
            )
        )
    ) as payload,
        timed.occurred_at,
        objects.received_ats[1] as received_at,
        case
        when cardinality(objects.raw_ids) = 1 then objects.landed_ats[1]
        else coalesce((
            select objects.landed_ats[versions.number]
            from generate_subscripts(objects.raw_ids, 1) as versions (number)
            where
                objects.silenced_bys[versions.number] is null
                and objects.actor_ids[versions.number] is not distinct from objects.actor_id
                and objects.actor_emails[versions.number] is not distinct from objects.actor_email
                and exists (
                    select 1 from "seeds"."vendor_mappings" as mappings
                    where
                        mappings.event_type = told.event_type
                        and mappings.source = objects.source
    and mappings.object_type = objects.object_type
    and (
        btrim(mappings.value) = '*'
        or raw.comparable(mappings.value) = any(raw.comparable_values(objects.fields_each[versions.number] -> mappings.field))
    )
                )
                and timed.occurred_at = coalesce((
        select read.moment
        from unnest(named.names) with ordinality as named (name, number)
        cross join lateral (select raw.safe_timestamptz(objects.moments_each[versions.number] ->> named.name) as moment limit 1) as read
        where read.moment between '2000-01-01 00:00+00'::timestamptz and objects.received_ats[versions.number] + interval '1 day'
        order by named.number
        limit 1
    ), objects.received_ats[case when objects.source = 'calendly' then versions.number else 1 end])
            order by versions.number
            limit 1
        ), (objects.landed_ats)[cardinality(objects.landed_ats)])
    end as landed_at
    from objects as objects
    cross join lateral (
        select distinct mappings.event_type
        from "seeds"."vendor_mappings" as mappings
        inner join "seeds"."scoring_sources" as scoring
            on
                mappings.event_type = scoring.event_type
                and mappings.source = scoring.source
        where
            scoring.is_scored
            and mappings.source = objects.source
    and mappings.object_type = objects.object_type
    and (btrim(mappings.value) = '*' or (objects.values -> mappings.field) ? raw.comparable(mappings.value))
    ) as told
    left join lateral (
        select moments.names
        from (
        values
        ('outreach', 'call', 'call_dial', array['dialedAt', 'createdAt', 'meta.deliveredAt']),
        ('outreach', 'call', 'call_connect', array['answeredAt', 'dialedAt', 'createdAt', 'meta.deliveredAt']),
        ('outreach', 'call', 'meeting\_%', array['completedAt', 'answeredAt', 'createdAt', 'meta.deliveredAt']),
        ('outreach', 'mailing', '%', array['deliveredAt', 'createdAt', 'meta.deliveredAt']),
        ('nooks', 'call', 'call\_%', array['startedAt', 'occurredAt']),
        ('nooks', 'call', 'meeting\_%', array['occurredAt', 'startedAt']),
        ('hubspot', 'call', '%', array['hs_timestamp', 'createdAt']),
        ('hubspot', 'email', '%', array['hs_timestamp', 'createdAt']),
        ('hubspot', 'meeting', 'meeting_booked', array['hs_createdate', 'createdAt']),
        ('hubspot', 'meeting', 'meeting_attended', array['hs_meeting_end_time', 'hs_timestamp']),
        ('hubspot', 'meeting', 'meeting_cancelled', array['updatedAt']),
        ('hubspot', 'meeting', 'meeting_no_show', array['updatedAt']),
        ('salesloft', 'meeting', 'meeting_booked', array['created_at']),
        ('salesloft', 'meeting', 'meeting_cancelled', array['canceled_at', 'updated_at']),
        ('salesloft', 'meeting', 'meeting_no_show', array['updated_at']),
        ('calendly', 'invitee', '%', array['created_at']),
        ('salesforce', 'task', '%', array['CompletedDateTime', 'CreatedDate']),
        ('salesforce', 'event', '%', array['CreatedDate'])
    ) as moments (source, object_type, event_types, names)
        where
            moments.source = objects.source
            and moments.object_type = objects.object_type
            and told.event_type like moments.event_types
    ) as named on true
    cross join lateral (
        select case
        when objects.source = 'calendly'
            then (
                select versions.number
                from generate_subscripts(objects.raw_ids, 1) as versions (number)
                order by
                    case
                        when told.event_type = 'meeting_booked'
                            then
                                raw.comparable(objects.fields_each[versions.number] #>> '{event,0}')
                                is not distinct from 'invitee.created'
                        else exists (
                            select 1 from "seeds"."vendor_mappings" as mappings
                            where
                                mappings.event_type = told.event_type
                                and mappings.source = objects.source
    and mappings.object_type = objects.object_type
    and (
        btrim(mappings.value) = '*'
        or raw.comparable(mappings.value) = any(raw.comparable_values(objects.fields_each[versions.number] -> mappings.field))
    )
                        )
                    end desc,
                    versions.number
                limit 1
            )
    end as number
        limit 1
    ) as chosen
    cross join lateral (
        select coalesce((
        select read.moment
        from unnest(named.names) with ordinality as named (name, number)
        cross join lateral (select raw.safe_timestamptz(coalesce(objects.moments_each[chosen.number], objects.moments) ->> named.name) as moment limit 1) as read
        where read.moment between '2000-01-01 00:00+00'::timestamptz and coalesce(objects.received_ats[chosen.number], (objects.received_ats)[cardinality(objects.received_ats)]) + interval '1 day'
        order by named.number
        limit 1
    ), objects.received_ats[coalesce(chosen.number, 1)]) as occurred_at
        limit 1
    ) as timed
    where objects.silenced_by is null
)
    select
        (select array_agg(row(
            summed_up.source, summed_up.object_key, summed_up.object_type, summed_up.outcome, summed_up.field_values, summed_up.newest_at, summed_up.raw_ids, summed_up.raw_id
        )::staging.stg_vendor__objects) from summed_up),
        (select array_agg(row(
            null, told.event_id, told.raw_id, told.source, told.external_id, told.event_type, told.user_id, told.reverses, told.reverses_event_id, told.verified_by, told.read_as, told.object_key, told.actor_id, told.actor_email, told.payload, told.occurred_at, told.received_at, told.landed_at

        )::staging.stg_vendor__events) from told)
    into defined_objects, defined_events;

    gone := array(
        select kept.event_id
        from unnest(sources, object_keys) as asked (source, object_key)
        inner join staging.stg_vendor__events as kept
            on kept.source = asked.source and kept.object_key = asked.object_key
        where not exists (
            select 1 from unnest(defined_events) as defined
            where (defined.event_id, defined.raw_id, defined.source, defined.external_id, defined.event_type, defined.user_id, defined.reverses, defined.reverses_event_id, defined.verified_by, defined.read_as, defined.object_key, defined.actor_id, defined.actor_email, defined.payload::text, defined.occurred_at, defined.received_at, defined.landed_at) is not distinct from (kept.event_id, kept.raw_id, kept.source, kept.external_id, kept.event_type, kept.user_id, kept.reverses, kept.reverses_event_id, kept.verified_by, kept.read_as, kept.object_key, kept.actor_id, kept.actor_email, kept.payload::text, kept.occurred_at, kept.received_at, kept.landed_at)
        )
    );
    if cardinality(gone) > 0 then
        -- What was settled on these days is no longer true: nor where what goes takes back an event that stays.
        insert into intermediate.vendor_days_touched (user_id, occurred_at)
        select touched.user_id, touched.occurred_at
        from staging.stg_vendor__events as touched
        where touched.event_id = any(gone)
        union
        select originals.user_id, originals.occurred_at
        from staging.stg_vendor__events as reversals
        inner join staging.stg_vendor__events as originals on reversals.reverses_event_id = originals.event_id
        where reversals.event_id = any(gone);
        delete from staging.stg_vendor__events as kept where kept.event_id = any(gone);
    end if;

    insert into staging.stg_vendor__events (event_id, raw_id, source, external_id, event_type, user_id, reverses, reverses_event_id, verified_by, read_as, object_key, actor_id, actor_email, payload, occurred_at, received_at, landed_at)
    select defined.event_id, defined.raw_id, defined.source, defined.external_id, defined.event_type, defined.user_id, defined.reverses, defined.reverses_event_id, defined.verified_by, defined.read_as, defined.object_key, defined.actor_id, defined.actor_email, defined.payload, defined.occurred_at, defined.received_at, defined.landed_at

    from unnest(defined_events) as defined
    where not exists (select 1 from staging.stg_vendor__events as kept where kept.event_id = defined.event_id);

    delete from staging.stg_vendor__objects as kept
    using unnest(sources, object_keys) as asked (source, object_key)
    where
        kept.source = asked.source
        and kept.object_key = asked.object_key
        and not exists (
            select 1 from unnest(defined_objects) as defined
            where defined.source = kept.source and defined.object_key = kept.object_key
        );
    insert into staging.stg_vendor__objects as kept (source, object_key, object_type, outcome, field_values, newest_at, raw_ids, raw_id)
    select defined.source, defined.object_key, defined.object_type, defined.outcome, defined.field_values, defined.newest_at, defined.raw_ids, defined.raw_id

    from unnest(defined_objects) as defined
    on conflict (source, object_key) do update
    set source = excluded.source, object_key = excluded.object_key, object_type = excluded.object_type, outcome = excluded.outcome, field_values = excluded.field_values, newest_at = excluded.newest_at, raw_ids = excluded.raw_ids, raw_id = excluded.raw_id

    where (kept.source, kept.object_key, kept.object_type, kept.outcome, kept.field_values, kept.newest_at, kept.raw_ids, kept.raw_id) is distinct from (excluded.source, excluded.object_key, excluded.object_type, excluded.outcome, excluded.field_values, excluded.newest_at, excluded.raw_ids, excluded.raw_id);
end
$_$;


ALTER FUNCTION staging.replace_vendor_objects(sources text[], object_keys text[]) OWNER TO rift_transform;

--
-- Name: vendor_event(uuid); Type: FUNCTION; Schema: staging; Owner: rift_transform
--

CREATE FUNCTION staging.vendor_event(event uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
select events.event_id from staging.stg_vendor__events as events where events.event_id = event
$$;


ALTER FUNCTION staging.vendor_event(event uuid) OWNER TO rift_transform;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: built_views; Type: TABLE; Schema: intermediate; Owner: rift_transform
--

CREATE TABLE intermediate.built_views (
    relation text NOT NULL,
    relation_oid oid NOT NULL,
    definition_hash text NOT NULL
);


ALTER TABLE intermediate.built_views OWNER TO rift_transform;

--
-- Name: achievements; Type: TABLE; Schema: seeds; Owner: rift_transform
--

CREATE TABLE seeds.achievements (
    achievement_id text,
    title text,
    description text,
    kind text,
    event_type text,
    threshold bigint,
    sort_order integer
);


ALTER TABLE seeds.achievements OWNER TO rift_transform;

--
-- Name: rank_tiers; Type: TABLE; Schema: seeds; Owner: rift_transform
--

CREATE TABLE seeds.rank_tiers (
    rank_tier text,
    rank_order integer,
    minimum_rank_points integer
);


ALTER TABLE seeds.rank_tiers OWNER TO rift_transform;

--
-- Name: int_achievements; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_achievements AS
 WITH achievements AS (
         SELECT achievements_1.achievement_id,
            achievements_1.title,
            achievements_1.description,
            achievements_1.kind,
            achievements_1.event_type,
            achievements_1.threshold,
            achievements_1.sort_order
           FROM seeds.achievements achievements_1
        ), tiers AS (
         SELECT rank_tiers.rank_tier,
            rank_tiers.rank_order,
            rank_tiers.minimum_rank_points
           FROM seeds.rank_tiers
        )
 SELECT achievements.achievement_id,
    achievements.title,
    achievements.description,
    achievements.kind,
    achievements.event_type,
    achievements.threshold,
    achievements.sort_order,
        CASE achievements.kind
            WHEN 'weekly_rank'::text THEN (tiers.minimum_rank_points)::bigint
            WHEN 'personal_best'::text THEN (achievements.threshold + 1)
            ELSE achievements.threshold
        END AS required_value
   FROM (achievements
     LEFT JOIN tiers ON (((achievements.kind = 'weekly_rank'::text) AND (achievements.threshold = tiers.rank_order))));


ALTER VIEW intermediate.int_achievements OWNER TO rift_transform;

--
-- Name: webhook_events; Type: TABLE; Schema: raw; Owner: rift_owner
--

CREATE TABLE raw.webhook_events (
    raw_id uuid NOT NULL,
    door text NOT NULL,
    source text NOT NULL,
    external_id text,
    dedup_key text NOT NULL,
    user_id text,
    event_type text,
    occurred_at timestamp with time zone,
    reverses text,
    reverses_event_id uuid,
    received_at timestamp with time zone NOT NULL,
    landed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    verified_by text NOT NULL,
    payload json NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT webhook_events_check CHECK (((door <> 'canonical'::text) OR ((user_id IS NOT NULL) AND (event_type IS NOT NULL) AND (occurred_at IS NOT NULL)))),
    CONSTRAINT webhook_events_verified_by_check CHECK ((verified_by = ANY (ARRAY['signature'::text, 'secret'::text, 'manual'::text, 'import'::text])))
);


ALTER TABLE raw.webhook_events OWNER TO rift_owner;

--
-- Name: sdr_versions; Type: TABLE; Schema: raw_roster; Owner: rift_ingest
--

CREATE TABLE raw_roster.sdr_versions (
    version_id bigint NOT NULL,
    user_id text NOT NULL,
    display_name text NOT NULL,
    email text,
    team_name text NOT NULL,
    time_zone text NOT NULL,
    started_on date,
    ended_on date,
    effective_on date,
    loaded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    _dlt_load_id character varying NOT NULL,
    _dlt_id character varying NOT NULL,
    identities json DEFAULT '{}'::json NOT NULL,
    CONSTRAINT sdr_versions_check CHECK ((ended_on >= started_on)),
    CONSTRAINT sdr_versions_identities_check CHECK ((json_typeof(identities) = 'object'::text)),
    CONSTRAINT sdr_versions_time_zone_check CHECK (((('2000-01-01 00:00:00+00'::timestamp with time zone AT TIME ZONE time_zone) >= '1999-12-31 08:00:00'::timestamp without time zone) AND (('2000-01-01 00:00:00+00'::timestamp with time zone AT TIME ZONE time_zone) <= '2000-01-01 16:00:00'::timestamp without time zone))),
    CONSTRAINT sdr_versions_user_id_check CHECK ((user_id <> ''::text))
);


ALTER TABLE raw_roster.sdr_versions OWNER TO rift_ingest;

--
-- Name: stg_canonical__items; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_canonical__items AS
 SELECT raw_id AS event_id,
    raw_id,
    source,
    external_id,
    event_type,
    user_id,
    reverses,
    reverses_event_id,
    verified_by,
    door AS read_as,
    payload,
    occurred_at,
    received_at,
    landed_at,
    landed_xid
   FROM raw.webhook_events;


ALTER VIEW staging.stg_canonical__items OWNER TO rift_transform;

--
-- Name: stg_roster__sdr_versions; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_roster__sdr_versions AS
 WITH source AS (
         SELECT sdr_versions.version_id,
            sdr_versions.user_id,
            sdr_versions.display_name,
            sdr_versions.email,
            sdr_versions.team_name,
            sdr_versions.time_zone,
            sdr_versions.started_on,
            sdr_versions.ended_on,
            sdr_versions.effective_on,
            sdr_versions.loaded_at,
            sdr_versions.landed_xid,
            sdr_versions._dlt_load_id,
            sdr_versions._dlt_id,
            sdr_versions.identities
           FROM raw_roster.sdr_versions
        ), dated AS (
         SELECT source.version_id,
            source.user_id,
            source.display_name,
            source.email,
            source.team_name,
            source.time_zone,
            source.started_on,
            source.ended_on,
            source.loaded_at,
            source.landed_xid,
            raw.safe_jsonb(source.identities) AS identities,
            regexp_replace(lower(btrim(source.team_name)), '\s+'::text, '-'::text, 'g'::text) AS team_id,
            COALESCE(source.effective_on, ((source.loaded_at AT TIME ZONE 'UTC'::text))::date) AS effective_on
           FROM source
        ), ranged AS (
         SELECT dated.version_id,
            dated.user_id,
            dated.display_name,
            dated.email,
            dated.team_name,
            dated.time_zone,
            dated.started_on,
            dated.ended_on,
            dated.loaded_at,
            dated.landed_xid,
            dated.identities,
            dated.team_id,
            dated.effective_on,
                CASE
                    WHEN (row_number() OVER (PARTITION BY dated.user_id ORDER BY dated.effective_on, dated.version_id) = 1) THEN '-infinity'::date
                    ELSE dated.effective_on
                END AS effective_from_date,
            lead(dated.effective_on, 1, 'infinity'::date) OVER (PARTITION BY dated.user_id ORDER BY dated.effective_on, dated.version_id) AS effective_to_date
           FROM dated
        )
 SELECT version_id,
    user_id,
    display_name,
    email,
    team_id,
    team_name,
    time_zone,
    started_on,
    ended_on,
    effective_from_date,
    effective_to_date,
    ((effective_from_date)::timestamp without time zone AT TIME ZONE 'UTC'::text) AS valid_from,
    ((effective_to_date)::timestamp without time zone AT TIME ZONE 'UTC'::text) AS valid_to,
    landed_xid,
    identities,
    effective_on,
    loaded_at
   FROM ranged;


ALTER VIEW staging.stg_roster__sdr_versions OWNER TO rift_transform;

--
-- Name: stg_vendor__events; Type: TABLE; Schema: staging; Owner: rift_transform
--

CREATE TABLE staging.stg_vendor__events (
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    event_id uuid NOT NULL,
    raw_id uuid NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    event_type text NOT NULL,
    user_id text NOT NULL,
    reverses text,
    reverses_event_id uuid,
    verified_by text NOT NULL,
    read_as text NOT NULL,
    object_key text NOT NULL,
    actor_id text,
    actor_email text,
    payload json NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    landed_at timestamp with time zone NOT NULL
);


ALTER TABLE staging.stg_vendor__events OWNER TO rift_transform;

--
-- Name: stg_sales_events; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_sales_events AS
 SELECT event_id,
    raw_id,
    source,
    external_id,
    event_type,
    user_id,
    reverses,
    reverses_event_id,
    verified_by,
    raw.safe_member(payload, 'metadata'::text) AS metadata,
    occurred_at,
    received_at,
    landed_at,
    landed_xid
   FROM ( SELECT stg_canonical__items.event_id,
            stg_canonical__items.raw_id,
            stg_canonical__items.source,
            stg_canonical__items.external_id,
            stg_canonical__items.event_type,
            stg_canonical__items.user_id,
            stg_canonical__items.reverses,
            stg_canonical__items.reverses_event_id,
            stg_canonical__items.verified_by,
            stg_canonical__items.read_as,
            stg_canonical__items.payload,
            stg_canonical__items.occurred_at,
            stg_canonical__items.received_at,
            stg_canonical__items.landed_at,
            stg_canonical__items.landed_xid
           FROM staging.stg_canonical__items
        UNION ALL
         SELECT stg_vendor__events.event_id,
            stg_vendor__events.raw_id,
            stg_vendor__events.source,
            stg_vendor__events.external_id,
            stg_vendor__events.event_type,
            stg_vendor__events.user_id,
            stg_vendor__events.reverses,
            stg_vendor__events.reverses_event_id,
            stg_vendor__events.verified_by,
            stg_vendor__events.read_as,
            stg_vendor__events.payload,
            stg_vendor__events.occurred_at,
            stg_vendor__events.received_at,
            stg_vendor__events.landed_at,
            stg_vendor__events.landed_xid
           FROM staging.stg_vendor__events) events
  WHERE (read_as = 'canonical'::text);


ALTER VIEW staging.stg_sales_events OWNER TO rift_transform;

--
-- Name: int_events_located; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_events_located AS
 SELECT events.event_id,
    events.raw_id,
    events.source,
    events.external_id,
    events.event_type,
    events.user_id,
    events.reverses,
    events.verified_by,
    events.metadata,
    events.occurred_at,
    events.received_at,
    events.landed_at,
    events.landed_xid,
    ((events.occurred_at AT TIME ZONE COALESCE(versions.time_zone, 'UTC'::text)))::date AS activity_date
   FROM (staging.stg_sales_events events
     LEFT JOIN staging.stg_roster__sdr_versions versions ON (((events.user_id = versions.user_id) AND (events.occurred_at >= versions.valid_from) AND (events.occurred_at < versions.valid_to))));


ALTER VIEW intermediate.int_events_located OWNER TO rift_transform;

--
-- Name: gamification_rules; Type: TABLE; Schema: raw; Owner: rift_owner
--

CREATE TABLE raw.gamification_rules (
    rule_version_id bigint NOT NULL,
    event_type text NOT NULL,
    gold_value integer NOT NULL,
    xp_value integer NOT NULL,
    rank_points integer DEFAULT 0 NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    changed_by text NOT NULL,
    landed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT gamification_rules_gold_value_check CHECK ((gold_value >= 0)),
    CONSTRAINT gamification_rules_rank_points_check CHECK ((rank_points >= 0)),
    CONSTRAINT gamification_rules_xp_value_check CHECK ((xp_value >= 0))
);


ALTER TABLE raw.gamification_rules OWNER TO rift_owner;

--
-- Name: gamification_rule_versions; Type: VIEW; Schema: raw; Owner: rift_owner
--

CREATE VIEW raw.gamification_rule_versions AS
 SELECT rule_version_id,
    event_type,
    gold_value,
    xp_value,
    rank_points,
    effective_from,
    lead(effective_from, 1, 'infinity'::timestamp with time zone) OVER (PARTITION BY event_type ORDER BY effective_from, rule_version_id) AS effective_to,
    changed_by,
    landed_at,
    landed_xid
   FROM raw.gamification_rules;


ALTER VIEW raw.gamification_rule_versions OWNER TO rift_owner;

--
-- Name: stg_canonical__events; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_canonical__events AS
 SELECT event_id,
    raw_id,
    source,
    external_id,
    user_id,
    event_type,
    reverses,
    reverses_event_id,
    verified_by,
    occurred_at,
    received_at,
    landed_at,
    landed_xid,
    raw.safe_member(payload, 'metadata'::text) AS metadata
   FROM staging.stg_canonical__items
  WHERE (read_as = 'canonical'::text);


ALTER VIEW staging.stg_canonical__events OWNER TO rift_transform;

--
-- Name: stg_canonical__rule_versions; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_canonical__rule_versions AS
 SELECT rule_version_id,
    event_type,
    changed_by,
    gold_value,
    xp_value,
    rank_points,
    effective_from,
    effective_to,
    landed_at,
    landed_xid
   FROM raw.gamification_rule_versions;


ALTER VIEW staging.stg_canonical__rule_versions OWNER TO rift_transform;

--
-- Name: int_events_scored; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_events_scored AS
 SELECT events.event_id,
    events.raw_id,
    events.source,
    events.external_id,
    events.event_type,
    events.user_id,
    COALESCE(teams.team_id, 'unassigned'::text) AS team_id,
    rules.rule_version_id,
    events.verified_by,
        CASE
            WHEN (reversals.is_reversal OR reversals.is_reversed) THEN 0
            ELSE COALESCE(rules.gold_value, 0)
        END AS gold_value,
        CASE
            WHEN (reversals.is_reversal OR reversals.is_reversed) THEN 0
            ELSE COALESCE(rules.xp_value, 0)
        END AS xp_value,
        CASE
            WHEN (reversals.is_reversal OR reversals.is_reversed) THEN 0
            ELSE COALESCE(rules.rank_points, 0)
        END AS rank_points,
    reversals.is_reversed,
    reversals.is_reversal,
    events.activity_date,
    (events.activity_date - ((EXTRACT(isodow FROM events.activity_date))::integer - 1)) AS week_start_date,
    events.occurred_at,
    events.received_at,
    events.landed_at,
    events.landed_xid,
    events.metadata,
    events.reverses
   FROM (((intermediate.int_events_located events
     LEFT JOIN staging.stg_canonical__rule_versions rules ON (((events.event_type = rules.event_type) AND (events.occurred_at >= rules.effective_from) AND (events.occurred_at < rules.effective_to))))
     LEFT JOIN staging.stg_roster__sdr_versions teams ON (((events.user_id = teams.user_id) AND (events.activity_date >= teams.effective_from_date) AND (events.activity_date < teams.effective_to_date))))
     CROSS JOIN LATERAL ( SELECT (events.reverses IS NOT NULL) AS is_reversal,
            ((events.reverses IS NULL) AND ((EXISTS ( SELECT 1
                   FROM staging.stg_sales_events by_event_id
                  WHERE ((by_event_id.reverses IS NOT NULL) AND (by_event_id.reverses_event_id = events.event_id)))) OR (EXISTS ( SELECT 1
                   FROM staging.stg_canonical__events by_external_id
                  WHERE ((by_external_id.reverses IS NOT NULL) AND (by_external_id.reverses_event_id IS NULL) AND (by_external_id.source = events.source) AND (by_external_id.reverses = events.external_id)))))) AS is_reversed
         LIMIT 1) reversals);


ALTER VIEW intermediate.int_events_scored OWNER TO rift_transform;

--
-- Name: int_user_days_settled; Type: TABLE; Schema: intermediate; Owner: rift_transform
--

CREATE TABLE intermediate.int_user_days_settled (
    user_id text NOT NULL,
    activity_date date NOT NULL,
    event_type text NOT NULL,
    team_id text NOT NULL,
    event_count bigint NOT NULL,
    gross_event_count bigint NOT NULL,
    reversed_event_count bigint NOT NULL,
    gold_value bigint NOT NULL,
    xp_value bigint NOT NULL,
    rank_points bigint NOT NULL,
    last_event_at timestamp with time zone,
    active_day_count bigint,
    week_start_date date
);


ALTER TABLE intermediate.int_user_days_settled OWNER TO rift_transform;

--
-- Name: settle_watermarks; Type: TABLE; Schema: intermediate; Owner: rift_transform
--

CREATE TABLE intermediate.settle_watermarks (
    model text NOT NULL,
    xid xid8 NOT NULL,
    system_identifier bigint NOT NULL,
    definition_hash text NOT NULL,
    settled_at timestamp with time zone NOT NULL
);


ALTER TABLE intermediate.settle_watermarks OWNER TO rift_transform;

--
-- Name: vendor_days_touched; Type: TABLE; Schema: intermediate; Owner: rift_transform
--

CREATE TABLE intermediate.vendor_days_touched (
    user_id text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);


ALTER TABLE intermediate.vendor_days_touched OWNER TO rift_transform;

--
-- Name: int_user_days_outdated; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_user_days_outdated AS
 WITH outdated AS (
         SELECT originals.user_id,
            originals.activity_date
           FROM intermediate.int_events_located originals
          WHERE ((originals.event_id = ANY (ARRAY( SELECT reversals.reverses_event_id AS event_id
                   FROM staging.stg_sales_events reversals
                  WHERE ((reversals.reverses IS NOT NULL) AND (reversals.reverses_event_id IS NOT NULL) AND (reversals.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (reversals.landed_xid <= '18446744073709551615'::xid8))
                UNION ALL
                 SELECT named.event_id
                   FROM (staging.stg_canonical__events reversals
                     CROSS JOIN LATERAL ( SELECT originals_1.event_id
                           FROM staging.stg_sales_events originals_1
                          WHERE ((originals_1.source = reversals.source) AND (originals_1.external_id = reversals.reverses))
                         OFFSET 0) named)
                  WHERE ((reversals.reverses IS NOT NULL) AND (reversals.reverses_event_id IS NULL) AND (reversals.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (reversals.landed_xid <= '18446744073709551615'::xid8))))) AND (originals.landed_xid < COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)))
        UNION
         SELECT settled.user_id,
            (settled.activity_date + shifts.days) AS activity_date
           FROM ((staging.stg_roster__sdr_versions versions
             JOIN ( SELECT int_user_days_settled.user_id,
                    int_user_days_settled.activity_date,
                    int_user_days_settled.event_type,
                    int_user_days_settled.team_id,
                    int_user_days_settled.event_count,
                    int_user_days_settled.gross_event_count,
                    int_user_days_settled.reversed_event_count,
                    int_user_days_settled.gold_value,
                    int_user_days_settled.xp_value,
                    int_user_days_settled.rank_points,
                    int_user_days_settled.last_event_at,
                    int_user_days_settled.active_day_count,
                    int_user_days_settled.week_start_date
                   FROM intermediate.int_user_days_settled
                  WHERE (COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8) <> '0'::xid8)) settled ON ((versions.user_id = settled.user_id)))
             CROSS JOIN ( VALUES ('-2'::integer), ('-1'::integer), (0), (1), (2)) shifts(days))
          WHERE ((versions.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (versions.landed_xid <= '18446744073709551615'::xid8))
        UNION
         SELECT settled.user_id,
            settled.activity_date
           FROM (staging.stg_canonical__rule_versions rules
             JOIN ( SELECT int_user_days_settled.user_id,
                    int_user_days_settled.activity_date,
                    int_user_days_settled.event_type,
                    int_user_days_settled.team_id,
                    int_user_days_settled.event_count,
                    int_user_days_settled.gross_event_count,
                    int_user_days_settled.reversed_event_count,
                    int_user_days_settled.gold_value,
                    int_user_days_settled.xp_value,
                    int_user_days_settled.rank_points,
                    int_user_days_settled.last_event_at,
                    int_user_days_settled.active_day_count,
                    int_user_days_settled.week_start_date
                   FROM intermediate.int_user_days_settled
                  WHERE (COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8) <> '0'::xid8)) settled ON (((rules.event_type = settled.event_type) AND (settled.activity_date >= (((rules.effective_from AT TIME ZONE 'UTC'::text))::date - 1)) AND (settled.activity_date <= (((rules.effective_to AT TIME ZONE 'UTC'::text))::date + 1)))))
          WHERE ((rules.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (rules.landed_xid <= '18446744073709551615'::xid8))
        UNION
         SELECT touched.user_id,
            (((touched.occurred_at AT TIME ZONE 'UTC'::text))::date + shifts.days) AS activity_date
           FROM (intermediate.vendor_days_touched touched
             CROSS JOIN ( VALUES ('-1'::integer), (0), (1)) shifts(days))
          WHERE ((touched.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (touched.landed_xid <= '18446744073709551615'::xid8))
        )
 SELECT user_id,
    activity_date
   FROM outdated;


ALTER VIEW intermediate.int_user_days_outdated OWNER TO rift_transform;

--
-- Name: int_user_day_changes; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_user_day_changes AS
 WITH outdated AS MATERIALIZED (
         SELECT int_user_days_outdated.user_id,
            int_user_days_outdated.activity_date
           FROM intermediate.int_user_days_outdated
        ), removed AS (
         SELECT settled.user_id,
            settled.activity_date,
            settled.event_type,
            settled.team_id,
            settled.week_start_date,
            (- settled.event_count) AS event_count,
            (- settled.gross_event_count) AS gross_event_count,
            (- settled.reversed_event_count) AS reversed_event_count,
            (- settled.gold_value) AS gold_value,
            (- settled.xp_value) AS xp_value,
            (- settled.rank_points) AS rank_points,
            (- settled.active_day_count) AS active_day_count,
            settled.last_event_at
           FROM (( SELECT int_user_days_settled.user_id,
                    int_user_days_settled.activity_date,
                    int_user_days_settled.event_type,
                    int_user_days_settled.team_id,
                    int_user_days_settled.event_count,
                    int_user_days_settled.gross_event_count,
                    int_user_days_settled.reversed_event_count,
                    int_user_days_settled.gold_value,
                    int_user_days_settled.xp_value,
                    int_user_days_settled.rank_points,
                    int_user_days_settled.last_event_at,
                    int_user_days_settled.active_day_count,
                    int_user_days_settled.week_start_date
                   FROM intermediate.int_user_days_settled
                  WHERE (COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8) <> '0'::xid8)) settled
             JOIN outdated ON (((settled.user_id = outdated.user_id) AND (settled.activity_date = outdated.activity_date))))
        ), redefined AS (
         SELECT touched.user_id,
            touched.activity_date,
            days.event_type,
            days.team_id,
            days.event_count,
            days.gross_event_count,
            days.reversed_event_count,
            days.gold_value,
            days.xp_value,
            days.rank_points,
            days.active_day_count,
            days.last_event_at,
            (touched.activity_date - ((EXTRACT(isodow FROM touched.activity_date))::integer - 1)) AS week_start_date
           FROM (outdated touched
             CROSS JOIN LATERAL ( SELECT events.event_type,
                    max(events.team_id) AS team_id,
                    count(*) FILTER (WHERE ((NOT events.is_reversed) AND (NOT events.is_reversal))) AS event_count,
                    count(*) AS gross_event_count,
                    count(*) FILTER (WHERE events.is_reversed) AS reversed_event_count,
                    sum(events.gold_value) AS gold_value,
                    sum(events.xp_value) AS xp_value,
                    sum(events.rank_points) AS rank_points,
                    (
                        CASE
                            WHEN (events.event_type = min(
                            CASE
                                WHEN bool_or(((NOT events.is_reversed) AND (NOT events.is_reversal))) THEN events.event_type
                                ELSE NULL::text
                            END) OVER ()) THEN 1
                            ELSE 0
                        END)::bigint AS active_day_count,
                    max(events.occurred_at) AS last_event_at
                   FROM intermediate.int_events_scored events
                  WHERE ((events.user_id = touched.user_id) AND (events.activity_date = touched.activity_date) AND (events.occurred_at >= (((touched.activity_date - 1))::timestamp without time zone AT TIME ZONE 'UTC'::text)) AND (events.occurred_at < (((touched.activity_date + 2))::timestamp without time zone AT TIME ZONE 'UTC'::text)))
                  GROUP BY events.event_type) days)
        ), added AS (
         SELECT events.user_id,
            events.activity_date,
            events.event_type,
            events.team_id,
            events.week_start_date,
            events.gold_value,
            events.xp_value,
            events.rank_points,
            ((NOT events.is_reversed) AND (NOT events.is_reversal)) AS is_counted,
            events.is_reversed,
            events.event_id,
            events.occurred_at
           FROM intermediate.int_events_scored events
          WHERE ((events.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (events.landed_xid <= '18446744073709551615'::xid8) AND (NOT (EXISTS ( SELECT 1
                   FROM outdated
                  WHERE ((events.user_id = outdated.user_id) AND (events.activity_date = outdated.activity_date))))))
        )
 SELECT removed.user_id,
    removed.activity_date,
    removed.event_type,
    removed.team_id,
    removed.week_start_date,
    removed.event_count,
    removed.gross_event_count,
    removed.reversed_event_count,
    removed.gold_value,
    removed.xp_value,
    removed.rank_points,
    removed.active_day_count,
    removed.last_event_at,
    true AS is_removal
   FROM removed
UNION ALL
 SELECT redefined.user_id,
    redefined.activity_date,
    redefined.event_type,
    redefined.team_id,
    redefined.week_start_date,
    redefined.event_count,
    redefined.gross_event_count,
    redefined.reversed_event_count,
    redefined.gold_value,
    redefined.xp_value,
    redefined.rank_points,
    redefined.active_day_count,
    redefined.last_event_at,
    false AS is_removal
   FROM redefined
UNION ALL
 SELECT added.user_id,
    added.activity_date,
    added.event_type,
    added.team_id,
    added.week_start_date,
    ((added.is_counted)::integer)::bigint AS event_count,
    (1)::bigint AS gross_event_count,
    ((added.is_reversed)::integer)::bigint AS reversed_event_count,
    (added.gold_value)::bigint AS gold_value,
    (added.xp_value)::bigint AS xp_value,
    (added.rank_points)::bigint AS rank_points,
    (
        CASE
            WHEN (added.is_counted AND (row_number() OVER (PARTITION BY added.user_id, added.activity_date ORDER BY added.is_counted DESC, added.event_id) = 1) AND (COALESCE(( SELECT max(settled.event_count) AS max
               FROM ( SELECT int_user_days_settled.user_id,
                        int_user_days_settled.activity_date,
                        int_user_days_settled.event_type,
                        int_user_days_settled.team_id,
                        int_user_days_settled.event_count,
                        int_user_days_settled.gross_event_count,
                        int_user_days_settled.reversed_event_count,
                        int_user_days_settled.gold_value,
                        int_user_days_settled.xp_value,
                        int_user_days_settled.rank_points,
                        int_user_days_settled.last_event_at,
                        int_user_days_settled.active_day_count,
                        int_user_days_settled.week_start_date
                       FROM intermediate.int_user_days_settled
                      WHERE (COALESCE(( SELECT settle_watermarks.xid
                               FROM intermediate.settle_watermarks
                              WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8) <> '0'::xid8)) settled
              WHERE ((settled.user_id = added.user_id) AND (settled.activity_date = added.activity_date))), (0)::bigint) = 0)) THEN 1
            ELSE 0
        END)::bigint AS active_day_count,
    added.occurred_at AS last_event_at,
    false AS is_removal
   FROM added;


ALTER VIEW intermediate.int_user_day_changes OWNER TO rift_transform;

--
-- Name: int_user_days; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_user_days AS
 WITH outdated AS MATERIALIZED (
         SELECT int_user_days_outdated.user_id,
            int_user_days_outdated.activity_date
           FROM intermediate.int_user_days_outdated
        ), settled AS (
         SELECT settled.user_id,
            settled.activity_date,
            settled.event_type,
            settled.team_id,
            settled.week_start_date,
            settled.event_count,
            settled.gross_event_count,
            settled.reversed_event_count,
            settled.gold_value,
            settled.xp_value,
            settled.rank_points,
            settled.active_day_count,
            settled.last_event_at
           FROM ( SELECT int_user_days_settled.user_id,
                    int_user_days_settled.activity_date,
                    int_user_days_settled.event_type,
                    int_user_days_settled.team_id,
                    int_user_days_settled.event_count,
                    int_user_days_settled.gross_event_count,
                    int_user_days_settled.reversed_event_count,
                    int_user_days_settled.gold_value,
                    int_user_days_settled.xp_value,
                    int_user_days_settled.rank_points,
                    int_user_days_settled.last_event_at,
                    int_user_days_settled.active_day_count,
                    int_user_days_settled.week_start_date
                   FROM intermediate.int_user_days_settled
                  WHERE (COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8) <> '0'::xid8)) settled
          WHERE (NOT (EXISTS ( SELECT 1
                   FROM outdated
                  WHERE ((settled.user_id = outdated.user_id) AND (settled.activity_date = outdated.activity_date)))))
        ), changed AS (
         SELECT changes.user_id,
            changes.activity_date,
            changes.event_type,
            changes.team_id,
            changes.week_start_date,
            changes.event_count,
            changes.gross_event_count,
            changes.reversed_event_count,
            changes.gold_value,
            changes.xp_value,
            changes.rank_points,
            changes.active_day_count,
            changes.last_event_at
           FROM intermediate.int_user_day_changes changes
          WHERE (NOT changes.is_removal)
        ), days AS (
         SELECT settled.user_id,
            settled.activity_date,
            settled.event_type,
            settled.team_id,
            settled.week_start_date,
            settled.event_count,
            settled.gross_event_count,
            settled.reversed_event_count,
            settled.gold_value,
            settled.xp_value,
            settled.rank_points,
            settled.active_day_count,
            settled.last_event_at
           FROM settled
        UNION ALL
         SELECT changed.user_id,
            changed.activity_date,
            changed.event_type,
            changed.team_id,
            changed.week_start_date,
            changed.event_count,
            changed.gross_event_count,
            changed.reversed_event_count,
            changed.gold_value,
            changed.xp_value,
            changed.rank_points,
            changed.active_day_count,
            changed.last_event_at
           FROM changed
        )
 SELECT user_id,
    activity_date,
    event_type,
    max(team_id) AS team_id,
    (sum(event_count))::bigint AS event_count,
    (sum(gross_event_count))::bigint AS gross_event_count,
    (sum(reversed_event_count))::bigint AS reversed_event_count,
    (sum(gold_value))::bigint AS gold_value,
    (sum(xp_value))::bigint AS xp_value,
    (sum(rank_points))::bigint AS rank_points,
    max(last_event_at) AS last_event_at,
    (sum(active_day_count))::bigint AS active_day_count,
    week_start_date
   FROM days
  GROUP BY user_id, activity_date, event_type, week_start_date;


ALTER VIEW intermediate.int_user_days OWNER TO rift_transform;

--
-- Name: int_days_totalled; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_days_totalled AS
 WITH days AS (
         SELECT int_user_days.user_id,
            int_user_days.activity_date,
            int_user_days.event_type,
            int_user_days.team_id,
            int_user_days.event_count,
            int_user_days.gross_event_count,
            int_user_days.reversed_event_count,
            int_user_days.gold_value,
            int_user_days.xp_value,
            int_user_days.rank_points,
            int_user_days.last_event_at,
            int_user_days.active_day_count,
            int_user_days.week_start_date
           FROM intermediate.int_user_days
        ), totalled AS (
         SELECT days.user_id,
            days.activity_date,
            (days.activity_date - ((EXTRACT(isodow FROM days.activity_date))::integer - 1)) AS week_start_date,
            (COALESCE(sum(days.event_count), (0)::numeric))::bigint AS event_count,
            (COALESCE(sum(days.event_count) FILTER (WHERE (days.event_type = 'call_dial'::text)), (0)::numeric))::bigint AS calls_made,
            (COALESCE(sum(days.event_count) FILTER (WHERE (days.event_type = 'meeting_booked'::text)), (0)::numeric))::bigint AS meetings_booked,
            (COALESCE(sum(days.gold_value), (0)::numeric))::bigint AS gold,
            (COALESCE(sum(days.xp_value), (0)::numeric))::bigint AS xp,
            (COALESCE(sum(days.rank_points), (0)::numeric))::bigint AS rank_points
           FROM days
          GROUP BY days.user_id, days.activity_date
        ), numbered AS (
         SELECT totalled.user_id,
            totalled.activity_date,
            totalled.week_start_date,
            totalled.event_count,
            totalled.calls_made,
            totalled.meetings_booked,
            totalled.gold,
            totalled.xp,
            totalled.rank_points,
            ((totalled.event_count > 0) AND (EXTRACT(isodow FROM totalled.activity_date) <= (5)::numeric)) AS is_streak_day,
            ((((totalled.week_start_date - '2000-01-03'::date) / 7) * 5) + (EXTRACT(isodow FROM totalled.activity_date))::integer) AS working_day_number
           FROM totalled
        ), grouped AS (
         SELECT numbered.user_id,
            numbered.activity_date,
            numbered.week_start_date,
            numbered.event_count,
            numbered.calls_made,
            numbered.meetings_booked,
            numbered.gold,
            numbered.xp,
            numbered.rank_points,
            numbered.is_streak_day,
            numbered.working_day_number,
                CASE
                    WHEN numbered.is_streak_day THEN (numbered.working_day_number - row_number() OVER (PARTITION BY numbered.user_id, numbered.is_streak_day ORDER BY numbered.activity_date))
                    ELSE NULL::bigint
                END AS streak_number
           FROM numbered
        )
 SELECT user_id,
    streak_number,
    event_count,
    calls_made,
    meetings_booked,
    gold,
    xp,
    rank_points,
    sum(gold) OVER life AS life_gold,
    sum(gold) OVER early_life AS early_gold,
    sum(xp) OVER life AS life_xp,
    sum(xp) OVER early_life AS early_xp,
    sum(rank_points) OVER week AS week_rank_points,
    max(gold) OVER earlier AS best_gold_before,
    count(*) FILTER (WHERE (event_count > 0)) OVER earlier AS active_days_before,
        CASE
            WHEN is_streak_day THEN row_number() OVER (PARTITION BY user_id, streak_number ORDER BY activity_date)
            ELSE NULL::bigint
        END AS streak_day,
    is_streak_day,
    activity_date,
    week_start_date
   FROM grouped
  WINDOW life AS (PARTITION BY user_id ORDER BY activity_date), early_life AS (PARTITION BY user_id ORDER BY activity_date RANGE BETWEEN UNBOUNDED PRECEDING AND '3 days'::interval PRECEDING), earlier AS (PARTITION BY user_id ORDER BY activity_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), week AS (PARTITION BY user_id, week_start_date ORDER BY activity_date);


ALTER VIEW intermediate.int_days_totalled OWNER TO rift_transform;

--
-- Name: int_achievement_days; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_achievement_days AS
 WITH achievements AS (
         SELECT int_achievements.achievement_id,
            int_achievements.title,
            int_achievements.description,
            int_achievements.kind,
            int_achievements.event_type,
            int_achievements.threshold,
            int_achievements.sort_order,
            int_achievements.required_value
           FROM intermediate.int_achievements
        ), days AS (
         SELECT int_days_totalled.user_id,
            int_days_totalled.streak_number,
            int_days_totalled.event_count,
            int_days_totalled.calls_made,
            int_days_totalled.meetings_booked,
            int_days_totalled.gold,
            int_days_totalled.xp,
            int_days_totalled.rank_points,
            int_days_totalled.life_gold,
            int_days_totalled.early_gold,
            int_days_totalled.life_xp,
            int_days_totalled.early_xp,
            int_days_totalled.week_rank_points,
            int_days_totalled.best_gold_before,
            int_days_totalled.active_days_before,
            int_days_totalled.streak_day,
            int_days_totalled.is_streak_day,
            int_days_totalled.activity_date,
            int_days_totalled.week_start_date
           FROM intermediate.int_days_totalled
        ), counted_types AS (
         SELECT DISTINCT achievements.event_type
           FROM achievements
          WHERE (achievements.kind = 'count'::text)
        ), typed_days AS (
         SELECT user_days.user_id,
            user_days.event_type,
            user_days.activity_date,
            user_days.event_count,
            sum(user_days.event_count) OVER life AS life_count,
            sum(user_days.event_count) OVER early_life AS early_count
           FROM (intermediate.int_user_days user_days
             JOIN counted_types ON ((user_days.event_type = counted_types.event_type)))
          WINDOW life AS (PARTITION BY user_days.user_id, user_days.event_type ORDER BY user_days.activity_date), early_life AS (PARTITION BY user_days.user_id, user_days.event_type ORDER BY user_days.activity_date RANGE BETWEEN UNBOUNDED PRECEDING AND '3 days'::interval PRECEDING)
        ), movers AS (
         SELECT stg_roster__sdr_versions.user_id
           FROM staging.stg_roster__sdr_versions
          GROUP BY stg_roster__sdr_versions.user_id
         HAVING (min(stg_roster__sdr_versions.time_zone) <> max(stg_roster__sdr_versions.time_zone))
        ), counted AS (
         SELECT typed_days.user_id,
            achievements.achievement_id,
            achievements.kind,
            achievements.event_type,
            achievements.required_value,
            (typed_days.life_count - (typed_days.event_count)::numeric) AS value_before,
            COALESCE(typed_days.early_count, (0)::numeric) AS early_value,
            typed_days.activity_date,
            (typed_days.activity_date - ((EXTRACT(isodow FROM typed_days.activity_date))::integer - 1)) AS week_start_date
           FROM (typed_days
             JOIN achievements ON (((achievements.kind = 'count'::text) AND (typed_days.event_type = achievements.event_type) AND (typed_days.life_count >= (achievements.required_value)::numeric) AND ((typed_days.life_count - (typed_days.event_count)::numeric) < (achievements.required_value)::numeric))))
        ), summed AS (
         SELECT days.user_id,
            achievements.achievement_id,
            achievements.kind,
            NULL::text AS event_type,
                CASE achievements.kind
                    WHEN 'streak'::text THEN (1)::bigint
                    WHEN 'personal_best'::text THEN (days.best_gold_before + 1)
                    ELSE achievements.required_value
                END AS required_value,
                CASE achievements.kind
                    WHEN 'gold'::text THEN (days.life_gold - (days.gold)::numeric)
                    WHEN 'xp'::text THEN (days.life_xp - (days.xp)::numeric)
                    WHEN 'weekly_rank'::text THEN (days.week_rank_points - (days.rank_points)::numeric)
                    ELSE (0)::numeric
                END AS value_before,
                CASE achievements.kind
                    WHEN 'gold'::text THEN COALESCE(days.early_gold, (0)::numeric)
                    WHEN 'xp'::text THEN COALESCE(days.early_xp, (0)::numeric)
                    ELSE (0)::numeric
                END AS early_value,
            days.activity_date,
            days.week_start_date
           FROM (days
             JOIN achievements ON (
                CASE achievements.kind
                    WHEN 'gold'::text THEN ((days.life_gold >= (achievements.required_value)::numeric) AND ((days.life_gold - (days.gold)::numeric) < (achievements.required_value)::numeric))
                    WHEN 'xp'::text THEN ((days.life_xp >= (achievements.required_value)::numeric) AND ((days.life_xp - (days.xp)::numeric) < (achievements.required_value)::numeric))
                    WHEN 'weekly_rank'::text THEN ((days.week_rank_points >= (achievements.required_value)::numeric) AND ((days.week_rank_points - (days.rank_points)::numeric) < (achievements.required_value)::numeric))
                    WHEN 'streak'::text THEN (days.streak_day = achievements.required_value)
                    WHEN 'personal_best'::text THEN ((days.gold > days.best_gold_before) AND (days.active_days_before >= achievements.threshold))
                    ELSE NULL::boolean
                END))
        ), crossed AS (
         SELECT crossings.user_id,
            crossings.achievement_id,
            crossings.kind,
            crossings.event_type,
            crossings.required_value,
            crossings.value_before,
            crossings.early_value,
            crossings.activity_date,
            crossings.week_start_date,
            min(crossings.activity_date) OVER (PARTITION BY crossings.user_id, crossings.achievement_id) AS earliest_date
           FROM ( SELECT counted.user_id,
                    counted.achievement_id,
                    counted.kind,
                    counted.event_type,
                    counted.required_value,
                    counted.value_before,
                    counted.early_value,
                    counted.activity_date,
                    counted.week_start_date
                   FROM counted
                UNION ALL
                 SELECT summed.user_id,
                    summed.achievement_id,
                    summed.kind,
                    summed.event_type,
                    summed.required_value,
                    summed.value_before,
                    summed.early_value,
                    summed.activity_date,
                    summed.week_start_date
                   FROM summed) crossings
        ), candidates AS (
         SELECT crossed.user_id,
            crossed.achievement_id,
            crossed.kind,
            crossed.event_type,
            crossed.required_value,
            crossed.value_before,
            crossed.early_value,
            crossed.activity_date,
            crossed.week_start_date,
            crossed.earliest_date,
            ((movers.user_id IS NOT NULL) AND (crossed.kind = ANY (ARRAY['count'::text, 'gold'::text, 'xp'::text, 'weekly_rank'::text]))) AS is_of_mover
           FROM (crossed
             LEFT JOIN movers ON ((crossed.user_id = movers.user_id)))
        )
 SELECT user_id,
    achievement_id,
        CASE kind
            WHEN 'count'::text THEN 'event_count'::text
            WHEN 'streak'::text THEN 'event_count'::text
            WHEN 'personal_best'::text THEN 'gold'::text
            WHEN 'weekly_rank'::text THEN 'rank_points'::text
            ELSE kind
        END AS metric,
    event_type,
    ((required_value)::numeric -
        CASE
            WHEN (NOT is_of_mover) THEN value_before
            WHEN (kind = 'weekly_rank'::text) THEN (0)::numeric
            ELSE early_value
        END) AS missing_value,
        CASE
            WHEN (NOT is_of_mover) THEN activity_date
            WHEN (kind = 'weekly_rank'::text) THEN week_start_date
            ELSE (activity_date - 2)
        END AS first_date,
        CASE
            WHEN (NOT is_of_mover) THEN activity_date
            WHEN (kind = 'weekly_rank'::text) THEN (week_start_date + 6)
            ELSE (activity_date + 2)
        END AS last_date
   FROM candidates
  WHERE ((activity_date = earliest_date) OR (is_of_mover AND (kind = 'weekly_rank'::text) AND (week_start_date <= ((earliest_date - ((EXTRACT(isodow FROM earliest_date))::integer - 1)) + 7))));


ALTER VIEW intermediate.int_achievement_days OWNER TO rift_transform;

--
-- Name: settled_totals; Type: TABLE; Schema: intermediate; Owner: rift_transform
--

CREATE TABLE intermediate.settled_totals (
    user_id text NOT NULL,
    event_type text NOT NULL,
    event_count bigint NOT NULL,
    gross_event_count bigint NOT NULL,
    reversed_event_count bigint NOT NULL,
    gold_value bigint NOT NULL,
    xp_value bigint NOT NULL,
    rank_points bigint NOT NULL,
    active_day_count bigint NOT NULL,
    last_event_at timestamp with time zone
);


ALTER TABLE intermediate.settled_totals OWNER TO rift_transform;

--
-- Name: int_people; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_people AS
 WITH versions AS NOT MATERIALIZED (
         SELECT stg_roster__sdr_versions.version_id,
            stg_roster__sdr_versions.user_id,
            stg_roster__sdr_versions.display_name,
            stg_roster__sdr_versions.email,
            stg_roster__sdr_versions.team_id,
            stg_roster__sdr_versions.team_name,
            stg_roster__sdr_versions.time_zone,
            stg_roster__sdr_versions.started_on,
            stg_roster__sdr_versions.ended_on,
            stg_roster__sdr_versions.effective_from_date,
            stg_roster__sdr_versions.effective_to_date,
            stg_roster__sdr_versions.valid_from,
            stg_roster__sdr_versions.valid_to,
            stg_roster__sdr_versions.landed_xid,
            stg_roster__sdr_versions.identities,
            stg_roster__sdr_versions.effective_on,
            stg_roster__sdr_versions.loaded_at
           FROM staging.stg_roster__sdr_versions
        ), seen AS (
         SELECT totals.user_id
           FROM intermediate.settled_totals totals
          WHERE ((NOT (totals.user_id IN ( SELECT touched.user_id
                   FROM intermediate.vendor_days_touched touched
                  WHERE ((touched.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (touched.landed_xid <= '18446744073709551615'::xid8))))) OR (( SELECT events.event_id
                   FROM staging.stg_sales_events events
                  WHERE (events.user_id = totals.user_id)
                 LIMIT 1) IS NOT NULL))
        UNION ALL
         SELECT stg_sales_events.user_id
           FROM staging.stg_sales_events
          WHERE ((stg_sales_events.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (stg_sales_events.landed_xid <= '18446744073709551615'::xid8))
        ), in_force AS (
         SELECT versions.user_id,
            versions.display_name,
            versions.email,
            versions.team_id,
            versions.team_name,
            versions.time_zone,
            versions.started_on,
            versions.ended_on,
            true AS is_known
           FROM versions
          WHERE ((versions.valid_from <= now()) AND (versions.valid_to > now()))
        ), unknown AS (
         SELECT DISTINCT seen.user_id,
            seen.user_id AS display_name,
            NULL::text AS email,
            'unassigned'::text AS team_id,
            'Unassigned'::text AS team_name,
            'UTC'::text AS time_zone,
            NULL::date AS started_on,
            NULL::date AS ended_on,
            false AS is_known
           FROM seen
          WHERE (NOT (EXISTS ( SELECT 1
                   FROM versions
                  WHERE (versions.user_id = seen.user_id))))
        ), people AS (
         SELECT in_force.user_id,
            in_force.display_name,
            in_force.email,
            in_force.team_id,
            in_force.team_name,
            in_force.time_zone,
            in_force.started_on,
            in_force.ended_on,
            in_force.is_known
           FROM in_force
        UNION ALL
         SELECT unknown.user_id,
            unknown.display_name,
            unknown.email,
            unknown.team_id,
            unknown.team_name,
            unknown.time_zone,
            unknown.started_on,
            unknown.ended_on,
            unknown.is_known
           FROM unknown
        )
 SELECT user_id,
    display_name,
    email,
    team_id,
    team_name,
    time_zone,
    started_on,
    ended_on,
    is_known,
    ((now() AT TIME ZONE time_zone))::date AS local_date,
    (((now() AT TIME ZONE time_zone))::date - ((EXTRACT(isodow FROM ((now() AT TIME ZONE time_zone))::date))::integer - 1)) AS local_week_start_date
   FROM people;


ALTER VIEW intermediate.int_people OWNER TO rift_transform;

--
-- Name: int_closed_until; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_closed_until AS
 WITH zones AS MATERIALIZED (
         SELECT int_people.time_zone
           FROM intermediate.int_people
        UNION
         SELECT 'UTC'::text
        ), weeks AS (
         SELECT ((((now() AT TIME ZONE 'UTC'::text))::date - ((EXTRACT(isodow FROM ((now() AT TIME ZONE 'UTC'::text))::date))::integer - 1)) - (7 * weeks_ago.weeks_ago)) AS week_start_date
           FROM generate_series(0, 3) weeks_ago(weeks_ago)
        )
 SELECT (max(week_start_date) + 7) AS closed_until_date
   FROM weeks
  WHERE (( SELECT max((((weeks.week_start_date + 7) + '24:00:00'::interval) AT TIME ZONE zones.time_zone)) AS max
           FROM zones) <= now());


ALTER VIEW intermediate.int_closed_until OWNER TO rift_transform;

--
-- Name: int_reversals; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_reversals AS
 SELECT originals.event_id,
    reversals.event_id AS reversal_event_id,
    reversals.event_type AS reversal_event_type,
    reversals.occurred_at AS reversal_occurred_at
   FROM (staging.stg_sales_events originals
     JOIN staging.stg_sales_events reversals ON ((originals.event_id = reversals.reverses_event_id)))
  WHERE ((originals.reverses IS NULL) AND (reversals.reverses IS NOT NULL))
UNION ALL
 SELECT originals.event_id,
    reversals.event_id AS reversal_event_id,
    reversals.event_type AS reversal_event_type,
    reversals.occurred_at AS reversal_occurred_at
   FROM (staging.stg_sales_events originals
     JOIN staging.stg_canonical__events reversals ON (((originals.source = reversals.source) AND (originals.external_id = reversals.reverses))))
  WHERE ((originals.reverses IS NULL) AND (reversals.reverses IS NOT NULL) AND (reversals.reverses_event_id IS NULL));


ALTER VIEW intermediate.int_reversals OWNER TO rift_transform;

--
-- Name: int_events_standing; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_events_standing AS
 SELECT event_id,
    raw_id,
    source,
    external_id,
    event_type,
    user_id,
    metadata,
    occurred_at
   FROM staging.stg_sales_events events
  WHERE ((reverses IS NULL) AND (( SELECT reversals.reversal_event_id
           FROM intermediate.int_reversals reversals
          WHERE (reversals.event_id = events.event_id)
         LIMIT 1) IS NULL));


ALTER VIEW intermediate.int_events_standing OWNER TO rift_transform;

--
-- Name: published_ranks; Type: TABLE; Schema: raw; Owner: rift_owner
--

CREATE TABLE raw.published_ranks (
    user_id text NOT NULL,
    week_start_date date NOT NULL,
    weekly_meetings_booked integer NOT NULL,
    rank_points integer NOT NULL,
    rank_tier text NOT NULL,
    rank_position integer NOT NULL,
    content_hash text NOT NULL,
    published_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);


ALTER TABLE raw.published_ranks OWNER TO rift_owner;

--
-- Name: stg_canonical__published_ranks; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_canonical__published_ranks AS
 SELECT user_id,
    rank_tier,
    content_hash,
    weekly_meetings_booked,
    rank_points,
    rank_position,
    week_start_date,
    published_at,
    landed_xid
   FROM raw.published_ranks;


ALTER VIEW staging.stg_canonical__published_ranks OWNER TO rift_transform;

--
-- Name: int_published_weeks; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_published_weeks AS
 WITH RECURSIVE weeks AS (
        ( SELECT stg_canonical__published_ranks.week_start_date,
            stg_canonical__published_ranks.published_at
           FROM staging.stg_canonical__published_ranks
          ORDER BY stg_canonical__published_ranks.week_start_date
         LIMIT 1)
        UNION ALL
         SELECT later.week_start_date,
            later.published_at
           FROM (weeks weeks_1
             CROSS JOIN LATERAL ( SELECT ranks.week_start_date,
                    ranks.published_at
                   FROM staging.stg_canonical__published_ranks ranks
                  WHERE (ranks.week_start_date > weeks_1.week_start_date)
                  ORDER BY ranks.week_start_date
                 LIMIT 1) later)
        )
 SELECT week_start_date,
    published_at
   FROM weeks;


ALTER VIEW intermediate.int_published_weeks OWNER TO rift_transform;

--
-- Name: int_rank_tiers; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_rank_tiers AS
 WITH tiers AS (
         SELECT rank_tiers.rank_tier,
            rank_tiers.rank_order,
            rank_tiers.minimum_rank_points
           FROM seeds.rank_tiers
        )
 SELECT rank_tier,
    rank_order,
    minimum_rank_points,
    lead(minimum_rank_points) OVER (ORDER BY rank_order) AS next_minimum_rank_points,
    lead(rank_tier) OVER (ORDER BY rank_order) AS next_rank_tier
   FROM tiers;


ALTER VIEW intermediate.int_rank_tiers OWNER TO rift_transform;

--
-- Name: calls; Type: TABLE; Schema: raw_hubspot; Owner: rift_ingest
--

CREATE TABLE raw_hubspot.calls (
    object_id text NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    payload json NOT NULL,
    raw_id uuid DEFAULT gen_random_uuid() NOT NULL,
    landed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    _dlt_load_id character varying NOT NULL,
    _dlt_id character varying NOT NULL
);


ALTER TABLE raw_hubspot.calls OWNER TO rift_ingest;

--
-- Name: emails; Type: TABLE; Schema: raw_hubspot; Owner: rift_ingest
--

CREATE TABLE raw_hubspot.emails (
    object_id text NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    payload json NOT NULL,
    raw_id uuid DEFAULT gen_random_uuid() NOT NULL,
    landed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    _dlt_load_id character varying NOT NULL,
    _dlt_id character varying NOT NULL
);


ALTER TABLE raw_hubspot.emails OWNER TO rift_ingest;

--
-- Name: meetings; Type: TABLE; Schema: raw_hubspot; Owner: rift_ingest
--

CREATE TABLE raw_hubspot.meetings (
    object_id text NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    payload json NOT NULL,
    raw_id uuid DEFAULT gen_random_uuid() NOT NULL,
    landed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    _dlt_load_id character varying NOT NULL,
    _dlt_id character varying NOT NULL
);


ALTER TABLE raw_hubspot.meetings OWNER TO rift_ingest;

--
-- Name: events; Type: TABLE; Schema: raw_salesforce; Owner: rift_ingest
--

CREATE TABLE raw_salesforce.events (
    object_id text NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    payload json NOT NULL,
    raw_id uuid DEFAULT gen_random_uuid() NOT NULL,
    landed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    _dlt_load_id character varying NOT NULL,
    _dlt_id character varying NOT NULL
);


ALTER TABLE raw_salesforce.events OWNER TO rift_ingest;

--
-- Name: tasks; Type: TABLE; Schema: raw_salesforce; Owner: rift_ingest
--

CREATE TABLE raw_salesforce.tasks (
    object_id text NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    payload json NOT NULL,
    raw_id uuid DEFAULT gen_random_uuid() NOT NULL,
    landed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    _dlt_load_id character varying NOT NULL,
    _dlt_id character varying NOT NULL
);


ALTER TABLE raw_salesforce.tasks OWNER TO rift_ingest;

--
-- Name: stg_hubspot__versions; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_hubspot__versions AS
 SELECT calls.raw_id,
    'hubspot'::text AS door,
    'hubspot'::text AS source,
    ('call:'::text || calls.object_id) AS external_id,
    'import'::text AS verified_by,
    calls.payload,
    calls.landed_at AS received_at,
    calls.landed_at,
    calls.landed_xid,
    'raw_hubspot.calls'::text AS table_name
   FROM raw_hubspot.calls
UNION ALL
 SELECT emails.raw_id,
    'hubspot'::text AS door,
    'hubspot'::text AS source,
    ('email:'::text || emails.object_id) AS external_id,
    'import'::text AS verified_by,
    emails.payload,
    emails.landed_at AS received_at,
    emails.landed_at,
    emails.landed_xid,
    'raw_hubspot.emails'::text AS table_name
   FROM raw_hubspot.emails
UNION ALL
 SELECT meetings.raw_id,
    'hubspot'::text AS door,
    'hubspot'::text AS source,
    ('meeting:'::text || meetings.object_id) AS external_id,
    'import'::text AS verified_by,
    meetings.payload,
    meetings.landed_at AS received_at,
    meetings.landed_at,
    meetings.landed_xid,
    'raw_hubspot.meetings'::text AS table_name
   FROM raw_hubspot.meetings;


ALTER VIEW staging.stg_hubspot__versions OWNER TO rift_transform;

--
-- Name: stg_salesforce__versions; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_salesforce__versions AS
 SELECT tasks.raw_id,
    'salesforce'::text AS door,
    'salesforce'::text AS source,
    ('task:'::text || tasks.object_id) AS external_id,
    'import'::text AS verified_by,
    tasks.payload,
    tasks.landed_at AS received_at,
    tasks.landed_at,
    tasks.landed_xid,
    'raw_salesforce.tasks'::text AS table_name
   FROM raw_salesforce.tasks
UNION ALL
 SELECT events.raw_id,
    'salesforce'::text AS door,
    'salesforce'::text AS source,
    ('event:'::text || events.object_id) AS external_id,
    'import'::text AS verified_by,
    events.payload,
    events.landed_at AS received_at,
    events.landed_at,
    events.landed_xid,
    'raw_salesforce.events'::text AS table_name
   FROM raw_salesforce.events;


ALTER VIEW staging.stg_salesforce__versions OWNER TO rift_transform;

--
-- Name: stg_raw__items; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_raw__items AS
 SELECT raw_id,
    door,
    source,
    external_id,
    verified_by,
    (payload)::text AS raw_text,
    received_at,
    landed_at,
    landed_xid,
    table_name
   FROM ( SELECT webhook_events.raw_id,
            webhook_events.door,
            webhook_events.source,
            webhook_events.external_id,
            webhook_events.verified_by,
            webhook_events.payload,
            webhook_events.received_at,
            webhook_events.landed_at,
            webhook_events.landed_xid,
            'raw.webhook_events'::text AS table_name
           FROM raw.webhook_events
        UNION ALL
         SELECT stg_hubspot__versions.raw_id,
            stg_hubspot__versions.door,
            stg_hubspot__versions.source,
            stg_hubspot__versions.external_id,
            stg_hubspot__versions.verified_by,
            stg_hubspot__versions.payload,
            stg_hubspot__versions.received_at,
            stg_hubspot__versions.landed_at,
            stg_hubspot__versions.landed_xid,
            stg_hubspot__versions.table_name
           FROM staging.stg_hubspot__versions
        UNION ALL
         SELECT stg_salesforce__versions.raw_id,
            stg_salesforce__versions.door,
            stg_salesforce__versions.source,
            stg_salesforce__versions.external_id,
            stg_salesforce__versions.verified_by,
            stg_salesforce__versions.payload,
            stg_salesforce__versions.received_at,
            stg_salesforce__versions.landed_at,
            stg_salesforce__versions.landed_xid,
            stg_salesforce__versions.table_name
           FROM staging.stg_salesforce__versions) items;


ALTER VIEW staging.stg_raw__items OWNER TO rift_transform;

--
-- Name: int_tail; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_tail AS
 WITH settles AS (
         SELECT settle_watermarks.settled_at
           FROM intermediate.settle_watermarks
          WHERE (settle_watermarks.model = 'int_user_days_settled'::text)
        ), watermark AS (
         SELECT COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8) AS watermark_xid,
            pg_snapshot_xmin(pg_current_snapshot()) AS horizon_xid
        ), tail_events AS (
         SELECT count(*) AS tail_event_count,
            min(((stg_sales_events.landed_xid)::text)::numeric) AS oldest_xid,
            min(stg_sales_events.landed_at) AS tail_started_at
           FROM staging.stg_sales_events
          WHERE ((stg_sales_events.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (stg_sales_events.landed_xid <= '18446744073709551615'::xid8))
        ), tail_rules AS (
         SELECT count(*) AS tail_rule_count,
            min(((stg_canonical__rule_versions.landed_xid)::text)::numeric) AS oldest_xid
           FROM staging.stg_canonical__rule_versions
          WHERE ((stg_canonical__rule_versions.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (stg_canonical__rule_versions.landed_xid <= '18446744073709551615'::xid8))
        ), tail_versions AS (
         SELECT count(*) AS tail_sdr_version_count,
            min(((stg_roster__sdr_versions.landed_xid)::text)::numeric) AS oldest_xid
           FROM staging.stg_roster__sdr_versions
          WHERE ((stg_roster__sdr_versions.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (stg_roster__sdr_versions.landed_xid <= '18446744073709551615'::xid8))
        ), tail_touched AS (
         SELECT min(((vendor_days_touched.landed_xid)::text)::numeric) AS oldest_xid
           FROM intermediate.vendor_days_touched
          WHERE ((vendor_days_touched.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (vendor_days_touched.landed_xid <= '18446744073709551615'::xid8))
        ), interpreted AS (
         SELECT COALESCE(max(settle_watermarks.xid), '0'::xid8) AS xid
           FROM intermediate.settle_watermarks
          WHERE ((settle_watermarks.model = 'stg_vendor__events'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))
        ), tail_items AS (
         SELECT count(*) AS tail_item_count,
            min(((items.landed_xid)::text)::numeric) AS oldest_xid,
            ((max(((items.landed_xid)::text)::numeric))::text)::xid8 AS newest_xid
           FROM staging.stg_raw__items items
          WHERE ((items.door <> 'canonical'::text) AND (items.landed_xid >= ( SELECT interpreted.xid
                   FROM interpreted)) AND (items.landed_xid <= '18446744073709551615'::xid8))
        ), newest_event AS (
         SELECT stg_sales_events.landed_xid,
            stg_sales_events.received_at,
            stg_sales_events.landed_at
           FROM staging.stg_sales_events
          ORDER BY stg_sales_events.landed_xid DESC, stg_sales_events.received_at DESC, stg_sales_events.event_id DESC
         LIMIT 1
        ), newest_rule AS (
         SELECT stg_canonical__rule_versions.landed_xid
           FROM staging.stg_canonical__rule_versions
          ORDER BY stg_canonical__rule_versions.landed_xid DESC
         LIMIT 1
        ), newest_version AS (
         SELECT stg_roster__sdr_versions.landed_xid
           FROM staging.stg_roster__sdr_versions
          ORDER BY stg_roster__sdr_versions.landed_xid DESC
         LIMIT 1
        )
 SELECT tail_events.tail_event_count,
    tail_rules.tail_rule_count,
    tail_versions.tail_sdr_version_count,
    GREATEST(newest_event.landed_xid, newest_rule.landed_xid, newest_version.landed_xid, tail_items.newest_xid) AS newest_landed_xid,
    watermark.watermark_xid,
    ((watermark.watermark_xid = '0'::xid8) OR COALESCE((LEAST(tail_events.oldest_xid, tail_rules.oldest_xid, tail_versions.oldest_xid, tail_touched.oldest_xid, tail_items.oldest_xid) < ((watermark.horizon_xid)::text)::numeric), false)) AS is_settleable,
    COALESCE((GREATEST(newest_event.landed_xid, newest_rule.landed_xid, newest_version.landed_xid, tail_items.newest_xid) < watermark.horizon_xid), true) AS is_complete,
    tail_events.tail_started_at,
    newest_event.received_at AS last_event_received_at,
    newest_event.landed_at AS last_event_landed_at,
    settles.settled_at AS watermark_settled_at,
    tail_items.tail_item_count
   FROM (((((((((tail_events
     CROSS JOIN tail_rules)
     CROSS JOIN tail_versions)
     CROSS JOIN tail_touched)
     CROSS JOIN tail_items)
     CROSS JOIN watermark)
     LEFT JOIN newest_event ON (true))
     LEFT JOIN newest_rule ON (true))
     LEFT JOIN newest_version ON (true))
     LEFT JOIN settles ON (true));


ALTER VIEW intermediate.int_tail OWNER TO rift_transform;

--
-- Name: int_team_memberships; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_team_memberships AS
 WITH versions AS (
         SELECT stg_roster__sdr_versions.version_id,
            stg_roster__sdr_versions.user_id,
            stg_roster__sdr_versions.display_name,
            stg_roster__sdr_versions.email,
            stg_roster__sdr_versions.team_id,
            stg_roster__sdr_versions.team_name,
            stg_roster__sdr_versions.time_zone,
            stg_roster__sdr_versions.started_on,
            stg_roster__sdr_versions.ended_on,
            stg_roster__sdr_versions.effective_from_date,
            stg_roster__sdr_versions.effective_to_date,
            stg_roster__sdr_versions.valid_from,
            stg_roster__sdr_versions.valid_to,
            stg_roster__sdr_versions.landed_xid,
            stg_roster__sdr_versions.identities,
            stg_roster__sdr_versions.effective_on,
            stg_roster__sdr_versions.loaded_at
           FROM staging.stg_roster__sdr_versions
        ), people AS (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
          WHERE int_people.is_known
        ), bounded AS (
         SELECT versions.user_id,
            versions.team_id,
            GREATEST(versions.effective_from_date, COALESCE(people.started_on, NULLIF(versions.effective_from_date, '-infinity'::date), people.local_date)) AS member_from_date,
            LEAST((versions.effective_to_date - 1), people.ended_on, people.local_date) AS member_to_date
           FROM (versions
             JOIN people ON ((versions.user_id = people.user_id)))
        )
 SELECT user_id,
    team_id,
    member_from_date,
    member_to_date
   FROM bounded
  WHERE (member_from_date <= member_to_date);


ALTER VIEW intermediate.int_team_memberships OWNER TO rift_transform;

--
-- Name: int_teams; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_teams AS
 WITH versions AS (
         SELECT stg_roster__sdr_versions.version_id,
            stg_roster__sdr_versions.user_id,
            stg_roster__sdr_versions.display_name,
            stg_roster__sdr_versions.email,
            stg_roster__sdr_versions.team_id,
            stg_roster__sdr_versions.team_name,
            stg_roster__sdr_versions.time_zone,
            stg_roster__sdr_versions.started_on,
            stg_roster__sdr_versions.ended_on,
            stg_roster__sdr_versions.effective_from_date,
            stg_roster__sdr_versions.effective_to_date,
            stg_roster__sdr_versions.valid_from,
            stg_roster__sdr_versions.valid_to,
            stg_roster__sdr_versions.landed_xid,
            stg_roster__sdr_versions.identities,
            stg_roster__sdr_versions.effective_on,
            stg_roster__sdr_versions.loaded_at
           FROM staging.stg_roster__sdr_versions
        ), spelled AS (
         SELECT versions.team_id,
            versions.team_name,
            row_number() OVER (PARTITION BY versions.team_id ORDER BY versions.version_id DESC) AS newest_first
           FROM versions
        ), named AS (
         SELECT spelled.team_id,
            spelled.team_name
           FROM spelled
          WHERE (spelled.newest_first = 1)
        ), nobodys AS (
         SELECT 'unassigned'::text AS team_id,
            'Unassigned'::text AS team_name
          WHERE (NOT (EXISTS ( SELECT 1
                   FROM named
                  WHERE (named.team_id = 'unassigned'::text))))
        )
 SELECT named.team_id,
    named.team_name
   FROM named
UNION ALL
 SELECT nobodys.team_id,
    nobodys.team_name
   FROM nobodys;


ALTER VIEW intermediate.int_teams OWNER TO rift_transform;

--
-- Name: settled_weeks; Type: TABLE; Schema: intermediate; Owner: rift_transform
--

CREATE TABLE intermediate.settled_weeks (
    user_id text NOT NULL,
    week_start_date date NOT NULL,
    team_id text NOT NULL,
    event_type text NOT NULL,
    event_count bigint NOT NULL,
    gross_event_count bigint NOT NULL,
    reversed_event_count bigint NOT NULL,
    gold_value bigint NOT NULL,
    xp_value bigint NOT NULL,
    rank_points bigint NOT NULL,
    active_day_count bigint NOT NULL,
    last_event_at timestamp with time zone
);


ALTER TABLE intermediate.settled_weeks OWNER TO rift_transform;

--
-- Name: int_user_weeks; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_user_weeks AS
 WITH weeks AS (
         SELECT settled.user_id,
            settled.week_start_date,
            settled.team_id,
            settled.event_type,
            settled.event_count,
            settled.gross_event_count,
            settled.reversed_event_count,
            settled.gold_value,
            settled.xp_value,
            settled.rank_points,
            settled.active_day_count,
            settled.last_event_at
           FROM ( SELECT settled_weeks.user_id,
                    settled_weeks.week_start_date,
                    settled_weeks.team_id,
                    settled_weeks.event_type,
                    settled_weeks.event_count,
                    settled_weeks.gross_event_count,
                    settled_weeks.reversed_event_count,
                    settled_weeks.gold_value,
                    settled_weeks.xp_value,
                    settled_weeks.rank_points,
                    settled_weeks.active_day_count,
                    settled_weeks.last_event_at
                   FROM intermediate.settled_weeks
                  WHERE (COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8) <> '0'::xid8)) settled
        UNION ALL
         SELECT changes.user_id,
            changes.week_start_date,
            changes.team_id,
            changes.event_type,
            changes.event_count,
            changes.gross_event_count,
            changes.reversed_event_count,
            changes.gold_value,
            changes.xp_value,
            changes.rank_points,
            changes.active_day_count,
            changes.last_event_at
           FROM intermediate.int_user_day_changes changes
        )
 SELECT user_id,
    week_start_date,
    team_id,
    event_type,
    (sum(event_count))::bigint AS event_count,
    (sum(gross_event_count))::bigint AS gross_event_count,
    (sum(reversed_event_count))::bigint AS reversed_event_count,
    (sum(gold_value))::bigint AS gold_value,
    (sum(xp_value))::bigint AS xp_value,
    (sum(rank_points))::bigint AS rank_points,
    (sum(active_day_count))::bigint AS active_day_count
   FROM weeks
  GROUP BY user_id, week_start_date, team_id, event_type
 HAVING (sum(gross_event_count) > (0)::numeric);


ALTER VIEW intermediate.int_user_weeks OWNER TO rift_transform;

--
-- Name: int_team_weeks; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_team_weeks AS
 WITH memberships AS (
         SELECT int_team_memberships.user_id,
            int_team_memberships.team_id,
            int_team_memberships.member_from_date,
            int_team_memberships.member_to_date
           FROM intermediate.int_team_memberships
        ), user_weeks AS (
         SELECT int_user_weeks.user_id,
            int_user_weeks.week_start_date,
            int_user_weeks.team_id,
            int_user_weeks.event_type,
            int_user_weeks.event_count,
            int_user_weeks.gross_event_count,
            int_user_weeks.reversed_event_count,
            int_user_weeks.gold_value,
            int_user_weeks.xp_value,
            int_user_weeks.rank_points,
            int_user_weeks.active_day_count
           FROM intermediate.int_user_weeks
        ), teams AS (
         SELECT int_teams.team_id,
            int_teams.team_name
           FROM intermediate.int_teams
        ), versions AS (
         SELECT stg_roster__sdr_versions.version_id,
            stg_roster__sdr_versions.user_id,
            stg_roster__sdr_versions.display_name,
            stg_roster__sdr_versions.email,
            stg_roster__sdr_versions.team_id,
            stg_roster__sdr_versions.team_name,
            stg_roster__sdr_versions.time_zone,
            stg_roster__sdr_versions.started_on,
            stg_roster__sdr_versions.ended_on,
            stg_roster__sdr_versions.effective_from_date,
            stg_roster__sdr_versions.effective_to_date,
            stg_roster__sdr_versions.valid_from,
            stg_roster__sdr_versions.valid_to,
            stg_roster__sdr_versions.landed_xid,
            stg_roster__sdr_versions.identities,
            stg_roster__sdr_versions.effective_on,
            stg_roster__sdr_versions.loaded_at
           FROM staging.stg_roster__sdr_versions
        ), worked AS (
         SELECT user_weeks.user_id,
            user_weeks.team_id,
            user_weeks.week_start_date,
            (COALESCE(sum(user_weeks.event_count) FILTER (WHERE (user_weeks.event_type = 'meeting_booked'::text)), (0)::numeric))::bigint AS meetings_booked,
            (COALESCE(sum(user_weeks.rank_points), (0)::numeric))::bigint AS rank_points,
            (COALESCE(sum(user_weeks.gold_value), (0)::numeric))::bigint AS gold,
            (COALESCE(sum(user_weeks.xp_value), (0)::numeric))::bigint AS xp,
            (COALESCE(sum(user_weeks.event_count), (0)::numeric))::bigint AS event_count
           FROM user_weeks
          GROUP BY user_weeks.user_id, user_weeks.team_id, user_weeks.week_start_date
        ), belonged AS (
         SELECT memberships.user_id,
            memberships.team_id,
            (weeks.week_start_at)::date AS week_start_date,
            (0)::bigint AS meetings_booked,
            (0)::bigint AS rank_points,
            (0)::bigint AS gold,
            (0)::bigint AS xp,
            (0)::bigint AS event_count
           FROM (memberships
             CROSS JOIN LATERAL generate_series(((memberships.member_from_date - ((EXTRACT(isodow FROM memberships.member_from_date))::integer - 1)))::timestamp without time zone, (memberships.member_to_date)::timestamp without time zone, '7 days'::interval) weeks(week_start_at))
        ), totals AS (
         SELECT active.team_id,
            active.week_start_date,
            count(DISTINCT active.user_id) AS headcount,
            (COALESCE(sum(active.meetings_booked), (0)::numeric))::bigint AS meetings_booked,
            (COALESCE(sum(active.rank_points), (0)::numeric))::bigint AS rank_points,
            (COALESCE(sum(active.gold), (0)::numeric))::bigint AS gold,
            (COALESCE(sum(active.xp), (0)::numeric))::bigint AS xp,
            (COALESCE(sum(active.event_count), (0)::numeric))::bigint AS event_count
           FROM ( SELECT worked.user_id,
                    worked.team_id,
                    worked.week_start_date,
                    worked.meetings_booked,
                    worked.rank_points,
                    worked.gold,
                    worked.xp,
                    worked.event_count
                   FROM worked
                UNION ALL
                 SELECT belonged.user_id,
                    belonged.team_id,
                    belonged.week_start_date,
                    belonged.meetings_booked,
                    belonged.rank_points,
                    belonged.gold,
                    belonged.xp,
                    belonged.event_count
                   FROM belonged) active
          GROUP BY active.team_id, active.week_start_date
        ), zones AS (
         SELECT versions.time_zone
           FROM versions
          WHERE ((versions.valid_from <= now()) AND (versions.valid_to > now()))
        UNION
         SELECT 'UTC'::text
        ), closing AS (
         SELECT totals.team_id,
            totals.week_start_date,
            totals.headcount,
            totals.meetings_booked,
            totals.rank_points,
            totals.gold,
            totals.xp,
            totals.event_count,
            teams.team_name,
            closings.closes_at
           FROM ((totals
             JOIN teams ON ((totals.team_id = teams.team_id)))
             CROSS JOIN LATERAL ( SELECT max((((totals.week_start_date + 7) + '24:00:00'::interval) AT TIME ZONE zones.time_zone)) AS closes_at
                   FROM zones) closings)
        ), positioned AS (
         SELECT closing.team_id,
            closing.week_start_date,
            closing.headcount,
            closing.meetings_booked,
            closing.rank_points,
            closing.gold,
            closing.xp,
            closing.event_count,
            closing.team_name,
            closing.closes_at,
            (rank() OVER (PARTITION BY closing.week_start_date, (closing.team_id = 'unassigned'::text) ORDER BY ((closing.rank_points)::numeric / (closing.headcount)::numeric) DESC, ((closing.gold)::numeric / (closing.headcount)::numeric) DESC))::integer AS place,
            (rank() OVER (PARTITION BY closing.week_start_date, (closing.team_id = 'unassigned'::text) ORDER BY closing.rank_points DESC, closing.gold DESC))::integer AS total_place
           FROM closing
        )
 SELECT team_id,
    team_name,
    headcount,
    meetings_booked,
    rank_points,
    gold,
    xp,
    event_count,
    round(((meetings_booked)::numeric / (headcount)::numeric), 2) AS meetings_per_head,
    round(((gold)::numeric / (headcount)::numeric), 2) AS gold_per_head,
    round(((xp)::numeric / (headcount)::numeric), 2) AS xp_per_head,
        CASE
            WHEN (team_id <> 'unassigned'::text) THEN place
            ELSE NULL::integer
        END AS "position",
        CASE
            WHEN (team_id <> 'unassigned'::text) THEN total_place
            ELSE NULL::integer
        END AS total_position,
    (closes_at <= now()) AS is_closed,
    week_start_date,
    closes_at
   FROM positioned;


ALTER VIEW intermediate.int_team_weeks OWNER TO rift_transform;

--
-- Name: int_team_wins; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_team_wins AS
 WITH team_weeks AS (
         SELECT int_team_weeks.team_id,
            int_team_weeks.team_name,
            int_team_weeks.headcount,
            int_team_weeks.meetings_booked,
            int_team_weeks.rank_points,
            int_team_weeks.gold,
            int_team_weeks.xp,
            int_team_weeks.event_count,
            int_team_weeks.meetings_per_head,
            int_team_weeks.gold_per_head,
            int_team_weeks.xp_per_head,
            int_team_weeks."position",
            int_team_weeks.total_position,
            int_team_weeks.is_closed,
            int_team_weeks.week_start_date,
            int_team_weeks.closes_at,
            count(*) FILTER (WHERE (int_team_weeks.team_id <> 'unassigned'::text)) OVER (PARTITION BY int_team_weeks.week_start_date) AS team_count
           FROM intermediate.int_team_weeks
        ), won AS (
         SELECT team_weeks.team_id,
            team_weeks.team_name,
            team_weeks.headcount,
            team_weeks.meetings_booked,
            team_weeks.rank_points,
            team_weeks.gold,
            team_weeks.xp,
            team_weeks.event_count,
            team_weeks.meetings_per_head,
            team_weeks.gold_per_head,
            team_weeks.xp_per_head,
            team_weeks."position",
            team_weeks.total_position,
            team_weeks.is_closed,
            team_weeks.week_start_date,
            team_weeks.closes_at,
            team_weeks.team_count
           FROM team_weeks
          WHERE (team_weeks.is_closed AND (team_weeks."position" = 1) AND (team_weeks.team_count >= 2))
        ), worked AS (
         SELECT int_user_weeks.user_id,
            int_user_weeks.week_start_date,
            int_user_weeks.team_id,
            int_user_weeks.event_type,
            int_user_weeks.event_count,
            int_user_weeks.gross_event_count,
            int_user_weeks.reversed_event_count,
            int_user_weeks.gold_value,
            int_user_weeks.xp_value,
            int_user_weeks.rank_points,
            int_user_weeks.active_day_count
           FROM intermediate.int_user_weeks
          WHERE (int_user_weeks.event_count > 0)
        ), winners AS (
         SELECT DISTINCT worked.user_id,
            worked.week_start_date
           FROM worked
          WHERE (((worked.team_id, worked.week_start_date) IN ( SELECT won.team_id,
                    won.week_start_date
                   FROM won)) IS TRUE)
        ), closings AS (
         SELECT DISTINCT won.week_start_date,
            won.closes_at
           FROM won
        )
 SELECT winners.user_id,
    row_number() OVER (PARTITION BY winners.user_id ORDER BY winners.week_start_date) AS win_number,
    winners.week_start_date,
    closings.closes_at AS won_at
   FROM (winners
     JOIN closings ON ((winners.week_start_date = closings.week_start_date)));


ALTER VIEW intermediate.int_team_wins OWNER TO rift_transform;

--
-- Name: int_unpublished_weeks; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_unpublished_weeks AS
 WITH weeks AS (
         SELECT DISTINCT int_user_weeks.week_start_date
           FROM intermediate.int_user_weeks
        )
 SELECT weeks.week_start_date
   FROM (weeks
     CROSS JOIN intermediate.int_closed_until closed)
  WHERE (((weeks.week_start_date + 7) <= closed.closed_until_date) AND (NOT (EXISTS ( SELECT 1
           FROM staging.stg_canonical__published_ranks published
          WHERE (published.week_start_date = weeks.week_start_date)))));


ALTER VIEW intermediate.int_unpublished_weeks OWNER TO rift_transform;

--
-- Name: int_user_figures; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_user_figures AS
 WITH life AS (
         SELECT totals.user_id,
            totals.event_type,
            totals.event_count,
            totals.gross_event_count,
            totals.reversed_event_count,
            totals.gold_value,
            totals.xp_value,
            totals.rank_points,
            totals.active_day_count,
                CASE
                    WHEN (totals.user_id IN ( SELECT touched.user_id
                       FROM intermediate.vendor_days_touched touched
                      WHERE ((touched.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                               FROM intermediate.settle_watermarks
                              WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (touched.landed_xid <= '18446744073709551615'::xid8)))) THEN ( SELECT max(events.occurred_at) AS max
                       FROM staging.stg_sales_events events
                      WHERE ((events.user_id = totals.user_id) AND (events.event_type = totals.event_type)))
                    ELSE totals.last_event_at
                END AS last_event_at
           FROM ( SELECT settled_totals.user_id,
                    settled_totals.event_type,
                    settled_totals.event_count,
                    settled_totals.gross_event_count,
                    settled_totals.reversed_event_count,
                    settled_totals.gold_value,
                    settled_totals.xp_value,
                    settled_totals.rank_points,
                    settled_totals.active_day_count,
                    settled_totals.last_event_at
                   FROM intermediate.settled_totals
                  WHERE (COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8) <> '0'::xid8)) totals
        ), recent_days AS (
         SELECT settled.user_id,
            settled.activity_date,
            settled.event_type,
            settled.week_start_date,
            settled.event_count,
            settled.gross_event_count,
            settled.reversed_event_count,
            settled.gold_value,
            settled.xp_value,
            settled.rank_points,
            settled.active_day_count,
            settled.last_event_at
           FROM ( SELECT int_user_days_settled.user_id,
                    int_user_days_settled.activity_date,
                    int_user_days_settled.event_type,
                    int_user_days_settled.team_id,
                    int_user_days_settled.event_count,
                    int_user_days_settled.gross_event_count,
                    int_user_days_settled.reversed_event_count,
                    int_user_days_settled.gold_value,
                    int_user_days_settled.xp_value,
                    int_user_days_settled.rank_points,
                    int_user_days_settled.last_event_at,
                    int_user_days_settled.active_day_count,
                    int_user_days_settled.week_start_date
                   FROM intermediate.int_user_days_settled
                  WHERE (COALESCE(( SELECT settle_watermarks.xid
                           FROM intermediate.settle_watermarks
                          WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8) <> '0'::xid8)) settled
          WHERE (settled.activity_date >= (((((now() AT TIME ZONE 'UTC'::text))::date - 1) - ((EXTRACT(isodow FROM (((now() AT TIME ZONE 'UTC'::text))::date - 1)))::integer - 1)) - 7))
        ), changes AS (
         SELECT changes.user_id,
            changes.activity_date,
            changes.event_type,
            changes.week_start_date,
            changes.is_removal,
            changes.event_count,
            changes.gross_event_count,
            changes.reversed_event_count,
            changes.gold_value,
            changes.xp_value,
            changes.rank_points,
            changes.active_day_count,
            changes.last_event_at
           FROM intermediate.int_user_day_changes changes
        )
 SELECT life.user_id,
    life.event_type,
    life.event_count,
    life.gross_event_count,
    life.reversed_event_count,
    life.gold_value,
    life.xp_value,
    life.rank_points,
    life.active_day_count,
    life.last_event_at,
    true AS is_of_life,
    NULL::date AS activity_date,
    NULL::date AS week_start_date
   FROM life
UNION ALL
 SELECT recent_days.user_id,
    recent_days.event_type,
    recent_days.event_count,
    recent_days.gross_event_count,
    recent_days.reversed_event_count,
    recent_days.gold_value,
    recent_days.xp_value,
    recent_days.rank_points,
    recent_days.active_day_count,
    NULL::timestamp with time zone AS last_event_at,
    false AS is_of_life,
    recent_days.activity_date,
    recent_days.week_start_date
   FROM recent_days
UNION ALL
 SELECT changes.user_id,
    changes.event_type,
    changes.event_count,
    changes.gross_event_count,
    changes.reversed_event_count,
    changes.gold_value,
    changes.xp_value,
    changes.rank_points,
    changes.active_day_count,
        CASE
            WHEN (NOT changes.is_removal) THEN changes.last_event_at
            ELSE NULL::timestamp with time zone
        END AS last_event_at,
    true AS is_of_life,
    changes.activity_date,
    changes.week_start_date
   FROM changes;


ALTER VIEW intermediate.int_user_figures OWNER TO rift_transform;

--
-- Name: int_week_changes; Type: VIEW; Schema: intermediate; Owner: rift_transform
--

CREATE VIEW intermediate.int_week_changes AS
 WITH taken_back AS MATERIALIZED (
         SELECT reversals.reverses_event_id AS event_id,
            reversals.landed_at
           FROM staging.stg_sales_events reversals
          WHERE ((reversals.reverses IS NOT NULL) AND (reversals.reverses_event_id IS NOT NULL) AND (reversals.landed_at > ( SELECT min(any_week.published_at) AS min
                   FROM intermediate.int_published_weeks any_week)))
        UNION ALL
         SELECT named.event_id,
            reversals.landed_at
           FROM (staging.stg_canonical__events reversals
             CROSS JOIN LATERAL ( SELECT originals.event_id
                   FROM staging.stg_sales_events originals
                  WHERE ((originals.source = reversals.source) AND (originals.external_id = reversals.reverses))
                 OFFSET 0) named)
          WHERE ((reversals.reverses IS NOT NULL) AND (reversals.reverses_event_id IS NULL) AND (reversals.landed_at > ( SELECT min(any_week.published_at) AS min
                   FROM intermediate.int_published_weeks any_week)))
        ), evidence AS (
         SELECT stg_canonical__published_ranks.user_id,
            stg_canonical__published_ranks.week_start_date,
            (stg_canonical__published_ranks.rank_points)::bigint AS published_rank_points,
            0 AS live_rank_points,
            0 AS late_count
           FROM staging.stg_canonical__published_ranks
        UNION ALL
         SELECT worked.user_id,
            worked.week_start_date,
            0 AS published_rank_points,
            worked.rank_points AS live_rank_points,
            0 AS late_count
           FROM intermediate.int_user_weeks worked
          WHERE (worked.rank_points <> 0)
        UNION ALL
         SELECT events.user_id,
            weeks_1.week_start_date,
            0 AS published_rank_points,
            0 AS live_rank_points,
            1 AS late_count
           FROM (intermediate.int_events_located events
             JOIN intermediate.int_published_weeks weeks_1 ON ((((events.activity_date - ((EXTRACT(isodow FROM events.activity_date))::integer - 1)) = weeks_1.week_start_date) AND (events.landed_at > weeks_1.published_at))))
          WHERE ((events.landed_at > ( SELECT min(any_week.published_at) AS min
                   FROM intermediate.int_published_weeks any_week)) AND ((events.landed_at - events.occurred_at) > '01:00:00'::interval))
        UNION ALL
         SELECT originals.user_id,
            weeks_1.week_start_date,
            0 AS published_rank_points,
            0 AS live_rank_points,
            1 AS late_count
           FROM ((intermediate.int_events_located originals
             JOIN taken_back ON ((originals.event_id = taken_back.event_id)))
             JOIN intermediate.int_published_weeks weeks_1 ON ((((originals.activity_date - ((EXTRACT(isodow FROM originals.activity_date))::integer - 1)) = weeks_1.week_start_date) AND (taken_back.landed_at > weeks_1.published_at))))
          WHERE (originals.event_id = ANY (ARRAY( SELECT named.event_id
                   FROM taken_back named)))
        ), suspects AS (
         SELECT evidence.user_id,
            evidence.week_start_date,
            (sum(evidence.published_rank_points))::bigint AS published_rank_points,
            (sum(evidence.live_rank_points))::bigint AS live_rank_points
           FROM evidence
          GROUP BY evidence.user_id, evidence.week_start_date
         HAVING ((sum(evidence.published_rank_points) <> sum(evidence.live_rank_points)) OR (sum(evidence.late_count) > 0))
        )
 SELECT suspects.user_id,
    changes.cause,
    changes.event_id,
    suspects.published_rank_points,
    suspects.live_rank_points,
    changes.change_points,
    suspects.week_start_date,
    weeks.published_at,
    changes.noticed_at
   FROM ((suspects
     JOIN intermediate.int_published_weeks weeks ON ((suspects.week_start_date = weeks.week_start_date)))
     CROSS JOIN LATERAL ( SELECT causes.cause,
            causes.event_id,
            causes.change_points,
            causes.noticed_at
           FROM (((intermediate.int_events_located events
             JOIN staging.stg_canonical__rule_versions rules ON (((events.event_type = rules.event_type) AND (events.occurred_at >= rules.effective_from) AND (events.occurred_at < rules.effective_to))))
             LEFT JOIN LATERAL ( SELECT reversals.event_id,
                    reversals.landed_at
                   FROM ( SELECT by_event_id.event_id,
                            by_event_id.landed_at
                           FROM staging.stg_sales_events by_event_id
                          WHERE ((by_event_id.reverses IS NOT NULL) AND (by_event_id.reverses_event_id = events.event_id))
                        UNION ALL
                         SELECT by_external_id.event_id,
                            by_external_id.landed_at
                           FROM staging.stg_canonical__events by_external_id
                          WHERE ((by_external_id.reverses IS NOT NULL) AND (by_external_id.reverses_event_id IS NULL) AND (by_external_id.source = events.source) AND (by_external_id.reverses = events.external_id))) reversals
                  ORDER BY reversals.landed_at, reversals.event_id
                 LIMIT 1) reversal ON (true))
             CROSS JOIN LATERAL ( VALUES ('event'::text,events.event_id,(rules.rank_points)::bigint,events.landed_at), ('reversal'::text,reversal.event_id,(- (rules.rank_points)::bigint),reversal.landed_at)) causes(cause, event_id, change_points, noticed_at))
          WHERE ((events.user_id = suspects.user_id) AND ((events.activity_date - ((EXTRACT(isodow FROM events.activity_date))::integer - 1)) = suspects.week_start_date) AND (events.occurred_at >= (((suspects.week_start_date - 1))::timestamp without time zone AT TIME ZONE 'UTC'::text)) AND (events.occurred_at < (((suspects.week_start_date + 8))::timestamp without time zone AT TIME ZONE 'UTC'::text)) AND (events.reverses IS NULL) AND (rules.rank_points <> 0) AND (causes.noticed_at > weeks.published_at) AND ((reversal.landed_at IS NULL) OR (reversal.landed_at > events.landed_at)))
        UNION ALL
         SELECT 'rest'::text AS cause,
            NULL::uuid AS event_id,
            0 AS change_points,
            NULL::timestamp with time zone AS noticed_at) changes);


ALTER VIEW intermediate.int_week_changes OWNER TO rift_transform;

--
-- Name: dim_achievements; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.dim_achievements AS
 WITH achievements AS (
         SELECT int_achievements.achievement_id,
            int_achievements.title,
            int_achievements.description,
            int_achievements.kind,
            int_achievements.event_type,
            int_achievements.threshold,
            int_achievements.sort_order,
            int_achievements.required_value
           FROM intermediate.int_achievements
        )
 SELECT achievement_id,
    title,
    description,
    kind,
    event_type,
    threshold,
    sort_order
   FROM achievements;


ALTER VIEW marts.dim_achievements OWNER TO rift_transform;

--
-- Name: dim_dates; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.dim_dates AS
 WITH settled AS (
         SELECT min(int_user_days_settled.activity_date) AS first_date
           FROM intermediate.int_user_days_settled
        ), landed AS (
         SELECT (min(stg_sales_events.occurred_at))::date AS first_date
           FROM staging.stg_sales_events
          WHERE ((stg_sales_events.landed_xid >= COALESCE(( SELECT settle_watermarks.xid
                   FROM intermediate.settle_watermarks
                  WHERE ((settle_watermarks.model = 'int_user_days_settled'::text) AND (settle_watermarks.definition_hash = '99b113d07e35d7cda4be6f38d527ae8d'::text) AND (settle_watermarks.system_identifier = raw.system_identifier()))), '0'::xid8)) AND (stg_sales_events.landed_xid <= '18446744073709551615'::xid8))
        ), bounds AS (
         SELECT date_trunc('year'::text, (GREATEST(LEAST((settled.first_date - 2), (landed.first_date - 2), '2020-01-01'::date), '1970-01-01'::date))::timestamp without time zone) AS first_at,
            ((now() AT TIME ZONE 'UTC'::text) + '1 year'::interval) AS last_at
           FROM (settled
             CROSS JOIN landed)
        ), dates AS (
         SELECT (series.day_at)::date AS date
           FROM (bounds
             CROSS JOIN LATERAL generate_series(bounds.first_at, bounds.last_at, '1 day'::interval) series(day_at))
        )
 SELECT to_char((date)::timestamp with time zone, 'IYYY-"W"IW'::text) AS iso_week,
    to_char((date)::timestamp with time zone, 'FMDay'::text) AS weekday_name,
    (EXTRACT(year FROM date))::integer AS year,
    (EXTRACT(quarter FROM date))::integer AS quarter,
    (EXTRACT(month FROM date))::integer AS month,
    (EXTRACT(isodow FROM date))::integer AS weekday_number,
    (EXTRACT(isodow FROM date) <= (5)::numeric) AS is_working_day,
    date,
    (date - ((EXTRACT(isodow FROM date))::integer - 1)) AS week_start_date
   FROM dates;


ALTER VIEW marts.dim_dates OWNER TO rift_transform;

--
-- Name: event_types; Type: TABLE; Schema: seeds; Owner: rift_transform
--

CREATE TABLE seeds.event_types (
    event_type text,
    event_label text,
    sort_order integer
);


ALTER TABLE seeds.event_types OWNER TO rift_transform;

--
-- Name: dim_event_types; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.dim_event_types AS
 WITH labels AS (
         SELECT event_types.event_type,
            event_types.event_label,
            event_types.sort_order
           FROM seeds.event_types
        ), rules AS (
         SELECT stg_canonical__rule_versions.rule_version_id,
            stg_canonical__rule_versions.event_type,
            stg_canonical__rule_versions.changed_by,
            stg_canonical__rule_versions.gold_value,
            stg_canonical__rule_versions.xp_value,
            stg_canonical__rule_versions.rank_points,
            stg_canonical__rule_versions.effective_from,
            stg_canonical__rule_versions.effective_to,
            stg_canonical__rule_versions.landed_at,
            stg_canonical__rule_versions.landed_xid
           FROM staging.stg_canonical__rule_versions
        ), in_force AS (
         SELECT rules.rule_version_id,
            rules.event_type,
            rules.changed_by,
            rules.gold_value,
            rules.xp_value,
            rules.rank_points,
            rules.effective_from,
            rules.effective_to,
            rules.landed_at,
            rules.landed_xid
           FROM rules
          WHERE ((rules.effective_from <= now()) AND (rules.effective_to > now()))
        ), types AS (
         SELECT labels_1.event_type
           FROM labels labels_1
        UNION
         SELECT rules.event_type
           FROM rules
        )
 SELECT types.event_type,
    COALESCE(labels.event_label, types.event_type) AS event_label,
    COALESCE(labels.sort_order, 1000) AS sort_order,
    COALESCE(in_force.gold_value, 0) AS gold_value,
    COALESCE(in_force.xp_value, 0) AS xp_value,
    COALESCE(in_force.rank_points, 0) AS rank_points
   FROM ((types
     LEFT JOIN labels ON ((types.event_type = labels.event_type)))
     LEFT JOIN in_force ON ((types.event_type = in_force.event_type)));


ALTER VIEW marts.dim_event_types OWNER TO rift_transform;

--
-- Name: dim_gamification_rules; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.dim_gamification_rules AS
 WITH versions AS (
         SELECT stg_canonical__rule_versions.rule_version_id,
            stg_canonical__rule_versions.event_type,
            stg_canonical__rule_versions.changed_by,
            stg_canonical__rule_versions.gold_value,
            stg_canonical__rule_versions.xp_value,
            stg_canonical__rule_versions.rank_points,
            stg_canonical__rule_versions.effective_from,
            stg_canonical__rule_versions.effective_to,
            stg_canonical__rule_versions.landed_at,
            stg_canonical__rule_versions.landed_xid
           FROM staging.stg_canonical__rule_versions
        )
 SELECT rule_version_id,
    event_type,
    changed_by,
    gold_value,
    xp_value,
    rank_points,
    ((effective_from <= now()) AND (effective_to > now())) AS is_current,
    (effective_from = effective_to) AS is_superseded,
    NULLIF(effective_from, '-infinity'::timestamp with time zone) AS effective_from,
        CASE
            WHEN isfinite(effective_to) THEN effective_to
            ELSE NULL::timestamp with time zone
        END AS effective_to,
    landed_at
   FROM versions;


ALTER VIEW marts.dim_gamification_rules OWNER TO rift_transform;

--
-- Name: dim_rank_tiers; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.dim_rank_tiers AS
 WITH tiers AS (
         SELECT rank_tiers.rank_tier,
            rank_tiers.rank_order,
            rank_tiers.minimum_rank_points
           FROM seeds.rank_tiers
        )
 SELECT rank_tier,
    rank_order,
    minimum_rank_points
   FROM tiers;


ALTER VIEW marts.dim_rank_tiers OWNER TO rift_transform;

--
-- Name: dim_teams; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.dim_teams AS
 WITH teams AS (
         SELECT int_teams.team_id,
            int_teams.team_name
           FROM intermediate.int_teams
        ), people AS (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
        ), headcounts AS (
         SELECT people.team_id,
            count(*) FILTER (WHERE ((NOT people.is_known) OR (COALESCE((people.started_on <= people.local_date), true) AND COALESCE((people.ended_on >= people.local_date), true)))) AS sdr_count
           FROM people
          GROUP BY people.team_id
        )
 SELECT teams.team_id,
    teams.team_name,
    COALESCE(headcounts.sdr_count, (0)::bigint) AS sdr_count,
    (COALESCE(headcounts.sdr_count, (0)::bigint) > 0) AS is_active
   FROM (teams
     LEFT JOIN headcounts ON ((teams.team_id = headcounts.team_id)))
  WHERE ((teams.team_id <> 'unassigned'::text) OR (headcounts.team_id IS NOT NULL));


ALTER VIEW marts.dim_teams OWNER TO rift_transform;

--
-- Name: dim_user_stats; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.dim_user_stats AS
 WITH people AS (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
        ), figures AS (
         SELECT int_user_figures.user_id,
            int_user_figures.event_type,
            int_user_figures.event_count,
            int_user_figures.gross_event_count,
            int_user_figures.reversed_event_count,
            int_user_figures.gold_value,
            int_user_figures.xp_value,
            int_user_figures.rank_points,
            int_user_figures.active_day_count,
            int_user_figures.last_event_at,
            int_user_figures.is_of_life,
            int_user_figures.activity_date,
            int_user_figures.week_start_date
           FROM intermediate.int_user_figures
        ), tiers AS (
         SELECT int_rank_tiers.rank_tier,
            int_rank_tiers.rank_order,
            int_rank_tiers.minimum_rank_points,
            int_rank_tiers.next_minimum_rank_points,
            int_rank_tiers.next_rank_tier
           FROM intermediate.int_rank_tiers
        ), labelled AS (
         SELECT people.user_id,
            people.display_name,
            people.team_id,
            people.team_name,
            people.time_zone,
            figures.event_type,
            figures.event_count,
            figures.reversed_event_count,
            figures.gold_value,
            figures.xp_value,
            figures.rank_points,
            figures.active_day_count,
            figures.last_event_at,
            figures.is_of_life,
            (figures.activity_date = people.local_date) AS is_today,
            (figures.week_start_date = people.local_week_start_date) AS is_this_week
           FROM (people
             LEFT JOIN figures ON ((people.user_id = figures.user_id)))
        ), stats AS (
         SELECT labelled.user_id,
            labelled.display_name,
            labelled.team_id,
            labelled.team_name,
            labelled.time_zone,
            (COALESCE(sum(labelled.gold_value) FILTER (WHERE labelled.is_of_life), (0)::numeric))::bigint AS total_gold,
            (COALESCE(sum(labelled.xp_value) FILTER (WHERE labelled.is_of_life), (0)::numeric))::bigint AS total_xp,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE labelled.is_of_life), (0)::numeric))::bigint AS total_events,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE labelled.is_today), (0)::numeric))::bigint AS events_today,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_of_life AND (labelled.event_type = 'call_dial'::text))), (0)::numeric))::bigint AS calls_made,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_of_life AND (labelled.event_type = 'call_connect'::text))), (0)::numeric))::bigint AS calls_connected,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_of_life AND (labelled.event_type = 'email_sent'::text))), (0)::numeric))::bigint AS emails_sent,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_of_life AND (labelled.event_type = 'meeting_booked'::text))), (0)::numeric))::bigint AS meetings_booked,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_of_life AND (labelled.event_type = 'meeting_attended'::text))), (0)::numeric))::bigint AS meetings_attended,
            (COALESCE(sum(labelled.reversed_event_count) FILTER (WHERE (labelled.is_of_life AND (labelled.event_type = 'meeting_booked'::text))), (0)::numeric))::bigint AS meetings_lost,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_this_week AND (labelled.event_type = 'meeting_booked'::text))), (0)::numeric))::bigint AS weekly_meetings_booked,
            (COALESCE(sum(labelled.rank_points) FILTER (WHERE labelled.is_this_week), (0)::numeric))::bigint AS weekly_rank_points,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_today AND (labelled.event_type = 'call_dial'::text))), (0)::numeric))::bigint AS calls_made_today,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_today AND (labelled.event_type = 'call_connect'::text))), (0)::numeric))::bigint AS calls_connected_today,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_today AND (labelled.event_type = 'email_sent'::text))), (0)::numeric))::bigint AS emails_sent_today,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_today AND (labelled.event_type = 'meeting_booked'::text))), (0)::numeric))::bigint AS meetings_booked_today,
            (COALESCE(sum(labelled.event_count) FILTER (WHERE (labelled.is_today AND (labelled.event_type = 'meeting_attended'::text))), (0)::numeric))::bigint AS meetings_attended_today,
            (COALESCE(sum(labelled.gold_value) FILTER (WHERE labelled.is_today), (0)::numeric))::bigint AS gold_today,
            (COALESCE(sum(labelled.xp_value) FILTER (WHERE labelled.is_today), (0)::numeric))::bigint AS xp_today,
            (COALESCE(sum(labelled.active_day_count) FILTER (WHERE labelled.is_of_life), (0)::numeric))::bigint AS active_day_count,
            max(labelled.last_event_at) AS last_event_at
           FROM labelled
          GROUP BY labelled.user_id, labelled.display_name, labelled.team_id, labelled.team_name, labelled.time_zone
        ), ranked AS (
         SELECT stats.user_id,
            stats.display_name,
            stats.team_id,
            stats.team_name,
            tiers.rank_tier AS current_rank,
            tiers.next_rank_tier AS next_rank,
            stats.time_zone,
            stats.total_gold,
            stats.total_xp,
            (((stats.total_xp / 1000) + 1))::integer AS current_level,
            ((stats.total_xp % (1000)::bigint))::integer AS xp_in_current_level,
            ((1000 - (stats.total_xp % (1000)::bigint)))::integer AS xp_to_next_level,
            stats.total_events,
            stats.events_today,
            stats.calls_made,
            stats.calls_connected,
            stats.emails_sent,
            stats.meetings_booked,
            stats.meetings_attended,
            stats.meetings_lost,
            stats.weekly_meetings_booked,
            stats.weekly_rank_points,
            tiers.rank_order AS current_rank_order,
            (tiers.next_minimum_rank_points - stats.weekly_rank_points) AS points_to_next_rank,
            stats.calls_made_today,
            stats.calls_connected_today,
            stats.emails_sent_today,
            stats.meetings_booked_today,
            stats.meetings_attended_today,
            stats.gold_today,
            stats.xp_today,
            round(((stats.calls_connected)::numeric / (NULLIF(stats.calls_made, 0))::numeric), 4) AS connect_ratio,
            round(((stats.meetings_booked)::numeric / (NULLIF(stats.calls_connected, 0))::numeric), 4) AS meeting_ratio,
            round(((stats.meetings_attended)::numeric / (NULLIF(stats.meetings_booked, 0))::numeric), 4) AS show_ratio,
            round(((stats.total_xp)::numeric / (NULLIF(stats.active_day_count, 0))::numeric), 2) AS xp_per_active_day,
            round((((stats.meetings_booked + stats.calls_connected))::numeric / (GREATEST(stats.meetings_lost, (1)::bigint))::numeric), 2) AS kda_ratio,
            stats.last_event_at
           FROM (stats
             JOIN tiers ON (((stats.weekly_rank_points >= tiers.minimum_rank_points) AND ((stats.weekly_rank_points < tiers.next_minimum_rank_points) OR (tiers.next_minimum_rank_points IS NULL)))))
        )
 SELECT user_id,
    display_name,
    team_id,
    team_name,
    current_rank,
    next_rank,
    time_zone,
    total_gold,
    total_xp,
    current_level,
    xp_in_current_level,
    xp_to_next_level,
    total_events,
    events_today,
    calls_made,
    calls_connected,
    emails_sent,
    meetings_booked,
    meetings_attended,
    meetings_lost,
    weekly_meetings_booked,
    weekly_rank_points,
    current_rank_order,
    points_to_next_rank,
    calls_made_today,
    calls_connected_today,
    emails_sent_today,
    meetings_booked_today,
    meetings_attended_today,
    gold_today,
    xp_today,
    connect_ratio,
    meeting_ratio,
    show_ratio,
    xp_per_active_day,
    kda_ratio,
    last_event_at
   FROM ranked;


ALTER VIEW marts.dim_user_stats OWNER TO rift_transform;

--
-- Name: dim_users; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.dim_users AS
 WITH people AS (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
        )
 SELECT user_id,
    display_name,
    email,
    team_id,
    team_name,
    time_zone,
    is_known,
    (is_known AND COALESCE((started_on <= local_date), true) AND COALESCE((ended_on >= local_date), true)) AS is_active,
    started_on,
    ended_on
   FROM people;


ALTER VIEW marts.dim_users OWNER TO rift_transform;

--
-- Name: dim_users_history; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.dim_users_history AS
 WITH versions AS (
         SELECT stg_roster__sdr_versions.version_id,
            stg_roster__sdr_versions.user_id,
            stg_roster__sdr_versions.display_name,
            stg_roster__sdr_versions.email,
            stg_roster__sdr_versions.team_id,
            stg_roster__sdr_versions.team_name,
            stg_roster__sdr_versions.time_zone,
            stg_roster__sdr_versions.started_on,
            stg_roster__sdr_versions.ended_on,
            stg_roster__sdr_versions.effective_from_date,
            stg_roster__sdr_versions.effective_to_date,
            stg_roster__sdr_versions.valid_from,
            stg_roster__sdr_versions.valid_to,
            stg_roster__sdr_versions.landed_xid,
            stg_roster__sdr_versions.identities,
            stg_roster__sdr_versions.effective_on,
            stg_roster__sdr_versions.loaded_at
           FROM staging.stg_roster__sdr_versions
        )
 SELECT version_id,
    user_id,
    display_name,
    email,
    team_id,
    team_name,
    time_zone,
    COALESCE(identities, '{}'::jsonb) AS identities,
    ((valid_from <= now()) AND (valid_to > now())) AS is_current,
    started_on,
    ended_on,
    NULLIF(effective_from_date, '-infinity'::date) AS effective_from_date,
    NULLIF(effective_to_date, 'infinity'::date) AS effective_to_date,
    NULLIF(valid_from, '-infinity'::timestamp with time zone) AS valid_from,
    NULLIF(valid_to, 'infinity'::timestamp with time zone) AS valid_to
   FROM versions;


ALTER VIEW marts.dim_users_history OWNER TO rift_transform;

--
-- Name: fct_achievements; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_achievements AS
 WITH achievements AS (
         SELECT int_achievements.achievement_id,
            int_achievements.title,
            int_achievements.description,
            int_achievements.kind,
            int_achievements.event_type,
            int_achievements.threshold,
            int_achievements.sort_order,
            int_achievements.required_value
           FROM intermediate.int_achievements
        ), candidates AS (
         SELECT int_achievement_days.user_id,
            int_achievement_days.achievement_id,
            int_achievement_days.metric,
            int_achievement_days.event_type,
            int_achievement_days.missing_value,
            int_achievement_days.first_date,
            int_achievement_days.last_date
           FROM intermediate.int_achievement_days
        ), running AS (
         SELECT candidates.user_id,
            candidates.achievement_id,
            candidates.missing_value,
            events.occurred_at,
            events.summed_value
           FROM (candidates
             CROSS JOIN LATERAL ( SELECT scored.occurred_at,
                    sum(
                        CASE candidates.metric
                            WHEN 'gold'::text THEN scored.gold_value
                            WHEN 'xp'::text THEN scored.xp_value
                            WHEN 'rank_points'::text THEN scored.rank_points
                            ELSE (((NOT scored.is_reversed) AND (NOT scored.is_reversal)))::integer
                        END) OVER (ORDER BY scored.occurred_at, scored.event_id) AS summed_value
                   FROM intermediate.int_events_scored scored
                  WHERE ((scored.user_id = candidates.user_id) AND ((candidates.event_type IS NULL) OR (scored.event_type = candidates.event_type)) AND ((scored.activity_date >= candidates.first_date) AND (scored.activity_date <= candidates.last_date)) AND (scored.occurred_at >= (((candidates.first_date - 1))::timestamp without time zone AT TIME ZONE 'UTC'::text)) AND (scored.occurred_at < (((candidates.last_date + 2))::timestamp without time zone AT TIME ZONE 'UTC'::text)))) events)
        ), reached AS (
         SELECT running.user_id,
            running.achievement_id,
            min(running.occurred_at) AS earned_at
           FROM running
          WHERE ((running.summed_value)::numeric >= running.missing_value)
          GROUP BY running.user_id, running.achievement_id
        ), wins AS (
         SELECT int_team_wins.user_id,
            int_team_wins.win_number,
            int_team_wins.week_start_date,
            int_team_wins.won_at
           FROM intermediate.int_team_wins
        )
 SELECT reached.user_id,
    reached.achievement_id,
    achievements.kind,
    reached.earned_at,
    now() AS as_of
   FROM (reached
     JOIN achievements ON ((reached.achievement_id = achievements.achievement_id)))
  WHERE (achievements.kind <> 'team_win'::text)
UNION ALL
 SELECT wins.user_id,
    achievements.achievement_id,
    'team_win'::text AS kind,
    wins.won_at AS earned_at,
    now() AS as_of
   FROM (wins
     JOIN achievements ON ((wins.win_number = achievements.required_value)))
  WHERE (achievements.kind = 'team_win'::text);


ALTER VIEW marts.fct_achievements OWNER TO rift_transform;

--
-- Name: fct_achievement_progress; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_achievement_progress AS
 WITH people AS (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
        ), achievements AS (
         SELECT int_achievements.achievement_id,
            int_achievements.title,
            int_achievements.description,
            int_achievements.kind,
            int_achievements.event_type,
            int_achievements.threshold,
            int_achievements.sort_order,
            int_achievements.required_value
           FROM intermediate.int_achievements
        ), earned AS (
         SELECT fct_achievements.user_id,
            fct_achievements.achievement_id,
            fct_achievements.kind,
            fct_achievements.earned_at,
            fct_achievements.as_of
           FROM marts.fct_achievements
          WHERE (fct_achievements.kind <> 'team_win'::text)
        ), days AS (
         SELECT int_days_totalled.user_id,
            int_days_totalled.streak_number,
            int_days_totalled.event_count,
            int_days_totalled.calls_made,
            int_days_totalled.meetings_booked,
            int_days_totalled.gold,
            int_days_totalled.xp,
            int_days_totalled.rank_points,
            int_days_totalled.life_gold,
            int_days_totalled.early_gold,
            int_days_totalled.life_xp,
            int_days_totalled.early_xp,
            int_days_totalled.week_rank_points,
            int_days_totalled.best_gold_before,
            int_days_totalled.active_days_before,
            int_days_totalled.streak_day,
            int_days_totalled.is_streak_day,
            int_days_totalled.activity_date,
            int_days_totalled.week_start_date
           FROM intermediate.int_days_totalled
        ), lives AS (
         SELECT days.user_id,
            (COALESCE(sum(days.gold), (0)::numeric))::bigint AS gold,
            (COALESCE(sum(days.xp), (0)::numeric))::bigint AS xp,
            COALESCE(max(days.streak_day), (0)::bigint) AS longest_streak_days,
            COALESCE(max(days.week_rank_points), (0)::numeric) AS most_week_rank_points,
            count(*) FILTER (WHERE (days.event_count > 0)) AS active_day_count
           FROM days
          GROUP BY days.user_id
        ), counts AS (
         SELECT int_user_weeks.user_id,
            int_user_weeks.event_type,
            (COALESCE(sum(int_user_weeks.event_count), (0)::numeric))::bigint AS event_count
           FROM intermediate.int_user_weeks
          GROUP BY int_user_weeks.user_id, int_user_weeks.event_type
        ), wins AS (
         SELECT int_team_wins.user_id,
            int_team_wins.win_number,
            int_team_wins.week_start_date,
            int_team_wins.won_at
           FROM intermediate.int_team_wins
        ), personal AS (
         SELECT people.user_id,
            achievements.achievement_id,
            achievements.kind,
            achievements.required_value,
            earned.earned_at,
            (
                CASE achievements.kind
                    WHEN 'count'::text THEN (COALESCE(counts.event_count, (0)::bigint))::numeric
                    WHEN 'gold'::text THEN (COALESCE(lives.gold, (0)::bigint))::numeric
                    WHEN 'xp'::text THEN (COALESCE(lives.xp, (0)::bigint))::numeric
                    WHEN 'streak'::text THEN (COALESCE(lives.longest_streak_days, (0)::bigint))::numeric
                    WHEN 'weekly_rank'::text THEN COALESCE(lives.most_week_rank_points, (0)::numeric)
                    WHEN 'personal_best'::text THEN (
                    CASE
                        WHEN (earned.earned_at IS NULL) THEN LEAST(COALESCE(lives.active_day_count, (0)::bigint), (achievements.required_value - 1))
                        ELSE achievements.required_value
                    END)::numeric
                    ELSE (0)::numeric
                END)::bigint AS current_value
           FROM ((((people
             CROSS JOIN achievements)
             LEFT JOIN lives ON ((people.user_id = lives.user_id)))
             LEFT JOIN counts ON (((people.user_id = counts.user_id) AND (achievements.event_type = counts.event_type) AND (achievements.kind = 'count'::text))))
             LEFT JOIN earned ON (((people.user_id = earned.user_id) AND (achievements.achievement_id = earned.achievement_id))))
          WHERE (achievements.kind <> 'team_win'::text)
        ), of_teams AS (
         SELECT people.user_id,
            achievements.achievement_id,
            'team_win'::text AS kind,
            achievements.required_value,
            min(wins.won_at) FILTER (WHERE (wins.win_number = achievements.required_value)) AS earned_at,
            count(wins.won_at) AS current_value
           FROM ((people
             CROSS JOIN achievements)
             LEFT JOIN wins ON ((people.user_id = wins.user_id)))
          WHERE (achievements.kind = 'team_win'::text)
          GROUP BY people.user_id, achievements.achievement_id, achievements.required_value
        ), valued AS (
         SELECT personal.user_id,
            personal.achievement_id,
            personal.kind,
            personal.required_value,
            personal.earned_at,
            personal.current_value
           FROM personal
        UNION ALL
         SELECT of_teams.user_id,
            of_teams.achievement_id,
            of_teams.kind,
            of_teams.required_value,
            of_teams.earned_at,
            of_teams.current_value
           FROM of_teams
        )
 SELECT user_id,
    achievement_id,
    kind,
    current_value,
    required_value AS threshold,
    round(LEAST(((current_value)::numeric / (NULLIF(required_value, 0))::numeric), (1)::numeric), 4) AS progress_ratio,
    (earned_at IS NOT NULL) AS is_earned,
    earned_at,
    now() AS as_of
   FROM valued;


ALTER VIEW marts.fct_achievement_progress OWNER TO rift_transform;

--
-- Name: fct_calls; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_calls AS
 SELECT COALESCE(raw.safe_key(dials.metadata, 'call_id'::text), dials.external_id, (dials.event_id)::text) AS call_id,
    dials.event_id,
    connects.event_id AS connect_event_id,
    dials.user_id,
    dials.team_id,
    dials.source,
    COALESCE(
        CASE
            WHEN (jsonb_typeof((connects.metadata -> 'disposition'::text)) = 'string'::text) THEN "left"((connects.metadata ->> 'disposition'::text), 200)
            ELSE NULL::text
        END,
        CASE
            WHEN (jsonb_typeof((dials.metadata -> 'disposition'::text)) = 'string'::text) THEN "left"((dials.metadata ->> 'disposition'::text), 200)
            ELSE NULL::text
        END) AS disposition,
    COALESCE(
        CASE
            WHEN (jsonb_typeof((connects.metadata -> 'duration_seconds'::text)) = 'number'::text) THEN
            CASE
                WHEN ((((connects.metadata ->> 'duration_seconds'::text))::numeric >= (0)::numeric) AND (((connects.metadata ->> 'duration_seconds'::text))::numeric <= (86400)::numeric)) THEN (round(((connects.metadata ->> 'duration_seconds'::text))::numeric))::integer
                ELSE NULL::integer
            END
            ELSE NULL::integer
        END,
        CASE
            WHEN (jsonb_typeof((dials.metadata -> 'duration_seconds'::text)) = 'number'::text) THEN
            CASE
                WHEN ((((dials.metadata ->> 'duration_seconds'::text))::numeric >= (0)::numeric) AND (((dials.metadata ->> 'duration_seconds'::text))::numeric <= (86400)::numeric)) THEN (round(((dials.metadata ->> 'duration_seconds'::text))::numeric))::integer
                ELSE NULL::integer
            END
            ELSE NULL::integer
        END) AS duration_seconds,
    (connects.event_id IS NOT NULL) AS is_connected,
    dials.activity_date,
    dials.occurred_at AS dialled_at,
    connects.occurred_at AS connected_at
   FROM (intermediate.int_events_scored dials
     LEFT JOIN LATERAL ( SELECT connect_events.event_id,
            connect_events.metadata,
            connect_events.occurred_at
           FROM intermediate.int_events_standing connect_events
          WHERE ((connect_events.event_type = 'call_connect'::text) AND (raw.safe_key(connect_events.metadata, 'call_id'::text) = ANY (ARRAY[raw.safe_key(dials.metadata, 'call_id'::text), dials.external_id, (dials.event_id)::text])) AND ((connect_events.source = dials.source) OR (raw.safe_key(connect_events.metadata, 'call_id'::text) = (dials.event_id)::text)))
          ORDER BY connect_events.occurred_at, connect_events.event_id
         LIMIT 1) connects ON (true))
  WHERE ((dials.event_type = 'call_dial'::text) AND (NOT dials.is_reversal) AND (NOT dials.is_reversed))
UNION ALL
 SELECT COALESCE(raw.safe_key(connects.metadata, 'call_id'::text), connects.external_id, (connects.event_id)::text) AS call_id,
    connects.event_id,
    connects.event_id AS connect_event_id,
    connects.user_id,
    connects.team_id,
    connects.source,
        CASE
            WHEN (jsonb_typeof((connects.metadata -> 'disposition'::text)) = 'string'::text) THEN "left"((connects.metadata ->> 'disposition'::text), 200)
            ELSE NULL::text
        END AS disposition,
        CASE
            WHEN (jsonb_typeof((connects.metadata -> 'duration_seconds'::text)) = 'number'::text) THEN
            CASE
                WHEN ((((connects.metadata ->> 'duration_seconds'::text))::numeric >= (0)::numeric) AND (((connects.metadata ->> 'duration_seconds'::text))::numeric <= (86400)::numeric)) THEN (round(((connects.metadata ->> 'duration_seconds'::text))::numeric))::integer
                ELSE NULL::integer
            END
            ELSE NULL::integer
        END AS duration_seconds,
    true AS is_connected,
    connects.activity_date,
    NULL::timestamp with time zone AS dialled_at,
    connects.occurred_at AS connected_at
   FROM intermediate.int_events_scored connects
  WHERE ((connects.event_type = 'call_connect'::text) AND (NOT connects.is_reversal) AND (NOT connects.is_reversed) AND (COALESCE(( SELECT named.event_id
           FROM intermediate.int_events_standing named
          WHERE ((named.event_type = 'call_dial'::text) AND (named.source = connects.source) AND (raw.safe_key(named.metadata, 'call_id'::text) = raw.safe_key(connects.metadata, 'call_id'::text)))
         LIMIT 1), ( SELECT named.event_id
           FROM intermediate.int_events_standing named
          WHERE ((named.event_type = 'call_dial'::text) AND (named.source = connects.source) AND (named.external_id = raw.safe_key(connects.metadata, 'call_id'::text)))
         LIMIT 1), ( SELECT named.event_id
           FROM intermediate.int_events_standing named
          WHERE ((named.event_type = 'call_dial'::text) AND (named.event_id =
                CASE
                    WHEN (raw.safe_key(connects.metadata, 'call_id'::text) ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'::text) THEN (raw.safe_key(connects.metadata, 'call_id'::text))::uuid
                    ELSE NULL::uuid
                END))
         LIMIT 1), ( SELECT earlier.event_id
           FROM intermediate.int_events_standing earlier
          WHERE ((earlier.event_type = 'call_connect'::text) AND (earlier.source = connects.source) AND (raw.safe_key(earlier.metadata, 'call_id'::text) = raw.safe_key(connects.metadata, 'call_id'::text)) AND (ROW(earlier.occurred_at, earlier.event_id) < ROW(connects.occurred_at, connects.event_id)))
         LIMIT 1)) IS NULL));


ALTER VIEW marts.fct_calls OWNER TO rift_transform;

--
-- Name: duels; Type: TABLE; Schema: seeds; Owner: rift_transform
--

CREATE TABLE seeds.duels (
    duel_id text,
    title text,
    subject_type text,
    challenger_id text,
    opponent_id text,
    metric text,
    starts_on date,
    ends_on date
);


ALTER TABLE seeds.duels OWNER TO rift_transform;

--
-- Name: fct_duels; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_duels AS
 WITH duels AS (
         SELECT duels.duel_id,
            duels.title,
            duels.subject_type,
            duels.challenger_id,
            duels.opponent_id,
            duels.metric,
            duels.starts_on,
            duels.ends_on
           FROM seeds.duels
        ), people AS (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
        ), sides AS (
         SELECT duels.duel_id,
            duels.subject_type,
            duels.metric,
            duels.starts_on,
            duels.ends_on,
            both_sides.side,
            both_sides.subject_id
           FROM (duels
             CROSS JOIN LATERAL ( VALUES ('challenger'::text,duels.challenger_id), ('opponent'::text,duels.opponent_id)) both_sides(side, subject_id))
        ), sdr_scores AS (
         SELECT sides.duel_id,
            sides.side,
            (1)::bigint AS headcount,
            (COALESCE(sum(
                CASE sides.metric
                    WHEN 'gold'::text THEN user_days.gold_value
                    WHEN 'xp'::text THEN user_days.xp_value
                    WHEN 'rank_points'::text THEN user_days.rank_points
                    ELSE
                    CASE
                        WHEN (user_days.event_type = sides.metric) THEN user_days.event_count
                        ELSE (0)::bigint
                    END
                END), (0)::numeric))::bigint AS score
           FROM (sides
             LEFT JOIN intermediate.int_user_days user_days ON (((sides.subject_id = user_days.user_id) AND ((user_days.activity_date >= sides.starts_on) AND (user_days.activity_date <= sides.ends_on)))))
          WHERE (sides.subject_type = 'sdr'::text)
          GROUP BY sides.duel_id, sides.side
        ), team_members AS (
         SELECT sides.duel_id,
            sides.side,
            memberships.user_id,
            0 AS score
           FROM (sides
             JOIN intermediate.int_team_memberships memberships ON (((sides.subject_id = memberships.team_id) AND (sides.starts_on <= memberships.member_to_date) AND (sides.ends_on >= memberships.member_from_date))))
          WHERE (sides.subject_type = 'team'::text)
        UNION ALL
         SELECT sides.duel_id,
            sides.side,
            user_days.user_id,
                CASE sides.metric
                    WHEN 'gold'::text THEN user_days.gold_value
                    WHEN 'xp'::text THEN user_days.xp_value
                    WHEN 'rank_points'::text THEN user_days.rank_points
                    ELSE
                    CASE
                        WHEN (user_days.event_type = sides.metric) THEN user_days.event_count
                        ELSE (0)::bigint
                    END
                END AS score
           FROM (sides
             JOIN intermediate.int_user_days user_days ON (((sides.subject_id = user_days.team_id) AND ((user_days.activity_date >= sides.starts_on) AND (user_days.activity_date <= sides.ends_on)))))
          WHERE (sides.subject_type = 'team'::text)
        ), team_scores AS (
         SELECT team_members.duel_id,
            team_members.side,
            count(DISTINCT team_members.user_id) AS headcount,
            (sum(team_members.score))::bigint AS score
           FROM team_members
          GROUP BY team_members.duel_id, team_members.side
        ), scores AS (
         SELECT sdr_scores.duel_id,
            sdr_scores.side,
            sdr_scores.headcount,
            sdr_scores.score
           FROM sdr_scores
        UNION ALL
         SELECT team_scores.duel_id,
            team_scores.side,
            team_scores.headcount,
            team_scores.score
           FROM team_scores
        ), clocks AS (
         SELECT duels.duel_id,
            min(people.local_date) AS earliest_date,
            max(people.local_date) AS latest_date
           FROM (duels
             JOIN people ON (((
                CASE duels.subject_type
                    WHEN 'sdr'::text THEN people.user_id
                    ELSE people.team_id
                END = duels.challenger_id) OR (
                CASE duels.subject_type
                    WHEN 'sdr'::text THEN people.user_id
                    ELSE people.team_id
                END = duels.opponent_id))))
          GROUP BY duels.duel_id
        ), compared AS (
         SELECT duels.duel_id,
            duels.title,
            duels.subject_type,
            duels.challenger_id,
            duels.opponent_id,
            duels.metric,
            duels.starts_on,
            duels.ends_on,
            COALESCE(challengers.score, (0)::bigint) AS challenger_score,
            COALESCE(opponents.score, (0)::bigint) AS opponent_score,
            COALESCE(challengers.headcount, (0)::bigint) AS challenger_headcount,
            COALESCE(opponents.headcount, (0)::bigint) AS opponent_headcount,
            COALESCE(((challengers.score)::numeric / (challengers.headcount)::numeric), (0)::numeric) AS challenger_per_head,
            COALESCE(((opponents.score)::numeric / (opponents.headcount)::numeric), (0)::numeric) AS opponent_per_head,
            COALESCE(clocks.earliest_date, ((now() AT TIME ZONE 'UTC'::text))::date) AS earliest_date,
            COALESCE(clocks.latest_date, ((now() AT TIME ZONE 'UTC'::text))::date) AS latest_date
           FROM (((duels
             LEFT JOIN scores challengers ON (((duels.duel_id = challengers.duel_id) AND (challengers.side = 'challenger'::text))))
             LEFT JOIN scores opponents ON (((duels.duel_id = opponents.duel_id) AND (opponents.side = 'opponent'::text))))
             LEFT JOIN clocks ON ((duels.duel_id = clocks.duel_id)))
        )
 SELECT duel_id,
    title,
    subject_type,
    challenger_id,
    opponent_id,
    metric,
        CASE
            WHEN (challenger_per_head > opponent_per_head) THEN 'challenger'::text
            WHEN (challenger_per_head < opponent_per_head) THEN 'opponent'::text
            ELSE 'tie'::text
        END AS leader,
        CASE
            WHEN (earliest_date > ends_on) THEN 'over'::text
            WHEN (latest_date < starts_on) THEN 'upcoming'::text
            ELSE 'running'::text
        END AS status,
    challenger_score,
    opponent_score,
    challenger_headcount,
    opponent_headcount,
    round(challenger_per_head, 2) AS challenger_score_per_head,
    round(opponent_per_head, 2) AS opponent_score_per_head,
    round(abs((challenger_per_head - opponent_per_head)), 2) AS margin,
    starts_on,
    ends_on
   FROM compared;


ALTER VIEW marts.fct_duels OWNER TO rift_transform;

--
-- Name: weekly_goals; Type: TABLE; Schema: seeds; Owner: rift_transform
--

CREATE TABLE seeds.weekly_goals (
    goal_id text,
    subject_type text,
    subject_id text,
    metric text,
    target bigint,
    first_week date,
    last_week date
);


ALTER TABLE seeds.weekly_goals OWNER TO rift_transform;

--
-- Name: fct_goal_progress; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_goal_progress AS
 WITH goals AS (
         SELECT weekly_goals.goal_id,
            weekly_goals.subject_type,
            weekly_goals.subject_id,
            weekly_goals.metric,
            weekly_goals.target,
            (weekly_goals.first_week - ((EXTRACT(isodow FROM weekly_goals.first_week))::integer - 1)) AS first_week_start_date,
            COALESCE((weekly_goals.last_week - ((EXTRACT(isodow FROM weekly_goals.last_week))::integer - 1)), 'infinity'::date) AS last_week_start_date
           FROM seeds.weekly_goals
        ), specific_goals AS (
         SELECT goals.goal_id,
            goals.subject_type,
            goals.subject_id,
            goals.metric,
            goals.target,
            goals.first_week_start_date,
            goals.last_week_start_date
           FROM goals
          WHERE (goals.subject_type = ANY (ARRAY['sdr'::text, 'team'::text]))
        ), people AS (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
        ), versions AS (
         SELECT stg_roster__sdr_versions.version_id,
            stg_roster__sdr_versions.user_id,
            stg_roster__sdr_versions.display_name,
            stg_roster__sdr_versions.email,
            stg_roster__sdr_versions.team_id,
            stg_roster__sdr_versions.team_name,
            stg_roster__sdr_versions.time_zone,
            stg_roster__sdr_versions.started_on,
            stg_roster__sdr_versions.ended_on,
            stg_roster__sdr_versions.effective_from_date,
            stg_roster__sdr_versions.effective_to_date,
            stg_roster__sdr_versions.valid_from,
            stg_roster__sdr_versions.valid_to,
            stg_roster__sdr_versions.landed_xid,
            stg_roster__sdr_versions.identities,
            stg_roster__sdr_versions.effective_on,
            stg_roster__sdr_versions.loaded_at
           FROM staging.stg_roster__sdr_versions
        ), active AS NOT MATERIALIZED (
         SELECT int_user_weeks.user_id,
            int_user_weeks.team_id,
            int_user_weeks.event_type,
            int_user_weeks.event_count,
            int_user_weeks.gold_value,
            int_user_weeks.xp_value,
            int_user_weeks.rank_points,
            int_user_weeks.week_start_date
           FROM intermediate.int_user_weeks
        UNION ALL
         SELECT memberships.user_id,
            memberships.team_id,
            NULL::text AS event_type,
            0 AS event_count,
            0 AS gold_value,
            0 AS xp_value,
            0 AS rank_points,
            (weeks.week_start_at)::date AS week_start_date
           FROM (intermediate.int_team_memberships memberships
             CROSS JOIN LATERAL generate_series(((memberships.member_from_date - ((EXTRACT(isodow FROM memberships.member_from_date))::integer - 1)))::timestamp without time zone, (memberships.member_to_date)::timestamp without time zone, '7 days'::interval) weeks(week_start_at))
        ), sdr_weeks AS (
         SELECT goals.goal_id,
            goals.subject_type AS goal_subject_type,
            active.user_id,
            goals.metric,
            goals.target,
            active.week_start_date,
            (sum(
                CASE goals.metric
                    WHEN 'gold'::text THEN active.gold_value
                    WHEN 'xp'::text THEN active.xp_value
                    WHEN 'rank_points'::text THEN active.rank_points
                    ELSE
                    CASE
                        WHEN (active.event_type = goals.metric) THEN active.event_count
                        ELSE (0)::bigint
                    END
                END))::bigint AS actual
           FROM (active
             JOIN goals ON ((((goals.subject_type = 'everyone'::text) OR ((goals.subject_type = 'sdr'::text) AND (active.user_id = goals.subject_id))) AND ((active.week_start_date >= goals.first_week_start_date) AND (active.week_start_date <= goals.last_week_start_date)))))
          GROUP BY goals.goal_id, goals.subject_type, active.user_id, goals.metric, goals.target, active.week_start_date
        ), sdr_goals AS (
         SELECT sdr_weeks.goal_id,
            sdr_weeks.goal_subject_type,
            sdr_weeks.user_id,
            sdr_weeks.metric,
            sdr_weeks.target,
            sdr_weeks.week_start_date,
            sdr_weeks.actual
           FROM ((sdr_weeks
             JOIN people ON ((sdr_weeks.user_id = people.user_id)))
             LEFT JOIN versions ON (((sdr_weeks.user_id = versions.user_id) AND (LEAST((sdr_weeks.week_start_date + 6), people.local_date) >= versions.effective_from_date) AND (LEAST((sdr_weeks.week_start_date + 6), people.local_date) < versions.effective_to_date))))
          WHERE ((sdr_weeks.goal_subject_type = 'sdr'::text) OR (NOT (EXISTS ( SELECT 1
                   FROM specific_goals
                  WHERE ((specific_goals.metric = sdr_weeks.metric) AND ((sdr_weeks.week_start_date >= specific_goals.first_week_start_date) AND (sdr_weeks.week_start_date <= specific_goals.last_week_start_date)) AND (specific_goals.subject_id =
                        CASE specific_goals.subject_type
                            WHEN 'sdr'::text THEN sdr_weeks.user_id
                            ELSE COALESCE(versions.team_id, 'unassigned'::text)
                        END))))))
        ), team_goals AS (
         SELECT goals.goal_id,
            active.team_id,
            goals.metric,
            goals.target,
            active.week_start_date,
            (sum(
                CASE goals.metric
                    WHEN 'gold'::text THEN active.gold_value
                    WHEN 'xp'::text THEN active.xp_value
                    WHEN 'rank_points'::text THEN active.rank_points
                    ELSE
                    CASE
                        WHEN (active.event_type = goals.metric) THEN active.event_count
                        ELSE (0)::bigint
                    END
                END))::bigint AS actual
           FROM (active
             JOIN goals ON (((goals.subject_type = 'team'::text) AND (active.team_id = goals.subject_id) AND ((active.week_start_date >= goals.first_week_start_date) AND (active.week_start_date <= goals.last_week_start_date)))))
          GROUP BY goals.goal_id, active.team_id, goals.metric, goals.target, active.week_start_date
        ), progress AS (
         SELECT sdr_goals.goal_id,
            'sdr'::text AS subject_type,
            sdr_goals.user_id AS subject_id,
            sdr_goals.metric,
            sdr_goals.actual,
            sdr_goals.target,
            sdr_goals.week_start_date,
                CASE
                    WHEN (sdr_goals.actual >= sdr_goals.target) THEN ( SELECT min(running.occurred_at) AS min
                       FROM ( SELECT events.occurred_at,
                                sum(
                                    CASE sdr_goals.metric
WHEN 'gold'::text THEN events.gold_value
WHEN 'xp'::text THEN events.xp_value
WHEN 'rank_points'::text THEN events.rank_points
ELSE (((NOT events.is_reversed) AND (NOT events.is_reversal)))::integer
                                    END) OVER (ORDER BY events.occurred_at, events.event_id) AS summed_value
                               FROM intermediate.int_events_scored events
                              WHERE ((events.user_id = sdr_goals.user_id) AND ((sdr_goals.metric = ANY (ARRAY['gold'::text, 'xp'::text, 'rank_points'::text])) OR (events.event_type = sdr_goals.metric)) AND (events.week_start_date = sdr_goals.week_start_date) AND (events.occurred_at >= (((sdr_goals.week_start_date - 1))::timestamp without time zone AT TIME ZONE 'UTC'::text)) AND (events.occurred_at < (((sdr_goals.week_start_date + 8))::timestamp without time zone AT TIME ZONE 'UTC'::text)))) running
                      WHERE (running.summed_value >= sdr_goals.target))
                    ELSE NULL::timestamp with time zone
                END AS reached_at
           FROM sdr_goals
        UNION ALL
         SELECT team_goals.goal_id,
            'team'::text AS subject_type,
            team_goals.team_id AS subject_id,
            team_goals.metric,
            team_goals.actual,
            team_goals.target,
            team_goals.week_start_date,
                CASE
                    WHEN (team_goals.actual >= team_goals.target) THEN ( SELECT min(running.occurred_at) AS min
                       FROM ( SELECT events.occurred_at,
                                sum(
                                    CASE team_goals.metric
WHEN 'gold'::text THEN events.gold_value
WHEN 'xp'::text THEN events.xp_value
WHEN 'rank_points'::text THEN events.rank_points
ELSE (((NOT events.is_reversed) AND (NOT events.is_reversal)))::integer
                                    END) OVER (ORDER BY events.occurred_at, events.event_id) AS summed_value
                               FROM (( SELECT DISTINCT user_weeks.user_id
                                       FROM intermediate.int_user_weeks user_weeks
                                      WHERE ((user_weeks.team_id = team_goals.team_id) AND (user_weeks.week_start_date = team_goals.week_start_date))) members
                                 JOIN intermediate.int_events_scored events ON (((members.user_id = events.user_id) AND ((team_goals.metric = ANY (ARRAY['gold'::text, 'xp'::text, 'rank_points'::text])) OR (events.event_type = team_goals.metric)) AND (events.team_id = team_goals.team_id) AND (events.week_start_date = team_goals.week_start_date) AND (events.occurred_at >= (((team_goals.week_start_date - 1))::timestamp without time zone AT TIME ZONE 'UTC'::text)) AND (events.occurred_at < (((team_goals.week_start_date + 8))::timestamp without time zone AT TIME ZONE 'UTC'::text)))))) running
                      WHERE (running.summed_value >= team_goals.target))
                    ELSE NULL::timestamp with time zone
                END AS reached_at
           FROM team_goals
        )
 SELECT goal_id,
    subject_type,
    subject_id,
    metric,
    actual,
    target,
    round(LEAST(((actual)::numeric / (NULLIF(target, 0))::numeric), (1)::numeric), 4) AS progress_ratio,
    (actual >= target) AS is_reached,
    week_start_date,
    reached_at
   FROM progress;


ALTER VIEW marts.fct_goal_progress OWNER TO rift_transform;

--
-- Name: fct_meetings; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_meetings AS
 SELECT COALESCE(raw.safe_key(bookings.metadata, 'meeting_id'::text), bookings.external_id, (bookings.event_id)::text) AS meeting_id,
    bookings.event_id,
    bookings.user_id,
    bookings.team_id,
    bookings.source,
        CASE
            WHEN (losses.reversal_event_type = 'meeting_no_show'::text) THEN 'no_show'::text
            WHEN (losses.reversal_event_id IS NOT NULL) THEN 'cancelled'::text
            WHEN (attendances.attended_at IS NOT NULL) THEN 'attended'::text
            ELSE 'booked'::text
        END AS status,
    round((EXTRACT(epoch FROM (attendances.attended_at - bookings.occurred_at)) / (86400)::numeric), 2) AS days_to_attend,
    bookings.activity_date AS booked_date,
    bookings.week_start_date AS booked_week_start_date,
    bookings.occurred_at AS booked_at,
    raw.safe_timestamptz((bookings.metadata ->> 'scheduled_at'::text)) AS scheduled_for,
    attendances.attended_at,
        CASE
            WHEN (losses.reversal_event_type <> 'meeting_no_show'::text) THEN losses.reversal_occurred_at
            ELSE NULL::timestamp with time zone
        END AS cancelled_at,
        CASE
            WHEN (losses.reversal_event_type = 'meeting_no_show'::text) THEN losses.reversal_occurred_at
            ELSE NULL::timestamp with time zone
        END AS no_show_at
   FROM ((intermediate.int_events_scored bookings
     LEFT JOIN LATERAL ( SELECT reversals.reversal_event_id,
            reversals.reversal_event_type,
            reversals.reversal_occurred_at
           FROM intermediate.int_reversals reversals
          WHERE (reversals.event_id = bookings.event_id)
          ORDER BY reversals.reversal_occurred_at, reversals.reversal_event_id
         LIMIT 1) losses ON (true))
     LEFT JOIN LATERAL ( SELECT min(attended.occurred_at) AS attended_at
           FROM intermediate.int_events_standing attended
          WHERE ((attended.event_type = 'meeting_attended'::text) AND (raw.safe_key(attended.metadata, 'meeting_id'::text) = ANY (ARRAY[raw.safe_key(bookings.metadata, 'meeting_id'::text), bookings.external_id, (bookings.event_id)::text])) AND ((attended.source = bookings.source) OR (raw.safe_key(attended.metadata, 'meeting_id'::text) = (bookings.event_id)::text)))) attendances ON (true))
  WHERE ((bookings.event_type = 'meeting_booked'::text) AND (NOT bookings.is_reversal))
UNION ALL
 SELECT COALESCE(raw.safe_key(attended.metadata, 'meeting_id'::text), attended.external_id, (attended.event_id)::text) AS meeting_id,
    attended.event_id,
    attended.user_id,
    attended.team_id,
    attended.source,
    'attended'::text AS status,
    NULL::numeric AS days_to_attend,
    NULL::date AS booked_date,
    NULL::date AS booked_week_start_date,
    NULL::timestamp with time zone AS booked_at,
    raw.safe_timestamptz((attended.metadata ->> 'scheduled_at'::text)) AS scheduled_for,
    attended.occurred_at AS attended_at,
    NULL::timestamp with time zone AS cancelled_at,
    NULL::timestamp with time zone AS no_show_at
   FROM intermediate.int_events_scored attended
  WHERE ((attended.event_type = 'meeting_attended'::text) AND (NOT attended.is_reversal) AND (NOT attended.is_reversed) AND (COALESCE(( SELECT named.event_id
           FROM staging.stg_sales_events named
          WHERE ((named.event_type = 'meeting_booked'::text) AND (named.reverses IS NULL) AND (named.source = attended.source) AND (raw.safe_key(named.metadata, 'meeting_id'::text) = raw.safe_key(attended.metadata, 'meeting_id'::text)))
         LIMIT 1), ( SELECT named.event_id
           FROM staging.stg_sales_events named
          WHERE ((named.event_type = 'meeting_booked'::text) AND (named.reverses IS NULL) AND (named.source = attended.source) AND (named.external_id = raw.safe_key(attended.metadata, 'meeting_id'::text)))
         LIMIT 1), ( SELECT named.event_id
           FROM staging.stg_sales_events named
          WHERE ((named.event_type = 'meeting_booked'::text) AND (named.reverses IS NULL) AND (named.event_id =
                CASE
                    WHEN (raw.safe_key(attended.metadata, 'meeting_id'::text) ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'::text) THEN (raw.safe_key(attended.metadata, 'meeting_id'::text))::uuid
                    ELSE NULL::uuid
                END))
         LIMIT 1), ( SELECT earlier.event_id
           FROM intermediate.int_events_standing earlier
          WHERE ((earlier.event_type = 'meeting_attended'::text) AND (earlier.source = attended.source) AND (raw.safe_key(earlier.metadata, 'meeting_id'::text) = raw.safe_key(attended.metadata, 'meeting_id'::text)) AND (ROW(earlier.occurred_at, earlier.event_id) < ROW(attended.occurred_at, attended.event_id)))
         LIMIT 1)) IS NULL));


ALTER VIEW marts.fct_meetings OWNER TO rift_transform;

--
-- Name: fct_personal_bests; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_personal_bests AS
 WITH days AS (
         SELECT int_days_totalled.user_id,
            int_days_totalled.streak_number,
            int_days_totalled.event_count,
            int_days_totalled.calls_made,
            int_days_totalled.meetings_booked,
            int_days_totalled.gold,
            int_days_totalled.xp,
            int_days_totalled.rank_points,
            int_days_totalled.life_gold,
            int_days_totalled.early_gold,
            int_days_totalled.life_xp,
            int_days_totalled.early_xp,
            int_days_totalled.week_rank_points,
            int_days_totalled.best_gold_before,
            int_days_totalled.active_days_before,
            int_days_totalled.streak_day,
            int_days_totalled.is_streak_day,
            int_days_totalled.activity_date,
            int_days_totalled.week_start_date
           FROM intermediate.int_days_totalled
        ), periods AS (
         SELECT days.user_id,
            spans.period,
            spans.period_start_date,
            (COALESCE(sum(days.gold), (0)::numeric))::bigint AS gold,
            (COALESCE(sum(days.xp), (0)::numeric))::bigint AS xp,
            (COALESCE(sum(days.meetings_booked), (0)::numeric))::bigint AS meetings_booked,
            (COALESCE(sum(days.calls_made), (0)::numeric))::bigint AS calls_made
           FROM (days
             CROSS JOIN LATERAL ( VALUES ('day'::text,days.activity_date), ('week'::text,days.week_start_date)) spans(period, period_start_date))
          GROUP BY days.user_id, spans.period, spans.period_start_date
        ), measured AS (
         SELECT periods.user_id,
            metrics.metric,
            periods.period,
            metrics.value,
            periods.period_start_date
           FROM (periods
             CROSS JOIN LATERAL ( VALUES ('gold'::text,periods.gold), ('xp'::text,periods.xp), ('meetings_booked'::text,periods.meetings_booked), ('calls_made'::text,periods.calls_made)) metrics(metric, value))
        ), compared AS (
         SELECT measured.user_id,
            measured.metric,
            measured.period,
            measured.value,
            measured.period_start_date,
            NULLIF(max(measured.value) OVER (PARTITION BY measured.user_id, measured.metric, measured.period ORDER BY measured.period_start_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS best_before,
            row_number() OVER (PARTITION BY measured.user_id, measured.metric, measured.period ORDER BY measured.value DESC, measured.period_start_date) AS place
           FROM measured
        )
 SELECT user_id,
    metric,
    period,
    value AS best_value,
    best_before AS previous_best_value,
    period_start_date AS reached_date
   FROM compared
  WHERE ((place = 1) AND (value > 0));


ALTER VIEW marts.fct_personal_bests OWNER TO rift_transform;

--
-- Name: fct_sales_events; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_sales_events AS
 SELECT events.event_id,
    events.raw_id,
    events.external_id,
    events.source,
    events.event_type,
    events.user_id,
    events.team_id,
    events.rule_version_id,
    events.verified_by,
    events.gold_value,
    events.xp_value,
    events.rank_points,
    events.is_reversed,
    events.is_reversal,
    events.activity_date,
    events.week_start_date,
    events.occurred_at,
    events.received_at,
    events.metadata,
    COALESCE(event_types.event_label, events.event_type) AS event_label
   FROM (intermediate.int_events_scored events
     LEFT JOIN seeds.event_types event_types ON ((events.event_type = event_types.event_type)));


ALTER VIEW marts.fct_sales_events OWNER TO rift_transform;

--
-- Name: fct_streaks; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_streaks AS
 WITH people AS (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
        ), days AS (
         SELECT int_days_totalled.user_id,
            int_days_totalled.streak_number,
            int_days_totalled.event_count,
            int_days_totalled.calls_made,
            int_days_totalled.meetings_booked,
            int_days_totalled.gold,
            int_days_totalled.xp,
            int_days_totalled.rank_points,
            int_days_totalled.life_gold,
            int_days_totalled.early_gold,
            int_days_totalled.life_xp,
            int_days_totalled.early_xp,
            int_days_totalled.week_rank_points,
            int_days_totalled.best_gold_before,
            int_days_totalled.active_days_before,
            int_days_totalled.streak_day,
            int_days_totalled.is_streak_day,
            int_days_totalled.activity_date,
            int_days_totalled.week_start_date
           FROM intermediate.int_days_totalled
          WHERE (int_days_totalled.event_count > 0)
        ), streaks AS (
         SELECT people.user_id,
            days.streak_number,
            count(*) FILTER (WHERE days.is_streak_day) AS streak_days,
            count(*) FILTER (WHERE (days.is_streak_day AND (days.activity_date <= people.local_date))) AS days_until_today,
            COALESCE((max(days.activity_date) FILTER (WHERE (days.is_streak_day AND (days.activity_date <= people.local_date))) >= (people.local_date -
                CASE EXTRACT(isodow FROM people.local_date)
                    WHEN 1 THEN 3
                    WHEN 7 THEN 2
                    ELSE 1
                END)), false) AS is_alive,
            max(days.activity_date) AS last_active_date
           FROM (people
             LEFT JOIN days ON ((people.user_id = days.user_id)))
          GROUP BY people.user_id, people.local_date, days.streak_number
        )
 SELECT user_id,
    (COALESCE(max(days_until_today) FILTER (WHERE is_alive), (0)::bigint))::integer AS current_streak_days,
    (max(streak_days))::integer AS longest_streak_days,
    max(last_active_date) AS last_active_date
   FROM streaks
  GROUP BY user_id;


ALTER VIEW marts.fct_streaks OWNER TO rift_transform;

--
-- Name: fct_team_weekly; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_team_weekly AS
 WITH team_weeks AS (
         SELECT int_team_weeks.team_id,
            int_team_weeks.team_name,
            int_team_weeks.headcount,
            int_team_weeks.meetings_booked,
            int_team_weeks.rank_points,
            int_team_weeks.gold,
            int_team_weeks.xp,
            int_team_weeks.event_count,
            int_team_weeks.meetings_per_head,
            int_team_weeks.gold_per_head,
            int_team_weeks.xp_per_head,
            int_team_weeks."position",
            int_team_weeks.total_position,
            int_team_weeks.is_closed,
            int_team_weeks.week_start_date,
            int_team_weeks.closes_at
           FROM intermediate.int_team_weeks
        )
 SELECT team_id,
    team_name,
    headcount,
    meetings_booked,
    rank_points,
    gold,
    xp,
    event_count,
    meetings_per_head,
    gold_per_head,
    xp_per_head,
    "position",
    total_position,
    is_closed,
    week_start_date,
    closes_at
   FROM team_weeks;


ALTER VIEW marts.fct_team_weekly OWNER TO rift_transform;

--
-- Name: rejected_events; Type: TABLE; Schema: raw; Owner: rift_owner
--

CREATE TABLE raw.rejected_events (
    rejected_id uuid NOT NULL,
    door text NOT NULL,
    source text,
    reason text NOT NULL,
    detail text NOT NULL,
    body bytea NOT NULL,
    verified_by text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    landed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    replayed_at timestamp with time zone,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    event_type text,
    external_id text
);


ALTER TABLE raw.rejected_events OWNER TO rift_owner;

--
-- Name: stg_canonical__rejected_events; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_canonical__rejected_events AS
 SELECT rejected_id,
    door,
    source,
    reason,
    detail,
    verified_by,
    received_at,
    landed_at,
    replayed_at,
    landed_xid,
    raw.safe_text(body) AS raw_text
   FROM raw.rejected_events;


ALTER VIEW staging.stg_canonical__rejected_events OWNER TO rift_transform;

--
-- Name: stg_vendor__objects; Type: TABLE; Schema: staging; Owner: rift_transform
--

CREATE TABLE staging.stg_vendor__objects (
    source text NOT NULL,
    object_key text NOT NULL,
    object_type text NOT NULL,
    outcome text NOT NULL,
    field_values jsonb NOT NULL,
    newest_at timestamp with time zone,
    raw_ids uuid[] NOT NULL,
    raw_id uuid NOT NULL
);


ALTER TABLE staging.stg_vendor__objects OWNER TO rift_transform;

--
-- Name: stg_vendor__item_outcomes; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_vendor__item_outcomes AS
 SELECT items.raw_id,
    items.source,
    items.door,
    items.external_id AS object_key,
    items.table_name,
        CASE
            WHEN ((items.door = 'hubspot'::text) AND (items.table_name = 'raw.webhook_events'::text)) THEN 'notification'::text
            WHEN (items.external_id IS NULL) THEN 'unmapped'::text
            WHEN ((known.source IS NULL) OR (array_position(known.raw_ids, items.raw_id) IS NULL)) THEN 'pending'::text
            WHEN (items.raw_id <> known.raw_id) THEN 'superseded'::text
            ELSE known.outcome
        END AS outcome,
    items.received_at,
    items.landed_at
   FROM (staging.stg_raw__items items
     LEFT JOIN staging.stg_vendor__objects known ON (((items.source = known.source) AND (items.external_id = known.object_key))))
  WHERE (items.door <> 'canonical'::text);


ALTER VIEW staging.stg_vendor__item_outcomes OWNER TO rift_transform;

--
-- Name: fct_unscored_items; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_unscored_items AS
 SELECT events.raw_id AS item_id,
    events.event_id,
    events.user_id,
    items.source,
    items.door,
    events.event_type,
        CASE
            WHEN events.is_reversal THEN 'reversal'::text
            WHEN events.is_reversed THEN 'reversed'::text
            WHEN (events.rule_version_id IS NULL) THEN 'no_rule'::text
            ELSE 'worth_nothing'::text
        END AS reason,
        CASE
            WHEN events.is_reversal THEN 'It takes another event back and earns nothing itself.'::text
            WHEN events.is_reversed THEN 'Another event took it back.'::text
            WHEN (events.rule_version_id IS NULL) THEN (('No rule scored '::text || events.event_type) || ' when it occurred.'::text)
            ELSE (('The rule in force gives no gold, no XP and no rank points for '::text || events.event_type) || '.'::text)
        END AS detail,
    events.occurred_at,
    events.received_at
   FROM (intermediate.int_events_scored events
     JOIN LATERAL ( SELECT all_items.source,
            all_items.door
           FROM staging.stg_raw__items all_items
          WHERE (all_items.raw_id = events.raw_id)
         LIMIT 1) items ON (true))
  WHERE ((events.gold_value = 0) AND (events.xp_value = 0) AND (events.rank_points = 0))
UNION ALL
 SELECT items.raw_id AS item_id,
    NULL::uuid AS event_id,
    NULL::text AS user_id,
    items.source,
    items.door,
    NULL::text AS event_type,
    items.outcome AS reason,
        CASE items.outcome
            WHEN 'superseded'::text THEN (('A newer item says what holds of '::text || items.object_key) || '.'::text)
            WHEN 'notification'::text THEN 'It only says that there is something to pull.'::text
            WHEN 'pending'::text THEN 'It has landed, and is read with the next settle.'::text
            WHEN 'deleted'::text THEN (items.object_key || ' was deleted at its source.'::text)
            WHEN 'not_closed'::text THEN (items.object_key || ' is not closed at its source.'::text)
            WHEN 'unreadable'::text THEN 'Nothing can be read from it: marts.raw_text shows it.'::text
            WHEN 'not_scoring_source'::text THEN 'What it tells of is scored by another source (seed scoring_sources).'::text
            ELSE (('Nothing maps this item of the door '::text || items.door) || ' to an event.'::text)
        END AS detail,
    NULL::timestamp with time zone AS occurred_at,
    items.received_at
   FROM staging.stg_vendor__item_outcomes items
  WHERE (items.outcome <> 'scored'::text)
UNION ALL
 SELECT rejections.rejected_id AS item_id,
    NULL::uuid AS event_id,
    NULL::text AS user_id,
    rejections.source,
    rejections.door,
    NULL::text AS event_type,
    rejections.reason,
    rejections.detail,
    NULL::timestamp with time zone AS occurred_at,
    rejections.received_at
   FROM staging.stg_canonical__rejected_events rejections
  WHERE (rejections.replayed_at IS NULL);


ALTER VIEW marts.fct_unscored_items OWNER TO rift_transform;

--
-- Name: fct_user_daily; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_user_daily AS
 WITH days AS (
         SELECT int_user_days.user_id,
            int_user_days.activity_date,
            int_user_days.event_type,
            int_user_days.team_id,
            int_user_days.event_count,
            int_user_days.gross_event_count,
            int_user_days.reversed_event_count,
            int_user_days.gold_value,
            int_user_days.xp_value,
            int_user_days.rank_points,
            int_user_days.last_event_at,
            int_user_days.active_day_count,
            int_user_days.week_start_date
           FROM intermediate.int_user_days
        )
 SELECT user_id,
    team_id,
    activity_date,
    event_type,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    last_event_at
   FROM days;


ALTER VIEW marts.fct_user_daily OWNER TO rift_transform;

--
-- Name: fct_weekly_rank_restatements; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_weekly_rank_restatements AS
 WITH changes AS (
         SELECT int_week_changes.user_id,
            int_week_changes.cause,
            int_week_changes.event_id,
            int_week_changes.published_rank_points,
            int_week_changes.live_rank_points,
            int_week_changes.change_points,
            int_week_changes.week_start_date,
            int_week_changes.published_at,
            int_week_changes.noticed_at
           FROM intermediate.int_week_changes
        ), tiers AS (
         SELECT int_rank_tiers.rank_tier,
            int_rank_tiers.rank_order,
            int_rank_tiers.minimum_rank_points,
            int_rank_tiers.next_minimum_rank_points,
            int_rank_tiers.next_rank_tier
           FROM intermediate.int_rank_tiers
        ), published AS (
         SELECT stg_canonical__published_ranks.user_id,
            stg_canonical__published_ranks.rank_tier,
            stg_canonical__published_ranks.content_hash,
            stg_canonical__published_ranks.weekly_meetings_booked,
            stg_canonical__published_ranks.rank_points,
            stg_canonical__published_ranks.rank_position,
            stg_canonical__published_ranks.week_start_date,
            stg_canonical__published_ranks.published_at,
            stg_canonical__published_ranks.landed_xid
           FROM staging.stg_canonical__published_ranks
        ), compared_rules AS (
         SELECT stg_canonical__rule_versions.rule_version_id,
            stg_canonical__rule_versions.event_type,
            stg_canonical__rule_versions.rank_points,
            stg_canonical__rule_versions.effective_from,
            stg_canonical__rule_versions.landed_at,
            lag(stg_canonical__rule_versions.rank_points, 1, 0) OVER (PARTITION BY stg_canonical__rule_versions.event_type ORDER BY stg_canonical__rule_versions.effective_from, stg_canonical__rule_versions.rule_version_id) AS earlier_points
           FROM staging.stg_canonical__rule_versions
        ), rules AS (
         SELECT compared_rules.rule_version_id,
            compared_rules.event_type,
            compared_rules.effective_from,
            lead(compared_rules.effective_from, 1, 'infinity'::timestamp with time zone) OVER (PARTITION BY compared_rules.event_type ORDER BY compared_rules.effective_from, compared_rules.rule_version_id) AS effective_to,
            compared_rules.landed_at
           FROM compared_rules
          WHERE (compared_rules.rank_points <> compared_rules.earlier_points)
        ), measured AS (
         SELECT changes.user_id,
            changes.cause,
            changes.event_id,
            changes.published_rank_points,
            changes.live_rank_points,
            changes.change_points,
            changes.week_start_date,
            changes.published_at,
            changes.noticed_at,
                CASE
                    WHEN (changes.cause = 'rest'::text) THEN (((changes.live_rank_points - changes.published_rank_points))::numeric - sum(changes.change_points) OVER (PARTITION BY changes.user_id, changes.week_start_date))
                    ELSE (changes.change_points)::numeric
                END AS points
           FROM changes
        ), added_up AS (
         SELECT measured.user_id,
            measured.cause,
            measured.event_id,
            measured.published_rank_points,
            measured.live_rank_points,
            measured.change_points,
            measured.week_start_date,
            measured.published_at,
            measured.noticed_at,
            measured.points,
            ((measured.published_rank_points)::numeric + sum(measured.points) OVER (PARTITION BY measured.user_id, measured.week_start_date ORDER BY (measured.cause = 'rest'::text), measured.noticed_at, measured.cause, measured.event_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS running_points
           FROM measured
        ), stepped AS (
         SELECT added_up.user_id,
            added_up.cause,
            added_up.event_id,
            added_up.published_rank_points,
            added_up.live_rank_points,
            added_up.change_points,
            added_up.week_start_date,
            added_up.published_at,
            added_up.noticed_at,
            added_up.points,
            added_up.running_points,
            (GREATEST(added_up.running_points, (0)::numeric))::bigint AS to_points,
            (GREATEST((added_up.running_points - added_up.points), (0)::numeric))::bigint AS from_points
           FROM added_up
        ), numbered AS (
         SELECT stepped.user_id,
            stepped.cause,
            stepped.event_id,
            stepped.published_rank_points,
            stepped.live_rank_points,
            stepped.change_points,
            stepped.week_start_date,
            stepped.published_at,
            stepped.noticed_at,
            stepped.points,
            stepped.running_points,
            stepped.to_points,
            stepped.from_points,
            (row_number() OVER (PARTITION BY stepped.user_id, stepped.week_start_date ORDER BY (stepped.cause = 'rest'::text), stepped.noticed_at, stepped.cause, stepped.event_id))::integer AS change_number
           FROM stepped
          WHERE (stepped.from_points <> stepped.to_points)
        ), explained AS (
         SELECT numbered.user_id,
            numbered.event_id AS caused_by_event_id,
            COALESCE(versions.cause,
                CASE
                    WHEN (numbered.cause = 'rest'::text) THEN 'definition'::text
                    ELSE numbered.cause
                END) AS caused_by,
            numbered.change_number,
            numbered.from_points,
            numbered.to_points,
            versions.rule_version_id AS caused_by_rule_version_id,
            numbered.week_start_date,
            COALESCE(versions.landed_at, numbered.noticed_at) AS noticed_at
           FROM (numbered
             LEFT JOIN LATERAL ( SELECT candidates.cause,
                    candidates.rule_version_id,
                    candidates.landed_at
                   FROM ( SELECT 'rule'::text AS cause,
                            rules.rule_version_id,
                            rules.landed_at
                           FROM rules
                          WHERE ((rules.landed_at > numbered.published_at) AND (( SELECT events.event_id
                                   FROM intermediate.int_events_located events
                                  WHERE ((events.user_id = numbered.user_id) AND (events.event_type = rules.event_type) AND (events.reverses IS NULL) AND (events.landed_at <= numbered.published_at) AND ((events.activity_date - ((EXTRACT(isodow FROM events.activity_date))::integer - 1)) = numbered.week_start_date) AND (events.occurred_at >= rules.effective_from) AND (events.occurred_at < rules.effective_to) AND (events.occurred_at >= (((numbered.week_start_date - 1))::timestamp without time zone AT TIME ZONE 'UTC'::text)) AND (events.occurred_at < (((numbered.week_start_date + 8))::timestamp without time zone AT TIME ZONE 'UTC'::text)))
                                 LIMIT 1) IS NOT NULL))
                        UNION ALL
                         SELECT 'roster'::text AS cause,
                            NULL::bigint AS rule_version_id,
                            moves.landed_at
                           FROM ( SELECT turns.landed_at
                                   FROM (( SELECT versions_1.time_zone,
    versions_1.loaded_at AS landed_at,
    versions_1.valid_from,
    lead(versions_1.valid_from, 1, 'infinity'::timestamp with time zone) OVER (ORDER BY versions_1.effective_on, versions_1.version_id) AS valid_to
   FROM ( SELECT stg_roster__sdr_versions.version_id,
      stg_roster__sdr_versions.user_id,
      stg_roster__sdr_versions.display_name,
      stg_roster__sdr_versions.email,
      stg_roster__sdr_versions.team_id,
      stg_roster__sdr_versions.team_name,
      stg_roster__sdr_versions.time_zone,
      stg_roster__sdr_versions.started_on,
      stg_roster__sdr_versions.ended_on,
      stg_roster__sdr_versions.effective_from_date,
      stg_roster__sdr_versions.effective_to_date,
      stg_roster__sdr_versions.valid_from,
      stg_roster__sdr_versions.valid_to,
      stg_roster__sdr_versions.landed_xid,
      stg_roster__sdr_versions.identities,
      stg_roster__sdr_versions.effective_on,
      stg_roster__sdr_versions.loaded_at,
      lag(stg_roster__sdr_versions.time_zone) OVER (ORDER BY stg_roster__sdr_versions.effective_on, stg_roster__sdr_versions.version_id) AS earlier_time_zone
     FROM staging.stg_roster__sdr_versions
    WHERE (stg_roster__sdr_versions.user_id = numbered.user_id)) versions_1
  WHERE (versions_1.time_zone IS DISTINCT FROM versions_1.earlier_time_zone)) turns
                                     CROSS JOIN ( SELECT 'UTC'::text AS time_zone,
    '-infinity'::timestamp with time zone AS valid_from,
    'infinity'::timestamp with time zone AS valid_to
  WHERE (NOT (EXISTS ( SELECT 1
     FROM staging.stg_roster__sdr_versions versions_1
    WHERE ((versions_1.user_id = numbered.user_id) AND (versions_1.loaded_at <= numbered.published_at)))))
UNION ALL
 SELECT stg_roster__sdr_versions.time_zone,
  CASE
   WHEN (row_number() OVER (ORDER BY stg_roster__sdr_versions.effective_on, stg_roster__sdr_versions.version_id) = 1) THEN '-infinity'::timestamp with time zone
   ELSE ((stg_roster__sdr_versions.effective_on)::timestamp without time zone AT TIME ZONE 'UTC'::text)
  END AS valid_from,
    COALESCE(((lead(stg_roster__sdr_versions.effective_on) OVER (ORDER BY stg_roster__sdr_versions.effective_on, stg_roster__sdr_versions.version_id))::timestamp without time zone AT TIME ZONE 'UTC'::text), 'infinity'::timestamp with time zone) AS valid_to
   FROM staging.stg_roster__sdr_versions
  WHERE ((stg_roster__sdr_versions.user_id = numbered.user_id) AND (stg_roster__sdr_versions.loaded_at <= numbered.published_at))) known)
                                  WHERE ((turns.landed_at > numbered.published_at) AND (turns.time_zone <> known.time_zone) AND (GREATEST(turns.valid_from, known.valid_from, (((numbered.week_start_date - 1))::timestamp without time zone AT TIME ZONE 'UTC'::text)) < LEAST(turns.valid_to, known.valid_to, (((numbered.week_start_date + 8))::timestamp without time zone AT TIME ZONE 'UTC'::text))))) moves) candidates
                  WHERE (numbered.cause = 'rest'::text)
                  ORDER BY candidates.landed_at DESC, candidates.rule_version_id DESC
                 LIMIT 1) versions ON (true))
        ), tiered AS (
         SELECT explained.user_id,
            explained.caused_by_event_id,
            explained.caused_by,
            explained.change_number,
            explained.from_points,
            explained.to_points,
            explained.caused_by_rule_version_id,
            explained.week_start_date,
            explained.noticed_at,
                CASE
                    WHEN (explained.change_number > 1) THEN old_tiers.rank_tier
                    ELSE published.rank_tier
                END AS from_tier,
            new_tiers.rank_tier AS to_tier
           FROM (((explained
             JOIN tiers old_tiers ON (((explained.from_points >= old_tiers.minimum_rank_points) AND ((explained.from_points < old_tiers.next_minimum_rank_points) OR (old_tiers.next_minimum_rank_points IS NULL)))))
             JOIN tiers new_tiers ON (((explained.to_points >= new_tiers.minimum_rank_points) AND ((explained.to_points < new_tiers.next_minimum_rank_points) OR (new_tiers.next_minimum_rank_points IS NULL)))))
             LEFT JOIN published ON (((explained.user_id = published.user_id) AND (explained.week_start_date = published.week_start_date))))
        )
 SELECT user_id,
    caused_by_event_id,
    caused_by_rule_version_id,
    from_tier,
    to_tier,
    caused_by,
    change_number,
    from_points,
    to_points,
    (from_tier IS DISTINCT FROM to_tier) AS is_tier_change,
    week_start_date,
    noticed_at
   FROM tiered;


ALTER VIEW marts.fct_weekly_rank_restatements OWNER TO rift_transform;

--
-- Name: fct_weekly_ranks; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.fct_weekly_ranks AS
 WITH people AS NOT MATERIALIZED (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
        ), user_weeks AS (
         SELECT int_user_weeks.user_id,
            int_user_weeks.week_start_date,
            int_user_weeks.team_id,
            int_user_weeks.event_type,
            int_user_weeks.event_count,
            int_user_weeks.gross_event_count,
            int_user_weeks.reversed_event_count,
            int_user_weeks.gold_value,
            int_user_weeks.xp_value,
            int_user_weeks.rank_points,
            int_user_weeks.active_day_count
           FROM intermediate.int_user_weeks
        ), tiers AS (
         SELECT int_rank_tiers.rank_tier,
            int_rank_tiers.rank_order,
            int_rank_tiers.minimum_rank_points,
            int_rank_tiers.next_minimum_rank_points,
            int_rank_tiers.next_rank_tier
           FROM intermediate.int_rank_tiers
        ), published AS NOT MATERIALIZED (
         SELECT stg_canonical__published_ranks.user_id,
            stg_canonical__published_ranks.rank_tier,
            stg_canonical__published_ranks.content_hash,
            stg_canonical__published_ranks.weekly_meetings_booked,
            stg_canonical__published_ranks.rank_points,
            stg_canonical__published_ranks.rank_position,
            stg_canonical__published_ranks.week_start_date,
            stg_canonical__published_ranks.published_at,
            stg_canonical__published_ranks.landed_xid
           FROM staging.stg_canonical__published_ranks
        ), published_weeks AS (
         SELECT int_published_weeks.week_start_date,
            int_published_weeks.published_at
           FROM intermediate.int_published_weeks
        ), worked AS (
         SELECT user_weeks.user_id,
            user_weeks.week_start_date,
            (sum(user_weeks.event_count) FILTER (WHERE (user_weeks.event_type = 'meeting_booked'::text)))::bigint AS weekly_meetings_booked,
            (sum(user_weeks.rank_points))::bigint AS weekly_rank_points
           FROM user_weeks
          GROUP BY user_weeks.user_id, user_weeks.week_start_date
        ), employed AS (
         SELECT people.user_id,
            (weeks.week_start_at)::date AS week_start_date,
            (0)::bigint AS weekly_meetings_booked,
            (0)::bigint AS weekly_rank_points
           FROM (people
             CROSS JOIN LATERAL generate_series(((COALESCE(people.started_on, people.local_date) - ((EXTRACT(isodow FROM COALESCE(people.started_on, people.local_date)))::integer - 1)))::timestamp without time zone, (LEAST(people.local_week_start_date, COALESCE(people.ended_on, people.local_date)))::timestamp without time zone, '7 days'::interval) weeks(week_start_at))
          WHERE people.is_known
        ), weeks AS (
         SELECT active.user_id,
            active.week_start_date,
            (COALESCE(sum(active.weekly_meetings_booked), (0)::numeric))::bigint AS weekly_meetings_booked,
            (COALESCE(sum(active.weekly_rank_points), (0)::numeric))::bigint AS weekly_rank_points
           FROM ( SELECT worked.user_id,
                    worked.week_start_date,
                    worked.weekly_meetings_booked,
                    worked.weekly_rank_points
                   FROM worked
                UNION ALL
                 SELECT employed.user_id,
                    employed.week_start_date,
                    employed.weekly_meetings_booked,
                    employed.weekly_rank_points
                   FROM employed
                UNION ALL
                 SELECT published_1.user_id,
                    published_1.week_start_date,
                    (0)::bigint AS weekly_meetings_booked,
                    (0)::bigint AS weekly_rank_points
                   FROM published published_1) active
          GROUP BY active.user_id, active.week_start_date
        ), closed AS (
         SELECT int_closed_until.closed_until_date
           FROM intermediate.int_closed_until
        ), ranked AS (
         SELECT weeks.user_id,
            tiers.rank_tier,
            weeks.weekly_meetings_booked,
            weeks.weekly_rank_points,
            weeks.week_start_date,
            (rank() OVER (PARTITION BY weeks.week_start_date ORDER BY weeks.weekly_rank_points DESC))::integer AS rank_position,
            ((weeks.week_start_date + 7) <= closed.closed_until_date) AS is_closed
           FROM ((weeks
             CROSS JOIN closed)
             JOIN tiers ON (((weeks.weekly_rank_points >= tiers.minimum_rank_points) AND ((weeks.weekly_rank_points < tiers.next_minimum_rank_points) OR (tiers.next_minimum_rank_points IS NULL)))))
        )
 SELECT ranked.user_id,
    ranked.rank_tier,
    published.rank_tier AS published_rank_tier,
    ranked.weekly_meetings_booked,
    ranked.weekly_rank_points,
    ranked.rank_position,
    ranked.is_closed,
    ranked.week_start_date,
    published.weekly_meetings_booked AS published_meetings_booked,
    published.rank_points AS published_rank_points,
    published.rank_position AS published_rank_position,
    ((published_weeks.week_start_date IS NOT NULL) AND (ranked.weekly_rank_points <> COALESCE(published.rank_points, 0))) AS is_restated
   FROM ((ranked
     LEFT JOIN published_weeks ON ((ranked.week_start_date = published_weeks.week_start_date)))
     LEFT JOIN published ON (((ranked.user_id = published.user_id) AND (ranked.week_start_date = published.week_start_date))));


ALTER VIEW marts.fct_weekly_ranks OWNER TO rift_transform;

--
-- Name: rpt_activity_feed; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.rpt_activity_feed AS
 WITH newest_ids AS (
         SELECT stg_sales_events.event_id
           FROM staging.stg_sales_events
          ORDER BY stg_sales_events.landed_xid DESC, stg_sales_events.event_id DESC
         LIMIT 500
        ), newest AS (
         SELECT scored.event_id,
            scored.raw_id,
            scored.source,
            scored.external_id,
            scored.event_type,
            scored.user_id,
            scored.team_id,
            scored.rule_version_id,
            scored.verified_by,
            scored.gold_value,
            scored.xp_value,
            scored.rank_points,
            scored.is_reversed,
            scored.is_reversal,
            scored.activity_date,
            scored.week_start_date,
            scored.occurred_at,
            scored.received_at,
            scored.landed_at,
            scored.landed_xid,
            scored.metadata,
            scored.reverses
           FROM intermediate.int_events_scored scored
          WHERE (scored.event_id = ANY (ARRAY( SELECT newest_ids.event_id
                   FROM newest_ids)))
        ), versions AS (
         SELECT stg_roster__sdr_versions.version_id,
            stg_roster__sdr_versions.user_id,
            stg_roster__sdr_versions.display_name,
            stg_roster__sdr_versions.email,
            stg_roster__sdr_versions.team_id,
            stg_roster__sdr_versions.team_name,
            stg_roster__sdr_versions.time_zone,
            stg_roster__sdr_versions.started_on,
            stg_roster__sdr_versions.ended_on,
            stg_roster__sdr_versions.effective_from_date,
            stg_roster__sdr_versions.effective_to_date,
            stg_roster__sdr_versions.valid_from,
            stg_roster__sdr_versions.valid_to,
            stg_roster__sdr_versions.landed_xid,
            stg_roster__sdr_versions.identities,
            stg_roster__sdr_versions.effective_on,
            stg_roster__sdr_versions.loaded_at
           FROM staging.stg_roster__sdr_versions
          WHERE ((stg_roster__sdr_versions.valid_from <= now()) AND (stg_roster__sdr_versions.valid_to > now()))
        ), event_types AS (
         SELECT event_types_1.event_type,
            event_types_1.event_label,
            event_types_1.sort_order
           FROM seeds.event_types event_types_1
        )
 SELECT newest.event_id,
    newest.user_id,
    COALESCE(versions.display_name, newest.user_id) AS display_name,
    COALESCE(versions.team_name, 'Unassigned'::text) AS team_name,
    newest.event_type,
    COALESCE(event_types.event_label, newest.event_type) AS event_label,
    newest.gold_value,
    newest.xp_value,
    newest.is_reversed,
    newest.is_reversal,
    newest.occurred_at,
    newest.received_at
   FROM ((newest
     LEFT JOIN versions ON ((newest.user_id = versions.user_id)))
     LEFT JOIN event_types ON ((newest.event_type = event_types.event_type)))
  ORDER BY newest.received_at DESC, newest.event_id DESC;


ALTER VIEW marts.rpt_activity_feed OWNER TO rift_transform;

--
-- Name: rpt_health; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.rpt_health AS
 WITH tail AS (
         SELECT int_tail.tail_event_count,
            int_tail.tail_rule_count,
            int_tail.tail_sdr_version_count,
            int_tail.newest_landed_xid,
            int_tail.watermark_xid,
            int_tail.is_settleable,
            int_tail.is_complete,
            int_tail.tail_started_at,
            int_tail.last_event_received_at,
            int_tail.last_event_landed_at,
            int_tail.watermark_settled_at,
            int_tail.tail_item_count
           FROM intermediate.int_tail
        ), rejected AS (
         SELECT count(*) FILTER (WHERE ((stg_canonical__rejected_events.reason <> 'duplicate'::text) AND (stg_canonical__rejected_events.replayed_at IS NULL))) AS rejected_event_count
           FROM staging.stg_canonical__rejected_events
        ), unknown_people AS (
         SELECT count(*) FILTER (WHERE (NOT int_people.is_known)) AS unknown_sdr_count
           FROM intermediate.int_people
        ), unmapped AS (
         SELECT count(*) FILTER (WHERE (stg_vendor__objects.outcome = 'unmapped'::text)) AS unmapped_object_count
           FROM staging.stg_vendor__objects
        )
 SELECT tail.tail_event_count,
    rejected.rejected_event_count,
    unknown_people.unknown_sdr_count,
    EXTRACT(epoch FROM (clock_timestamp() - tail.watermark_settled_at)) AS watermark_age_seconds,
    EXTRACT(epoch FROM (clock_timestamp() - tail.tail_started_at)) AS tail_age_seconds,
    tail.watermark_settled_at,
    tail.last_event_received_at,
    unmapped.unmapped_object_count
   FROM (((tail
     CROSS JOIN rejected)
     CROSS JOIN unknown_people)
     CROSS JOIN unmapped);


ALTER VIEW marts.rpt_health OWNER TO rift_transform;

--
-- Name: rpt_leaderboard; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.rpt_leaderboard AS
 WITH people AS (
         SELECT int_people.user_id,
            int_people.display_name,
            int_people.email,
            int_people.team_id,
            int_people.team_name,
            int_people.time_zone,
            int_people.started_on,
            int_people.ended_on,
            int_people.is_known,
            int_people.local_date,
            int_people.local_week_start_date
           FROM intermediate.int_people
        ), figures AS (
         SELECT int_user_figures.user_id,
            int_user_figures.activity_date,
            int_user_figures.week_start_date,
            int_user_figures.is_of_life,
            (COALESCE(sum(int_user_figures.gold_value), (0)::numeric))::bigint AS gold,
            (COALESCE(sum(int_user_figures.xp_value), (0)::numeric))::bigint AS xp,
            (COALESCE(sum(int_user_figures.rank_points), (0)::numeric))::bigint AS rank_points,
            (COALESCE(sum(int_user_figures.event_count) FILTER (WHERE (int_user_figures.event_type = 'meeting_booked'::text)), (0)::numeric))::bigint AS meetings
           FROM intermediate.int_user_figures
          GROUP BY int_user_figures.user_id, int_user_figures.activity_date, int_user_figures.week_start_date, int_user_figures.is_of_life
        ), tiers AS (
         SELECT int_rank_tiers.rank_tier,
            int_rank_tiers.rank_order,
            int_rank_tiers.minimum_rank_points,
            int_rank_tiers.next_minimum_rank_points,
            int_rank_tiers.next_rank_tier
           FROM intermediate.int_rank_tiers
        ), labelled AS (
         SELECT people.user_id,
            people.display_name,
            people.team_name,
            figures.gold,
            figures.xp,
            figures.rank_points,
            figures.meetings,
            figures.is_of_life,
            (figures.activity_date = people.local_date) AS is_today,
            (figures.activity_date = (people.local_date - 1)) AS is_yesterday,
            (figures.activity_date >= people.local_date) AS is_not_before_today,
            (figures.week_start_date = boards.week_start_date) AS is_this_week,
            (figures.week_start_date = (boards.week_start_date - 7)) AS is_last_week
           FROM ((people
             CROSS JOIN ( SELECT (((now() AT TIME ZONE 'UTC'::text))::date - ((EXTRACT(isodow FROM ((now() AT TIME ZONE 'UTC'::text))::date))::integer - 1)) AS week_start_date) boards)
             LEFT JOIN figures ON ((people.user_id = figures.user_id)))
        ), totals AS (
         SELECT labelled.user_id,
            labelled.display_name,
            labelled.team_name,
            (COALESCE(sum(labelled.gold) FILTER (WHERE labelled.is_today), (0)::numeric))::bigint AS today_gold,
            (COALESCE(sum(labelled.xp) FILTER (WHERE labelled.is_today), (0)::numeric))::bigint AS today_xp,
            (COALESCE(sum(labelled.meetings) FILTER (WHERE labelled.is_today), (0)::numeric))::bigint AS today_meetings,
            (COALESCE(sum(labelled.rank_points) FILTER (WHERE labelled.is_today), (0)::numeric))::bigint AS today_points,
            (COALESCE(sum(labelled.gold) FILTER (WHERE labelled.is_yesterday), (0)::numeric))::bigint AS yesterday_gold,
            (COALESCE(sum(labelled.gold) FILTER (WHERE labelled.is_this_week), (0)::numeric))::bigint AS week_gold,
            (COALESCE(sum(labelled.xp) FILTER (WHERE labelled.is_this_week), (0)::numeric))::bigint AS week_xp,
            (COALESCE(sum(labelled.meetings) FILTER (WHERE labelled.is_this_week), (0)::numeric))::bigint AS week_meetings,
            (COALESCE(sum(labelled.rank_points) FILTER (WHERE labelled.is_this_week), (0)::numeric))::bigint AS week_points,
            (COALESCE(sum(labelled.gold) FILTER (WHERE labelled.is_last_week), (0)::numeric))::bigint AS last_week_gold,
            (COALESCE(sum(labelled.rank_points) FILTER (WHERE labelled.is_last_week), (0)::numeric))::bigint AS last_week_points,
            (COALESCE(sum(labelled.gold) FILTER (WHERE labelled.is_of_life), (0)::numeric))::bigint AS all_gold,
            (COALESCE(sum(labelled.xp) FILTER (WHERE labelled.is_of_life), (0)::numeric))::bigint AS all_xp,
            (COALESCE(sum(labelled.meetings) FILTER (WHERE labelled.is_of_life), (0)::numeric))::bigint AS all_meetings,
            (COALESCE(sum(labelled.rank_points) FILTER (WHERE labelled.is_of_life), (0)::numeric))::bigint AS all_points,
            ((COALESCE(sum(labelled.xp) FILTER (WHERE labelled.is_of_life), (0)::numeric))::bigint - (COALESCE(sum(labelled.xp) FILTER (WHERE labelled.is_not_before_today), (0)::numeric))::bigint) AS all_xp_before_today
           FROM labelled
          GROUP BY labelled.user_id, labelled.display_name, labelled.team_name
        ), filled AS (
         SELECT totals.user_id,
            totals.display_name,
            totals.team_name,
            totals.week_points,
            boards.period,
            boards.gold,
            boards.xp,
            boards.meetings_booked,
            boards.rank_points,
            boards.score,
            boards.tie_break,
            boards.previous_score,
            boards.previous_tie_break
           FROM (totals
             CROSS JOIN LATERAL ( VALUES ('today'::text,totals.today_gold,totals.today_xp,totals.today_meetings,totals.today_points,totals.today_gold,0,totals.yesterday_gold,0), ('week'::text,totals.week_gold,totals.week_xp,totals.week_meetings,totals.week_points,totals.week_points,totals.week_gold,totals.last_week_points,totals.last_week_gold), ('all_time'::text,totals.all_gold,totals.all_xp,totals.all_meetings,totals.all_points,totals.all_xp,0,totals.all_xp_before_today,0)) boards(period, gold, xp, meetings_booked, rank_points, score, tie_break, previous_score, previous_tie_break))
        ), positioned AS (
         SELECT filled.user_id,
            filled.display_name,
            filled.team_name,
            filled.week_points,
            filled.period,
            filled.gold,
            filled.xp,
            filled.meetings_booked,
            filled.rank_points,
            filled.score,
            filled.tie_break,
            filled.previous_score,
            filled.previous_tie_break,
            (rank() OVER (PARTITION BY filled.period ORDER BY filled.score DESC, filled.tie_break DESC))::integer AS "position",
            (rank() OVER (PARTITION BY filled.period ORDER BY filled.previous_score DESC, filled.previous_tie_break DESC))::integer AS previous_position
           FROM filled
        )
 SELECT positioned.user_id,
    positioned.period,
    positioned.display_name,
    positioned.team_name,
    tiers.rank_tier AS current_rank,
    positioned."position",
    positioned.previous_position,
    (positioned.previous_position - positioned."position") AS movement,
    positioned.gold,
    positioned.xp,
    positioned.meetings_booked,
    positioned.rank_points
   FROM (positioned
     JOIN tiers ON (((positioned.week_points >= tiers.minimum_rank_points) AND ((positioned.week_points < tiers.next_minimum_rank_points) OR (tiers.next_minimum_rank_points IS NULL)))));


ALTER VIEW marts.rpt_leaderboard OWNER TO rift_transform;

--
-- Name: rpt_meeting_conversion; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.rpt_meeting_conversion AS
 WITH meetings AS (
         SELECT fct_meetings.meeting_id,
            fct_meetings.event_id,
            fct_meetings.user_id,
            fct_meetings.team_id,
            fct_meetings.source,
            fct_meetings.status,
            fct_meetings.days_to_attend,
            fct_meetings.booked_date,
            fct_meetings.booked_week_start_date,
            fct_meetings.booked_at,
            fct_meetings.scheduled_for,
            fct_meetings.attended_at,
            fct_meetings.cancelled_at,
            fct_meetings.no_show_at
           FROM marts.fct_meetings
          WHERE (fct_meetings.booked_at IS NOT NULL)
        ), counted AS (
         SELECT meetings.team_id,
            meetings.source,
            meetings.booked_week_start_date,
            count(*) AS booked_count,
            count(*) FILTER (WHERE (meetings.status = 'attended'::text)) AS attended_count,
            count(*) FILTER (WHERE (meetings.status = 'cancelled'::text)) AS cancelled_count,
            count(*) FILTER (WHERE (meetings.status = 'no_show'::text)) AS no_show_count,
            count(*) FILTER (WHERE (meetings.status = 'booked'::text)) AS pending_count
           FROM meetings
          GROUP BY meetings.team_id, meetings.source, meetings.booked_week_start_date
        )
 SELECT team_id,
    source,
    booked_count,
    attended_count,
    cancelled_count,
    no_show_count,
    pending_count,
    round(((attended_count)::numeric / (booked_count)::numeric), 4) AS attended_ratio,
    round(((cancelled_count)::numeric / (booked_count)::numeric), 4) AS cancelled_ratio,
    round(((no_show_count)::numeric / (booked_count)::numeric), 4) AS no_show_ratio,
    booked_week_start_date
   FROM counted;


ALTER VIEW marts.rpt_meeting_conversion OWNER TO rift_transform;

--
-- Name: vendor_mappings; Type: TABLE; Schema: seeds; Owner: rift_transform
--

CREATE TABLE seeds.vendor_mappings (
    source text,
    object_type text,
    field text,
    value text,
    event_type text
);


ALTER TABLE seeds.vendor_mappings OWNER TO rift_transform;

--
-- Name: rpt_unmapped_values; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.rpt_unmapped_values AS
 WITH objects AS (
         SELECT stg_vendor__objects.source,
            stg_vendor__objects.object_key,
            stg_vendor__objects.object_type,
            stg_vendor__objects.outcome,
            stg_vendor__objects.field_values,
            stg_vendor__objects.newest_at,
            stg_vendor__objects.raw_ids,
            stg_vendor__objects.raw_id
           FROM staging.stg_vendor__objects
        ), mapped AS (
         SELECT DISTINCT mappings.source,
            mappings.object_type,
            mappings.field,
            raw.comparable(mappings.value) AS value
           FROM seeds.vendor_mappings mappings
        ), said AS (
         SELECT objects.source,
            objects.object_type,
            facts.field,
            field_values.value,
            objects.newest_at
           FROM ((objects
             CROSS JOIN LATERAL jsonb_each(objects.field_values) facts(field, said))
             CROSS JOIN LATERAL jsonb_array_elements_text(facts.said) field_values(value))
          WHERE (objects.outcome <> ALL (ARRAY['deleted'::text, 'unreadable'::text]))
        ), unmapped AS (
         SELECT said.source,
            said.object_type,
            said.field,
            said.value,
            said.newest_at
           FROM said
          WHERE (NOT (EXISTS ( SELECT 1
                   FROM mapped
                  WHERE ((mapped.source = said.source) AND (mapped.object_type = said.object_type) AND ((mapped.value = '*'::text) OR ((mapped.field = said.field) AND (mapped.value = said.value)))))))
        UNION ALL
         SELECT objects.source,
            objects.object_type,
            'object_type'::text AS field,
            objects.object_type AS value,
            objects.newest_at
           FROM objects
          WHERE ((objects.field_values = '{}'::jsonb) AND (NOT (EXISTS ( SELECT 1
                   FROM mapped
                  WHERE ((mapped.source = objects.source) AND (mapped.object_type = objects.object_type))))))
        )
 SELECT source,
    object_type,
    field,
    value,
    count(*) AS item_count,
    max(newest_at) AS newest_at
   FROM unmapped
  GROUP BY source, object_type, field, value;


ALTER VIEW marts.rpt_unmapped_values OWNER TO rift_transform;

--
-- Name: rpt_weekly_publications; Type: VIEW; Schema: marts; Owner: rift_transform
--

CREATE VIEW marts.rpt_weekly_publications AS
 WITH published AS (
         SELECT stg_canonical__published_ranks.week_start_date,
            min(stg_canonical__published_ranks.content_hash) AS content_hash,
            count(*) AS sdr_count,
            sum(stg_canonical__published_ranks.weekly_meetings_booked) AS meetings_booked,
            min(stg_canonical__published_ranks.published_at) AS published_at
           FROM staging.stg_canonical__published_ranks
          GROUP BY stg_canonical__published_ranks.week_start_date
        ), restated AS (
         SELECT fct_weekly_rank_restatements.week_start_date,
            count(*) AS restatement_count,
            count(DISTINCT fct_weekly_rank_restatements.user_id) AS restated_sdr_count
           FROM marts.fct_weekly_rank_restatements
          GROUP BY fct_weekly_rank_restatements.week_start_date
        )
 SELECT published.content_hash,
    published.sdr_count,
    published.meetings_booked,
    COALESCE(restated.restatement_count, (0)::bigint) AS restatement_count,
    COALESCE(restated.restated_sdr_count, (0)::bigint) AS restated_sdr_count,
    published.week_start_date,
    published.published_at
   FROM (published
     LEFT JOIN restated ON ((published.week_start_date = restated.week_start_date)));


ALTER VIEW marts.rpt_weekly_publications OWNER TO rift_transform;

--
-- Name: cluster; Type: TABLE; Schema: raw; Owner: rift_owner
--

CREATE TABLE raw.cluster (
    system_identifier bigint NOT NULL,
    noted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE raw.cluster OWNER TO rift_owner;

--
-- Name: forgettings; Type: TABLE; Schema: raw; Owner: rift_owner
--

CREATE TABLE raw.forgettings (
    forgetting_id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    pseudonym text,
    rewritten json NOT NULL,
    forgotten_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT forgettings_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'prospect'::text])))
);


ALTER TABLE raw.forgettings OWNER TO rift_owner;

--
-- Name: gamification_rules_rule_version_id_seq; Type: SEQUENCE; Schema: raw; Owner: rift_owner
--

ALTER TABLE raw.gamification_rules ALTER COLUMN rule_version_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME raw.gamification_rules_rule_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: import_chunks; Type: TABLE; Schema: raw; Owner: rift_owner
--

CREATE TABLE raw.import_chunks (
    import_id uuid NOT NULL,
    row_count bigint NOT NULL,
    content_hash text NOT NULL,
    default_source text,
    landed_count integer NOT NULL,
    duplicate_count integer NOT NULL,
    rejections json NOT NULL,
    is_last boolean NOT NULL,
    landed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    landed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);


ALTER TABLE raw.import_chunks OWNER TO rift_owner;

--
-- Name: schema_migrations; Type: TABLE; Schema: raw; Owner: rift_owner
--

CREATE TABLE raw.schema_migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE raw.schema_migrations OWNER TO rift_owner;

--
-- Name: sdr_versions_version_id_seq; Type: SEQUENCE; Schema: raw_roster; Owner: rift_ingest
--

ALTER TABLE raw_roster.sdr_versions ALTER COLUMN version_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME raw_roster.sdr_versions_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: scoring_sources; Type: TABLE; Schema: seeds; Owner: rift_transform
--

CREATE TABLE seeds.scoring_sources (
    event_type text,
    source text,
    is_scored boolean
);


ALTER TABLE seeds.scoring_sources OWNER TO rift_transform;

--
-- Name: stg_calendly__items; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_calendly__items AS
 SELECT 'calendly'::text AS source,
    items.external_id AS object_key,
    items.raw_id,
    items.verified_by,
    NULL::text AS silenced_by,
        CASE
            WHEN (jsonb_typeof(
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{payload,invitee_scheduled_by}'::text[])) <> 'null'::text) THEN (parsed.document #> '{payload,invitee_scheduled_by}'::text[])
                ELSE (parsed.document #> '{payload,scheduled_event,event_memberships,0,user}'::text[])
            END) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF((
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{payload,invitee_scheduled_by}'::text[])) <> 'null'::text) THEN (parsed.document #> '{payload,invitee_scheduled_by}'::text[])
                ELSE (parsed.document #> '{payload,scheduled_event,event_memberships,0,user}'::text[])
            END #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_id,
        CASE
            WHEN (COALESCE(jsonb_typeof((parsed.document #> '{payload,invitee_scheduled_by}'::text[])), 'null'::text) = 'null'::text) THEN
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{payload,scheduled_event,event_memberships,0,user_email}'::text[])) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document #> '{payload,scheduled_event,event_memberships,0,user_email}'::text[]) #>> '{}'::text[]), ''::text)
                ELSE NULL::text
            END
            ELSE NULL::text
        END AS actor_email,
    false AS is_merged,
    (parsed.document IS NOT NULL) AS is_readable,
    jsonb_strip_nulls(
        CASE split_part(items.external_id, ':'::text, 1)
            WHEN 'invitee'::text THEN jsonb_build_object('event',
            CASE
                WHEN (jsonb_typeof((parsed.document -> 'event'::text)) <> 'null'::text) THEN jsonb_build_array((parsed.document -> 'event'::text))
                ELSE NULL::jsonb
            END)
            ELSE '{}'::jsonb
        END) AS facts,
    jsonb_strip_nulls(jsonb_build_object('created_at', (parsed.document -> 'created_at'::text))) AS moments,
    jsonb_strip_nulls(jsonb_build_object('scheduled_at',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{payload,scheduled_event,start_time}'::text[])) = 'string'::text) THEN "left"(((parsed.document #> '{payload,scheduled_event,start_time}'::text[]) #>> '{}'::text[]), 200)
            ELSE NULL::text
        END)) AS details,
    COALESCE(raw.safe_timestamptz((parsed.document ->> 'created_at'::text)), items.received_at) AS version_at,
    items.received_at AS tie_at,
    items.received_at,
    items.landed_at,
    items.landed_xid
   FROM (raw.webhook_events items
     CROSS JOIN LATERAL ( SELECT raw.safe_jsonb(items.payload) AS document
         LIMIT 1) parsed)
  WHERE ((items.door <> 'canonical'::text) AND (items.door = 'calendly'::text) AND (items.source = 'calendly'::text));


ALTER VIEW staging.stg_calendly__items OWNER TO rift_transform;

--
-- Name: stg_hubspot__calls; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_hubspot__calls AS
 SELECT 'hubspot'::text AS source,
    ('call:'::text || items.object_id) AS object_key,
    items.raw_id,
    'import'::text AS verified_by,
        CASE
            WHEN items.is_deleted THEN 'deleted'::text
            ELSE NULL::text
        END AS silenced_by,
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hubspot_owner_id}'::text[])) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document #> '{properties,hubspot_owner_id}'::text[]) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_id,
    NULL::text AS actor_email,
    false AS is_merged,
    (parsed.document IS NOT NULL) AS is_readable,
    jsonb_strip_nulls(jsonb_build_object('direction',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hs_call_direction}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{properties,hs_call_direction}'::text[]))
            ELSE NULL::jsonb
        END, 'status',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hs_call_status}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{properties,hs_call_status}'::text[]))
            ELSE NULL::jsonb
        END, 'disposition',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hs_call_disposition}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{properties,hs_call_disposition}'::text[]))
            ELSE NULL::jsonb
        END)) AS facts,
    jsonb_strip_nulls(jsonb_build_object('hs_timestamp', (parsed.document #> '{properties,hs_timestamp}'::text[]), 'createdAt', (parsed.document -> 'createdAt'::text))) AS moments,
    jsonb_strip_nulls(jsonb_build_object('disposition',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hs_call_disposition}'::text[])) = 'string'::text) THEN "left"(((parsed.document #> '{properties,hs_call_disposition}'::text[]) #>> '{}'::text[]), 200)
            ELSE NULL::text
        END, 'duration_seconds',
        CASE
            WHEN (((parsed.document #> '{properties,hs_call_duration}'::text[]) #>> '{}'::text[]) ~ '^[0-9]{1,9}([.][0-9]{1,6})?$'::text) THEN trim_scale(round(((((parsed.document #> '{properties,hs_call_duration}'::text[]) #>> '{}'::text[]))::numeric / (1000)::numeric), 3))
            ELSE NULL::numeric
        END)) AS details,
    items.modified_at AS version_at,
    (
        CASE
            WHEN items.is_deleted THEN 'infinity'::text
            ELSE '-infinity'::text
        END)::timestamp with time zone AS tie_at,
    items.landed_at AS received_at,
    items.landed_at,
    items.landed_xid
   FROM (raw_hubspot.calls items
     CROSS JOIN LATERAL ( SELECT raw.safe_jsonb(items.payload) AS document
         LIMIT 1) parsed);


ALTER VIEW staging.stg_hubspot__calls OWNER TO rift_transform;

--
-- Name: stg_hubspot__emails; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_hubspot__emails AS
 SELECT 'hubspot'::text AS source,
    ('email:'::text || items.object_id) AS object_key,
    items.raw_id,
    'import'::text AS verified_by,
        CASE
            WHEN items.is_deleted THEN 'deleted'::text
            ELSE NULL::text
        END AS silenced_by,
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hubspot_owner_id}'::text[])) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document #> '{properties,hubspot_owner_id}'::text[]) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_id,
    NULL::text AS actor_email,
    false AS is_merged,
    (parsed.document IS NOT NULL) AS is_readable,
    jsonb_strip_nulls(jsonb_build_object('direction',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hs_email_direction}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{properties,hs_email_direction}'::text[]))
            ELSE NULL::jsonb
        END, 'status',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hs_email_status}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{properties,hs_email_status}'::text[]))
            ELSE NULL::jsonb
        END)) AS facts,
    jsonb_strip_nulls(jsonb_build_object('hs_timestamp', (parsed.document #> '{properties,hs_timestamp}'::text[]), 'createdAt', (parsed.document -> 'createdAt'::text))) AS moments,
    '{}'::jsonb AS details,
    items.modified_at AS version_at,
    (
        CASE
            WHEN items.is_deleted THEN 'infinity'::text
            ELSE '-infinity'::text
        END)::timestamp with time zone AS tie_at,
    items.landed_at AS received_at,
    items.landed_at,
    items.landed_xid
   FROM (raw_hubspot.emails items
     CROSS JOIN LATERAL ( SELECT raw.safe_jsonb(items.payload) AS document
         LIMIT 1) parsed);


ALTER VIEW staging.stg_hubspot__emails OWNER TO rift_transform;

--
-- Name: stg_hubspot__meetings; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_hubspot__meetings AS
 SELECT 'hubspot'::text AS source,
    ('meeting:'::text || items.object_id) AS object_key,
    items.raw_id,
    'import'::text AS verified_by,
        CASE
            WHEN items.is_deleted THEN 'deleted'::text
            ELSE NULL::text
        END AS silenced_by,
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hubspot_owner_id}'::text[])) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document #> '{properties,hubspot_owner_id}'::text[]) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_id,
    NULL::text AS actor_email,
    false AS is_merged,
    (parsed.document IS NOT NULL) AS is_readable,
    jsonb_strip_nulls(jsonb_build_object('outcome',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hs_meeting_outcome}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{properties,hs_meeting_outcome}'::text[]))
            ELSE NULL::jsonb
        END)) AS facts,
    jsonb_strip_nulls(jsonb_build_object('hs_timestamp', (parsed.document #> '{properties,hs_timestamp}'::text[]), 'hs_createdate', (parsed.document #> '{properties,hs_createdate}'::text[]), 'hs_meeting_end_time', (parsed.document #> '{properties,hs_meeting_end_time}'::text[]), 'createdAt', (parsed.document -> 'createdAt'::text), 'updatedAt', (parsed.document -> 'updatedAt'::text))) AS moments,
    jsonb_strip_nulls(jsonb_build_object('scheduled_at',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{properties,hs_meeting_start_time}'::text[])) = 'string'::text) THEN "left"(((parsed.document #> '{properties,hs_meeting_start_time}'::text[]) #>> '{}'::text[]), 200)
            ELSE NULL::text
        END)) AS details,
    items.modified_at AS version_at,
    (
        CASE
            WHEN items.is_deleted THEN 'infinity'::text
            ELSE '-infinity'::text
        END)::timestamp with time zone AS tie_at,
    items.landed_at AS received_at,
    items.landed_at,
    items.landed_xid
   FROM (raw_hubspot.meetings items
     CROSS JOIN LATERAL ( SELECT raw.safe_jsonb(items.payload) AS document
         LIMIT 1) parsed);


ALTER VIEW staging.stg_hubspot__meetings OWNER TO rift_transform;

--
-- Name: stg_hubspot__items; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_hubspot__items AS
 SELECT stg_hubspot__calls.source,
    stg_hubspot__calls.object_key,
    stg_hubspot__calls.raw_id,
    stg_hubspot__calls.verified_by,
    stg_hubspot__calls.silenced_by,
    stg_hubspot__calls.actor_id,
    stg_hubspot__calls.actor_email,
    stg_hubspot__calls.is_merged,
    stg_hubspot__calls.is_readable,
    stg_hubspot__calls.facts,
    stg_hubspot__calls.moments,
    stg_hubspot__calls.details,
    stg_hubspot__calls.version_at,
    stg_hubspot__calls.tie_at,
    stg_hubspot__calls.received_at,
    stg_hubspot__calls.landed_at,
    stg_hubspot__calls.landed_xid
   FROM staging.stg_hubspot__calls
UNION ALL
 SELECT stg_hubspot__emails.source,
    stg_hubspot__emails.object_key,
    stg_hubspot__emails.raw_id,
    stg_hubspot__emails.verified_by,
    stg_hubspot__emails.silenced_by,
    stg_hubspot__emails.actor_id,
    stg_hubspot__emails.actor_email,
    stg_hubspot__emails.is_merged,
    stg_hubspot__emails.is_readable,
    stg_hubspot__emails.facts,
    stg_hubspot__emails.moments,
    stg_hubspot__emails.details,
    stg_hubspot__emails.version_at,
    stg_hubspot__emails.tie_at,
    stg_hubspot__emails.received_at,
    stg_hubspot__emails.landed_at,
    stg_hubspot__emails.landed_xid
   FROM staging.stg_hubspot__emails
UNION ALL
 SELECT stg_hubspot__meetings.source,
    stg_hubspot__meetings.object_key,
    stg_hubspot__meetings.raw_id,
    stg_hubspot__meetings.verified_by,
    stg_hubspot__meetings.silenced_by,
    stg_hubspot__meetings.actor_id,
    stg_hubspot__meetings.actor_email,
    stg_hubspot__meetings.is_merged,
    stg_hubspot__meetings.is_readable,
    stg_hubspot__meetings.facts,
    stg_hubspot__meetings.moments,
    stg_hubspot__meetings.details,
    stg_hubspot__meetings.version_at,
    stg_hubspot__meetings.tie_at,
    stg_hubspot__meetings.received_at,
    stg_hubspot__meetings.landed_at,
    stg_hubspot__meetings.landed_xid
   FROM staging.stg_hubspot__meetings;


ALTER VIEW staging.stg_hubspot__items OWNER TO rift_transform;

--
-- Name: stg_nooks__items; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_nooks__items AS
 SELECT 'nooks'::text AS source,
    items.external_id AS object_key,
    items.raw_id,
    items.verified_by,
    NULL::text AS silenced_by,
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{callData,userData,userId}'::text[])) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document #> '{callData,userData,userId}'::text[]) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_id,
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{callData,userData,email}'::text[])) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document #> '{callData,userData,email}'::text[]) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_email,
    false AS is_merged,
    (parsed.document IS NOT NULL) AS is_readable,
    jsonb_strip_nulls(
        CASE split_part(items.external_id, ':'::text, 1)
            WHEN 'call'::text THEN jsonb_build_object('direction',
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{callData,callDirection}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{callData,callDirection}'::text[]))
                ELSE NULL::jsonb
            END, 'status',
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{callData,status}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{callData,status}'::text[]))
                ELSE NULL::jsonb
            END, 'disposition',
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{callData,disposition,name}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{callData,disposition,name}'::text[]))
                ELSE NULL::jsonb
            END, 'disposition_id',
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{callData,disposition,id}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{callData,disposition,id}'::text[]))
                ELSE NULL::jsonb
            END)
            ELSE '{}'::jsonb
        END) AS facts,
    jsonb_strip_nulls(jsonb_build_object('startedAt', (parsed.document #> '{callData,startedAt}'::text[]), 'occurredAt', (parsed.document -> 'occurredAt'::text))) AS moments,
    jsonb_strip_nulls(jsonb_build_object('disposition',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{callData,disposition,name}'::text[])) = 'string'::text) THEN "left"(((parsed.document #> '{callData,disposition,name}'::text[]) #>> '{}'::text[]), 200)
            ELSE NULL::text
        END, 'duration_seconds',
        CASE
            WHEN (((parsed.document #> '{callData,durationSeconds}'::text[]) #>> '{}'::text[]) ~ '^[0-9]{1,9}([.][0-9]{1,6})?$'::text) THEN trim_scale(round(((((parsed.document #> '{callData,durationSeconds}'::text[]) #>> '{}'::text[]))::numeric / (1)::numeric), 3))
            ELSE NULL::numeric
        END)) AS details,
    items.received_at AS version_at,
    '-infinity'::timestamp with time zone AS tie_at,
    items.received_at,
    items.landed_at,
    items.landed_xid
   FROM (raw.webhook_events items
     CROSS JOIN LATERAL ( SELECT raw.safe_jsonb(items.payload) AS document
         LIMIT 1) parsed)
  WHERE ((items.door <> 'canonical'::text) AND (items.door = 'nooks'::text) AND (items.source = 'nooks'::text));


ALTER VIEW staging.stg_nooks__items OWNER TO rift_transform;

--
-- Name: stg_outreach__items; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_outreach__items AS
 SELECT 'outreach'::text AS source,
    items.external_id AS object_key,
    items.raw_id,
    items.verified_by,
        CASE
            WHEN ((parsed.document #>> '{meta,eventName}'::text[]) ~ '[.](destroyed|deleted)$'::text) THEN 'deleted'::text
            ELSE NULL::text
        END AS silenced_by,
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{data,relationships,user,data,id}'::text[])) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document #> '{data,relationships,user,data,id}'::text[]) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_id,
    NULL::text AS actor_email,
    true AS is_merged,
    (parsed.document IS NOT NULL) AS is_readable,
    jsonb_strip_nulls(
        CASE split_part(items.external_id, ':'::text, 1)
            WHEN 'call'::text THEN jsonb_build_object('direction',
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{data,attributes,direction}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{data,attributes,direction}'::text[]))
                ELSE NULL::jsonb
            END, 'outcome',
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{data,attributes,outcome}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{data,attributes,outcome}'::text[]))
                ELSE NULL::jsonb
            END, 'state',
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{data,attributes,state}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{data,attributes,state}'::text[]))
                ELSE NULL::jsonb
            END, 'tag',
            CASE jsonb_typeof((parsed.document #> '{data,attributes,tags}'::text[]))
                WHEN 'array'::text THEN (parsed.document #> '{data,attributes,tags}'::text[])
                WHEN 'null'::text THEN NULL::jsonb
                ELSE
                CASE
                    WHEN (jsonb_typeof((parsed.document #> '{data,attributes,tags}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{data,attributes,tags}'::text[]))
                    ELSE NULL::jsonb
                END
            END, 'disposition_id',
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{data,relationships,callDisposition,data,id}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{data,relationships,callDisposition,data,id}'::text[]))
                ELSE NULL::jsonb
            END)
            WHEN 'mailing'::text THEN jsonb_build_object('state',
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{data,attributes,state}'::text[])) <> 'null'::text) THEN jsonb_build_array((parsed.document #> '{data,attributes,state}'::text[]))
                ELSE NULL::jsonb
            END)
            ELSE '{}'::jsonb
        END) AS facts,
    jsonb_strip_nulls(jsonb_build_object('dialedAt', (parsed.document #> '{data,attributes,dialedAt}'::text[]), 'answeredAt', (parsed.document #> '{data,attributes,answeredAt}'::text[]), 'completedAt', (parsed.document #> '{data,attributes,completedAt}'::text[]), 'createdAt', (parsed.document #> '{data,attributes,createdAt}'::text[]), 'deliveredAt', (parsed.document #> '{data,attributes,deliveredAt}'::text[]), 'meta.deliveredAt', (parsed.document #> '{meta,deliveredAt}'::text[]))) AS moments,
    jsonb_strip_nulls(jsonb_build_object('disposition',
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{data,attributes,outcome}'::text[])) = 'string'::text) THEN "left"(((parsed.document #> '{data,attributes,outcome}'::text[]) #>> '{}'::text[]), 200)
            ELSE NULL::text
        END)) AS details,
    COALESCE(raw.safe_timestamptz((parsed.document #>> '{data,attributes,updatedAt}'::text[])), raw.safe_timestamptz((parsed.document #>> '{meta,deliveredAt}'::text[])), items.received_at) AS version_at,
    '-infinity'::timestamp with time zone AS tie_at,
    items.received_at,
    items.landed_at,
    items.landed_xid
   FROM (raw.webhook_events items
     CROSS JOIN LATERAL ( SELECT raw.safe_jsonb(items.payload) AS document
         LIMIT 1) parsed)
  WHERE ((items.door <> 'canonical'::text) AND (items.door = 'outreach'::text) AND (items.source = 'outreach'::text));


ALTER VIEW staging.stg_outreach__items OWNER TO rift_transform;

--
-- Name: stg_roster__identities; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_roster__identities AS
 WITH source AS (
         SELECT sdr_versions.version_id,
            sdr_versions.user_id,
            sdr_versions.display_name,
            sdr_versions.email,
            sdr_versions.team_name,
            sdr_versions.time_zone,
            sdr_versions.started_on,
            sdr_versions.ended_on,
            sdr_versions.effective_on,
            sdr_versions.loaded_at,
            sdr_versions.landed_xid,
            sdr_versions._dlt_load_id,
            sdr_versions._dlt_id,
            sdr_versions.identities
           FROM raw_roster.sdr_versions
        ), latest AS (
         SELECT DISTINCT ON (source.user_id) source.version_id,
            source.user_id,
            raw.safe_jsonb(source.identities) AS identities
           FROM source
          ORDER BY source.user_id, source.version_id DESC
        ), named AS (
         SELECT latest.version_id,
            latest.user_id,
            identities.source,
            identities.source_user_id
           FROM (latest
             CROSS JOIN LATERAL jsonb_each_text(latest.identities) identities(source, source_user_id))
          WHERE (identities.source_user_id IS NOT NULL)
        )
 SELECT DISTINCT ON (source, source_user_id) source,
    source_user_id,
    user_id
   FROM named
  ORDER BY source, source_user_id, version_id DESC;


ALTER VIEW staging.stg_roster__identities OWNER TO rift_transform;

--
-- Name: stg_roster__latest_versions; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_roster__latest_versions AS
 SELECT version_id,
    user_id,
    lower(email) AS email,
    raw.safe_jsonb(identities) AS identities
   FROM raw_roster.sdr_versions versions
  WHERE (NOT (EXISTS ( SELECT 1
           FROM raw_roster.sdr_versions later
          WHERE ((later.user_id = versions.user_id) AND (later.version_id > versions.version_id)))));


ALTER VIEW staging.stg_roster__latest_versions OWNER TO rift_transform;

--
-- Name: stg_salesforce__events; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_salesforce__events AS
 SELECT 'salesforce'::text AS source,
    ('event:'::text || items.object_id) AS object_key,
    items.raw_id,
    'import'::text AS verified_by,
        CASE
            WHEN items.is_deleted THEN 'deleted'::text
            ELSE NULL::text
        END AS silenced_by,
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'OwnerId'::text)) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document -> 'OwnerId'::text) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_id,
    NULL::text AS actor_email,
    false AS is_merged,
    (parsed.document IS NOT NULL) AS is_readable,
    jsonb_strip_nulls(jsonb_build_object('subtype',
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'EventSubtype'::text)) <> 'null'::text) THEN jsonb_build_array((parsed.document -> 'EventSubtype'::text))
            ELSE NULL::jsonb
        END, 'type',
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'Type'::text)) <> 'null'::text) THEN jsonb_build_array((parsed.document -> 'Type'::text))
            ELSE NULL::jsonb
        END)) AS facts,
    jsonb_strip_nulls(jsonb_build_object('CreatedDate', (parsed.document -> 'CreatedDate'::text))) AS moments,
    jsonb_strip_nulls(jsonb_build_object('scheduled_at',
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'StartDateTime'::text)) = 'string'::text) THEN "left"(((parsed.document -> 'StartDateTime'::text) #>> '{}'::text[]), 200)
            ELSE NULL::text
        END)) AS details,
    items.modified_at AS version_at,
    (
        CASE
            WHEN items.is_deleted THEN 'infinity'::text
            ELSE '-infinity'::text
        END)::timestamp with time zone AS tie_at,
    items.landed_at AS received_at,
    items.landed_at,
    items.landed_xid
   FROM (raw_salesforce.events items
     CROSS JOIN LATERAL ( SELECT raw.safe_jsonb(items.payload) AS document
         LIMIT 1) parsed);


ALTER VIEW staging.stg_salesforce__events OWNER TO rift_transform;

--
-- Name: stg_salesforce__tasks; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_salesforce__tasks AS
 SELECT 'salesforce'::text AS source,
    ('task:'::text || items.object_id) AS object_key,
    items.raw_id,
    'import'::text AS verified_by,
        CASE
            WHEN items.is_deleted THEN 'deleted'::text
            WHEN ((parsed.document -> 'IsClosed'::text) = 'true'::jsonb) THEN NULL::text
            ELSE 'not_closed'::text
        END AS silenced_by,
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'OwnerId'::text)) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document -> 'OwnerId'::text) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_id,
    NULL::text AS actor_email,
    false AS is_merged,
    (parsed.document IS NOT NULL) AS is_readable,
    jsonb_strip_nulls(jsonb_build_object('call_type',
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'CallType'::text)) <> 'null'::text) THEN jsonb_build_array((parsed.document -> 'CallType'::text))
            ELSE NULL::jsonb
        END, 'subtype',
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'TaskSubtype'::text)) <> 'null'::text) THEN jsonb_build_array((parsed.document -> 'TaskSubtype'::text))
            ELSE NULL::jsonb
        END, 'disposition',
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'CallDisposition'::text)) <> 'null'::text) THEN jsonb_build_array((parsed.document -> 'CallDisposition'::text))
            ELSE NULL::jsonb
        END, 'status',
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'Status'::text)) <> 'null'::text) THEN jsonb_build_array((parsed.document -> 'Status'::text))
            ELSE NULL::jsonb
        END)) AS facts,
    jsonb_strip_nulls(jsonb_build_object('CompletedDateTime', (parsed.document -> 'CompletedDateTime'::text), 'CreatedDate', (parsed.document -> 'CreatedDate'::text))) AS moments,
    jsonb_strip_nulls(jsonb_build_object('disposition',
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'CallDisposition'::text)) = 'string'::text) THEN "left"(((parsed.document -> 'CallDisposition'::text) #>> '{}'::text[]), 200)
            ELSE NULL::text
        END, 'duration_seconds',
        CASE
            WHEN (((parsed.document -> 'CallDurationInSeconds'::text) #>> '{}'::text[]) ~ '^[0-9]{1,9}([.][0-9]{1,6})?$'::text) THEN trim_scale(round(((((parsed.document -> 'CallDurationInSeconds'::text) #>> '{}'::text[]))::numeric / (1)::numeric), 3))
            ELSE NULL::numeric
        END)) AS details,
    items.modified_at AS version_at,
    (
        CASE
            WHEN items.is_deleted THEN 'infinity'::text
            ELSE '-infinity'::text
        END)::timestamp with time zone AS tie_at,
    items.landed_at AS received_at,
    items.landed_at,
    items.landed_xid
   FROM (raw_salesforce.tasks items
     CROSS JOIN LATERAL ( SELECT raw.safe_jsonb(items.payload) AS document
         LIMIT 1) parsed);


ALTER VIEW staging.stg_salesforce__tasks OWNER TO rift_transform;

--
-- Name: stg_salesforce__items; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_salesforce__items AS
 SELECT stg_salesforce__tasks.source,
    stg_salesforce__tasks.object_key,
    stg_salesforce__tasks.raw_id,
    stg_salesforce__tasks.verified_by,
    stg_salesforce__tasks.silenced_by,
    stg_salesforce__tasks.actor_id,
    stg_salesforce__tasks.actor_email,
    stg_salesforce__tasks.is_merged,
    stg_salesforce__tasks.is_readable,
    stg_salesforce__tasks.facts,
    stg_salesforce__tasks.moments,
    stg_salesforce__tasks.details,
    stg_salesforce__tasks.version_at,
    stg_salesforce__tasks.tie_at,
    stg_salesforce__tasks.received_at,
    stg_salesforce__tasks.landed_at,
    stg_salesforce__tasks.landed_xid
   FROM staging.stg_salesforce__tasks
UNION ALL
 SELECT stg_salesforce__events.source,
    stg_salesforce__events.object_key,
    stg_salesforce__events.raw_id,
    stg_salesforce__events.verified_by,
    stg_salesforce__events.silenced_by,
    stg_salesforce__events.actor_id,
    stg_salesforce__events.actor_email,
    stg_salesforce__events.is_merged,
    stg_salesforce__events.is_readable,
    stg_salesforce__events.facts,
    stg_salesforce__events.moments,
    stg_salesforce__events.details,
    stg_salesforce__events.version_at,
    stg_salesforce__events.tie_at,
    stg_salesforce__events.received_at,
    stg_salesforce__events.landed_at,
    stg_salesforce__events.landed_xid
   FROM staging.stg_salesforce__events;


ALTER VIEW staging.stg_salesforce__items OWNER TO rift_transform;

--
-- Name: stg_salesloft__items; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_salesloft__items AS
 SELECT 'salesloft'::text AS source,
    items.external_id AS object_key,
    items.raw_id,
    items.verified_by,
    NULL::text AS silenced_by,
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'booked_by_user_id'::text)) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document -> 'booked_by_user_id'::text) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END AS actor_id,
    COALESCE(
        CASE
            WHEN (jsonb_typeof((parsed.document #> '{booked_by_meetings_settings,email_address}'::text[])) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document #> '{booked_by_meetings_settings,email_address}'::text[]) #>> '{}'::text[]), ''::text)
            ELSE NULL::text
        END,
        CASE
            WHEN (
            CASE
                WHEN (jsonb_typeof((parsed.document -> 'booked_by_user_id'::text)) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document -> 'booked_by_user_id'::text) #>> '{}'::text[]), ''::text)
                ELSE NULL::text
            END IS NULL) THEN
            CASE
                WHEN (jsonb_typeof((parsed.document #> '{owned_by_meetings_settings,email_address}'::text[])) = ANY (ARRAY['string'::text, 'number'::text])) THEN NULLIF(((parsed.document #> '{owned_by_meetings_settings,email_address}'::text[]) #>> '{}'::text[]), ''::text)
                ELSE NULL::text
            END
            ELSE NULL::text
        END) AS actor_email,
    false AS is_merged,
    (parsed.document IS NOT NULL) AS is_readable,
    (
        CASE
            WHEN ((split_part(items.external_id, ':'::text, 1) <> 'meeting'::text) OR (jsonb_typeof(parsed.document) <> 'object'::text)) THEN '{}'::text
            WHEN (COALESCE(jsonb_typeof((parsed.document -> 'start_time'::text)), 'null'::text) = 'null'::text) THEN '{}'::text
            WHEN (jsonb_typeof((parsed.document -> 'canceled_at'::text)) <> 'null'::text) THEN '{"state": ["canceled"]}'::text
            WHEN ((parsed.document -> 'no_show'::text) = 'true'::jsonb) THEN '{"state": ["no_show"]}'::text
            WHEN (parsed.document IS NOT NULL) THEN '{"state": ["booked"]}'::text
            ELSE '{}'::text
        END)::jsonb AS facts,
    jsonb_strip_nulls(jsonb_build_object('created_at', (parsed.document -> 'created_at'::text), 'updated_at', (parsed.document -> 'updated_at'::text), 'canceled_at', (parsed.document -> 'canceled_at'::text))) AS moments,
    jsonb_strip_nulls(jsonb_build_object('scheduled_at',
        CASE
            WHEN (jsonb_typeof((parsed.document -> 'start_time'::text)) = 'string'::text) THEN "left"(((parsed.document -> 'start_time'::text) #>> '{}'::text[]), 200)
            ELSE NULL::text
        END)) AS details,
    COALESCE(raw.safe_timestamptz((parsed.document ->> 'updated_at'::text)), items.received_at) AS version_at,
    '-infinity'::timestamp with time zone AS tie_at,
    items.received_at,
    items.landed_at,
    items.landed_xid
   FROM (raw.webhook_events items
     CROSS JOIN LATERAL ( SELECT raw.safe_jsonb(items.payload) AS document
         LIMIT 1) parsed)
  WHERE ((items.door <> 'canonical'::text) AND (items.door = 'salesloft'::text) AND (items.source = 'salesloft'::text));


ALTER VIEW staging.stg_salesloft__items OWNER TO rift_transform;

--
-- Name: stg_vendor__items; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_vendor__items AS
 SELECT stg_outreach__items.source,
    stg_outreach__items.object_key,
    stg_outreach__items.raw_id,
    stg_outreach__items.verified_by,
    stg_outreach__items.silenced_by,
    stg_outreach__items.actor_id,
    stg_outreach__items.actor_email,
    stg_outreach__items.is_merged,
    stg_outreach__items.is_readable,
    stg_outreach__items.facts,
    stg_outreach__items.moments,
    stg_outreach__items.details,
    stg_outreach__items.version_at,
    stg_outreach__items.tie_at,
    stg_outreach__items.received_at,
    stg_outreach__items.landed_at,
    stg_outreach__items.landed_xid
   FROM staging.stg_outreach__items
UNION ALL
 SELECT stg_nooks__items.source,
    stg_nooks__items.object_key,
    stg_nooks__items.raw_id,
    stg_nooks__items.verified_by,
    stg_nooks__items.silenced_by,
    stg_nooks__items.actor_id,
    stg_nooks__items.actor_email,
    stg_nooks__items.is_merged,
    stg_nooks__items.is_readable,
    stg_nooks__items.facts,
    stg_nooks__items.moments,
    stg_nooks__items.details,
    stg_nooks__items.version_at,
    stg_nooks__items.tie_at,
    stg_nooks__items.received_at,
    stg_nooks__items.landed_at,
    stg_nooks__items.landed_xid
   FROM staging.stg_nooks__items
UNION ALL
 SELECT stg_hubspot__items.source,
    stg_hubspot__items.object_key,
    stg_hubspot__items.raw_id,
    stg_hubspot__items.verified_by,
    stg_hubspot__items.silenced_by,
    stg_hubspot__items.actor_id,
    stg_hubspot__items.actor_email,
    stg_hubspot__items.is_merged,
    stg_hubspot__items.is_readable,
    stg_hubspot__items.facts,
    stg_hubspot__items.moments,
    stg_hubspot__items.details,
    stg_hubspot__items.version_at,
    stg_hubspot__items.tie_at,
    stg_hubspot__items.received_at,
    stg_hubspot__items.landed_at,
    stg_hubspot__items.landed_xid
   FROM staging.stg_hubspot__items
UNION ALL
 SELECT stg_salesloft__items.source,
    stg_salesloft__items.object_key,
    stg_salesloft__items.raw_id,
    stg_salesloft__items.verified_by,
    stg_salesloft__items.silenced_by,
    stg_salesloft__items.actor_id,
    stg_salesloft__items.actor_email,
    stg_salesloft__items.is_merged,
    stg_salesloft__items.is_readable,
    stg_salesloft__items.facts,
    stg_salesloft__items.moments,
    stg_salesloft__items.details,
    stg_salesloft__items.version_at,
    stg_salesloft__items.tie_at,
    stg_salesloft__items.received_at,
    stg_salesloft__items.landed_at,
    stg_salesloft__items.landed_xid
   FROM staging.stg_salesloft__items
UNION ALL
 SELECT stg_calendly__items.source,
    stg_calendly__items.object_key,
    stg_calendly__items.raw_id,
    stg_calendly__items.verified_by,
    stg_calendly__items.silenced_by,
    stg_calendly__items.actor_id,
    stg_calendly__items.actor_email,
    stg_calendly__items.is_merged,
    stg_calendly__items.is_readable,
    stg_calendly__items.facts,
    stg_calendly__items.moments,
    stg_calendly__items.details,
    stg_calendly__items.version_at,
    stg_calendly__items.tie_at,
    stg_calendly__items.received_at,
    stg_calendly__items.landed_at,
    stg_calendly__items.landed_xid
   FROM staging.stg_calendly__items
UNION ALL
 SELECT stg_salesforce__items.source,
    stg_salesforce__items.object_key,
    stg_salesforce__items.raw_id,
    stg_salesforce__items.verified_by,
    stg_salesforce__items.silenced_by,
    stg_salesforce__items.actor_id,
    stg_salesforce__items.actor_email,
    stg_salesforce__items.is_merged,
    stg_salesforce__items.is_readable,
    stg_salesforce__items.facts,
    stg_salesforce__items.moments,
    stg_salesforce__items.details,
    stg_salesforce__items.version_at,
    stg_salesforce__items.tie_at,
    stg_salesforce__items.received_at,
    stg_salesforce__items.landed_at,
    stg_salesforce__items.landed_xid
   FROM staging.stg_salesforce__items;


ALTER VIEW staging.stg_vendor__items OWNER TO rift_transform;

--
-- Name: stg_vendor__events_defined; Type: VIEW; Schema: staging; Owner: rift_transform
--

CREATE VIEW staging.stg_vendor__events_defined AS
 WITH keys AS (
         SELECT DISTINCT items.source,
            items.object_key
           FROM staging.stg_vendor__items items
          WHERE (items.object_key IS NOT NULL)
        ), objects AS (
         SELECT keys.source,
            keys.object_key,
            split_part(keys.object_key, ':'::text, 1) AS object_type,
            found.raw_ids,
            found.fields_each,
            found.moments_each,
            found.details_each,
            found.actor_ids,
            found.actor_emails,
            found.silenced_bys,
            found.readables,
            found.received_ats,
            found.landed_ats,
            found.verified_by,
            found.is_merged,
            found.silenced_bys[cardinality(found.silenced_bys)] AS silenced_by,
            found.readables[cardinality(found.readables)] AS is_readable,
            said.fields,
            said.moments,
            said.details,
            said.actor_id,
            said.actor_email,
            compared."values"
           FROM (((keys keys
             CROSS JOIN LATERAL ( SELECT array_agg(items.raw_id ORDER BY items.version_at, items.tie_at, items.raw_id) AS raw_ids,
                    array_agg(items.facts ORDER BY items.version_at, items.tie_at, items.raw_id) AS fields_each,
                    array_agg(items.moments ORDER BY items.version_at, items.tie_at, items.raw_id) AS moments_each,
                    array_agg(items.details ORDER BY items.version_at, items.tie_at, items.raw_id) AS details_each,
                    array_agg(items.actor_id ORDER BY items.version_at, items.tie_at, items.raw_id) AS actor_ids,
                    array_agg(items.actor_email ORDER BY items.version_at, items.tie_at, items.raw_id) AS actor_emails,
                    array_agg(items.silenced_by ORDER BY items.version_at, items.tie_at, items.raw_id) AS silenced_bys,
                    array_agg(items.is_readable ORDER BY items.version_at, items.tie_at, items.raw_id) AS readables,
                    array_agg(items.received_at ORDER BY items.version_at, items.tie_at, items.raw_id) AS received_ats,
                    array_agg(items.landed_at ORDER BY items.version_at, items.tie_at, items.raw_id) AS landed_ats,
                    max(items.verified_by) AS verified_by,
                    bool_or(items.is_merged) AS is_merged
                   FROM staging.stg_vendor__items items
                  WHERE ((items.source = keys.source) AND (items.object_key = keys.object_key))) found)
             CROSS JOIN LATERAL ( SELECT
                        CASE
                            WHEN (keys.source = 'calendly'::text) THEN ( SELECT jsonb_build_object('event', COALESCE(jsonb_agg(marked.event), '[]'::jsonb)) AS jsonb_build_object
                               FROM ( SELECT (said_1.fields #> '{event,0}'::text[]) AS event,
                                        ((raw.comparable((said_1.fields #>> '{event,0}'::text[])) = 'invitee_no_show.created'::text) AND (max(said_1.number) FILTER (WHERE (raw.comparable((said_1.fields #>> '{event,0}'::text[])) = 'invitee_no_show.deleted'::text)) OVER () > max(said_1.number) FILTER (WHERE (raw.comparable((said_1.fields #>> '{event,0}'::text[])) = 'invitee_no_show.created'::text)) OVER ())) AS is_taken_back
                                       FROM unnest(found.fields_each) WITH ORDINALITY said_1(fields, number)) marked
                              WHERE ((marked.event IS NOT NULL) AND (marked.is_taken_back IS NOT TRUE)))
                            WHEN found.is_merged THEN ( SELECT COALESCE(jsonb_object_agg(members.name, members.said ORDER BY versions.number), '{}'::jsonb) AS "coalesce"
                               FROM (unnest(found.fields_each) WITH ORDINALITY versions(document, number)
                                 CROSS JOIN LATERAL jsonb_each(versions.document) members(name, said)))
                            ELSE found.fields_each[cardinality(found.fields_each)]
                        END AS fields,
                        CASE
                            WHEN found.is_merged THEN ( SELECT COALESCE(jsonb_object_agg(members.name, members.said ORDER BY versions.number), '{}'::jsonb) AS "coalesce"
                               FROM (unnest(found.moments_each) WITH ORDINALITY versions(document, number)
                                 CROSS JOIN LATERAL jsonb_each(versions.document) members(name, said)))
                            ELSE found.moments_each[cardinality(found.moments_each)]
                        END AS moments,
                        CASE
                            WHEN found.is_merged THEN ( SELECT COALESCE(jsonb_object_agg(members.name, members.said ORDER BY versions.number), '{}'::jsonb) AS "coalesce"
                               FROM (unnest(found.details_each) WITH ORDINALITY versions(document, number)
                                 CROSS JOIN LATERAL jsonb_each(versions.document) members(name, said)))
                            ELSE found.details_each[cardinality(found.details_each)]
                        END AS details,
                        CASE
                            WHEN found.is_merged THEN (array_remove(found.actor_ids, NULL::text))[cardinality(array_remove(found.actor_ids, NULL::text))]
                            ELSE found.actor_ids[cardinality(found.actor_ids)]
                        END AS actor_id,
                    found.actor_emails[cardinality(found.actor_emails)] AS actor_email
                 LIMIT 1) said)
             CROSS JOIN LATERAL ( SELECT COALESCE(jsonb_object_agg(members.name, raw.comparable_values(members.said)) FILTER (WHERE (raw.comparable_values(members.said) IS NOT NULL)), '{}'::jsonb) AS "values"
                   FROM jsonb_each(said.fields) members(name, said)
                 LIMIT 1) compared)
          WHERE (found.raw_ids IS NOT NULL)
        ), told AS (
         SELECT raw.vendor_event_id(objects.source, objects.object_key, told_1.event_type) AS event_id,
            objects.raw_ids[cardinality(objects.raw_ids)] AS raw_id,
            objects.source,
                CASE
                    WHEN (length(((objects.object_key || '/'::text) || told_1.event_type)) <= 200) THEN ((objects.object_key || '/'::text) || told_1.event_type)
                    ELSE ((objects.source || ':'::text) || raw.vendor_event_id(objects.source, objects.object_key, told_1.event_type))
                END AS external_id,
            told_1.event_type,
            COALESCE(( SELECT (array_agg(known.user_id ORDER BY known.version_id DESC))[1] AS array_agg
                   FROM staging.stg_roster__latest_versions known
                  WHERE (((known.identities @> jsonb_build_object(objects.source, objects.actor_id)) OR (known.identities @>
                        CASE
                            WHEN (objects.actor_id ~ '^[0-9]{1,18}$'::text) THEN jsonb_build_object(objects.source, (objects.actor_id)::bigint)
                            ELSE jsonb_build_object(objects.source, objects.actor_id)
                        END)) AND ((known.identities ->> objects.source) = objects.actor_id))), ( SELECT (array_agg(known.user_id ORDER BY known.version_id DESC))[1] AS array_agg
                   FROM staging.stg_roster__latest_versions known
                  WHERE (known.email = lower(objects.actor_email))), "left"(regexp_replace(((objects.source || ':'::text) || COALESCE(objects.actor_id, objects.actor_email, 'unassigned'::text)), '[\u0001-\u001f\u007f-\u009f]'::text, ''::text, 'g'::text), 200)) AS user_id,
                CASE
                    WHEN (told_1.event_type = ANY (ARRAY['meeting_cancelled'::text, 'meeting_no_show'::text])) THEN
                    CASE
                        WHEN (length(((objects.object_key || '/'::text) || 'meeting_booked'::text)) <= 200) THEN ((objects.object_key || '/'::text) || 'meeting_booked'::text)
                        ELSE ((objects.source || ':'::text) || raw.vendor_event_id(objects.source, objects.object_key, 'meeting_booked'::text))
                    END
                    ELSE NULL::text
                END AS reverses,
                CASE
                    WHEN (told_1.event_type = ANY (ARRAY['meeting_cancelled'::text, 'meeting_no_show'::text])) THEN raw.vendor_event_id(objects.source, objects.object_key, 'meeting_booked'::text)
                    ELSE NULL::uuid
                END AS reverses_event_id,
            objects.verified_by,
            'canonical'::text AS read_as,
            objects.object_key,
            objects.actor_id,
            objects.actor_email,
            json_build_object('metadata', jsonb_strip_nulls(((objects.details - 'scheduled_at'::text) || jsonb_build_object('object_key', objects.object_key, 'call_id',
                CASE
                    WHEN (told_1.event_type ~~ 'call\_%'::text) THEN
                    CASE
                        WHEN (length(substr(objects.object_key, (length(objects.object_type) + 2))) <= 200) THEN substr(objects.object_key, (length(objects.object_type) + 2))
                        ELSE ((objects.source || ':'::text) || raw.vendor_event_id(objects.source, objects.object_key, 'call_dial'::text))
                    END
                    ELSE NULL::text
                END, 'meeting_id',
                CASE
                    WHEN (told_1.event_type ~~ 'meeting\_%'::text) THEN
                    CASE
                        WHEN (length(objects.object_key) <= 200) THEN objects.object_key
                        ELSE ((objects.source || ':'::text) || raw.vendor_event_id(objects.source, objects.object_key, 'meeting_booked'::text))
                    END
                    ELSE NULL::text
                END, 'scheduled_at',
                CASE
                    WHEN (told_1.event_type ~~ 'meeting\_%'::text) THEN (objects.details -> 'scheduled_at'::text)
                    ELSE NULL::jsonb
                END)))) AS payload,
            timed.occurred_at,
            objects.received_ats[1] AS received_at,
                CASE
                    WHEN (cardinality(objects.raw_ids) = 1) THEN objects.landed_ats[1]
                    ELSE COALESCE(( SELECT objects.landed_ats[versions.number] AS landed_ats
                       FROM generate_subscripts(objects.raw_ids, 1) versions(number)
                      WHERE ((objects.silenced_bys[versions.number] IS NULL) AND (NOT (objects.actor_ids[versions.number] IS DISTINCT FROM objects.actor_id)) AND (NOT (objects.actor_emails[versions.number] IS DISTINCT FROM objects.actor_email)) AND (EXISTS ( SELECT 1
                               FROM seeds.vendor_mappings mappings
                              WHERE ((mappings.event_type = told_1.event_type) AND (mappings.source = objects.source) AND (mappings.object_type = objects.object_type) AND ((btrim(mappings.value) = '*'::text) OR (raw.comparable(mappings.value) = ANY (raw.comparable_values((objects.fields_each[versions.number] -> mappings.field)))))))) AND (timed.occurred_at = COALESCE(( SELECT read.moment
                               FROM (unnest(named.names) WITH ORDINALITY named_1(name, number)
                                 CROSS JOIN LATERAL ( SELECT raw.safe_timestamptz((objects.moments_each[versions.number] ->> named_1.name)) AS moment
                                     LIMIT 1) read)
                              WHERE ((read.moment >= '2000-01-01 00:00:00+00'::timestamp with time zone) AND (read.moment <= (objects.received_ats[versions.number] + '1 day'::interval)))
                              ORDER BY named_1.number
                             LIMIT 1), objects.received_ats[
                            CASE
                                WHEN (objects.source = 'calendly'::text) THEN versions.number
                                ELSE 1
                            END])))
                      ORDER BY versions.number
                     LIMIT 1), objects.landed_ats[cardinality(objects.landed_ats)])
                END AS landed_at
           FROM ((((objects objects
             CROSS JOIN LATERAL ( SELECT DISTINCT mappings.event_type
                   FROM (seeds.vendor_mappings mappings
                     JOIN seeds.scoring_sources scoring ON (((mappings.event_type = scoring.event_type) AND (mappings.source = scoring.source))))
                  WHERE (scoring.is_scored AND (mappings.source = objects.source) AND (mappings.object_type = objects.object_type) AND ((btrim(mappings.value) = '*'::text) OR ((objects."values" -> mappings.field) ? raw.comparable(mappings.value))))) told_1)
             LEFT JOIN LATERAL ( SELECT moments.names
                   FROM ( VALUES ('outreach'::text,'call'::text,'call_dial'::text,ARRAY['dialedAt'::text, 'createdAt'::text, 'meta.deliveredAt'::text]), ('outreach'::text,'call'::text,'call_connect'::text,ARRAY['answeredAt'::text, 'dialedAt'::text, 'createdAt'::text, 'meta.deliveredAt'::text]), ('outreach'::text,'call'::text,'meeting\_%'::text,ARRAY['completedAt'::text, 'answeredAt'::text, 'createdAt'::text, 'meta.deliveredAt'::text]), ('outreach'::text,'mailing'::text,'%'::text,ARRAY['deliveredAt'::text, 'createdAt'::text, 'meta.deliveredAt'::text]), ('nooks'::text,'call'::text,'call\_%'::text,ARRAY['startedAt'::text, 'occurredAt'::text]), ('nooks'::text,'call'::text,'meeting\_%'::text,ARRAY['occurredAt'::text, 'startedAt'::text]), ('hubspot'::text,'call'::text,'%'::text,ARRAY['hs_timestamp'::text, 'createdAt'::text]), ('hubspot'::text,'email'::text,'%'::text,ARRAY['hs_timestamp'::text, 'createdAt'::text]), ('hubspot'::text,'meeting'::text,'meeting_booked'::text,ARRAY['hs_createdate'::text, 'createdAt'::text]), ('hubspot'::text,'meeting'::text,'meeting_attended'::text,ARRAY['hs_meeting_end_time'::text, 'hs_timestamp'::text]), ('hubspot'::text,'meeting'::text,'meeting_cancelled'::text,ARRAY['updatedAt'::text]), ('hubspot'::text,'meeting'::text,'meeting_no_show'::text,ARRAY['updatedAt'::text]), ('salesloft'::text,'meeting'::text,'meeting_booked'::text,ARRAY['created_at'::text]), ('salesloft'::text,'meeting'::text,'meeting_cancelled'::text,ARRAY['canceled_at'::text, 'updated_at'::text]), ('salesloft'::text,'meeting'::text,'meeting_no_show'::text,ARRAY['updated_at'::text]), ('calendly'::text,'invitee'::text,'%'::text,ARRAY['created_at'::text]), ('salesforce'::text,'task'::text,'%'::text,ARRAY['CompletedDateTime'::text, 'CreatedDate'::text]), ('salesforce'::text,'event'::text,'%'::text,ARRAY['CreatedDate'::text])) moments(source, object_type, event_types, names)
                  WHERE ((moments.source = objects.source) AND (moments.object_type = objects.object_type) AND (told_1.event_type ~~ moments.event_types))) named ON (true))
             CROSS JOIN LATERAL ( SELECT
                        CASE
                            WHEN (objects.source = 'calendly'::text) THEN ( SELECT versions.number
                               FROM generate_subscripts(objects.raw_ids, 1) versions(number)
                              ORDER BY
                                    CASE
WHEN (told_1.event_type = 'meeting_booked'::text) THEN (NOT (raw.comparable((objects.fields_each[versions.number] #>> '{event,0}'::text[])) IS DISTINCT FROM 'invitee.created'::text))
ELSE (EXISTS ( SELECT 1
   FROM seeds.vendor_mappings mappings
  WHERE ((mappings.event_type = told_1.event_type) AND (mappings.source = objects.source) AND (mappings.object_type = objects.object_type) AND ((btrim(mappings.value) = '*'::text) OR (raw.comparable(mappings.value) = ANY (raw.comparable_values((objects.fields_each[versions.number] -> mappings.field))))))))
                                    END DESC, versions.number
                             LIMIT 1)
                            ELSE NULL::integer
                        END AS number
                 LIMIT 1) chosen)
             CROSS JOIN LATERAL ( SELECT COALESCE(( SELECT read.moment
                           FROM (unnest(named.names) WITH ORDINALITY named_1(name, number)
                             CROSS JOIN LATERAL ( SELECT raw.safe_timestamptz((COALESCE(objects.moments_each[chosen.number], objects.moments) ->> named_1.name)) AS moment
                                 LIMIT 1) read)
                          WHERE ((read.moment >= '2000-01-01 00:00:00+00'::timestamp with time zone) AND (read.moment <= (COALESCE(objects.received_ats[chosen.number], objects.received_ats[cardinality(objects.received_ats)]) + '1 day'::interval)))
                          ORDER BY named_1.number
                         LIMIT 1), objects.received_ats[COALESCE(chosen.number, 1)]) AS occurred_at
                 LIMIT 1) timed)
          WHERE (objects.silenced_by IS NULL)
        )
 SELECT event_id,
    raw_id,
    source,
    external_id,
    event_type,
    user_id,
    reverses,
    reverses_event_id,
    verified_by,
    read_as,
    object_key,
    actor_id,
    actor_email,
    payload,
    occurred_at,
    received_at,
    landed_at
   FROM told;


ALTER VIEW staging.stg_vendor__events_defined OWNER TO rift_transform;

--
-- Data for Name: built_views; Type: TABLE DATA; Schema: intermediate; Owner: rift_transform
--

COPY intermediate.built_views (relation, relation_oid, definition_hash) FROM stdin;
"old"."intermediate"."int_achievements"	18777	3e39c9c00ab43ee9592d926fb67b6bd2
"old"."marts"."dim_rank_tiers"	18782	fbb7d28f9e8aad4aee8c8e69c083969a
"old"."intermediate"."int_rank_tiers"	18786	a6b21451baa9d7f2615e13b8afdcf0c2
"old"."staging"."stg_calendly__items"	18790	6c1e3452692b12d45edcb8c2cd9c7159
"old"."staging"."stg_canonical__items"	18795	a4348baac6a8680ebd8342bd8c204f6f
"old"."staging"."stg_canonical__published_ranks"	18799	8a9d4861bf2ad7ceec0c0b2464f2f813
"old"."staging"."stg_canonical__rule_versions"	18803	21473d58945781abaa5eeaf3945eb98e
"old"."staging"."stg_canonical__rejected_events"	18807	8f6d3c338055fa772b50d767f88db06a
"old"."staging"."stg_hubspot__calls"	18811	0bc0d24296dbed8110593e1a11edc070
"old"."staging"."stg_hubspot__emails"	18816	f43e077278d4774c0c256d96ee637605
"old"."staging"."stg_hubspot__meetings"	18821	c14d77f3551a2b032485b3a1338fe7b1
"old"."staging"."stg_hubspot__versions"	18826	f75b62d24f001de00dd6a15652e4b822
"old"."staging"."stg_nooks__items"	18831	5db5b4f455275457832896000fc4299d
"old"."staging"."stg_outreach__items"	18836	e46d454f9dc99436d17b836fb943bff3
"old"."staging"."stg_roster__identities"	18841	6a72bd389d5a26dbf3e2d4d3f399489c
"old"."staging"."stg_roster__latest_versions"	18846	5947eb2331683528dee71f26c2807b77
"old"."staging"."stg_roster__sdr_versions"	18850	292657b999193990a962e15e1abc8dc8
"old"."staging"."stg_salesforce__events"	18855	8ba7c18bc6c2a554a4f7d28133d41920
"old"."staging"."stg_salesforce__tasks"	18860	f6e0b2d3b5b09f4f2f05ac750390832b
"old"."staging"."stg_salesforce__versions"	18863	8504dd5593d6a6408ed02f0ebd33ae3f
"old"."staging"."stg_salesloft__items"	18870	b851bdf3d9f1e6bc8d0571b568d1331e
"old"."marts"."dim_achievements"	18875	b9b2fb652a3bf94393827a753ace1a65
"old"."staging"."stg_canonical__events"	18879	91d351172c8ca505a4916fbc684155e4
"old"."intermediate"."int_published_weeks"	18883	832e4d3e499ede7e8372af7cb6ea99a3
"old"."marts"."dim_gamification_rules"	18888	1a0e79a42d8c5060bbdad513e5060d51
"old"."marts"."dim_event_types"	18893	cdc6652fe21cad3c797088d31e165134
"old"."staging"."stg_hubspot__items"	18898	7c5c7a780ff10cb731c0a54ffadffee6
"old"."marts"."dim_users_history"	18903	9a63dbfd89da693ab8cd24e6fc045222
"old"."intermediate"."int_teams"	18909	829157544c40d5fad56decc5ad52ed02
"old"."staging"."stg_salesforce__items"	18914	4b2c01719da7f739a93be31a68354ab0
"old"."staging"."stg_raw__items"	18919	f06081d8e6a40af90b9331cfbe8720b6
"old"."staging"."stg_vendor__items"	18924	e8e3e79f97ee1f788a13a05f3dd7feaf
"old"."marts"."raw_text"	18929	395fc54121f51ac3ab909f2b2b978fdbdb3e57495157fb669d868d764173a53c
"old"."staging"."stg_vendor__events_defined"	18930	0d183e4b8c63339a65ddff1f7ac1c64d
"old"."staging"."stg_vendor__objects"	18935	7498ae8b8f05e875ca70059f29cb3fd2
"old"."marts"."rpt_unmapped_values"	18949	6a3b045098c5108f67448dc3a806574b
"old"."staging"."stg_vendor__events"	18954	f3f34402e444b2853e765dbd06acd698
"old"."staging"."stg_vendor__item_outcomes"	18997	848c2f7fc80c773d0553368e5f18dfe5
"old"."staging"."stg_sales_events"	19002	b8af13b2b100972f1e4e893c980ab1cd
"old"."intermediate"."int_events_located"	19007	01ca942d78619ac58e4d70fdbdbc9481
"old"."intermediate"."int_reversals"	19012	bba4a0af1765b6849299cfe5d4b49f32
"old"."intermediate"."int_events_scored"	19017	7ee5b5368e920359b5319038383fc495
"old"."intermediate"."int_tail"	19020	c3fac9bfd17c5bc3162b1fe8018f1c77
"old"."marts"."explain_score"	19031	8b9b32a84c7dc875c43e732b4b0b6c5523d26b6c8fdb4b68290c395c7fbb7ba8
"old"."intermediate"."int_events_standing"	19027	aecd1537635278c65c84d60b4c64efc1
"old"."marts"."fct_sales_events"	19032	a34f894f4adfd2436b7810f6f54437de
"old"."marts"."fct_unscored_items"	19037	5e0b6b365cc3beb0d6e2f0c2190cb054
"old"."marts"."rpt_activity_feed"	19042	418175c7a498a1fae71dada2c1a06d67
"old"."marts"."fct_calls"	19070	16e2c25eed2f577cac63f812ecb4c3b8
"old"."marts"."fct_meetings"	19090	ab64d546de42fc1cc86319b09fe9a78f
"old"."marts"."dim_dates"	19095	88ecb17e8fb94f6675916fbb08a3322e
"old"."intermediate"."int_people"	19100	391dd0889238bc3cd954fca9564bf247
"old"."intermediate"."int_user_days_outdated"	19105	e2fc9fef869d2612829df59038f45f31
"old"."marts"."rpt_meeting_conversion"	19110	1ef841894f3490d7a596fe4a8cabce28
"old"."marts"."dim_teams"	19115	224741e48711837fab2dcd53ee898dc9
"old"."marts"."dim_users"	19120	03e0d6266e4a46f2d18b903a741a404b
"old"."intermediate"."int_closed_until"	19124	f9a05805536d40d27f7f6bc240b171da
"old"."intermediate"."int_team_memberships"	19130	11e890e3e24d5399b242c4483596cc9f
"old"."marts"."rpt_health"	19135	93a3c80a42026b9e9a599987a9a0d7b5
"old"."marts"."weekly_ranks_as_of"	19140	76447f3c8f839f64ebf9e75f9d5558a4fc7afa66d5798f4c666e131d5b43fac4
"old"."intermediate"."int_user_day_changes"	19144	40c2bfe93c5aa1e01647ace1ceb94dae
"old"."intermediate"."int_user_days"	19149	7331fa9e25cb407fd40eecaddfafa49d
"old"."intermediate"."int_user_figures"	19152	3a93af37b0e9fca1f57033975dc4b265
"old"."intermediate"."int_user_weeks"	19159	74586ed5b1c06cccf877b4525c3acff5
"old"."marts"."dim_user_stats"	19164	2e626a47d7dc3dc2bd561dad752e6e76
"old"."marts"."fct_duels"	19169	489ae041b723921a533e3e0bcc6e99ab
"old"."marts"."fct_user_daily"	19174	b2a66e649a31330aa36cd374d443dcc5
"old"."intermediate"."int_days_totalled"	19179	cb7b7aff325582ea7743a145fc5ad640
"old"."marts"."rpt_leaderboard"	19184	a77df2d13935f2d7ce921c4bcc372362
"old"."marts"."fct_goal_progress"	19189	2dd5628fee5dada9d2764619fe66ea83
"old"."marts"."fct_weekly_ranks"	19194	f392987a91e5a67167e44fce941a9778
"old"."intermediate"."int_team_weeks"	19199	ec94985cd7122a420c2e7fba941af8b7
"old"."intermediate"."int_unpublished_weeks"	19204	399762838f70d586f72109a1671707e8
"old"."intermediate"."int_week_changes"	19209	f2fc0b30ffe5479d03302693ce79cdc8
"old"."marts"."fct_personal_bests"	19214	0b9ceb257131b046e114521456715809
"old"."marts"."fct_streaks"	19219	76b605355d4e977dde53726459ef4c66
"old"."intermediate"."int_achievement_days"	19224	91758a9bfa450f077f615cd4b2e3f0df
"old"."marts"."fct_team_weekly"	19229	ab35d1589beb5b7c2c25427503ef4b95
"old"."intermediate"."int_team_wins"	19234	41f7c60f03ca750816847a7365e250e4
"old"."marts"."fct_weekly_rank_restatements"	19239	f4893631d1beee1be38a68c467112adc
"old"."marts"."fct_achievements"	19244	6b7b51588ab62eacc2123b49d266a567
"old"."marts"."rpt_weekly_publications"	19249	bf50105df450bc2e60ecd6dbc0bd75f1
"old"."marts"."fct_achievement_progress"	19254	06b245d745c9bae71b2b438dc2afedea
\.


--
-- Data for Name: int_user_days_settled; Type: TABLE DATA; Schema: intermediate; Owner: rift_transform
--

COPY intermediate.int_user_days_settled (user_id, activity_date, event_type, team_id, event_count, gross_event_count, reversed_event_count, gold_value, xp_value, rank_points, last_event_at, active_day_count, week_start_date) FROM stdin;
bob	2026-11-01	call_dial	blue	1	1	0	5	10	0	2026-11-01 00:31:48.446642+00	1	2026-10-26
cyd	2026-10-18	meeting_booked	unassigned	1	1	0	100	200	1	2026-10-18 00:31:48.446642+00	1	2026-10-12
ann	2026-11-13	call_dial	blue	1	1	0	5	10	0	2026-11-13 00:31:48.446642+00	1	2026-11-09
bob	2026-10-30	meeting_booked	blue	1	1	0	100	200	1	2026-10-30 00:31:48.446642+00	1	2026-10-26
cyd	2026-11-23	meeting_booked	unassigned	1	1	0	100	200	1	2026-11-23 00:31:48.446642+00	1	2026-11-23
ann	2026-10-20	call_dial	blue	1	1	0	5	10	0	2026-10-20 00:31:48.446642+00	1	2026-10-19
bob	2026-11-05	meeting_booked	blue	1	1	0	100	200	1	2026-11-05 00:31:48.446642+00	1	2026-11-02
cyd	2026-11-19	call_dial	unassigned	1	1	0	5	10	0	2026-11-19 00:31:48.446642+00	1	2026-11-16
ann	2026-11-23	meeting_booked	blue	1	1	0	100	200	1	2026-11-23 00:31:48.446642+00	1	2026-11-23
bob	2026-10-16	call_dial	blue	1	1	0	5	10	0	2026-10-16 00:31:48.446642+00	1	2026-10-12
bob	2026-11-19	call_dial	blue	1	1	0	5	10	0	2026-11-19 00:31:48.446642+00	1	2026-11-16
ann	2026-10-16	call_dial	blue	1	1	0	5	10	0	2026-10-16 00:31:48.446642+00	1	2026-10-12
ann	2026-10-28	call_dial	blue	1	1	0	5	10	0	2026-10-28 00:31:48.446642+00	1	2026-10-26
cyd	2026-10-24	meeting_booked	unassigned	1	1	0	100	200	1	2026-10-24 00:31:48.446642+00	1	2026-10-19
bob	2026-11-15	call_dial	blue	1	1	0	5	10	0	2026-11-15 00:31:48.446642+00	1	2026-11-09
cyd	2026-11-21	call_dial	unassigned	1	1	0	5	10	0	2026-11-21 00:31:48.446642+00	1	2026-11-16
cyd	2026-11-09	call_dial	unassigned	1	1	0	5	10	0	2026-11-09 00:31:48.446642+00	1	2026-11-09
cyd	2026-10-20	call_dial	unassigned	1	1	0	5	10	0	2026-10-20 00:31:48.446642+00	1	2026-10-19
ann	2026-11-17	meeting_booked	blue	1	1	0	100	200	1	2026-11-17 00:31:48.446642+00	1	2026-11-16
ann	2026-11-21	call_dial	blue	1	1	0	5	10	0	2026-11-21 00:31:48.446642+00	1	2026-11-16
ann	2026-10-18	meeting_booked	blue	1	1	0	100	200	1	2026-10-18 00:31:48.446642+00	1	2026-10-12
bob	2026-10-28	call_dial	blue	1	1	0	5	10	0	2026-10-28 00:31:48.446642+00	1	2026-10-26
cyd	2026-10-16	call_dial	unassigned	1	1	0	5	10	0	2026-10-16 00:31:48.446642+00	1	2026-10-12
cyd	2026-11-07	call_dial	unassigned	1	1	0	5	10	0	2026-11-07 00:31:48.446642+00	1	2026-11-02
bob	2026-10-26	call_dial	blue	1	1	0	5	10	0	2026-10-26 00:31:48.446642+00	1	2026-10-26
cyd	2026-10-26	call_dial	unassigned	1	1	0	5	10	0	2026-10-26 00:31:48.446642+00	1	2026-10-26
ann	2026-11-15	call_dial	blue	1	1	0	5	10	0	2026-11-15 00:31:48.446642+00	1	2026-11-09
bob	2026-11-17	meeting_booked	blue	1	1	0	100	200	1	2026-11-17 00:31:48.446642+00	1	2026-11-16
ann	2026-11-03	call_dial	blue	1	1	0	5	10	0	2026-11-03 00:31:48.446642+00	1	2026-11-02
ann	2026-11-07	call_dial	blue	1	1	0	5	10	0	2026-11-07 00:31:48.446642+00	1	2026-11-02
cyd	2026-10-22	call_dial	unassigned	1	1	0	5	10	0	2026-10-22 00:31:48.446642+00	1	2026-10-19
cyd	2026-11-11	meeting_booked	unassigned	1	1	0	100	200	1	2026-11-11 00:31:48.446642+00	1	2026-11-09
ann	2026-10-30	meeting_booked	blue	1	1	0	100	200	1	2026-10-30 00:31:48.446642+00	1	2026-10-26
ann	2026-11-11	meeting_booked	blue	1	1	0	100	200	1	2026-11-11 00:31:48.446642+00	1	2026-11-09
ann	2026-11-05	meeting_booked	blue	1	1	0	100	200	1	2026-11-05 00:31:48.446642+00	1	2026-11-02
bob	2026-10-24	meeting_booked	blue	1	1	0	100	200	1	2026-10-24 00:31:48.446642+00	1	2026-10-19
ann	2026-10-26	call_dial	blue	1	1	0	5	10	0	2026-10-26 00:31:48.446642+00	1	2026-10-26
ann	2026-10-24	meeting_booked	blue	1	1	0	100	200	1	2026-10-24 00:31:48.446642+00	1	2026-10-19
cyd	2026-11-05	meeting_booked	unassigned	1	1	0	100	200	1	2026-11-05 00:31:48.446642+00	1	2026-11-02
bob	2026-11-03	call_dial	blue	1	1	0	5	10	0	2026-11-03 00:31:48.446642+00	1	2026-11-02
bob	2026-10-20	call_dial	blue	1	1	0	5	10	0	2026-10-20 00:31:48.446642+00	1	2026-10-19
bob	2026-11-21	call_dial	blue	1	1	0	5	10	0	2026-11-21 00:31:48.446642+00	1	2026-11-16
bob	2026-11-11	meeting_booked	blue	1	1	0	100	200	1	2026-11-11 00:31:48.446642+00	1	2026-11-09
ann	2026-10-22	call_dial	blue	1	1	0	5	10	0	2026-10-22 00:31:48.446642+00	1	2026-10-19
cyd	2026-10-28	call_dial	unassigned	1	1	0	5	10	0	2026-10-28 00:31:48.446642+00	1	2026-10-26
bob	2026-10-18	meeting_booked	blue	1	1	0	100	200	1	2026-10-18 00:31:48.446642+00	1	2026-10-12
bob	2026-11-07	call_dial	blue	1	1	0	5	10	0	2026-11-07 00:31:48.446642+00	1	2026-11-02
bob	2026-11-09	call_dial	blue	1	1	0	5	10	0	2026-11-09 00:31:48.446642+00	1	2026-11-09
ann	2026-11-01	call_dial	blue	1	1	0	5	10	0	2026-11-01 00:31:48.446642+00	1	2026-10-26
cyd	2026-11-03	call_dial	unassigned	1	1	0	5	10	0	2026-11-03 00:31:48.446642+00	1	2026-11-02
cyd	2026-11-01	call_dial	unassigned	1	1	0	5	10	0	2026-11-01 00:31:48.446642+00	1	2026-10-26
bob	2026-10-22	call_dial	blue	1	1	0	5	10	0	2026-10-22 00:31:48.446642+00	1	2026-10-19
cyd	2026-11-13	call_dial	unassigned	1	1	0	5	10	0	2026-11-13 00:31:48.446642+00	1	2026-11-09
ann	2026-11-09	call_dial	blue	1	1	0	5	10	0	2026-11-09 00:31:48.446642+00	1	2026-11-09
cyd	2026-10-30	meeting_booked	unassigned	1	1	0	100	200	1	2026-10-30 00:31:48.446642+00	1	2026-10-26
bob	2026-11-23	meeting_booked	blue	1	1	0	100	200	1	2026-11-23 00:31:48.446642+00	1	2026-11-23
ann	2026-11-19	call_dial	blue	1	1	0	5	10	0	2026-11-19 00:31:48.446642+00	1	2026-11-16
cyd	2026-11-15	call_dial	unassigned	1	1	0	5	10	0	2026-11-15 00:31:48.446642+00	1	2026-11-09
bob	2026-11-13	call_dial	blue	1	1	0	5	10	0	2026-11-13 00:31:48.446642+00	1	2026-11-09
cyd	2026-11-17	meeting_booked	unassigned	1	1	0	100	200	1	2026-11-17 00:31:48.446642+00	1	2026-11-16
\.


--
-- Data for Name: settle_watermarks; Type: TABLE DATA; Schema: intermediate; Owner: rift_transform
--

COPY intermediate.settle_watermarks (model, xid, system_identifier, definition_hash, settled_at) FROM stdin;
int_user_days_settled	2520	7711147920811037625	99b113d07e35d7cda4be6f38d527ae8d	2026-11-23 00:31:59.182613+00
stg_vendor__events	2531	7711147920811037625	0d5dce67a4f337a36ff11d06df7534226c95cc4e5b2bbdf21e66d42f5782c4e9	2026-11-23 00:32:00.439641+00
\.


--
-- Data for Name: settled_totals; Type: TABLE DATA; Schema: intermediate; Owner: rift_transform
--

COPY intermediate.settled_totals (user_id, event_type, event_count, gross_event_count, reversed_event_count, gold_value, xp_value, rank_points, active_day_count, last_event_at) FROM stdin;
bob	call_dial	13	13	0	65	130	0	13	2026-11-21 00:31:48.446642+00
bob	meeting_booked	7	7	0	700	1400	7	7	2026-11-23 00:31:48.446642+00
ann	call_dial	13	13	0	65	130	0	13	2026-11-21 00:31:48.446642+00
cyd	meeting_booked	7	7	0	700	1400	7	7	2026-11-23 00:31:48.446642+00
cyd	call_dial	13	13	0	65	130	0	13	2026-11-21 00:31:48.446642+00
ann	meeting_booked	7	7	0	700	1400	7	7	2026-11-23 00:31:48.446642+00
\.


--
-- Data for Name: settled_weeks; Type: TABLE DATA; Schema: intermediate; Owner: rift_transform
--

COPY intermediate.settled_weeks (user_id, week_start_date, team_id, event_type, event_count, gross_event_count, reversed_event_count, gold_value, xp_value, rank_points, active_day_count, last_event_at) FROM stdin;
bob	2026-10-12	blue	call_dial	1	1	0	5	10	0	1	2026-10-16 00:31:48.446642+00
ann	2026-11-16	blue	call_dial	2	2	0	10	20	0	2	2026-11-21 00:31:48.446642+00
bob	2026-11-23	blue	meeting_booked	1	1	0	100	200	1	1	2026-11-23 00:31:48.446642+00
cyd	2026-10-26	unassigned	call_dial	3	3	0	15	30	0	3	2026-11-01 00:31:48.446642+00
ann	2026-10-26	blue	meeting_booked	1	1	0	100	200	1	1	2026-10-30 00:31:48.446642+00
bob	2026-10-12	blue	meeting_booked	1	1	0	100	200	1	1	2026-10-18 00:31:48.446642+00
bob	2026-11-09	blue	meeting_booked	1	1	0	100	200	1	1	2026-11-11 00:31:48.446642+00
ann	2026-11-02	blue	meeting_booked	1	1	0	100	200	1	1	2026-11-05 00:31:48.446642+00
ann	2026-10-12	blue	meeting_booked	1	1	0	100	200	1	1	2026-10-18 00:31:48.446642+00
cyd	2026-10-12	unassigned	meeting_booked	1	1	0	100	200	1	1	2026-10-18 00:31:48.446642+00
ann	2026-11-23	blue	meeting_booked	1	1	0	100	200	1	1	2026-11-23 00:31:48.446642+00
ann	2026-10-19	blue	call_dial	2	2	0	10	20	0	2	2026-10-22 00:31:48.446642+00
cyd	2026-10-19	unassigned	meeting_booked	1	1	0	100	200	1	1	2026-10-24 00:31:48.446642+00
cyd	2026-11-02	unassigned	call_dial	2	2	0	10	20	0	2	2026-11-07 00:31:48.446642+00
bob	2026-10-19	blue	call_dial	2	2	0	10	20	0	2	2026-10-22 00:31:48.446642+00
cyd	2026-10-26	unassigned	meeting_booked	1	1	0	100	200	1	1	2026-10-30 00:31:48.446642+00
cyd	2026-11-16	unassigned	call_dial	2	2	0	10	20	0	2	2026-11-21 00:31:48.446642+00
cyd	2026-11-23	unassigned	meeting_booked	1	1	0	100	200	1	1	2026-11-23 00:31:48.446642+00
ann	2026-11-16	blue	meeting_booked	1	1	0	100	200	1	1	2026-11-17 00:31:48.446642+00
cyd	2026-11-09	unassigned	meeting_booked	1	1	0	100	200	1	1	2026-11-11 00:31:48.446642+00
cyd	2026-10-19	unassigned	call_dial	2	2	0	10	20	0	2	2026-10-22 00:31:48.446642+00
bob	2026-10-26	blue	meeting_booked	1	1	0	100	200	1	1	2026-10-30 00:31:48.446642+00
cyd	2026-11-16	unassigned	meeting_booked	1	1	0	100	200	1	1	2026-11-17 00:31:48.446642+00
cyd	2026-11-09	unassigned	call_dial	3	3	0	15	30	0	3	2026-11-15 00:31:48.446642+00
bob	2026-11-16	blue	call_dial	2	2	0	10	20	0	2	2026-11-21 00:31:48.446642+00
cyd	2026-11-02	unassigned	meeting_booked	1	1	0	100	200	1	1	2026-11-05 00:31:48.446642+00
bob	2026-11-02	blue	meeting_booked	1	1	0	100	200	1	1	2026-11-05 00:31:48.446642+00
bob	2026-11-02	blue	call_dial	2	2	0	10	20	0	2	2026-11-07 00:31:48.446642+00
ann	2026-10-19	blue	meeting_booked	1	1	0	100	200	1	1	2026-10-24 00:31:48.446642+00
bob	2026-11-16	blue	meeting_booked	1	1	0	100	200	1	1	2026-11-17 00:31:48.446642+00
ann	2026-11-09	blue	call_dial	3	3	0	15	30	0	3	2026-11-15 00:31:48.446642+00
ann	2026-11-09	blue	meeting_booked	1	1	0	100	200	1	1	2026-11-11 00:31:48.446642+00
ann	2026-11-02	blue	call_dial	2	2	0	10	20	0	2	2026-11-07 00:31:48.446642+00
ann	2026-10-12	blue	call_dial	1	1	0	5	10	0	1	2026-10-16 00:31:48.446642+00
ann	2026-10-26	blue	call_dial	3	3	0	15	30	0	3	2026-11-01 00:31:48.446642+00
bob	2026-10-19	blue	meeting_booked	1	1	0	100	200	1	1	2026-10-24 00:31:48.446642+00
bob	2026-11-09	blue	call_dial	3	3	0	15	30	0	3	2026-11-15 00:31:48.446642+00
cyd	2026-10-12	unassigned	call_dial	1	1	0	5	10	0	1	2026-10-16 00:31:48.446642+00
bob	2026-10-26	blue	call_dial	3	3	0	15	30	0	3	2026-11-01 00:31:48.446642+00
\.


--
-- Data for Name: vendor_days_touched; Type: TABLE DATA; Schema: intermediate; Owner: rift_transform
--

COPY intermediate.vendor_days_touched (user_id, occurred_at, landed_xid) FROM stdin;
\.


--
-- Data for Name: cluster; Type: TABLE DATA; Schema: raw; Owner: rift_owner
--

COPY raw.cluster (system_identifier, noted_at) FROM stdin;
7711147920811037625	2026-11-23 00:30:14.201184+00
\.


--
-- Data for Name: forgettings; Type: TABLE DATA; Schema: raw; Owner: rift_owner
--

COPY raw.forgettings (forgetting_id, kind, pseudonym, rewritten, forgotten_at, landed_xid) FROM stdin;
\.


--
-- Data for Name: gamification_rules; Type: TABLE DATA; Schema: raw; Owner: rift_owner
--

COPY raw.gamification_rules (rule_version_id, event_type, gold_value, xp_value, rank_points, effective_from, changed_by, landed_at, landed_xid) FROM stdin;
1	call_dial	5	10	0	-infinity	seed	2026-11-23 00:30:14.184005+00	2267
2	call_connect	25	50	0	-infinity	seed	2026-11-23 00:30:14.184084+00	2267
3	email_sent	3	5	0	-infinity	seed	2026-11-23 00:30:14.184088+00	2267
4	meeting_booked	100	200	1	-infinity	seed	2026-11-23 00:30:14.184091+00	2267
5	meeting_attended	150	300	0	-infinity	seed	2026-11-23 00:30:14.184092+00	2267
6	meeting_cancelled	0	0	0	-infinity	seed	2026-11-23 00:30:14.184094+00	2267
7	meeting_no_show	0	0	0	-infinity	seed	2026-11-23 00:30:14.184095+00	2267
\.


--
-- Data for Name: import_chunks; Type: TABLE DATA; Schema: raw; Owner: rift_owner
--

COPY raw.import_chunks (import_id, row_count, content_hash, default_source, landed_count, duplicate_count, rejections, is_last, landed_at, landed_xid) FROM stdin;
\.


--
-- Data for Name: published_ranks; Type: TABLE DATA; Schema: raw; Owner: rift_owner
--

COPY raw.published_ranks (user_id, week_start_date, weekly_meetings_booked, rank_points, rank_tier, rank_position, content_hash, published_at, landed_xid) FROM stdin;
ann	2026-10-12	1	1	Bronze	1	999929790a157d01c0aedb4e0a2e873da8a5550d68fbbf152562fdfef797779b	2026-11-23 00:31:52.492335+00	2513
bob	2026-10-12	1	1	Bronze	1	999929790a157d01c0aedb4e0a2e873da8a5550d68fbbf152562fdfef797779b	2026-11-23 00:31:52.492335+00	2513
cyd	2026-10-12	1	1	Bronze	1	999929790a157d01c0aedb4e0a2e873da8a5550d68fbbf152562fdfef797779b	2026-11-23 00:31:52.492335+00	2513
ann	2026-10-19	1	1	Bronze	1	76e2bda28eaca05c2b7d947c65c246ddbfd1bea4aba833808ece6dc5974f7595	2026-11-23 00:31:52.492335+00	2514
bob	2026-10-19	1	1	Bronze	1	76e2bda28eaca05c2b7d947c65c246ddbfd1bea4aba833808ece6dc5974f7595	2026-11-23 00:31:52.492335+00	2514
cyd	2026-10-19	1	1	Bronze	1	76e2bda28eaca05c2b7d947c65c246ddbfd1bea4aba833808ece6dc5974f7595	2026-11-23 00:31:52.492335+00	2514
ann	2026-10-26	1	1	Bronze	1	04fc49a27a00d33c1af7b7f7db2b87c5ec6cd54c89ef4f4da624e97e1c4bae88	2026-11-23 00:31:52.492335+00	2515
bob	2026-10-26	1	1	Bronze	1	04fc49a27a00d33c1af7b7f7db2b87c5ec6cd54c89ef4f4da624e97e1c4bae88	2026-11-23 00:31:52.492335+00	2515
cyd	2026-10-26	1	1	Bronze	1	04fc49a27a00d33c1af7b7f7db2b87c5ec6cd54c89ef4f4da624e97e1c4bae88	2026-11-23 00:31:52.492335+00	2515
ann	2026-11-02	1	1	Bronze	1	20b3c29555ec0790523afd2f454668e3efe34c619be04545c2f8e1cbd019be0f	2026-11-23 00:31:52.492335+00	2516
bob	2026-11-02	1	1	Bronze	1	20b3c29555ec0790523afd2f454668e3efe34c619be04545c2f8e1cbd019be0f	2026-11-23 00:31:52.492335+00	2516
cyd	2026-11-02	1	1	Bronze	1	20b3c29555ec0790523afd2f454668e3efe34c619be04545c2f8e1cbd019be0f	2026-11-23 00:31:52.492335+00	2516
ann	2026-11-09	1	1	Bronze	1	2851d63b78979160cd1c1e68d6272113dcd9b5ce1dc609d67e595600de1c8750	2026-11-23 00:31:52.492335+00	2517
bob	2026-11-09	1	1	Bronze	1	2851d63b78979160cd1c1e68d6272113dcd9b5ce1dc609d67e595600de1c8750	2026-11-23 00:31:52.492335+00	2517
cyd	2026-11-09	1	1	Bronze	1	2851d63b78979160cd1c1e68d6272113dcd9b5ce1dc609d67e595600de1c8750	2026-11-23 00:31:52.492335+00	2517
\.


--
-- Data for Name: rejected_events; Type: TABLE DATA; Schema: raw; Owner: rift_owner
--

COPY raw.rejected_events (rejected_id, door, source, reason, detail, body, verified_by, received_at, landed_at, replayed_at, landed_xid, event_type, external_id) FROM stdin;
\.


--
-- Data for Name: schema_migrations; Type: TABLE DATA; Schema: raw; Owner: rift_owner
--

COPY raw.schema_migrations (name, applied_at) FROM stdin;
0001_raw	2026-11-23 00:30:14.21029+00
0002_raw_roster	2026-11-23 00:30:14.232803+00
0003_privileges	2026-11-23 00:30:14.244966+00
0005_identities	2026-11-23 00:30:14.256491+00
0006_publication	2026-11-23 00:30:14.262048+00
0007_indexes	2026-11-23 00:30:14.274036+00
0008_raw_text	2026-11-23 00:30:14.282901+00
0009_sources	2026-11-23 00:30:14.336324+00
0010_rejected	2026-11-23 00:30:14.346468+00
0011_vendor_objects	2026-11-23 00:30:14.365278+00
0013_imports	2026-11-23 00:30:14.38059+00
\.


--
-- Data for Name: webhook_events; Type: TABLE DATA; Schema: raw; Owner: rift_owner
--

COPY raw.webhook_events (raw_id, door, source, external_id, dedup_key, user_id, event_type, occurred_at, reverses, reverses_event_id, received_at, landed_at, verified_by, payload, landed_xid) FROM stdin;
e8ed0939-4e45-4c9d-9917-88f0c84fbce3	canonical	test	ann0	e8ed0939-4e45-4c9d-9917-88f0c84fbce3	ann	meeting_booked	2026-11-23 00:31:48.446642+00	\N	\N	2026-11-23 00:31:48.4853+00	2026-11-23 00:31:48.520675+00	secret	{"metadata": {"n": 1}}	2452
390864f3-a2f3-4216-8840-99acffc41c7e	canonical	test	bob0	390864f3-a2f3-4216-8840-99acffc41c7e	bob	meeting_booked	2026-11-23 00:31:48.446642+00	\N	\N	2026-11-23 00:31:48.585242+00	2026-11-23 00:31:48.591864+00	secret	{"metadata": {"n": 1}}	2453
a4d7f3f2-debd-4434-bb68-b5ce3df86b63	canonical	test	cyd0	a4d7f3f2-debd-4434-bb68-b5ce3df86b63	cyd	meeting_booked	2026-11-23 00:31:48.446642+00	\N	\N	2026-11-23 00:31:48.652371+00	2026-11-23 00:31:48.655048+00	secret	{"metadata": {"n": 1}}	2454
442fb598-6fbc-409c-8381-659524bfa0f5	canonical	test	ann2	442fb598-6fbc-409c-8381-659524bfa0f5	ann	call_dial	2026-11-21 00:31:48.446642+00	\N	\N	2026-11-23 00:31:48.712474+00	2026-11-23 00:31:48.718903+00	secret	{"metadata": {"n": 1}}	2455
f8507fd5-4a04-48c1-aab6-4547f417e816	canonical	test	bob2	f8507fd5-4a04-48c1-aab6-4547f417e816	bob	call_dial	2026-11-21 00:31:48.446642+00	\N	\N	2026-11-23 00:31:48.792348+00	2026-11-23 00:31:48.798788+00	secret	{"metadata": {"n": 1}}	2456
499ebb98-c85c-42e3-9455-48f1949d5954	canonical	test	cyd2	499ebb98-c85c-42e3-9455-48f1949d5954	cyd	call_dial	2026-11-21 00:31:48.446642+00	\N	\N	2026-11-23 00:31:48.85231+00	2026-11-23 00:31:48.857853+00	secret	{"metadata": {"n": 1}}	2457
d9e5fd6d-e7c1-4be8-903c-548a6ef5c5fc	canonical	test	ann4	d9e5fd6d-e7c1-4be8-903c-548a6ef5c5fc	ann	call_dial	2026-11-19 00:31:48.446642+00	\N	\N	2026-11-23 00:31:48.915647+00	2026-11-23 00:31:48.934251+00	secret	{"metadata": {"n": 1}}	2458
fe70c61b-173a-44b5-801c-adbefad0286b	canonical	test	bob4	fe70c61b-173a-44b5-801c-adbefad0286b	bob	call_dial	2026-11-19 00:31:48.446642+00	\N	\N	2026-11-23 00:31:48.972636+00	2026-11-23 00:31:48.989919+00	secret	{"metadata": {"n": 1}}	2459
697c84ce-7a44-4d81-aba2-867f40fc9a8c	canonical	test	cyd4	697c84ce-7a44-4d81-aba2-867f40fc9a8c	cyd	call_dial	2026-11-19 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.059637+00	2026-11-23 00:31:49.088912+00	secret	{"metadata": {"n": 1}}	2460
04ef8c38-6894-4fe9-8875-ae776bdeb1c0	canonical	test	ann6	04ef8c38-6894-4fe9-8875-ae776bdeb1c0	ann	meeting_booked	2026-11-17 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.143412+00	2026-11-23 00:31:49.151004+00	secret	{"metadata": {"n": 1}}	2461
e6bd0d52-5dcf-4e1b-b620-f81ee712ef13	canonical	test	bob6	e6bd0d52-5dcf-4e1b-b620-f81ee712ef13	bob	meeting_booked	2026-11-17 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.224508+00	2026-11-23 00:31:49.227683+00	secret	{"metadata": {"n": 1}}	2462
3521903e-8086-4d2d-90db-071a5265b071	canonical	test	cyd6	3521903e-8086-4d2d-90db-071a5265b071	cyd	meeting_booked	2026-11-17 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.29233+00	2026-11-23 00:31:49.303194+00	secret	{"metadata": {"n": 1}}	2463
3f6d33a9-16ae-4463-8585-119bfaf3e936	canonical	test	ann8	3f6d33a9-16ae-4463-8585-119bfaf3e936	ann	call_dial	2026-11-15 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.356031+00	2026-11-23 00:31:49.359162+00	secret	{"metadata": {"n": 1}}	2464
a9fa9631-2a19-4e52-a24d-eeb00b193f16	canonical	test	bob8	a9fa9631-2a19-4e52-a24d-eeb00b193f16	bob	call_dial	2026-11-15 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.424319+00	2026-11-23 00:31:49.432772+00	secret	{"metadata": {"n": 1}}	2465
f935c23d-25f5-41a7-b10f-6047c468cb91	canonical	test	cyd8	f935c23d-25f5-41a7-b10f-6047c468cb91	cyd	call_dial	2026-11-15 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.472719+00	2026-11-23 00:31:49.48648+00	secret	{"metadata": {"n": 1}}	2466
aab82742-0f59-4efb-a2e0-35a1d0485cc9	canonical	test	ann10	aab82742-0f59-4efb-a2e0-35a1d0485cc9	ann	call_dial	2026-11-13 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.53639+00	2026-11-23 00:31:49.542836+00	secret	{"metadata": {"n": 1}}	2467
c432e3b3-e9c4-4330-baec-08278b3a0e00	canonical	test	bob10	c432e3b3-e9c4-4330-baec-08278b3a0e00	bob	call_dial	2026-11-13 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.592839+00	2026-11-23 00:31:49.609356+00	secret	{"metadata": {"n": 1}}	2468
5cfbcd16-feb8-4b65-9d10-554a2c9c117d	canonical	test	cyd10	5cfbcd16-feb8-4b65-9d10-554a2c9c117d	cyd	call_dial	2026-11-13 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.671141+00	2026-11-23 00:31:49.689253+00	secret	{"metadata": {"n": 1}}	2469
a3c99485-5619-4ba9-9a91-c4de2b8da4e4	canonical	test	ann12	a3c99485-5619-4ba9-9a91-c4de2b8da4e4	ann	meeting_booked	2026-11-11 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.752704+00	2026-11-23 00:31:49.77409+00	secret	{"metadata": {"n": 1}}	2470
a5538d0d-95f9-4568-88d2-7d9dd5b54d34	canonical	test	bob12	a5538d0d-95f9-4568-88d2-7d9dd5b54d34	bob	meeting_booked	2026-11-11 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.833908+00	2026-11-23 00:31:49.859553+00	secret	{"metadata": {"n": 1}}	2471
f28e9018-1ba3-4275-bd38-b345a1e89903	canonical	test	cyd12	f28e9018-1ba3-4275-bd38-b345a1e89903	cyd	meeting_booked	2026-11-11 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.916449+00	2026-11-23 00:31:49.931298+00	secret	{"metadata": {"n": 1}}	2472
642f02b6-4f54-4253-9583-9531e669bbe6	canonical	test	ann14	642f02b6-4f54-4253-9583-9531e669bbe6	ann	call_dial	2026-11-09 00:31:48.446642+00	\N	\N	2026-11-23 00:31:49.992869+00	2026-11-23 00:31:49.995457+00	secret	{"metadata": {"n": 1}}	2473
abeebc44-fb22-4f42-9c7f-1e23191e26af	canonical	test	bob14	abeebc44-fb22-4f42-9c7f-1e23191e26af	bob	call_dial	2026-11-09 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.064762+00	2026-11-23 00:31:50.069716+00	secret	{"metadata": {"n": 1}}	2474
6e6d1eb9-a9f4-4521-8c4c-11fdfb5580a9	canonical	test	cyd14	6e6d1eb9-a9f4-4521-8c4c-11fdfb5580a9	cyd	call_dial	2026-11-09 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.134691+00	2026-11-23 00:31:50.158487+00	secret	{"metadata": {"n": 1}}	2475
b11192a7-2b0d-4fa2-b14c-7420c34c9f04	canonical	test	ann16	b11192a7-2b0d-4fa2-b14c-7420c34c9f04	ann	call_dial	2026-11-07 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.228172+00	2026-11-23 00:31:50.233211+00	secret	{"metadata": {"n": 1}}	2476
e661eb4e-63e1-40a9-a4bd-9d8362fc9191	canonical	test	bob16	e661eb4e-63e1-40a9-a4bd-9d8362fc9191	bob	call_dial	2026-11-07 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.301074+00	2026-11-23 00:31:50.303456+00	secret	{"metadata": {"n": 1}}	2477
71e31880-1f74-41ea-ae4b-fd5cc9df2e1e	canonical	test	cyd16	71e31880-1f74-41ea-ae4b-fd5cc9df2e1e	cyd	call_dial	2026-11-07 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.356414+00	2026-11-23 00:31:50.367758+00	secret	{"metadata": {"n": 1}}	2478
ff352c58-831f-4104-956e-4c286246d33b	canonical	test	ann18	ff352c58-831f-4104-956e-4c286246d33b	ann	meeting_booked	2026-11-05 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.399725+00	2026-11-23 00:31:50.410938+00	secret	{"metadata": {"n": 1}}	2479
1e1586fc-3853-4004-ac3c-b0a9af22b8cf	canonical	test	bob18	1e1586fc-3853-4004-ac3c-b0a9af22b8cf	bob	meeting_booked	2026-11-05 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.450453+00	2026-11-23 00:31:50.47133+00	secret	{"metadata": {"n": 1}}	2480
ed922330-9060-4c9a-82f0-706550db5d15	canonical	test	cyd18	ed922330-9060-4c9a-82f0-706550db5d15	cyd	meeting_booked	2026-11-05 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.533895+00	2026-11-23 00:31:50.553679+00	secret	{"metadata": {"n": 1}}	2481
0f02ce10-0dc4-4af7-83c1-911a355d8c78	canonical	test	ann20	0f02ce10-0dc4-4af7-83c1-911a355d8c78	ann	call_dial	2026-11-03 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.611424+00	2026-11-23 00:31:50.614176+00	secret	{"metadata": {"n": 1}}	2482
46ee5388-25cb-449b-975b-35a27a10e76a	canonical	test	bob20	46ee5388-25cb-449b-975b-35a27a10e76a	bob	call_dial	2026-11-03 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.663251+00	2026-11-23 00:31:50.692798+00	secret	{"metadata": {"n": 1}}	2483
d94318bf-b7c7-4255-b982-3b8450a52fd3	canonical	test	cyd20	d94318bf-b7c7-4255-b982-3b8450a52fd3	cyd	call_dial	2026-11-03 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.747744+00	2026-11-23 00:31:50.762844+00	secret	{"metadata": {"n": 1}}	2484
23c93181-dd70-42e4-b455-04f7a8768ce3	canonical	test	ann22	23c93181-dd70-42e4-b455-04f7a8768ce3	ann	call_dial	2026-11-01 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.844808+00	2026-11-23 00:31:50.849127+00	secret	{"metadata": {"n": 1}}	2485
4dacd8e7-08d3-4a71-9ac9-c3687562f088	canonical	test	bob22	4dacd8e7-08d3-4a71-9ac9-c3687562f088	bob	call_dial	2026-11-01 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.92539+00	2026-11-23 00:31:50.931864+00	secret	{"metadata": {"n": 1}}	2486
e1e76a8c-9b5c-4015-b1bf-705dc5569e17	canonical	test	cyd22	e1e76a8c-9b5c-4015-b1bf-705dc5569e17	cyd	call_dial	2026-11-01 00:31:48.446642+00	\N	\N	2026-11-23 00:31:50.994416+00	2026-11-23 00:31:50.998137+00	secret	{"metadata": {"n": 1}}	2487
8d486942-6ab8-48f1-bf75-7a16e6d8c9ab	canonical	test	ann24	8d486942-6ab8-48f1-bf75-7a16e6d8c9ab	ann	meeting_booked	2026-10-30 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.060332+00	2026-11-23 00:31:51.065537+00	secret	{"metadata": {"n": 1}}	2488
96ed9bea-3668-4b4e-965b-93b1d0829b7d	canonical	test	bob24	96ed9bea-3668-4b4e-965b-93b1d0829b7d	bob	meeting_booked	2026-10-30 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.136998+00	2026-11-23 00:31:51.153641+00	secret	{"metadata": {"n": 1}}	2489
c6e30362-0a9c-4f0a-b8c5-f2f96f5bd7b5	canonical	test	cyd24	c6e30362-0a9c-4f0a-b8c5-f2f96f5bd7b5	cyd	meeting_booked	2026-10-30 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.188046+00	2026-11-23 00:31:51.190888+00	secret	{"metadata": {"n": 1}}	2490
28b0db55-b93a-4f25-900b-86aa382b42da	canonical	test	ann26	28b0db55-b93a-4f25-900b-86aa382b42da	ann	call_dial	2026-10-28 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.237195+00	2026-11-23 00:31:51.248097+00	secret	{"metadata": {"n": 1}}	2491
ec2ff04d-3b6e-4ebe-bf17-91d933b9e119	canonical	test	bob26	ec2ff04d-3b6e-4ebe-bf17-91d933b9e119	bob	call_dial	2026-10-28 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.271075+00	2026-11-23 00:31:51.275577+00	secret	{"metadata": {"n": 1}}	2492
43e32a55-3b64-44d0-9a41-c67d52e95bb5	canonical	test	cyd26	43e32a55-3b64-44d0-9a41-c67d52e95bb5	cyd	call_dial	2026-10-28 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.319925+00	2026-11-23 00:31:51.322106+00	secret	{"metadata": {"n": 1}}	2493
3640bf8f-cb08-49ec-b742-61bed023b740	canonical	test	ann28	3640bf8f-cb08-49ec-b742-61bed023b740	ann	call_dial	2026-10-26 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.35987+00	2026-11-23 00:31:51.376553+00	secret	{"metadata": {"n": 1}}	2494
22968742-9791-42d1-8ac1-350ce5b62f53	canonical	test	bob28	22968742-9791-42d1-8ac1-350ce5b62f53	bob	call_dial	2026-10-26 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.424491+00	2026-11-23 00:31:51.438116+00	secret	{"metadata": {"n": 1}}	2495
520f70da-7894-471e-830e-cf25002dd862	canonical	test	cyd28	520f70da-7894-471e-830e-cf25002dd862	cyd	call_dial	2026-10-26 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.480304+00	2026-11-23 00:31:51.487869+00	secret	{"metadata": {"n": 1}}	2496
9ed503be-7e32-43fb-a83d-d6b10884a725	canonical	test	ann30	9ed503be-7e32-43fb-a83d-d6b10884a725	ann	meeting_booked	2026-10-24 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.525215+00	2026-11-23 00:31:51.540854+00	secret	{"metadata": {"n": 1}}	2497
07f35402-ab89-4350-befa-1d4c823201c2	canonical	test	bob30	07f35402-ab89-4350-befa-1d4c823201c2	bob	meeting_booked	2026-10-24 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.55936+00	2026-11-23 00:31:51.562347+00	secret	{"metadata": {"n": 1}}	2498
9d7bac0d-2cd1-4eba-9de4-1a53df3375cd	canonical	test	cyd30	9d7bac0d-2cd1-4eba-9de4-1a53df3375cd	cyd	meeting_booked	2026-10-24 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.5895+00	2026-11-23 00:31:51.597092+00	secret	{"metadata": {"n": 1}}	2499
fff95efd-151f-42fc-a0aa-35055579337e	canonical	test	ann32	fff95efd-151f-42fc-a0aa-35055579337e	ann	call_dial	2026-10-22 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.623943+00	2026-11-23 00:31:51.627639+00	secret	{"metadata": {"n": 1}}	2500
0324ac9f-70ca-4b68-a7a5-f7e955e73be8	canonical	test	bob32	0324ac9f-70ca-4b68-a7a5-f7e955e73be8	bob	call_dial	2026-10-22 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.663336+00	2026-11-23 00:31:51.675206+00	secret	{"metadata": {"n": 1}}	2501
80d0c658-30f0-426d-9c2b-4229510846b1	canonical	test	cyd32	80d0c658-30f0-426d-9c2b-4229510846b1	cyd	call_dial	2026-10-22 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.708657+00	2026-11-23 00:31:51.719165+00	secret	{"metadata": {"n": 1}}	2502
f304746e-2ee2-423c-aea5-c050857a5b86	canonical	test	ann34	f304746e-2ee2-423c-aea5-c050857a5b86	ann	call_dial	2026-10-20 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.772117+00	2026-11-23 00:31:51.774318+00	secret	{"metadata": {"n": 1}}	2503
7bef471c-bc2e-41b3-a82e-0ea2179a433a	canonical	test	bob34	7bef471c-bc2e-41b3-a82e-0ea2179a433a	bob	call_dial	2026-10-20 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.817853+00	2026-11-23 00:31:51.826885+00	secret	{"metadata": {"n": 1}}	2504
b5810a79-f1e6-4b8b-a9a0-1ebaa620d5ae	canonical	test	cyd34	b5810a79-f1e6-4b8b-a9a0-1ebaa620d5ae	cyd	call_dial	2026-10-20 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.855125+00	2026-11-23 00:31:51.863325+00	secret	{"metadata": {"n": 1}}	2505
17c6003f-f660-4da0-b79f-58318278f8a2	canonical	test	ann36	17c6003f-f660-4da0-b79f-58318278f8a2	ann	meeting_booked	2026-10-18 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.914918+00	2026-11-23 00:31:51.925124+00	secret	{"metadata": {"n": 1}}	2506
e92cf1f7-6891-4150-a548-7658d3ed5cc3	canonical	test	bob36	e92cf1f7-6891-4150-a548-7658d3ed5cc3	bob	meeting_booked	2026-10-18 00:31:48.446642+00	\N	\N	2026-11-23 00:31:51.985476+00	2026-11-23 00:31:51.98789+00	secret	{"metadata": {"n": 1}}	2507
4944c9c6-e0b2-41e9-aaec-fc1ab122f6eb	canonical	test	cyd36	4944c9c6-e0b2-41e9-aaec-fc1ab122f6eb	cyd	meeting_booked	2026-10-18 00:31:48.446642+00	\N	\N	2026-11-23 00:31:52.038402+00	2026-11-23 00:31:52.052832+00	secret	{"metadata": {"n": 1}}	2508
dd561ca2-88d9-4f88-a038-ef4e613ee05d	canonical	test	ann38	dd561ca2-88d9-4f88-a038-ef4e613ee05d	ann	call_dial	2026-10-16 00:31:48.446642+00	\N	\N	2026-11-23 00:31:52.105192+00	2026-11-23 00:31:52.123301+00	secret	{"metadata": {"n": 1}}	2509
e8882974-80d0-48ea-baff-668552901e3c	canonical	test	bob38	e8882974-80d0-48ea-baff-668552901e3c	bob	call_dial	2026-10-16 00:31:48.446642+00	\N	\N	2026-11-23 00:31:52.166424+00	2026-11-23 00:31:52.177471+00	secret	{"metadata": {"n": 1}}	2510
5ab7ba94-eac7-461d-8393-68ab9d050554	canonical	test	cyd38	5ab7ba94-eac7-461d-8393-68ab9d050554	cyd	call_dial	2026-10-16 00:31:48.446642+00	\N	\N	2026-11-23 00:31:52.233589+00	2026-11-23 00:31:52.255562+00	secret	{"metadata": {"n": 1}}	2511
9139e712-a47c-4a3a-8eb1-b2ab53720743	canonical	test	\N	9139e712-a47c-4a3a-8eb1-b2ab53720743	bob	meeting_booked	2026-10-18 00:31:48.446642+00	\N	\N	2026-11-23 00:31:59.430303+00	2026-11-23 00:31:59.434733+00	secret	{"metadata": {"n": 1}}	2522
15adfcc6-d63f-472b-b843-f2219a7c0405	canonical	test	\N	15adfcc6-d63f-472b-b843-f2219a7c0405	ann	meeting_cancelled	2026-11-23 00:31:59.451741+00	ann36	\N	2026-11-23 00:31:59.523655+00	2026-11-23 00:31:59.539901+00	secret	{"metadata": {"n": 1}}	2523
3d6da3cd-717f-4200-b1cf-4e52085eb404	outreach	outreach	call:90871	3d6da3cd-717f-4200-b1cf-4e52085eb404	\N	call.created	\N	\N	\N	2026-11-23 00:31:59.644679+00	2026-11-23 00:31:59.645241+00	signature	{"data": {"type": "call", "id": 90871, "attributes": {"dialedAt": "2026-11-23T00:31:59.545Z", "answeredAt": "2026-11-23T00:31:59.545Z", "createdAt": "2026-11-23T00:31:59.545Z", "direction": "outbound"}, "relationships": {"user": {"data": {"type": "user", "id": 42}}}}, "meta": {"deliveredAt": "2026-11-23T00:31:59.545Z", "eventName": "call.created"}}	2524
c9f0e33a-2118-4049-b596-96b2b31d9d96	outreach	outreach	mailing:7781	c9f0e33a-2118-4049-b596-96b2b31d9d96	\N	mailing.delivered	\N	\N	\N	2026-11-23 00:31:59.646462+00	2026-11-23 00:31:59.652418+00	signature	{"data": {"type": "mailing", "id": 7781, "attributes": {"state": "delivered", "deliveredAt": "2026-11-23T00:31:59.545Z"}, "relationships": {"user": {"data": {"type": "user", "id": 42}}}}, "meta": {"deliveredAt": "2026-11-23T00:31:59.545Z", "eventName": "mailing.delivered"}}	2524
b008ab8c-59b6-472c-affe-a19e60c38790	nooks	nooks	call:c-7f3d2a1b	b008ab8c-59b6-472c-affe-a19e60c38790	\N	call.logged	\N	\N	\N	2026-11-23 00:31:59.652659+00	2026-11-23 00:31:59.65283+00	signature	{"event": "call.logged", "eventId": "evt_c-7f3d2a1b_1", "occurredAt": "2026-11-23T00:31:59.545Z", "callData": {"callId": "c-7f3d2a1b", "userData": {"userId": "u-1", "email": "sdr@example.com", "name": "Sam Rep"}, "prospectData": {"name": "Jamie Buyer", "phoneNumber": "+14155550199", "email": "jamie@example.org"}, "callDirection": "outbound", "status": "completed", "disposition": {"id": "d-1", "name": "Connected"}, "startedAt": "2026-11-23T00:31:59.545Z", "durationSeconds": 142}}	2524
e6475604-8f5f-48b9-8573-9dc18f418e65	salesloft	salesloft	meeting:1	e6475604-8f5f-48b9-8573-9dc18f418e65	\N	meeting_booked	\N	\N	\N	2026-11-23 00:31:59.652916+00	2026-11-23 00:31:59.654164+00	signature	{"id": 1, "title": "Intro call", "start_time": "2026-01-14T17:00:00.000000Z", "recipient_email": "jamie@example.org", "created_at": "2026-11-23T00:31:59.545Z", "updated_at": "2026-11-23T00:31:59.545Z", "canceled_at": null, "no_show": false, "booked_by_user_id": 7, "booked_by_meetings_settings": {"email_address": null}, "owned_by_meetings_settings": {"email_address": null}}	2524
c315fb57-b6e5-4304-a1bd-02f3b7865bf0	calendly	calendly	invitee:https://api.calendly.com/scheduled_events/EV1/invitees/IN1	c315fb57-b6e5-4304-a1bd-02f3b7865bf0	\N	invitee.created	\N	\N	\N	2026-11-23 00:31:59.654281+00	2026-11-23 00:31:59.654375+00	signature	{"event": "invitee.created", "created_at": "2026-11-23T00:31:59.545Z", "payload": {"uri": "https://api.calendly.com/scheduled_events/EV1/invitees/IN1", "email": "jamie@example.org", "name": "Jamie Buyer", "old_invitee": null, "new_invitee": null, "invitee_scheduled_by": "https://api.calendly.com/users/SDR1", "scheduled_event": {"uri": "https://api.calendly.com/scheduled_events/EV1", "start_time": "2026-01-14T17:00:00.000000Z", "event_memberships": [{"user": "https://api.calendly.com/users/AE1", "user_email": "ae@example.com"}]}}}	2524
5795916a-dd92-4681-a58b-e7338d5ae3b2	hubspot	hubspot	0-48:88123	5795916a-dd92-4681-a58b-e7338d5ae3b2	\N	object.creation	\N	\N	\N	2026-11-23 00:31:59.654434+00	2026-11-23 00:31:59.65449+00	signature	{"eventId": 3181614932, "subscriptionType": "object.creation", "attemptNumber": 0, "objectId": 88123, "objectTypeId": "0-48"}	2524
\.


--
-- Data for Name: calls; Type: TABLE DATA; Schema: raw_hubspot; Owner: rift_ingest
--

COPY raw_hubspot.calls (object_id, modified_at, is_deleted, payload, raw_id, landed_at, landed_xid, _dlt_load_id, _dlt_id) FROM stdin;
1	2026-11-23 00:31:59.545389+00	f	{"id": "1", "properties": {"hs_call_direction": "OUTBOUND", "hs_timestamp": "2026-11-23T00:31:59.545Z", "hs_createdate": "2026-11-23T00:31:59.545Z", "hubspot_owner_id": "67890"}, "createdAt": "2026-11-23T00:31:59.545Z", "updatedAt": "2026-11-23T00:31:59.545Z", "archived": false}	84caf723-ae77-4f45-970d-fdb3614e253e	2026-11-23 00:31:59.855571+00	2526		
\.


--
-- Data for Name: emails; Type: TABLE DATA; Schema: raw_hubspot; Owner: rift_ingest
--

COPY raw_hubspot.emails (object_id, modified_at, is_deleted, payload, raw_id, landed_at, landed_xid, _dlt_load_id, _dlt_id) FROM stdin;
1	2026-11-23 00:31:59.545389+00	f	{"id": "1", "properties": {"hs_email_direction": "EMAIL", "hs_timestamp": "2026-11-23T00:31:59.545Z", "hs_createdate": "2026-11-23T00:31:59.545Z", "hubspot_owner_id": "67890"}, "createdAt": "2026-11-23T00:31:59.545Z", "updatedAt": "2026-11-23T00:31:59.545Z", "archived": false}	e3160d73-8b4d-4cc6-b08a-8663a6a22c4b	2026-11-23 00:31:59.895144+00	2527		
\.


--
-- Data for Name: meetings; Type: TABLE DATA; Schema: raw_hubspot; Owner: rift_ingest
--

COPY raw_hubspot.meetings (object_id, modified_at, is_deleted, payload, raw_id, landed_at, landed_xid, _dlt_load_id, _dlt_id) FROM stdin;
1	2026-11-23 00:31:59.545389+00	f	{"id": "1", "properties": {"hs_meeting_outcome": "COMPLETED", "hs_timestamp": "2026-11-23T00:31:59.545Z", "hs_createdate": "2026-11-23T00:31:59.545Z", "hubspot_owner_id": "67890"}, "createdAt": "2026-11-23T00:31:59.545Z", "updatedAt": "2026-11-23T00:31:59.545Z", "archived": false}	b7b7ef1b-2161-423c-9a62-ed183acc2cc0	2026-11-23 00:31:59.948004+00	2528		
\.


--
-- Data for Name: sdr_versions; Type: TABLE DATA; Schema: raw_roster; Owner: rift_ingest
--

COPY raw_roster.sdr_versions (version_id, user_id, display_name, email, team_name, time_zone, started_on, ended_on, effective_on, loaded_at, landed_xid, _dlt_load_id, _dlt_id, identities) FROM stdin;
1	ann	Ann	\N	Blue	Asia/Tokyo	\N	\N	\N	2026-11-23 00:31:48.342457+00	2450			{}
2	bob	Bob	\N	Blue	UTC	\N	\N	\N	2026-11-23 00:31:48.407087+00	2451			{}
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: raw_salesforce; Owner: rift_ingest
--

COPY raw_salesforce.events (object_id, modified_at, is_deleted, payload, raw_id, landed_at, landed_xid, _dlt_load_id, _dlt_id) FROM stdin;
1	2026-11-23 00:31:59.545389+00	f	{"Id": "1", "OwnerId": "005xx0000000001AAA", "EventSubtype": "Event", "Type": "Meeting", "StartDateTime": "2026-01-14T17:00:00.000+0000", "CreatedDate": "2026-11-23T00:31:59.545+0000", "IsDeleted": false}	79de30cc-3701-486f-9544-5150ceb7385e	2026-11-23 00:32:00.082566+00	2530		
\.


--
-- Data for Name: tasks; Type: TABLE DATA; Schema: raw_salesforce; Owner: rift_ingest
--

COPY raw_salesforce.tasks (object_id, modified_at, is_deleted, payload, raw_id, landed_at, landed_xid, _dlt_load_id, _dlt_id) FROM stdin;
1	2026-11-23 00:31:59.545389+00	f	{"Id": "1", "OwnerId": "005xx0000000001AAA", "Status": "Completed", "CallType": "Outbound", "CallDurationInSeconds": 142, "CallDisposition": null, "TaskSubtype": "Call", "IsClosed": true, "IsDeleted": false, "CompletedDateTime": null, "CreatedDate": "2026-11-23T00:31:59.545+0000"}	a1be478c-baa8-40f8-8ae2-390a652db0fe	2026-11-23 00:32:00.003938+00	2529		
\.


--
-- Data for Name: achievements; Type: TABLE DATA; Schema: seeds; Owner: rift_transform
--

COPY seeds.achievements (achievement_id, title, description, kind, event_type, threshold, sort_order) FROM stdin;
first_call	First Blood	Dial your first call.	count	call_dial	1	1
calls_100	Warm Line	Dial 100 calls.	count	call_dial	100	2
calls_1000	Dial Storm	Dial 1,000 calls.	count	call_dial	1000	3
connects_50	Silver Tongue	Reach 50 people on the phone.	count	call_connect	50	4
emails_250	Letter Rain	Send 250 emails.	count	email_sent	250	5
first_meeting	First Conquest	Book your first meeting.	count	meeting_booked	1	6
meetings_25	Warlord	Book 25 meetings.	count	meeting_booked	25	7
meetings_100	Centurion	Book 100 meetings.	count	meeting_booked	100	8
attended_10	They Came	Have 10 meetings attended.	count	meeting_attended	10	9
level_5	Apprentice	Reach level 5 (4,000 XP).	xp	\N	4000	10
level_10	Adept	Reach level 10 (9,000 XP).	xp	\N	9000	11
level_50	Legend	Reach level 50 (49,000 XP).	xp	\N	49000	12
gold_10000	Treasurer	Earn 10,000 gold.	gold	\N	10000	13
gold_100000	Dragon's Hoard	Earn 100,000 gold.	gold	\N	100000	14
streak_5	Full Week	Work five working days in a row.	streak	\N	5	15
streak_20	Unbroken	Work twenty working days in a row.	streak	\N	20	16
best_day	Beyond Yourself	Beat the best day of your life, after at least five active days.	personal_best	\N	5	17
rank_gold	Golden Week	Reach Gold in a week.	weekly_rank	\N	3	18
rank_diamond	Diamond Week	Reach Diamond in a week.	weekly_rank	\N	6	19
rank_challenger	Challenger	Reach Challenger in a week.	weekly_rank	\N	9	20
team_win	Victory	Win a week with your team.	team_win	\N	1	21
team_wins_5	Dynasty	Win five weeks with your team.	team_win	\N	5	22
\.


--
-- Data for Name: duels; Type: TABLE DATA; Schema: seeds; Owner: rift_transform
--

COPY seeds.duels (duel_id, title, subject_type, challenger_id, opponent_id, metric, starts_on, ends_on) FROM stdin;
\.


--
-- Data for Name: event_types; Type: TABLE DATA; Schema: seeds; Owner: rift_transform
--

COPY seeds.event_types (event_type, event_label, sort_order) FROM stdin;
call_dial	Call dialled	1
call_connect	Call connected	2
email_sent	Email sent	3
meeting_booked	Meeting booked	4
meeting_attended	Meeting attended	5
meeting_cancelled	Meeting cancelled	6
meeting_no_show	Meeting no-show	7
\.


--
-- Data for Name: rank_tiers; Type: TABLE DATA; Schema: seeds; Owner: rift_transform
--

COPY seeds.rank_tiers (rank_tier, rank_order, minimum_rank_points) FROM stdin;
Iron	0	0
Bronze	1	1
Silver	2	2
Gold	3	3
Platinum	4	4
Emerald	5	5
Diamond	6	6
Master	7	7
Grandmaster	8	8
Challenger	9	9
\.


--
-- Data for Name: scoring_sources; Type: TABLE DATA; Schema: seeds; Owner: rift_transform
--

COPY seeds.scoring_sources (event_type, source, is_scored) FROM stdin;
call_dial	nooks	t
call_dial	hubspot	t
call_dial	salesloft	t
call_dial	outreach	f
call_dial	salesforce	f
call_connect	nooks	t
call_connect	hubspot	t
call_connect	salesloft	t
call_connect	outreach	f
call_connect	salesforce	f
email_sent	outreach	t
email_sent	hubspot	t
email_sent	salesforce	f
meeting_booked	calendly	t
meeting_booked	salesloft	t
meeting_booked	hubspot	t
meeting_booked	outreach	f
meeting_booked	nooks	f
meeting_booked	salesforce	f
meeting_attended	calendly	t
meeting_attended	salesloft	t
meeting_attended	hubspot	t
meeting_attended	outreach	f
meeting_attended	nooks	f
meeting_attended	salesforce	f
meeting_cancelled	calendly	t
meeting_cancelled	salesloft	t
meeting_cancelled	hubspot	t
meeting_cancelled	outreach	f
meeting_cancelled	nooks	f
meeting_cancelled	salesforce	f
meeting_no_show	calendly	t
meeting_no_show	salesloft	t
meeting_no_show	hubspot	t
meeting_no_show	outreach	f
meeting_no_show	nooks	f
meeting_no_show	salesforce	f
\.


--
-- Data for Name: vendor_mappings; Type: TABLE DATA; Schema: seeds; Owner: rift_transform
--

COPY seeds.vendor_mappings (source, object_type, field, value, event_type) FROM stdin;
outreach	call	direction	outbound	call_dial
outreach	call	outcome	answered	call_connect
outreach	call	tag	meeting booked	meeting_booked
outreach	mailing	state	delivered	email_sent
outreach	mailing	state	opened	email_sent
outreach	mailing	state	clicked	email_sent
outreach	mailing	state	replied	email_sent
nooks	call	direction	outbound	call_dial
nooks	call	disposition	connected	call_connect
nooks	call	disposition	connected - meeting set	call_connect
nooks	call	disposition	connected - meeting set	meeting_booked
hubspot	call	direction	outbound	call_dial
hubspot	call	disposition	f240bbac-87c9-4f6e-bf70-924b57d47db7	call_connect
hubspot	email	direction	email	email_sent
hubspot	meeting	outcome	scheduled	meeting_booked
hubspot	meeting	outcome	rescheduled	meeting_booked
hubspot	meeting	outcome	completed	meeting_booked
hubspot	meeting	outcome	canceled	meeting_booked
hubspot	meeting	outcome	no_show	meeting_booked
hubspot	meeting	outcome	completed	meeting_attended
hubspot	meeting	outcome	canceled	meeting_cancelled
hubspot	meeting	outcome	no_show	meeting_no_show
salesloft	meeting	state	booked	meeting_booked
salesloft	meeting	state	canceled	meeting_booked
salesloft	meeting	state	no_show	meeting_booked
salesloft	meeting	state	canceled	meeting_cancelled
salesloft	meeting	state	no_show	meeting_no_show
calendly	invitee	event	invitee.created	meeting_booked
calendly	invitee	event	invitee.canceled	meeting_booked
calendly	invitee	event	invitee_no_show.created	meeting_booked
calendly	invitee	event	invitee.canceled	meeting_cancelled
calendly	invitee	event	invitee_no_show.created	meeting_no_show
salesforce	task	call_type	outbound	call_dial
salesforce	task	disposition	meeting set	call_connect
salesforce	task	disposition	meeting set	meeting_booked
salesforce	task	subtype	email	email_sent
salesforce	event	subtype	event	meeting_booked
\.


--
-- Data for Name: weekly_goals; Type: TABLE DATA; Schema: seeds; Owner: rift_transform
--

COPY seeds.weekly_goals (goal_id, subject_type, subject_id, metric, target, first_week, last_week) FROM stdin;
meetings	everyone	\N	meeting_booked	5	2026-01-05	\N
dials	everyone	\N	call_dial	100	2026-01-05	\N
\.


--
-- Data for Name: stg_vendor__events; Type: TABLE DATA; Schema: staging; Owner: rift_transform
--

COPY staging.stg_vendor__events (landed_xid, event_id, raw_id, source, external_id, event_type, user_id, reverses, reverses_event_id, verified_by, read_as, object_key, actor_id, actor_email, payload, occurred_at, received_at, landed_at) FROM stdin;
2524	39af5010-01af-8dee-84b9-c96497c02cfa	b008ab8c-59b6-472c-affe-a19e60c38790	nooks	call:c-7f3d2a1b/call_connect	call_connect	nooks:u-1	\N	\N	signature	canonical	call:c-7f3d2a1b	u-1	sdr@example.com	{"metadata" : {"call_id": "c-7f3d2a1b", "object_key": "call:c-7f3d2a1b", "disposition": "Connected", "duration_seconds": 142}}	2026-11-23 00:31:59.545+00	2026-11-23 00:31:59.652659+00	2026-11-23 00:31:59.65283+00
2524	d9a9bf0f-10f3-8856-ad89-a7b1bed167a9	c315fb57-b6e5-4304-a1bd-02f3b7865bf0	calendly	invitee:https://api.calendly.com/scheduled_events/EV1/invitees/IN1/meeting_booked	meeting_booked	calendly:https://api.calendly.com/users/SDR1	\N	\N	signature	canonical	invitee:https://api.calendly.com/scheduled_events/EV1/invitees/IN1	https://api.calendly.com/users/SDR1	\N	{"metadata" : {"meeting_id": "invitee:https://api.calendly.com/scheduled_events/EV1/invitees/IN1", "object_key": "invitee:https://api.calendly.com/scheduled_events/EV1/invitees/IN1", "scheduled_at": "2026-01-14T17:00:00.000000Z"}}	2026-11-23 00:31:59.545+00	2026-11-23 00:31:59.654281+00	2026-11-23 00:31:59.654375+00
2524	c890f974-e232-8017-a456-ea446f90fbdc	e6475604-8f5f-48b9-8573-9dc18f418e65	salesloft	meeting:1/meeting_booked	meeting_booked	salesloft:7	\N	\N	signature	canonical	meeting:1	7	\N	{"metadata" : {"meeting_id": "meeting:1", "object_key": "meeting:1", "scheduled_at": "2026-01-14T17:00:00.000000Z"}}	2026-11-23 00:31:59.545+00	2026-11-23 00:31:59.652916+00	2026-11-23 00:31:59.654164+00
2524	3d39101c-8b96-8bd5-adbd-8c31fc26bc9a	b008ab8c-59b6-472c-affe-a19e60c38790	nooks	call:c-7f3d2a1b/call_dial	call_dial	nooks:u-1	\N	\N	signature	canonical	call:c-7f3d2a1b	u-1	sdr@example.com	{"metadata" : {"call_id": "c-7f3d2a1b", "object_key": "call:c-7f3d2a1b", "disposition": "Connected", "duration_seconds": 142}}	2026-11-23 00:31:59.545+00	2026-11-23 00:31:59.652659+00	2026-11-23 00:31:59.65283+00
2524	e29914fd-dcf7-88ff-94a0-8c571a1fb90c	c9f0e33a-2118-4049-b596-96b2b31d9d96	outreach	mailing:7781/email_sent	email_sent	outreach:42	\N	\N	signature	canonical	mailing:7781	42	\N	{"metadata" : {"object_key": "mailing:7781"}}	2026-11-23 00:31:59.545+00	2026-11-23 00:31:59.646462+00	2026-11-23 00:31:59.652418+00
2531	4d4c8f28-1c2a-8766-8f3b-ecf61c3f86a7	b7b7ef1b-2161-423c-9a62-ed183acc2cc0	hubspot	meeting:1/meeting_booked	meeting_booked	hubspot:67890	\N	\N	import	canonical	meeting:1	67890	\N	{"metadata" : {"meeting_id": "meeting:1", "object_key": "meeting:1"}}	2026-11-23 00:31:59.545+00	2026-11-23 00:31:59.948004+00	2026-11-23 00:31:59.948004+00
2531	66bce018-bb67-84c3-9b50-f0b99d171ab6	e3160d73-8b4d-4cc6-b08a-8663a6a22c4b	hubspot	email:1/email_sent	email_sent	hubspot:67890	\N	\N	import	canonical	email:1	67890	\N	{"metadata" : {"object_key": "email:1"}}	2026-11-23 00:31:59.545+00	2026-11-23 00:31:59.895144+00	2026-11-23 00:31:59.895144+00
2531	0cd3906f-3253-8daa-97a5-e83722c2eacc	84caf723-ae77-4f45-970d-fdb3614e253e	hubspot	call:1/call_dial	call_dial	hubspot:67890	\N	\N	import	canonical	call:1	67890	\N	{"metadata" : {"call_id": "1", "object_key": "call:1"}}	2026-11-23 00:31:59.545+00	2026-11-23 00:31:59.855571+00	2026-11-23 00:31:59.855571+00
2531	497fed81-a18c-831f-8083-027ff8195742	b7b7ef1b-2161-423c-9a62-ed183acc2cc0	hubspot	meeting:1/meeting_attended	meeting_attended	hubspot:67890	\N	\N	import	canonical	meeting:1	67890	\N	{"metadata" : {"meeting_id": "meeting:1", "object_key": "meeting:1"}}	2026-11-23 00:31:59.545+00	2026-11-23 00:31:59.948004+00	2026-11-23 00:31:59.948004+00
\.


--
-- Data for Name: stg_vendor__objects; Type: TABLE DATA; Schema: staging; Owner: rift_transform
--

COPY staging.stg_vendor__objects (source, object_key, object_type, outcome, field_values, newest_at, raw_ids, raw_id) FROM stdin;
outreach	mailing:7781	mailing	scored	{"state": ["delivered"]}	2026-11-23 00:31:59.646462+00	{c9f0e33a-2118-4049-b596-96b2b31d9d96}	c9f0e33a-2118-4049-b596-96b2b31d9d96
salesloft	meeting:1	meeting	scored	{"state": ["booked"]}	2026-11-23 00:31:59.652916+00	{e6475604-8f5f-48b9-8573-9dc18f418e65}	e6475604-8f5f-48b9-8573-9dc18f418e65
outreach	call:90871	call	not_scoring_source	{"direction": ["outbound"]}	2026-11-23 00:31:59.644679+00	{3d6da3cd-717f-4200-b1cf-4e52085eb404}	3d6da3cd-717f-4200-b1cf-4e52085eb404
nooks	call:c-7f3d2a1b	call	scored	{"status": ["completed"], "direction": ["outbound"], "disposition": ["connected"], "disposition_id": ["d-1"]}	2026-11-23 00:31:59.652659+00	{b008ab8c-59b6-472c-affe-a19e60c38790}	b008ab8c-59b6-472c-affe-a19e60c38790
calendly	invitee:https://api.calendly.com/scheduled_events/EV1/invitees/IN1	invitee	scored	{"event": ["invitee.created"]}	2026-11-23 00:31:59.654281+00	{c315fb57-b6e5-4304-a1bd-02f3b7865bf0}	c315fb57-b6e5-4304-a1bd-02f3b7865bf0
salesforce	event:1	event	not_scoring_source	{"type": ["meeting"], "subtype": ["event"]}	2026-11-23 00:32:00.082566+00	{79de30cc-3701-486f-9544-5150ceb7385e}	79de30cc-3701-486f-9544-5150ceb7385e
hubspot	meeting:1	meeting	scored	{"outcome": ["completed"]}	2026-11-23 00:31:59.948004+00	{b7b7ef1b-2161-423c-9a62-ed183acc2cc0}	b7b7ef1b-2161-423c-9a62-ed183acc2cc0
hubspot	email:1	email	scored	{"direction": ["email"]}	2026-11-23 00:31:59.895144+00	{e3160d73-8b4d-4cc6-b08a-8663a6a22c4b}	e3160d73-8b4d-4cc6-b08a-8663a6a22c4b
hubspot	call:1	call	scored	{"direction": ["outbound"]}	2026-11-23 00:31:59.855571+00	{84caf723-ae77-4f45-970d-fdb3614e253e}	84caf723-ae77-4f45-970d-fdb3614e253e
salesforce	task:1	task	not_scoring_source	{"status": ["completed"], "subtype": ["call"], "call_type": ["outbound"]}	2026-11-23 00:32:00.003938+00	{a1be478c-baa8-40f8-8ae2-390a652db0fe}	a1be478c-baa8-40f8-8ae2-390a652db0fe
\.


--
-- Name: gamification_rules_rule_version_id_seq; Type: SEQUENCE SET; Schema: raw; Owner: rift_owner
--

SELECT pg_catalog.setval('raw.gamification_rules_rule_version_id_seq', 7, true);


--
-- Name: sdr_versions_version_id_seq; Type: SEQUENCE SET; Schema: raw_roster; Owner: rift_ingest
--

SELECT pg_catalog.setval('raw_roster.sdr_versions_version_id_seq', 2, true);


--
-- Name: built_views built_views_pkey; Type: CONSTRAINT; Schema: intermediate; Owner: rift_transform
--

ALTER TABLE ONLY intermediate.built_views
    ADD CONSTRAINT built_views_pkey PRIMARY KEY (relation);


--
-- Name: int_user_days_settled int_user_days_settled_pkey; Type: CONSTRAINT; Schema: intermediate; Owner: rift_transform
--

ALTER TABLE ONLY intermediate.int_user_days_settled
    ADD CONSTRAINT int_user_days_settled_pkey PRIMARY KEY (user_id, activity_date, event_type);


--
-- Name: settle_watermarks settle_watermarks_pkey; Type: CONSTRAINT; Schema: intermediate; Owner: rift_transform
--

ALTER TABLE ONLY intermediate.settle_watermarks
    ADD CONSTRAINT settle_watermarks_pkey PRIMARY KEY (model);


--
-- Name: settled_totals settled_totals_pkey; Type: CONSTRAINT; Schema: intermediate; Owner: rift_transform
--

ALTER TABLE ONLY intermediate.settled_totals
    ADD CONSTRAINT settled_totals_pkey PRIMARY KEY (user_id, event_type);


--
-- Name: settled_weeks settled_weeks_pkey; Type: CONSTRAINT; Schema: intermediate; Owner: rift_transform
--

ALTER TABLE ONLY intermediate.settled_weeks
    ADD CONSTRAINT settled_weeks_pkey PRIMARY KEY (user_id, week_start_date, team_id, event_type);


--
-- Name: forgettings forgettings_pkey; Type: CONSTRAINT; Schema: raw; Owner: rift_owner
--

ALTER TABLE ONLY raw.forgettings
    ADD CONSTRAINT forgettings_pkey PRIMARY KEY (forgetting_id);


--
-- Name: gamification_rules gamification_rules_pkey; Type: CONSTRAINT; Schema: raw; Owner: rift_owner
--

ALTER TABLE ONLY raw.gamification_rules
    ADD CONSTRAINT gamification_rules_pkey PRIMARY KEY (rule_version_id);


--
-- Name: import_chunks import_chunks_pkey; Type: CONSTRAINT; Schema: raw; Owner: rift_owner
--

ALTER TABLE ONLY raw.import_chunks
    ADD CONSTRAINT import_chunks_pkey PRIMARY KEY (import_id, row_count, is_last);


--
-- Name: published_ranks published_ranks_pkey; Type: CONSTRAINT; Schema: raw; Owner: rift_owner
--

ALTER TABLE ONLY raw.published_ranks
    ADD CONSTRAINT published_ranks_pkey PRIMARY KEY (user_id, week_start_date);


--
-- Name: rejected_events rejected_events_pkey; Type: CONSTRAINT; Schema: raw; Owner: rift_owner
--

ALTER TABLE ONLY raw.rejected_events
    ADD CONSTRAINT rejected_events_pkey PRIMARY KEY (rejected_id);


--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: raw; Owner: rift_owner
--

ALTER TABLE ONLY raw.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);


--
-- Name: webhook_events webhook_events_pkey; Type: CONSTRAINT; Schema: raw; Owner: rift_owner
--

ALTER TABLE ONLY raw.webhook_events
    ADD CONSTRAINT webhook_events_pkey PRIMARY KEY (raw_id);


--
-- Name: calls calls_object_id_modified_at_is_deleted_key; Type: CONSTRAINT; Schema: raw_hubspot; Owner: rift_ingest
--

ALTER TABLE ONLY raw_hubspot.calls
    ADD CONSTRAINT calls_object_id_modified_at_is_deleted_key UNIQUE (object_id, modified_at, is_deleted);


--
-- Name: calls calls_raw_id_key; Type: CONSTRAINT; Schema: raw_hubspot; Owner: rift_ingest
--

ALTER TABLE ONLY raw_hubspot.calls
    ADD CONSTRAINT calls_raw_id_key UNIQUE (raw_id);


--
-- Name: emails emails_object_id_modified_at_is_deleted_key; Type: CONSTRAINT; Schema: raw_hubspot; Owner: rift_ingest
--

ALTER TABLE ONLY raw_hubspot.emails
    ADD CONSTRAINT emails_object_id_modified_at_is_deleted_key UNIQUE (object_id, modified_at, is_deleted);


--
-- Name: emails emails_raw_id_key; Type: CONSTRAINT; Schema: raw_hubspot; Owner: rift_ingest
--

ALTER TABLE ONLY raw_hubspot.emails
    ADD CONSTRAINT emails_raw_id_key UNIQUE (raw_id);


--
-- Name: meetings meetings_object_id_modified_at_is_deleted_key; Type: CONSTRAINT; Schema: raw_hubspot; Owner: rift_ingest
--

ALTER TABLE ONLY raw_hubspot.meetings
    ADD CONSTRAINT meetings_object_id_modified_at_is_deleted_key UNIQUE (object_id, modified_at, is_deleted);


--
-- Name: meetings meetings_raw_id_key; Type: CONSTRAINT; Schema: raw_hubspot; Owner: rift_ingest
--

ALTER TABLE ONLY raw_hubspot.meetings
    ADD CONSTRAINT meetings_raw_id_key UNIQUE (raw_id);


--
-- Name: sdr_versions sdr_versions_pkey; Type: CONSTRAINT; Schema: raw_roster; Owner: rift_ingest
--

ALTER TABLE ONLY raw_roster.sdr_versions
    ADD CONSTRAINT sdr_versions_pkey PRIMARY KEY (version_id);


--
-- Name: events events_object_id_modified_at_is_deleted_key; Type: CONSTRAINT; Schema: raw_salesforce; Owner: rift_ingest
--

ALTER TABLE ONLY raw_salesforce.events
    ADD CONSTRAINT events_object_id_modified_at_is_deleted_key UNIQUE (object_id, modified_at, is_deleted);


--
-- Name: events events_raw_id_key; Type: CONSTRAINT; Schema: raw_salesforce; Owner: rift_ingest
--

ALTER TABLE ONLY raw_salesforce.events
    ADD CONSTRAINT events_raw_id_key UNIQUE (raw_id);


--
-- Name: tasks tasks_object_id_modified_at_is_deleted_key; Type: CONSTRAINT; Schema: raw_salesforce; Owner: rift_ingest
--

ALTER TABLE ONLY raw_salesforce.tasks
    ADD CONSTRAINT tasks_object_id_modified_at_is_deleted_key UNIQUE (object_id, modified_at, is_deleted);


--
-- Name: tasks tasks_raw_id_key; Type: CONSTRAINT; Schema: raw_salesforce; Owner: rift_ingest
--

ALTER TABLE ONLY raw_salesforce.tasks
    ADD CONSTRAINT tasks_raw_id_key UNIQUE (raw_id);


--
-- Name: stg_vendor__events stg_vendor__events_pkey; Type: CONSTRAINT; Schema: staging; Owner: rift_transform
--

ALTER TABLE ONLY staging.stg_vendor__events
    ADD CONSTRAINT stg_vendor__events_pkey PRIMARY KEY (event_id);


--
-- Name: stg_vendor__objects stg_vendor__objects_pkey; Type: CONSTRAINT; Schema: staging; Owner: rift_transform
--

ALTER TABLE ONLY staging.stg_vendor__objects
    ADD CONSTRAINT stg_vendor__objects_pkey PRIMARY KEY (source, object_key);


--
-- Name: 1bd7dd663f7f23b938872450d0716982; Type: INDEX; Schema: intermediate; Owner: rift_transform
--

CREATE INDEX "1bd7dd663f7f23b938872450d0716982" ON intermediate.int_user_days_settled USING btree (activity_date);


--
-- Name: settled_weeks_week_start_date; Type: INDEX; Schema: intermediate; Owner: rift_transform
--

CREATE INDEX settled_weeks_week_start_date ON intermediate.settled_weeks USING btree (week_start_date);


--
-- Name: vendor_days_touched_landed_xid; Type: INDEX; Schema: intermediate; Owner: rift_transform
--

CREATE INDEX vendor_days_touched_landed_xid ON intermediate.vendor_days_touched USING btree (landed_xid);


--
-- Name: cluster_is_one_row; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE UNIQUE INDEX cluster_is_one_row ON raw.cluster USING btree ((true));


--
-- Name: forgettings_landed_xid; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX forgettings_landed_xid ON raw.forgettings USING btree (landed_xid);


--
-- Name: gamification_rules_landed_xid; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX gamification_rules_landed_xid ON raw.gamification_rules USING btree (landed_xid);


--
-- Name: import_chunks_content_hash; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX import_chunks_content_hash ON raw.import_chunks USING btree (content_hash);


--
-- Name: import_chunks_landed_xid; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX import_chunks_landed_xid ON raw.import_chunks USING btree (landed_xid);


--
-- Name: published_ranks_landed_xid; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX published_ranks_landed_xid ON raw.published_ranks USING btree (landed_xid);


--
-- Name: published_ranks_week_start_date; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX published_ranks_week_start_date ON raw.published_ranks USING btree (week_start_date);


--
-- Name: rejected_events_landed_xid; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX rejected_events_landed_xid ON raw.rejected_events USING btree (landed_xid);


--
-- Name: rejected_events_received_at; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX rejected_events_received_at ON raw.rejected_events USING btree (received_at);


--
-- Name: rejected_events_waiting; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX rejected_events_waiting ON raw.rejected_events USING btree (rejected_id) WHERE ((replayed_at IS NULL) AND (reason <> 'duplicate'::text));


--
-- Name: webhook_events_call_id; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_call_id ON raw.webhook_events USING btree (raw.safe_key(raw.safe_member(payload, 'metadata'::text), 'call_id'::text)) WHERE ((door = 'canonical'::text) AND (event_type = ANY (ARRAY['call_dial'::text, 'call_connect'::text])) AND (raw.safe_key(raw.safe_member(payload, 'metadata'::text), 'call_id'::text) IS NOT NULL));


--
-- Name: webhook_events_dedup_key; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_dedup_key ON raw.webhook_events USING btree (source, dedup_key, received_at);


--
-- Name: webhook_events_external_id; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE UNIQUE INDEX webhook_events_external_id ON raw.webhook_events USING btree (source, external_id) WHERE ((door = 'canonical'::text) AND (external_id IS NOT NULL));


--
-- Name: webhook_events_landed_xid; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_landed_xid ON raw.webhook_events USING btree (landed_xid);


--
-- Name: webhook_events_late_landed_at; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_late_landed_at ON raw.webhook_events USING btree (landed_at) WHERE ((landed_at - occurred_at) > '01:00:00'::interval);


--
-- Name: webhook_events_meeting_id; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_meeting_id ON raw.webhook_events USING btree (raw.safe_key(raw.safe_member(payload, 'metadata'::text), 'meeting_id'::text)) WHERE ((door = 'canonical'::text) AND (event_type = ANY (ARRAY['meeting_booked'::text, 'meeting_attended'::text])) AND (raw.safe_key(raw.safe_member(payload, 'metadata'::text), 'meeting_id'::text) IS NOT NULL));


--
-- Name: webhook_events_reverses_event_id; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_reverses_event_id ON raw.webhook_events USING btree (reverses_event_id) WHERE (reverses_event_id IS NOT NULL);


--
-- Name: webhook_events_reverses_external_id; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_reverses_external_id ON raw.webhook_events USING btree (source, reverses) WHERE ((reverses IS NOT NULL) AND (reverses_event_id IS NULL));


--
-- Name: webhook_events_times; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_times ON raw.webhook_events USING brin (occurred_at timestamptz_minmax_multi_ops, received_at timestamptz_minmax_multi_ops) WITH (autosummarize='on');


--
-- Name: webhook_events_user_id_landed_xid; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_user_id_landed_xid ON raw.webhook_events USING btree (user_id, landed_xid);


--
-- Name: webhook_events_user_id_occurred_at; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_user_id_occurred_at ON raw.webhook_events USING btree (user_id, occurred_at);


--
-- Name: webhook_events_vendor_dedup_key; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE UNIQUE INDEX webhook_events_vendor_dedup_key ON raw.webhook_events USING btree (source, dedup_key) WHERE (door <> 'canonical'::text);


--
-- Name: webhook_events_vendor_object; Type: INDEX; Schema: raw; Owner: rift_owner
--

CREATE INDEX webhook_events_vendor_object ON raw.webhook_events USING btree (source, external_id) WHERE (door <> 'canonical'::text);


--
-- Name: calls_landed_xid_idx; Type: INDEX; Schema: raw_hubspot; Owner: rift_ingest
--

CREATE INDEX calls_landed_xid_idx ON raw_hubspot.calls USING btree (landed_xid);


--
-- Name: calls_object_key; Type: INDEX; Schema: raw_hubspot; Owner: rift_ingest
--

CREATE INDEX calls_object_key ON raw_hubspot.calls USING btree ((('call:'::text || object_id)));


--
-- Name: emails_landed_xid_idx; Type: INDEX; Schema: raw_hubspot; Owner: rift_ingest
--

CREATE INDEX emails_landed_xid_idx ON raw_hubspot.emails USING btree (landed_xid);


--
-- Name: emails_object_key; Type: INDEX; Schema: raw_hubspot; Owner: rift_ingest
--

CREATE INDEX emails_object_key ON raw_hubspot.emails USING btree ((('email:'::text || object_id)));


--
-- Name: meetings_landed_xid_idx; Type: INDEX; Schema: raw_hubspot; Owner: rift_ingest
--

CREATE INDEX meetings_landed_xid_idx ON raw_hubspot.meetings USING btree (landed_xid);


--
-- Name: meetings_object_key; Type: INDEX; Schema: raw_hubspot; Owner: rift_ingest
--

CREATE INDEX meetings_object_key ON raw_hubspot.meetings USING btree ((('meeting:'::text || object_id)));


--
-- Name: sdr_versions_email; Type: INDEX; Schema: raw_roster; Owner: rift_ingest
--

CREATE INDEX sdr_versions_email ON raw_roster.sdr_versions USING btree (lower(email));


--
-- Name: sdr_versions_identities; Type: INDEX; Schema: raw_roster; Owner: rift_ingest
--

CREATE INDEX sdr_versions_identities ON raw_roster.sdr_versions USING gin (raw.safe_jsonb(identities) jsonb_path_ops);


--
-- Name: sdr_versions_landed_xid; Type: INDEX; Schema: raw_roster; Owner: rift_ingest
--

CREATE INDEX sdr_versions_landed_xid ON raw_roster.sdr_versions USING btree (landed_xid);


--
-- Name: sdr_versions_user_id; Type: INDEX; Schema: raw_roster; Owner: rift_ingest
--

CREATE INDEX sdr_versions_user_id ON raw_roster.sdr_versions USING btree (user_id);


--
-- Name: events_landed_xid_idx; Type: INDEX; Schema: raw_salesforce; Owner: rift_ingest
--

CREATE INDEX events_landed_xid_idx ON raw_salesforce.events USING btree (landed_xid);


--
-- Name: events_object_key; Type: INDEX; Schema: raw_salesforce; Owner: rift_ingest
--

CREATE INDEX events_object_key ON raw_salesforce.events USING btree ((('event:'::text || object_id)));


--
-- Name: tasks_landed_xid_idx; Type: INDEX; Schema: raw_salesforce; Owner: rift_ingest
--

CREATE INDEX tasks_landed_xid_idx ON raw_salesforce.tasks USING btree (landed_xid);


--
-- Name: tasks_object_key; Type: INDEX; Schema: raw_salesforce; Owner: rift_ingest
--

CREATE INDEX tasks_object_key ON raw_salesforce.tasks USING btree ((('task:'::text || object_id)));


--
-- Name: stg_vendor__events_call_id; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_call_id ON staging.stg_vendor__events USING btree (raw.safe_key(raw.safe_member(payload, 'metadata'::text), 'call_id'::text)) WHERE (raw.safe_key(raw.safe_member(payload, 'metadata'::text), 'call_id'::text) IS NOT NULL);


--
-- Name: stg_vendor__events_external_id; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_external_id ON staging.stg_vendor__events USING btree (source, external_id);


--
-- Name: stg_vendor__events_landed_xid; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_landed_xid ON staging.stg_vendor__events USING btree (landed_xid);


--
-- Name: stg_vendor__events_late_landed_at; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_late_landed_at ON staging.stg_vendor__events USING btree (landed_at) WHERE ((landed_at - occurred_at) > '01:00:00'::interval);


--
-- Name: stg_vendor__events_meeting_id; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_meeting_id ON staging.stg_vendor__events USING btree (raw.safe_key(raw.safe_member(payload, 'metadata'::text), 'meeting_id'::text)) WHERE (raw.safe_key(raw.safe_member(payload, 'metadata'::text), 'meeting_id'::text) IS NOT NULL);


--
-- Name: stg_vendor__events_object_key; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_object_key ON staging.stg_vendor__events USING btree (source, object_key);


--
-- Name: stg_vendor__events_raw_id; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_raw_id ON staging.stg_vendor__events USING btree (raw_id);


--
-- Name: stg_vendor__events_reverses_event_id; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_reverses_event_id ON staging.stg_vendor__events USING btree (reverses_event_id) WHERE (reverses_event_id IS NOT NULL);


--
-- Name: stg_vendor__events_user_id_landed_xid; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_user_id_landed_xid ON staging.stg_vendor__events USING btree (user_id, landed_xid);


--
-- Name: stg_vendor__events_user_id_occurred_at; Type: INDEX; Schema: staging; Owner: rift_transform
--

CREATE INDEX stg_vendor__events_user_id_occurred_at ON staging.stg_vendor__events USING btree (user_id, occurred_at);


--
-- Name: SCHEMA marts; Type: ACL; Schema: -; Owner: rift_transform
--

GRANT USAGE ON SCHEMA marts TO rift_hud;
GRANT USAGE ON SCHEMA marts TO rift_analyst;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner
--

REVOKE USAGE ON SCHEMA public FROM PUBLIC;


--
-- Name: SCHEMA raw; Type: ACL; Schema: -; Owner: rift_owner
--

GRANT USAGE ON SCHEMA raw TO rift_ingest;
GRANT USAGE ON SCHEMA raw TO rift_transform;


--
-- Name: SCHEMA raw_hubspot; Type: ACL; Schema: -; Owner: rift_ingest
--

GRANT USAGE ON SCHEMA raw_hubspot TO rift_transform;


--
-- Name: SCHEMA raw_roster; Type: ACL; Schema: -; Owner: rift_ingest
--

GRANT USAGE ON SCHEMA raw_roster TO rift_transform;


--
-- Name: SCHEMA raw_salesforce; Type: ACL; Schema: -; Owner: rift_ingest
--

GRANT USAGE ON SCHEMA raw_salesforce TO rift_transform;


--
-- Name: SCHEMA staging; Type: ACL; Schema: -; Owner: rift_transform
--

GRANT USAGE ON SCHEMA staging TO rift_ingest;


--
-- Name: FUNCTION explain_score(user_id text, activity_date date); Type: ACL; Schema: marts; Owner: rift_transform
--

REVOKE ALL ON FUNCTION marts.explain_score(user_id text, activity_date date) FROM PUBLIC;
GRANT ALL ON FUNCTION marts.explain_score(user_id text, activity_date date) TO rift_hud;
GRANT ALL ON FUNCTION marts.explain_score(user_id text, activity_date date) TO rift_analyst;


--
-- Name: FUNCTION raw_text(item uuid); Type: ACL; Schema: marts; Owner: rift_transform
--

REVOKE ALL ON FUNCTION marts.raw_text(item uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION marts.raw_text(item uuid) TO rift_hud;
GRANT ALL ON FUNCTION marts.raw_text(item uuid) TO rift_analyst;


--
-- Name: FUNCTION weekly_ranks_as_of(as_of timestamp with time zone, week date); Type: ACL; Schema: marts; Owner: rift_transform
--

REVOKE ALL ON FUNCTION marts.weekly_ranks_as_of(as_of timestamp with time zone, week date) FROM PUBLIC;
GRANT ALL ON FUNCTION marts.weekly_ranks_as_of(as_of timestamp with time zone, week date) TO rift_hud;
GRANT ALL ON FUNCTION marts.weekly_ranks_as_of(as_of timestamp with time zone, week date) TO rift_analyst;


--
-- Name: FUNCTION interpret_missed(); Type: ACL; Schema: staging; Owner: rift_transform
--

REVOKE ALL ON FUNCTION staging.interpret_missed() FROM PUBLIC;
GRANT ALL ON FUNCTION staging.interpret_missed() TO rift_ingest;


--
-- Name: FUNCTION interpret_objects(sources text[], object_keys text[]); Type: ACL; Schema: staging; Owner: rift_transform
--

REVOKE ALL ON FUNCTION staging.interpret_objects(sources text[], object_keys text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION staging.interpret_objects(sources text[], object_keys text[]) TO rift_ingest;


--
-- Name: FUNCTION interpret_pending(); Type: ACL; Schema: staging; Owner: rift_transform
--

REVOKE ALL ON FUNCTION staging.interpret_pending() FROM PUBLIC;
GRANT ALL ON FUNCTION staging.interpret_pending() TO rift_ingest;


--
-- Name: FUNCTION replace_each_vendor_object(sources text[], object_keys text[], allowed integer); Type: ACL; Schema: staging; Owner: rift_transform
--

REVOKE ALL ON FUNCTION staging.replace_each_vendor_object(sources text[], object_keys text[], allowed integer) FROM PUBLIC;


--
-- Name: FUNCTION replace_vendor_objects(sources text[], object_keys text[]); Type: ACL; Schema: staging; Owner: rift_transform
--

REVOKE ALL ON FUNCTION staging.replace_vendor_objects(sources text[], object_keys text[]) FROM PUBLIC;


--
-- Name: FUNCTION vendor_event(event uuid); Type: ACL; Schema: staging; Owner: rift_transform
--

REVOKE ALL ON FUNCTION staging.vendor_event(event uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION staging.vendor_event(event uuid) TO rift_ingest;


--
-- Name: TABLE webhook_events; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT SELECT,INSERT ON TABLE raw.webhook_events TO rift_ingest;
GRANT SELECT ON TABLE raw.webhook_events TO rift_transform;


--
-- Name: TABLE sdr_versions; Type: ACL; Schema: raw_roster; Owner: rift_ingest
--

GRANT SELECT ON TABLE raw_roster.sdr_versions TO rift_transform;


--
-- Name: TABLE gamification_rules; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT SELECT,INSERT ON TABLE raw.gamification_rules TO rift_ingest;
GRANT SELECT ON TABLE raw.gamification_rules TO rift_transform;


--
-- Name: TABLE gamification_rule_versions; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT SELECT ON TABLE raw.gamification_rule_versions TO rift_ingest;
GRANT SELECT ON TABLE raw.gamification_rule_versions TO rift_transform;


--
-- Name: TABLE published_ranks; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT SELECT ON TABLE raw.published_ranks TO rift_ingest;
GRANT SELECT,INSERT ON TABLE raw.published_ranks TO rift_transform;


--
-- Name: TABLE calls; Type: ACL; Schema: raw_hubspot; Owner: rift_ingest
--

GRANT SELECT ON TABLE raw_hubspot.calls TO rift_transform;


--
-- Name: TABLE emails; Type: ACL; Schema: raw_hubspot; Owner: rift_ingest
--

GRANT SELECT ON TABLE raw_hubspot.emails TO rift_transform;


--
-- Name: TABLE meetings; Type: ACL; Schema: raw_hubspot; Owner: rift_ingest
--

GRANT SELECT ON TABLE raw_hubspot.meetings TO rift_transform;


--
-- Name: TABLE events; Type: ACL; Schema: raw_salesforce; Owner: rift_ingest
--

GRANT SELECT ON TABLE raw_salesforce.events TO rift_transform;


--
-- Name: TABLE tasks; Type: ACL; Schema: raw_salesforce; Owner: rift_ingest
--

GRANT SELECT ON TABLE raw_salesforce.tasks TO rift_transform;


--
-- Name: TABLE dim_achievements; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.dim_achievements TO rift_hud;
GRANT SELECT ON TABLE marts.dim_achievements TO rift_analyst;


--
-- Name: TABLE dim_dates; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.dim_dates TO rift_hud;
GRANT SELECT ON TABLE marts.dim_dates TO rift_analyst;


--
-- Name: TABLE dim_event_types; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.dim_event_types TO rift_hud;
GRANT SELECT ON TABLE marts.dim_event_types TO rift_analyst;


--
-- Name: TABLE dim_gamification_rules; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.dim_gamification_rules TO rift_hud;
GRANT SELECT ON TABLE marts.dim_gamification_rules TO rift_analyst;


--
-- Name: TABLE dim_rank_tiers; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.dim_rank_tiers TO rift_hud;
GRANT SELECT ON TABLE marts.dim_rank_tiers TO rift_analyst;


--
-- Name: TABLE dim_teams; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.dim_teams TO rift_hud;
GRANT SELECT ON TABLE marts.dim_teams TO rift_analyst;


--
-- Name: TABLE dim_user_stats; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.dim_user_stats TO rift_hud;
GRANT SELECT ON TABLE marts.dim_user_stats TO rift_analyst;


--
-- Name: TABLE dim_users; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.dim_users TO rift_hud;
GRANT SELECT ON TABLE marts.dim_users TO rift_analyst;


--
-- Name: TABLE dim_users_history; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.dim_users_history TO rift_hud;
GRANT SELECT ON TABLE marts.dim_users_history TO rift_analyst;


--
-- Name: TABLE fct_achievements; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_achievements TO rift_hud;
GRANT SELECT ON TABLE marts.fct_achievements TO rift_analyst;


--
-- Name: TABLE fct_achievement_progress; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_achievement_progress TO rift_hud;
GRANT SELECT ON TABLE marts.fct_achievement_progress TO rift_analyst;


--
-- Name: TABLE fct_calls; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_calls TO rift_hud;
GRANT SELECT ON TABLE marts.fct_calls TO rift_analyst;


--
-- Name: TABLE fct_duels; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_duels TO rift_hud;
GRANT SELECT ON TABLE marts.fct_duels TO rift_analyst;


--
-- Name: TABLE fct_goal_progress; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_goal_progress TO rift_hud;
GRANT SELECT ON TABLE marts.fct_goal_progress TO rift_analyst;


--
-- Name: TABLE fct_meetings; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_meetings TO rift_hud;
GRANT SELECT ON TABLE marts.fct_meetings TO rift_analyst;


--
-- Name: TABLE fct_personal_bests; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_personal_bests TO rift_hud;
GRANT SELECT ON TABLE marts.fct_personal_bests TO rift_analyst;


--
-- Name: TABLE fct_sales_events; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_sales_events TO rift_hud;
GRANT SELECT ON TABLE marts.fct_sales_events TO rift_analyst;


--
-- Name: TABLE fct_streaks; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_streaks TO rift_hud;
GRANT SELECT ON TABLE marts.fct_streaks TO rift_analyst;


--
-- Name: TABLE fct_team_weekly; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_team_weekly TO rift_hud;
GRANT SELECT ON TABLE marts.fct_team_weekly TO rift_analyst;


--
-- Name: TABLE rejected_events; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT SELECT,INSERT ON TABLE raw.rejected_events TO rift_ingest;
GRANT SELECT ON TABLE raw.rejected_events TO rift_transform;


--
-- Name: COLUMN rejected_events.replayed_at; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT UPDATE(replayed_at) ON TABLE raw.rejected_events TO rift_ingest;


--
-- Name: TABLE fct_unscored_items; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_unscored_items TO rift_hud;
GRANT SELECT ON TABLE marts.fct_unscored_items TO rift_analyst;


--
-- Name: TABLE fct_user_daily; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_user_daily TO rift_hud;
GRANT SELECT ON TABLE marts.fct_user_daily TO rift_analyst;


--
-- Name: TABLE fct_weekly_rank_restatements; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_weekly_rank_restatements TO rift_hud;
GRANT SELECT ON TABLE marts.fct_weekly_rank_restatements TO rift_analyst;


--
-- Name: TABLE fct_weekly_ranks; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.fct_weekly_ranks TO rift_hud;
GRANT SELECT ON TABLE marts.fct_weekly_ranks TO rift_analyst;


--
-- Name: TABLE rpt_activity_feed; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.rpt_activity_feed TO rift_hud;
GRANT SELECT ON TABLE marts.rpt_activity_feed TO rift_analyst;


--
-- Name: TABLE rpt_health; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.rpt_health TO rift_hud;
GRANT SELECT ON TABLE marts.rpt_health TO rift_analyst;


--
-- Name: TABLE rpt_leaderboard; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.rpt_leaderboard TO rift_hud;
GRANT SELECT ON TABLE marts.rpt_leaderboard TO rift_analyst;


--
-- Name: TABLE rpt_meeting_conversion; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.rpt_meeting_conversion TO rift_hud;
GRANT SELECT ON TABLE marts.rpt_meeting_conversion TO rift_analyst;


--
-- Name: TABLE rpt_unmapped_values; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.rpt_unmapped_values TO rift_hud;
GRANT SELECT ON TABLE marts.rpt_unmapped_values TO rift_analyst;


--
-- Name: TABLE rpt_weekly_publications; Type: ACL; Schema: marts; Owner: rift_transform
--

GRANT SELECT ON TABLE marts.rpt_weekly_publications TO rift_hud;
GRANT SELECT ON TABLE marts.rpt_weekly_publications TO rift_analyst;


--
-- Name: TABLE cluster; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT SELECT ON TABLE raw.cluster TO rift_ingest;
GRANT SELECT ON TABLE raw.cluster TO rift_transform;


--
-- Name: TABLE forgettings; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT SELECT ON TABLE raw.forgettings TO rift_ingest;
GRANT SELECT ON TABLE raw.forgettings TO rift_transform;


--
-- Name: TABLE import_chunks; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT SELECT,INSERT ON TABLE raw.import_chunks TO rift_ingest;
GRANT SELECT ON TABLE raw.import_chunks TO rift_transform;


--
-- Name: TABLE schema_migrations; Type: ACL; Schema: raw; Owner: rift_owner
--

GRANT SELECT ON TABLE raw.schema_migrations TO rift_ingest;
GRANT SELECT ON TABLE raw.schema_migrations TO rift_transform;


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: marts; Owner: rift_transform
--

ALTER DEFAULT PRIVILEGES FOR ROLE rift_transform IN SCHEMA marts GRANT SELECT ON TABLES TO rift_hud;
ALTER DEFAULT PRIVILEGES FOR ROLE rift_transform IN SCHEMA marts GRANT SELECT ON TABLES TO rift_analyst;


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: raw; Owner: rift_owner
--

ALTER DEFAULT PRIVILEGES FOR ROLE rift_owner IN SCHEMA raw GRANT SELECT ON TABLES TO rift_ingest;
ALTER DEFAULT PRIVILEGES FOR ROLE rift_owner IN SCHEMA raw GRANT SELECT ON TABLES TO rift_transform;


--
-- PostgreSQL database dump complete
--


