{#
    dbt's own notes: up to where each settled table holds, the settled days summed (the settle of days keeps these,
    in its transaction), which days lost an event of a vendor, and which SQL each view was built from.
#}
{% macro create_bookkeeping() %}
    create table if not exists intermediate.settle_watermarks (
        model text primary key,
        xid xid8 not null,
        system_identifier bigint not null,
        definition_hash text not null,
        settled_at timestamptz not null
    );
    -- Views still ask for the watermark of the definition that they were built from, but staging is replaced first.
    delete from intermediate.settle_watermarks
    where definition_hash <> '{{ definition_hash() }}' and model <> '{{ interpretation() }}';
    -- Where and when an event of a vendor was that has gone or changed since; the new one, if any, is new by its landed_xid.
    create table if not exists intermediate.vendor_days_touched (
        user_id text not null,
        occurred_at timestamptz not null,
        landed_xid xid8 not null default pg_current_xact_id()
    );
    create index if not exists vendor_days_touched_landed_xid on intermediate.vendor_days_touched (landed_xid);
    {% set types = {"week_start_date": "date"} %}
    {% for table, sums in settled_sums().items() %}
    create table if not exists intermediate.{{ table }} (
        user_id text not null,
        {% for key in sums["keys"] %}
        {{ key }} {{ types.get(key, "text") }} not null,
        {% endfor %}
        {% for measure in day_measures() %}
        {{ measure }} bigint not null,
        {% endfor %}
        last_event_at timestamptz,
        primary key (user_id, {{ sums["keys"] | join(", ") }})
    );
    {% endfor %}
    create index if not exists settled_weeks_week_start_date on intermediate.settled_weeks (week_start_date);
    create table if not exists intermediate.built_views (
        relation text primary key,
        relation_oid oid not null,
        definition_hash text not null
    );
{% endmacro %}

{# Notes that a view or function (a regclass or regproc) was built from the definition with this hash. #}
{% macro note_built(relation, kind, definition_hash) %}
    {% call statement("note") %}
        insert into intermediate.built_views (relation, relation_oid, definition_hash)
        values ('{{ relation }}', '{{ relation }}'::{{ kind }}, '{{ definition_hash }}')
        on conflict (relation) do update
        set relation_oid = excluded.relation_oid, definition_hash = excluded.definition_hash
    {% endcall %}
{% endmacro %}
