{#
    dbt's own notes: up to where each settled table holds, the settled days summed for life (the settle of days keeps
    them, in its transaction), and which SQL each view was built from.
#}
{% macro create_bookkeeping() %}
    create table if not exists intermediate.settle_watermarks (
        model text primary key,
        xid xid8 not null,
        system_identifier bigint not null,
        definition_hash text not null,
        settled_at timestamptz not null
    );
    create table if not exists intermediate.settled_totals (
        user_id text not null,
        event_type text not null,
        {% for measure in day_measures() %}
        {{ measure }} bigint not null,
        {% endfor %}
        last_event_at timestamptz,
        primary key (user_id, event_type)
    );
    create table if not exists intermediate.built_views (
        relation text primary key,
        relation_oid oid not null,
        definition_hash text not null
    );
{% endmacro %}
