{# The id of a meeting or call that an event's metadata names: metadata.meeting_id, metadata.call_id. #}
{% macro named_in_metadata(event, member) -%}
    raw.safe_key({{ event }}.metadata, '{{ member }}')
{%- endmacro %}

{# The id that a meeting or call is shown under: its sender's, before ours. #}
{% macro own_name(event, member) -%}
    coalesce({{ named_in_metadata(event, member) }}, {{ event }}.external_id, {{ event }}.event_id::text)
{%- endmacro %}

{#
    Whether one event names another: by the id that both have in metadata, or by the other's external_id, of the same
    source; or by our event_id, whichever source it is from. Looks the namer up by its id in metadata, which is indexed.
#}
{% macro is_named_by(named, namer, member) -%}
    {{ named_in_metadata(namer, member) }} = any(array[
        {{ named_in_metadata(named, member) }}, {{ named }}.external_id, {{ named }}.event_id::text
    ])
    and (
        {{ namer }}.source = {{ named }}.source
        or {{ named_in_metadata(namer, member) }} = {{ named }}.event_id::text
    )
{%- endmacro %}

{#
    Whether an event names none in a relation. The same rule, the other way round: each of its cases is an index's. Scalar
    subqueries, not exists(): the planner would hash all events that could be named, also to look up one.
#}
{% macro names_none_of(namer, named_events, member, condition) -%}
    {%- set name = named_in_metadata(namer, member) -%}
    (
        select named.event_id from {{ named_events }} as named
        where
            {{ condition }}
            and named.source = {{ namer }}.source
            and {{ named_in_metadata("named", member) }} = {{ name }}
        limit 1
    ) is null
    and (
        select named.event_id from {{ named_events }} as named
        where
            {{ condition }}
            and named.source = {{ namer }}.source
            and named.external_id = {{ name }}
        limit 1
    ) is null
    and (
        select named.event_id from {{ named_events }} as named
        where
            {{ condition }}
            and named.event_id = case
                when {{ name }} ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then {{ name }}::uuid
            end
        limit 1
    ) is null
{%- endmacro %}

{# Whether an event is the first of a relation, of its source, that names what it names. #}
{% macro is_first_to_name(namer, namers, member, condition) -%}
    (
        select earlier.event_id from {{ namers }} as earlier
        where
            {{ condition }}
            and earlier.source = {{ namer }}.source
            and {{ named_in_metadata("earlier", member) }} = {{ named_in_metadata(namer, member) }}
            and (earlier.occurred_at, earlier.event_id) < ({{ namer }}.occurred_at, {{ namer }}.event_id)
        limit 1
    ) is null
{%- endmacro %}

{# How a call ended, in the sender's words. #}
{% macro disposition(call) -%}
    case
        when jsonb_typeof({{ call }}.metadata -> 'disposition') = 'string'
            then left({{ call }}.metadata ->> 'disposition', 200)
    end
{%- endmacro %}

{# How long a call lasted; null unless it is a number of seconds within a day. #}
{% macro duration_seconds(call) -%}
    case
        when
            jsonb_typeof({{ call }}.metadata -> 'duration_seconds') = 'number'
            then case
                when ({{ call }}.metadata ->> 'duration_seconds')::numeric between 0 and 86400
                    then round(({{ call }}.metadata ->> 'duration_seconds')::numeric)::integer
            end
    end
{%- endmacro %}
