with changes as (
    select * from {{ ref("int_week_changes") }}
),

tiers as (
    select * from {{ ref("int_rank_tiers") }}
),

published as (
    select * from {{ ref("stg_canonical__published_ranks") }}
),

compared_rules as (
    select
        rule_version_id,
        event_type,
        rank_points,
        effective_from,
        landed_at,
        lag(rank_points, 1, 0) over (partition by event_type order by effective_from, rule_version_id) as earlier_points
    from {{ ref("stg_canonical__rule_versions") }}
),

-- Rule versions that give other points than the one before them, up to the next such.
rules as (
    select
        rule_version_id,
        event_type,
        effective_from,
        lead(effective_from, 1, 'infinity') over (
            partition by event_type order by effective_from, rule_version_id
        ) as effective_to,
        landed_at
    from compared_rules
    where rank_points <> earlier_points
),

-- What the late events and reversals do not add up to is the rest's.
measured as (
    select
        *,
        case
            when cause = 'rest'
                then
                    live_rank_points - published_rank_points
                    - sum(change_points) over (partition by user_id, week_start_date)
            else change_points
        end as points
    from changes
),

added_up as (
    select
        *,
        published_rank_points + sum(points) over (
            partition by user_id, week_start_date
            order by cause = 'rest', noticed_at, cause, event_id
            rows between unbounded preceding and current row
        ) as running_points
    from measured
),

-- Points are those of today's rules, under which a week may never have been as low as the published ones suggest.
stepped as (
    select
        *,
        greatest(running_points, 0)::bigint as to_points,
        greatest(running_points - points, 0)::bigint as from_points
    from added_up
),

numbered as (
    select
        *,
        row_number() over (
            partition by user_id, week_start_date order by cause = 'rest', noticed_at, cause, event_id
        )::integer as change_number
    from stepped
    where from_points <> to_points
),

explained as (
    select
        numbered.user_id,
        numbered.event_id as caused_by_event_id,
        coalesce(versions.cause, case when numbered.cause = 'rest' then 'definition' else numbered.cause end)
            as caused_by,
        numbered.change_number,
        numbered.from_points,
        numbered.to_points,
        versions.rule_version_id as caused_by_rule_version_id,
        numbered.week_start_date,
        coalesce(versions.landed_at, numbered.noticed_at) as noticed_at
    from numbered
    left join lateral (
        select
            candidates.cause,
            candidates.rule_version_id,
            candidates.landed_at
        -- Rules that reach what had landed, zones in which its days may be others.
        from (
            select
                'rule' as cause,
                rules.rule_version_id,
                rules.landed_at
            from rules
            where
                rules.landed_at > numbered.published_at
                and (
                    select events.event_id from {{ ref("int_events_located") }} as events
                    where
                        events.user_id = numbered.user_id
                        and events.event_type = rules.event_type
                        and events.reverses is null
                        and events.landed_at <= numbered.published_at
                        and {{ week_start("events.activity_date") }} = numbered.week_start_date
                        and events.occurred_at >= rules.effective_from
                        and events.occurred_at < rules.effective_to
                        -- Zones lie within a day of UTC.
                        and events.occurred_at >= (numbered.week_start_date - 1)::timestamp at time zone 'UTC'
                        and events.occurred_at < (numbered.week_start_date + 8)::timestamp at time zone 'UTC'
                    limit 1 -- Any of them. -- noqa: AM09
                ) is not null
            union all
            select
                'roster' as cause,
                null as rule_version_id,
                moves.landed_at
            from (
                {{ zone_moves("numbered.user_id", "numbered.published_at", "numbered.week_start_date") }}
            ) as moves
        ) as candidates
        where numbered.cause = 'rest'
        order by candidates.landed_at desc, candidates.rule_version_id desc
        limit 1
    ) as versions on true
),

tiered as (
    select
        explained.*,
        -- The first change starts from what was announced, whatever the tiers have become.
        case when explained.change_number > 1 then old_tiers.rank_tier else published.rank_tier end as from_tier,
        new_tiers.rank_tier as to_tier
    from explained
    inner join tiers as old_tiers
        on
            explained.from_points >= old_tiers.minimum_rank_points
            and (
                explained.from_points < old_tiers.next_minimum_rank_points
                or old_tiers.next_minimum_rank_points is null
            )
    inner join tiers as new_tiers
        on
            explained.to_points >= new_tiers.minimum_rank_points
            and (
                explained.to_points < new_tiers.next_minimum_rank_points
                or new_tiers.next_minimum_rank_points is null
            )
    left join published
        on
            explained.user_id = published.user_id
            and explained.week_start_date = published.week_start_date
)

select
    user_id,
    caused_by_event_id,
    caused_by_rule_version_id,
    from_tier,
    to_tier,
    caused_by,
    change_number,
    from_points,
    to_points,
    (from_tier is distinct from to_tier) as is_tier_change,
    week_start_date,
    noticed_at
from tiered
