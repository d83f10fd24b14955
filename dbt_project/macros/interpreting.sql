{#
    The functions that keep stg_vendor__objects and stg_vendor__events up to date with what has landed. Whoever lands items
    of some objects brings these up to date in the same transaction (interpret_objects: shared lock, tried); everything else
    is brought up to date by interpret_pending (exclusive lock): what nobody has interpreted at landing, another roster,
    other mappings. What landed beside that, and found the lock taken, is brought up to date by interpret_missed, in
    transactions of their own afterwards. Each takes its lock in one statement and reads in later ones, whose snapshots are
    newer. docs/architecture.md says why nothing is missed.
#}
{% macro vendor_lock() -%}
    hashtext('interpret vendors')
{%- endmacro %}

{# Whoever lands items holds it, shared, from before the vendors' lock is tried: so it is seen who is still under way. #}
{% macro landing_lock() -%}
    1279349316
{%- endmacro %}

{# The landings under way, in this database. #}
{% macro landings_under_way() -%}
    pg_catalog.pg_locks as locks
    where
        locks.locktype = 'advisory'
        and locks.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and locks.classid = 0
        and locks.objid = {{ landing_lock() }}
        and locks.objsubid = 1
        and locks.pid <> pg_backend_pid()
{%- endmacro %}

{# Under which name the watermark of interpretation is kept. #}
{% macro interpretation() -%}
    stg_vendor__events
{%- endmacro %}

{# Changes with everything in dbt that decides what an item means; the seeds' rows are looked at when it matters. #}
{% macro interpretation_hash() -%}
    {%- if execute -%}
        {%- set parts = [
            vendor_objects_read("keys"), vendor_objects_summed_up("objects"), vendor_events_told("objects"),
            vendor_field("said"), vendor_text("said"), vendor_seconds("said"), vendor_choice("said"), read_once("said"),
            union_vendor_items(["some", "more"]),
        ] -%}
        {%- set waiting = ["model.rift.stg_vendor__items", "model.rift.stg_roster__latest_versions"] -%}
        {%- for _ in graph.nodes if waiting -%}
            {%- set node = graph.nodes.get(waiting.pop()) -%}
            {%- if node -%}
                {%- do parts.append(node.raw_code) -%}
                {%- do waiting.extend(node.depends_on.nodes) -%}
            {%- endif -%}
        {%- endfor -%}
        {{- local_md5(parts | sort | join("\n")) -}}
    {%- endif -%}
{%- endmacro %}

{# Names of the columns of a kept table, without those that say which transaction wrote a row. #}
{% macro kept_columns(identifier) -%}
    {%- set columns = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) if node.name == identifier -%}
        {%- do columns.extend(node.columns.keys() | reject("equalto", "landed_xid")) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}

{# A row of a kept table, to be compared: json itself knows no equality. #}
{% macro comparable_row(columns, relation) -%}
    ({% for column in columns %}{{ relation }}.{{ column }}{{ "::text" if column == "payload" }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro create_interpreters() %}
{{ create_replacing() }}
{{ create_replacing_each() }}
{{ create_interpreting_pending() }}
{{ create_interpreting_missed() }}
create or replace function staging.interpret_objects(sources text[], object_keys text[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $rift_function$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Interpret in a transaction that is READ COMMITTED: an older snapshot would miss items.';
    end if;
    perform pg_advisory_xact_lock_shared({{ landing_lock() }});
    -- To land is never slower than its own work: who holds it brings these objects up to date, too.
    if pg_try_advisory_xact_lock_shared({{ vendor_lock() }}) then
        perform staging.replace_each_vendor_object(sources, object_keys);
    end if;
end
$rift_function$;

create or replace function staging.vendor_event(event uuid) returns uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $rift_function$
select events.event_id from staging.stg_vendor__events as events where events.event_id = event
$rift_function$;

revoke execute on function
    staging.replace_vendor_objects(text[], text[]), staging.replace_each_vendor_object(text[], text[], integer),
    staging.interpret_objects(text[], text[]), staging.interpret_pending(), staging.interpret_missed(),
    staging.vendor_event(uuid)
from public;
grant execute on function
    staging.interpret_objects(text[], text[]), staging.interpret_pending(), staging.interpret_missed(),
    staging.vendor_event(uuid)
to rift_ingest;
{% endmacro %}

{# Brings the events of some objects up to date; the caller holds the lock. Objects that say the same write nothing. #}
{% macro create_replacing() %}
{% set objects, events = kept_columns("stg_vendor__objects"), kept_columns("stg_vendor__events") %}
create or replace function staging.replace_vendor_objects(sources text[], object_keys text[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $rift_function$
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
    objects as materialized ({{ vendor_objects_read("keys") }}),
    summed_up as ({{ vendor_objects_summed_up("objects") }}),
    told as ({{ vendor_events_told("objects") }})
    select
        (select array_agg(row(
            {% for column in objects %}summed_up.{{ column }}{{ ", " if not loop.last }}{% endfor %}
        )::staging.stg_vendor__objects) from summed_up),
        (select array_agg(row(
            null{% for column in events %}, told.{{ column }}{% endfor %}

        )::staging.stg_vendor__events) from told)
    into defined_objects, defined_events;

    gone := array(
        select kept.event_id
        from unnest(sources, object_keys) as asked (source, object_key)
        inner join staging.stg_vendor__events as kept
            on kept.source = asked.source and kept.object_key = asked.object_key
        where not exists (
            select 1 from unnest(defined_events) as defined
            where {{ comparable_row(events, "defined") }} is not distinct from {{ comparable_row(events, "kept") }}
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

    insert into staging.stg_vendor__events ({{ events | join(", ") }})
    select {% for column in events %}defined.{{ column }}{{ ", " if not loop.last }}{% endfor %}

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
    insert into staging.stg_vendor__objects as kept ({{ objects | join(", ") }})
    select {% for column in objects %}defined.{{ column }}{{ ", " if not loop.last }}{% endfor %}

    from unnest(defined_objects) as defined
    on conflict (source, object_key) do update
    set {% for column in objects %}{{ column }} = excluded.{{ column }}{{ ", " if not loop.last }}{% endfor %}

    where {{ comparable_row(objects, "kept") }} is distinct from {{ comparable_row(objects, "excluded") }};
end
$rift_function$;
{% endmacro %}

{#
    The same, but an object that cannot be read takes its meaning from no other: halves are tried until it is alone. It
    stays `pending`, and is read again with the next definition. When it is many, something else is wrong: then it fails.
#}
{% macro create_replacing_each() %}
create or replace function staging.replace_each_vendor_object(
    sources text[], object_keys text[], allowed integer default 50
) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $rift_function$
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
$rift_function$;
{% endmacro %}

{#
    What landed while interpret_pending held the lock, as its door would have read it: with the lock of each object. Its
    caller repeats it for as long as something is left. Nobody waits for it: who has an object's lock interprets it.
#}
{% macro create_interpreting_missed() %}
create or replace function staging.interpret_missed() returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $rift_function$
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
    under_way := array(select locks.virtualtransaction from {{ landings_under_way() }});
    while
        clock_timestamp() < deadline
        and exists (select 1 from {{ landings_under_way() }} and locks.virtualtransaction = any(under_way))
    loop
        perform pg_sleep(0.005);
    end loop;
    select * into noted from intermediate.settle_watermarks where model = '{{ interpretation() }}';
    if noted.model is null or noted.system_identifier <> raw.system_identifier()
        or not pg_try_advisory_xact_lock_shared({{ vendor_lock() }})
    then
        -- Whoever has it looks again after that, as we do.
        return false;
    end if;

    with missed as materialized (
        select distinct items.source, items.object_key
        from {{ ref("stg_vendor__items") }} as items
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
$rift_function$;
{% endmacro %}

{# All objects that there are, or of which something is kept. #}
{% macro known_keys() %}
    select items.source, items.object_key from {{ ref("stg_vendor__items") }} as items
    where items.object_key is not null
    union
    select objects.source, objects.object_key from staging.stg_vendor__objects as objects
    union
    select events.source, events.object_key from staging.stg_vendor__events as events
{% endmacro %}

{# The objects of what landed since, and those whose work the roster now says is another's. #}
{% macro changed_keys() %}
    select items.source, items.object_key from {{ ref("stg_vendor__items") }} as items
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
            {{ attributed_to("people.source", "people.actor_id", "people.actor_email") }} as user_id
        from (
            select distinct source, actor_id, actor_email from staging.stg_vendor__events
            where exists (
                select 1 from {{ ref("stg_roster__sdr_versions") }} as versions
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
{% endmacro %}

{# What nobody has interpreted at landing, and what another roster or another definition means. #}
{% macro create_interpreting_pending() %}
create or replace function staging.interpret_pending() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $rift_function$
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
    perform pg_advisory_xact_lock({{ vendor_lock() }});
    horizon := pg_snapshot_xmin(pg_current_snapshot());
    select md5(
        (select coalesce(string_agg(m::text, e'\n' order by m::text), '') from {{ ref("vendor_mappings") }} as m)
        || e'\f' || (select coalesce(string_agg(s::text, e'\n' order by s::text), '') from {{ ref("scoring_sources") }} as s)
    ) into seeds_hash;
    select * into noted from intermediate.settle_watermarks where model = '{{ interpretation() }}';
    is_other_cluster := noted.system_identifier <> raw.system_identifier();
    if is_other_cluster then
        -- These rows carry transaction ids of another cluster; without a watermark nothing is settled either.
        delete from staging.stg_vendor__events;
        delete from intermediate.vendor_days_touched;
    end if;

    if noted.model is null or is_other_cluster or noted.definition_hash <> '{{ interpretation_hash() }}' || seeds_hash
        or {{ is_rebuild() }}
    then
        open todo for
            {{ known_keys() }};
    else
        open todo for
            {{ changed_keys() }};
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
        '{{ interpretation() }}', horizon, raw.system_identifier(), '{{ interpretation_hash() }}' || seeds_hash,
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
$rift_function$;
{% endmacro %}
