with achievements as (
    select * from {{ ref("int_achievements") }}
),

days as (
    select * from {{ ref("int_days_totalled") }}
),

counted_types as (
    select distinct event_type from achievements
    where kind = 'count'
),

typed_days as (
    select
        user_days.user_id,
        user_days.event_type,
        user_days.activity_date,
        user_days.event_count,
        sum(user_days.event_count) over life as life_count,
        sum(user_days.event_count) over early_life as early_count
    from {{ ref("int_user_days") }} as user_days
    inner join counted_types on user_days.event_type = counted_types.event_type
    window
        life as (partition by user_days.user_id, user_days.event_type order by user_days.activity_date),
        early_life as (
            partition by user_days.user_id, user_days.event_type
            order by user_days.activity_date range between unbounded preceding and interval '3 days' preceding
        )
),

-- Between zones a later day can begin earlier, but not one that lies three days off: for whoever moved, the days around
-- are read too.
movers as (
    select user_id from {{ ref("stg_roster__sdr_versions") }}
    group by user_id
    having min(time_zone) <> max(time_zone)
),

counted as (
    select
        typed_days.user_id,
        achievements.achievement_id,
        achievements.kind,
        achievements.event_type,
        achievements.required_value,
        typed_days.life_count - typed_days.event_count as value_before,
        coalesce(typed_days.early_count, 0) as early_value,
        typed_days.activity_date,
        {{ week_start("typed_days.activity_date") }} as week_start_date
    from typed_days
    inner join achievements
        on
            achievements.kind = 'count'
            and typed_days.event_type = achievements.event_type
            and typed_days.life_count >= achievements.required_value
            and typed_days.life_count - typed_days.event_count < achievements.required_value
),

summed as (
    select
        days.user_id,
        achievements.achievement_id,
        achievements.kind,
        null::text as event_type,
        case achievements.kind
            when 'streak' then 1
            when 'personal_best' then days.best_gold_before + 1
            else achievements.required_value
        end as required_value,
        case achievements.kind
            when 'gold' then days.life_gold - days.gold
            when 'xp' then days.life_xp - days.xp
            when 'weekly_rank' then days.week_rank_points - days.rank_points
            else 0
        end as value_before,
        case achievements.kind
            when 'gold' then coalesce(days.early_gold, 0)
            when 'xp' then coalesce(days.early_xp, 0)
            else 0
        end as early_value,
        days.activity_date,
        days.week_start_date
    from days
    inner join achievements
        on case achievements.kind
            when 'gold'
                then
                    days.life_gold >= achievements.required_value
                    and days.life_gold - days.gold < achievements.required_value
            when 'xp'
                then
                    days.life_xp >= achievements.required_value
                    and days.life_xp - days.xp < achievements.required_value
            when 'weekly_rank'
                then
                    days.week_rank_points >= achievements.required_value
                    and days.week_rank_points - days.rank_points < achievements.required_value
            when 'streak' then days.streak_day = achievements.required_value
            when 'personal_best'
                then
                    days.gold > days.best_gold_before
                    and days.active_days_before >= achievements.threshold
        end
),

crossed as (
    select
        crossings.*,
        min(crossings.activity_date) over (
            partition by crossings.user_id, crossings.achievement_id
        ) as earliest_date
    from (
        select * from counted
        union all
        select * from summed
    ) as crossings
),

-- For whoever moved between zones the next week can have been reached first, too.
candidates as (
    select
        crossed.*,
        movers.user_id is not null and crossed.kind in ('count', 'gold', 'xp', 'weekly_rank') as is_of_mover
    from crossed
    left join movers on crossed.user_id = movers.user_id
)

select
    user_id,
    achievement_id,
    case kind
        when 'count' then 'event_count'
        when 'streak' then 'event_count'
        when 'personal_best' then 'gold'
        when 'weekly_rank' then 'rank_points'
        else kind
    end as metric,
    event_type,
    required_value - case
        when not is_of_mover then value_before
        when kind = 'weekly_rank' then 0
        else early_value
    end as missing_value,
    case
        when not is_of_mover then activity_date
        when kind = 'weekly_rank' then week_start_date
        else activity_date - 2
    end as first_date,
    case
        when not is_of_mover then activity_date
        when kind = 'weekly_rank' then week_start_date + 6
        else activity_date + 2
    end as last_date
from candidates
where
    activity_date = earliest_date
    or (is_of_mover and kind = 'weekly_rank' and week_start_date <= {{ week_start("earliest_date") }} + 7)
