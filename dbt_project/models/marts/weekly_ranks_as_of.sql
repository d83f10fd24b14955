{{ config(materialized="function", arguments="as_of timestamptz, week date default null") }}

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
    from {{ ref("stg_canonical__rule_versions") }}
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
            else effective_on::timestamp at time zone {{ default_time_zone() }}
        end as valid_from,
        coalesce(
            lead(effective_on) over (
                partition by user_id order by effective_on, version_id
            )::timestamp at time zone {{ default_time_zone() }},
            'infinity'
        ) as valid_to
    from {{ ref("stg_roster__sdr_versions") }}
    where loaded_at <= $1
),

-- Everybody who may have done anything: a week's events are then found SDR by SDR, by the index.
people as materialized (
    select user_id from {{ ref("int_people") }}
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
        (events.occurred_at at time zone coalesce(roster.time_zone, {{ default_time_zone() }}))::date as activity_date
    from people
    -- SDR by SDR, whatever the planner believes.
    cross join
        lateral (
            select of_person.* from {{ ref("stg_sales_events") }} as of_person
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
        {{ week_start("located.activity_date") }} as week_start_date,
        located.event_type,
        coalesce(rules.rank_points, 0) as rank_points,
        -- Only where it matters whether it was taken back.
        case
            when located.reverses is not null then false
            when located.event_type <> 'meeting_booked' and coalesce(rules.rank_points, 0) = 0 then false
            else not (
                exists (
                    select 1 from {{ ref("stg_sales_events") }} as by_event_id
                    where
                        by_event_id.reverses is not null
                        and by_event_id.reverses_event_id = located.event_id
                        and by_event_id.landed_at <= $1
                )
                or exists (
                    select 1 from {{ ref("stg_canonical__events") }} as by_external_id
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
        {{ total("rank_points", "is_counted") }} as weekly_rank_points
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
                {{ week_start("coalesce(known.started_on, known.local_date)") }},
                {{ week_start("$2") }}
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
        from {{ ref("stg_canonical__published_ranks") }}
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
inner join {{ ref("int_rank_tiers") }} as tiers
    on
        weeks.weekly_rank_points >= tiers.minimum_rank_points
        and (weeks.weekly_rank_points < tiers.next_minimum_rank_points or tiers.next_minimum_rank_points is null)
