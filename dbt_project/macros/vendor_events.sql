{#
    Which times of an object tell when the work was done, the best first. Where none is a time that can be, it is when the
    object's oldest item was received.
#}
{% macro vendor_moments() -%}
    (
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
    )
{%- endmacro %}

{# The first of some named moments that is a time, of this millennium and not of after tomorrow; else the fallback. #}
{% macro first_moment(moments, names, received_at, fallback) -%}
    coalesce((
        select read.moment
        from unnest({{ names }}) with ordinality as named (name, number)
        cross join lateral (select raw.safe_timestamptz({{ moments }} ->> named.name) as moment limit 1) as read
        where read.moment between '2000-01-01 00:00+00'::timestamptz and {{ received_at }} + interval '1 day'
        order by named.number
        limit 1
    ), {{ fallback }})
{%- endmacro %}

{# The SDR whom the roster knows by this id in the source, else by this email; of two the one who got it last. #}
{% macro attributed_to(source, actor_id, actor_email) -%}
    {%- set number -%}
        case
            when {{ actor_id }} ~ '^[0-9]{1,18}$' then jsonb_build_object({{ source }}, ({{ actor_id }})::bigint)
            else jsonb_build_object({{ source }}, {{ actor_id }})
        end
    {%- endset -%}
    coalesce(
        (
            select (array_agg(known.user_id order by known.version_id desc))[1]
            from {{ ref("stg_roster__latest_versions") }} as known
            where
                (
                    known.identities @> jsonb_build_object({{ source }}, {{ actor_id }})
                    or known.identities @> {{ number }}
                )
                and known.identities ->> {{ source }} = {{ actor_id }}
        ),
        (
            select (array_agg(known.user_id order by known.version_id desc))[1]
            from {{ ref("stg_roster__latest_versions") }} as known
            where known.email = lower({{ actor_email }})
        ),
        left(
            regexp_replace(
                {{ source }} || ':' || coalesce({{ actor_id }}, {{ actor_email }}, 'unassigned'),
                '[\u0001-\u001f\u007f-\u009f]', '', 'g'
            ),
            200
        )
    )
{%- endmacro %}

{# The sender's own id of an event of an object, as the canonical door has it. #}
{% macro vendor_external_id(source, object_key, event_type) -%}
    case
        when length({{ object_key }} || '/' || {{ event_type }}) <= 200 then {{ object_key }} || '/' || {{ event_type }}
        else {{ source }} || ':' || raw.vendor_event_id({{ source }}, {{ object_key }}, {{ event_type }})
    end
{%- endmacro %}

{# By which the events of one object name it: no longer than an id may be (raw.safe_key). #}
{% macro vendor_own_name(name, event_type) -%}
    case
        when length({{ name }}) <= 200 then {{ name }}
        else objects.source || ':' || raw.vendor_event_id(objects.source, objects.object_key, '{{ event_type }}')
    end
{%- endmacro %}

{# The metadata of an event: nothing about the prospect. #}
{% macro vendor_metadata() -%}
    json_build_object(
        'metadata', jsonb_strip_nulls(
            objects.details - 'scheduled_at' || jsonb_build_object(
                'object_key', objects.object_key,
                'call_id', case
                    when told.event_type like 'call\_%'
                        then {{ vendor_own_name("substr(objects.object_key, length(objects.object_type) + 2)", "call_dial") }}
                end,
                'meeting_id', case
                    when told.event_type like 'meeting\_%'
                        then {{ vendor_own_name("objects.object_key", "meeting_booked") }}
                end,
                'scheduled_at', case when told.event_type like 'meeting\_%' then objects.details -> 'scheduled_at' end
            )
        )
    )
{%- endmacro %}

{# An event has landed when the first item did that alone says the same of it (type, time and who), else with the newest. #}
{% macro vendor_landed_at() -%}
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
                    select 1 from {{ ref("vendor_mappings") }} as mappings
                    where
                        mappings.event_type = told.event_type
                        and {{ is_mapped_alone("mappings", "objects", "objects.fields_each[versions.number]") }}
                )
                and timed.occurred_at = {{ first_moment(
                    "objects.moments_each[versions.number]", "named.names", "objects.received_ats[versions.number]",
                    "objects.received_ats[case when objects.source = 'calendly' then versions.number else 1 end]"
                ) }}
            order by versions.number
            limit 1
        ), {{ newest("objects.landed_ats") }})
    end
{%- endmacro %}

{#
    Calendly tells of each event in an item of its own: an event is from the oldest that says it; a booking from the one that
    made it, else from the oldest of all. The number of that item; null for other sources.
#}
{% macro calendly_item() -%}
    case
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
                            select 1 from {{ ref("vendor_mappings") }} as mappings
                            where
                                mappings.event_type = told.event_type
                                and {{ is_mapped_alone(
                                    "mappings", "objects", "objects.fields_each[versions.number]"
                                ) }}
                        )
                    end desc,
                    versions.number
                limit 1
            )
    end
{%- endmacro %}

{#
    Grain: event. What the objects in a relation tell of, where their source is the one that scores it. An event has landed
    when the first item did that alone says the same of it (type, time and who), else with the newest.
#}
{% macro vendor_events_told(objects) %}
    {%- set is_reversal = "told.event_type in ('meeting_cancelled', 'meeting_no_show')" %}
    select
        raw.vendor_event_id(objects.source, objects.object_key, told.event_type) as event_id,
        {{ newest("objects.raw_ids") }} as raw_id,
        objects.source,
        {{ vendor_external_id("objects.source", "objects.object_key", "told.event_type") }} as external_id,
        told.event_type,
        {{ attributed_to("objects.source", "objects.actor_id", "objects.actor_email") }} as user_id,
        case
            when {{ is_reversal }}
                then {{ vendor_external_id("objects.source", "objects.object_key", "'meeting_booked'") }}
        end as reverses,
        case
            when {{ is_reversal }}
                then raw.vendor_event_id(objects.source, objects.object_key, 'meeting_booked')
        end as reverses_event_id,
        objects.verified_by,
        'canonical'::text as read_as,
        objects.object_key,
        objects.actor_id,
        objects.actor_email,
        {{ vendor_metadata() }} as payload,
        timed.occurred_at,
        objects.received_ats[1] as received_at,
        {{ vendor_landed_at() }} as landed_at
    from {{ objects }} as objects
    cross join lateral (
        select distinct mappings.event_type
        from {{ ref("vendor_mappings") }} as mappings
        inner join {{ ref("scoring_sources") }} as scoring
            on
                mappings.event_type = scoring.event_type
                and mappings.source = scoring.source
        where
            scoring.is_scored
            and {{ is_mapped("mappings", "objects", "objects.values") }}
    ) as told
    left join lateral (
        select moments.names
        from {{ vendor_moments() }} as moments (source, object_type, event_types, names)
        where
            moments.source = objects.source
            and moments.object_type = objects.object_type
            and told.event_type like moments.event_types
    ) as named on true
    cross join lateral (
        select {{ calendly_item() }} as number
        limit 1
    ) as chosen
    cross join lateral (
        select {{ first_moment(
            "coalesce(objects.moments_each[chosen.number], objects.moments)", "named.names",
            "coalesce(objects.received_ats[chosen.number], " ~ newest("objects.received_ats") ~ ")",
            "objects.received_ats[coalesce(chosen.number, 1)]"
        ) }} as occurred_at
        limit 1
    ) as timed
    where objects.silenced_by is null
{% endmacro %}
