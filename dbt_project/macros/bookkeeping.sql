{# dbt's own notes: up to where each settled table holds, and which SQL each view was built from. #}
{% macro create_bookkeeping() %}
    create table if not exists intermediate.settle_watermarks (
        model text primary key,
        xid xid8 not null,
        system_identifier bigint not null,
        definition_hash text not null,
        settled_at timestamptz not null
    );
    create table if not exists intermediate.built_views (
        relation text primary key,
        relation_oid oid not null,
        definition_hash text not null
    );
{% endmacro %}
