{#
    The roster versions of an SDR that landed after a moment and put a part of a week into another zone than was known at
    that moment: such a version begins where the zone turns, so another team or name alone moves nothing.
#}
{% macro zone_moves(user_id, known_at, week_start_date) -%}
    select turns.landed_at
    from (
        select
            versions.time_zone,
            versions.loaded_at as landed_at,
            versions.valid_from,
            lead(versions.valid_from, 1, 'infinity') over (
                order by versions.effective_on, versions.version_id
            ) as valid_to
        from (
            select
                *,
                lag(time_zone) over (order by effective_on, version_id) as earlier_time_zone
            from {{ ref("stg_roster__sdr_versions") }}
            where user_id = {{ user_id }}
        ) as versions
        where versions.time_zone is distinct from versions.earlier_time_zone
    ) as turns
    cross join (
        -- Nobody had told the zone of somebody without a version.
        select
            {{ default_time_zone() }}::text as time_zone,
            '-infinity'::timestamptz as valid_from,
            'infinity'::timestamptz as valid_to
        where
            not exists (
                select 1 from {{ ref("stg_roster__sdr_versions") }} as versions
                where
                    versions.user_id = {{ user_id }}
                    and versions.loaded_at <= {{ known_at }}
            )
        union all
        select
            time_zone,
            case
                when row_number() over (order by effective_on, version_id) = 1 then '-infinity'::timestamptz
                else effective_on::timestamp at time zone {{ default_time_zone() }}
            end as valid_from,
            coalesce(
                lead(effective_on) over (
                    order by effective_on, version_id
                )::timestamp at time zone {{ default_time_zone() }},
                'infinity'
            ) as valid_to
        from {{ ref("stg_roster__sdr_versions") }}
        where
            user_id = {{ user_id }}
            and loaded_at <= {{ known_at }}
    ) as known
    where
        turns.landed_at > {{ known_at }}
        and turns.time_zone <> known.time_zone
        -- Zones lie within a day of UTC.
        and greatest(
            turns.valid_from, known.valid_from, ({{ week_start_date }} - 1)::timestamp at time zone 'UTC'
        ) < least(
            turns.valid_to, known.valid_to, ({{ week_start_date }} + 8)::timestamp at time zone 'UTC'
        )
{%- endmacro %}
