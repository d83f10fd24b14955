-- SDR-weeks whose points are no longer those published, or in which anything landed late, even if it cancelled out.
with taken_back as materialized (
    {{ events_taken_back(
        "reversals.landed_at > (select min(any_week.published_at) from "
        ~ ref("int_published_weeks") ~ " as any_week)",
        ", reversals.landed_at"
    ) }}
),

evidence as (
    select
        user_id,
        week_start_date,
        rank_points::bigint as published_rank_points,
        0 as live_rank_points,
        0 as late_count
    from {{ ref("stg_canonical__published_ranks") }}
    union all
    select
        worked.user_id,
        worked.week_start_date,
        0 as published_rank_points,
        worked.rank_points as live_rank_points,
        0 as late_count
    from {{ ref("int_user_weeks") }} as worked
    where worked.rank_points <> 0
    union all
    select
        events.user_id,
        weeks.week_start_date,
        0 as published_rank_points,
        0 as live_rank_points,
        1 as late_count
    from {{ ref("int_events_located") }} as events
    inner join {{ ref("int_published_weeks") }} as weeks
        on
            {{ week_start("events.activity_date") }} = weeks.week_start_date
            and events.landed_at > weeks.published_at
    where
        -- Both are for the index: with such a grace period, what lands within the hour is there before the publication.
        events.landed_at > (select min(any_week.published_at) from {{ ref("int_published_weeks") }} as any_week)
        {% if week_grace_hours() >= 1 %}
            and events.landed_at - events.occurred_at > interval '1 hour'
        {% endif %}
    union all
    select
        originals.user_id,
        weeks.week_start_date,
        0 as published_rank_points,
        0 as live_rank_points,
        1 as late_count
    from {{ ref("int_events_located") }} as originals
    inner join taken_back on originals.event_id = taken_back.event_id
    inner join {{ ref("int_published_weeks") }} as weeks
        on
            {{ week_start("originals.activity_date") }} = weeks.week_start_date
            and taken_back.landed_at > weeks.published_at
    where originals.event_id = any(array(select named.event_id from taken_back as named))
),

suspects as (
    select
        user_id,
        week_start_date,
        sum(published_rank_points)::bigint as published_rank_points,
        sum(live_rank_points)::bigint as live_rank_points
    from evidence
    group by user_id, week_start_date
    having sum(published_rank_points) <> sum(live_rank_points) or sum(late_count) > 0
)

select
    suspects.user_id,
    changes.cause,
    changes.event_id,
    suspects.published_rank_points,
    suspects.live_rank_points,
    changes.change_points,
    suspects.week_start_date,
    weeks.published_at,
    changes.noticed_at
from suspects
inner join {{ ref("int_published_weeks") }} as weeks on suspects.week_start_date = weeks.week_start_date
cross join lateral (
    select
        causes.cause,
        causes.event_id,
        causes.change_points,
        causes.noticed_at
    from {{ ref("int_events_located") }} as events
    inner join {{ ref("stg_canonical__rule_versions") }} as rules
        on
            events.event_type = rules.event_type
            and events.occurred_at >= rules.effective_from
            and events.occurred_at < rules.effective_to
    -- What takes an event back is final: only the first to land did anything.
    left join lateral (
        select
            reversals.event_id,
            reversals.landed_at
        from (
            select
                by_event_id.event_id,
                by_event_id.landed_at
            from {{ ref("stg_sales_events") }} as by_event_id
            where
                by_event_id.reverses is not null
                and by_event_id.reverses_event_id = events.event_id
            union all
            select
                by_external_id.event_id,
                by_external_id.landed_at
            from {{ ref("stg_canonical__events") }} as by_external_id
            where
                by_external_id.reverses is not null
                and by_external_id.reverses_event_id is null
                and by_external_id.source = events.source
                and by_external_id.reverses = events.external_id
        ) as reversals
        order by reversals.landed_at, reversals.event_id
        limit 1
    ) as reversal on true
    cross join
        lateral (
            values
            ('event', events.event_id, rules.rank_points::bigint, events.landed_at),
            ('reversal', reversal.event_id, -rules.rank_points::bigint, reversal.landed_at)
        ) as causes (cause, event_id, change_points, noticed_at)
    where
        events.user_id = suspects.user_id
        and {{ week_start("events.activity_date") }} = suspects.week_start_date
        -- Zones lie within a day of UTC.
        and events.occurred_at >= (suspects.week_start_date - 1)::timestamp at time zone 'UTC'
        and events.occurred_at < (suspects.week_start_date + 8)::timestamp at time zone 'UTC'
        and events.reverses is null
        and rules.rank_points <> 0
        and causes.noticed_at > weeks.published_at
        -- Taken back before it came, an event never counted.
        and (reversal.landed_at is null or reversal.landed_at > events.landed_at)
    union all
    select
        'rest' as cause,
        null::uuid as event_id,
        0 as change_points,
        null::timestamptz as noticed_at
) as changes
