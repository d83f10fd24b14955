{#
    What all items of an object say together. In three steps, of which each takes a relation: the objects of some keys
    (read), a row for each of them (stg_vendor__objects), and the events that they tell of (stg_vendor__events). They go
    object by object (LATERAL), so that their cost is that of the keys.
#}

{# Of each member the newest value in an array of documents, the newest last. #}
{% macro newest_members(documents) -%}
    (
        select coalesce(jsonb_object_agg(members.name, members.said order by versions.number), '{}')
        from unnest({{ documents }}) with ordinality as versions (document, number)
        cross join lateral jsonb_each(versions.document) as members (name, said)
    )
{%- endmacro %}

{# The last element of an array. #}
{% macro newest(elements) -%}
    ({{ elements }})[cardinality({{ elements }})]
{%- endmacro %}

{#
    What all that Calendly sent of an invitee says has happened: each event among the items, oldest first, but for a no-show
    that was taken back after it was last marked.
#}
{% macro calendly_fields(fields) -%}
    (
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
            from unnest({{ fields }}) with ordinality as said (fields, number)
        ) as marked
        where marked.event is not null and marked.is_taken_back is not true
    )
{%- endmacro %}

{# Grain: object. All that its items say, in the order of its versions, and what holds of it. #}
{% macro vendor_objects_read(keys) %}
    {%- set versions = "items.version_at, items.tie_at, items.raw_id" %}
    select
        keys.source,
        keys.object_key,
        split_part(keys.object_key, ':', 1) as object_type,
        found.*,
        {{ newest("found.silenced_bys") }} as silenced_by,
        {{ newest("found.readables") }} as is_readable,
        said.*,
        compared.values
    from {{ keys }} as keys
    cross join lateral (
        select
            array_agg(items.raw_id order by {{ versions }}) as raw_ids,
            array_agg(items.facts order by {{ versions }}) as fields_each,
            array_agg(items.moments order by {{ versions }}) as moments_each,
            array_agg(items.details order by {{ versions }}) as details_each,
            array_agg(items.actor_id order by {{ versions }}) as actor_ids,
            array_agg(items.actor_email order by {{ versions }}) as actor_emails,
            array_agg(items.silenced_by order by {{ versions }}) as silenced_bys,
            array_agg(items.is_readable order by {{ versions }}) as readables,
            array_agg(items.received_at order by {{ versions }}) as received_ats,
            array_agg(items.landed_at order by {{ versions }}) as landed_ats,
            max(items.verified_by) as verified_by,
            bool_or(items.is_merged) as is_merged
        from {{ ref("stg_vendor__items") }} as items
        where
            items.source = keys.source
            and items.object_key = keys.object_key
    ) as found
    cross join lateral (
        select
            case
                when keys.source = 'calendly' then {{ calendly_fields("found.fields_each") }}
                when found.is_merged then {{ newest_members("found.fields_each") }}
                else {{ newest("found.fields_each") }}
            end as fields,
            case when found.is_merged
                then {{ newest_members("found.moments_each") }} else {{ newest("found.moments_each") }}
            end as moments,
            case when found.is_merged
                then {{ newest_members("found.details_each") }} else {{ newest("found.details_each") }}
            end as details,
            case when found.is_merged
                then {{ newest("array_remove(found.actor_ids, null)") }} else {{ newest("found.actor_ids") }}
            end as actor_id,
            {{ newest("found.actor_emails") }} as actor_email
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
{% endmacro %}

{# Whether a row of the seed speaks of an object whose fields say `values` (an object of arrays). #}
{% macro is_mapped(mappings, object, values) -%}
    {{ mappings }}.source = {{ object }}.source
    and {{ mappings }}.object_type = {{ object }}.object_type
    and (btrim({{ mappings }}.value) = '*' or ({{ values }} -> {{ mappings }}.field) ? raw.comparable({{ mappings }}.value))
{%- endmacro %}

{# The same of one item alone, whose fields are as they were sent. #}
{% macro is_mapped_alone(mappings, object, fields) -%}
    {{ mappings }}.source = {{ object }}.source
    and {{ mappings }}.object_type = {{ object }}.object_type
    and (
        btrim({{ mappings }}.value) = '*'
        or raw.comparable({{ mappings }}.value) = any(raw.comparable_values({{ fields }} -> {{ mappings }}.field))
    )
{%- endmacro %}

{# Grain: object. What became of each of its items, and what its fields say. #}
{% macro vendor_objects_summed_up(objects) %}
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
        {{ newest("objects.received_ats") }} as newest_at,
        objects.raw_ids,
        {{ newest("objects.raw_ids") }} as raw_id
    from {{ objects }} as objects
    cross join lateral (
        select bool_or(coalesce(scoring.is_scored, false)) as is_scored
        from {{ ref("vendor_mappings") }} as mappings
        left join {{ ref("scoring_sources") }} as scoring
            on
                mappings.event_type = scoring.event_type
                and mappings.source = scoring.source
        where {{ is_mapped("mappings", "objects", "objects.values") }}
    ) as meaning
{% endmacro %}
