with duels as (
    select * from {{ ref("duels") }}
),

people as (
    select * from {{ ref("int_people") }}
),

sides as (
    select
        duels.duel_id,
        duels.subject_type,
        duels.metric,
        duels.starts_on,
        duels.ends_on,
        both_sides.side,
        both_sides.subject_id
    from duels
    cross join lateral (
        values ('challenger', duels.challenger_id), ('opponent', duels.opponent_id)
    ) as both_sides (side, subject_id)
),

sdr_scores as (
    select
        sides.duel_id,
        sides.side,
        1::bigint as headcount,
        coalesce(sum({{ day_metric_value("sides.metric", "user_days") }}), 0)::bigint as score
    from sides
    left join {{ ref("int_user_days") }} as user_days
        on
            sides.subject_id = user_days.user_id
            and user_days.activity_date between sides.starts_on and sides.ends_on
    where sides.subject_type = 'sdr'
    group by sides.duel_id, sides.side
),

-- Who belonged to the team on a day of the duel, or did anything for it in the duel.
team_members as (
    select
        sides.duel_id,
        sides.side,
        memberships.user_id,
        0 as score
    from sides
    inner join {{ ref("int_team_memberships") }} as memberships
        on
            sides.subject_id = memberships.team_id
            and sides.starts_on <= memberships.member_to_date
            and sides.ends_on >= memberships.member_from_date
    where sides.subject_type = 'team'
    union all
    select
        sides.duel_id,
        sides.side,
        user_days.user_id,
        {{ day_metric_value("sides.metric", "user_days") }} as score
    from sides
    inner join {{ ref("int_user_days") }} as user_days
        on
            sides.subject_id = user_days.team_id
            and user_days.activity_date between sides.starts_on and sides.ends_on
    where sides.subject_type = 'team'
),

team_scores as (
    select
        duel_id,
        side,
        count(distinct user_id) as headcount,
        sum(score)::bigint as score
    from team_members
    group by duel_id, side
),

scores as (
    select * from sdr_scores
    union all
    select * from team_scores
),

-- It is over when it is over for the last, and runs from when it has begun for the first.
clocks as (
    select
        duels.duel_id,
        min(people.local_date) as earliest_date,
        max(people.local_date) as latest_date
    from duels
    inner join people
        on case duels.subject_type
            when 'sdr' then people.user_id
            else people.team_id
        end in (duels.challenger_id, duels.opponent_id)
    group by duels.duel_id
),

compared as (
    select
        duels.*,
        coalesce(challengers.score, 0) as challenger_score,
        coalesce(opponents.score, 0) as opponent_score,
        coalesce(challengers.headcount, 0) as challenger_headcount,
        coalesce(opponents.headcount, 0) as opponent_headcount,
        coalesce(challengers.score::numeric / challengers.headcount, 0) as challenger_per_head,
        coalesce(opponents.score::numeric / opponents.headcount, 0) as opponent_per_head,
        coalesce(clocks.earliest_date, (now() at time zone {{ default_time_zone() }})::date) as earliest_date,
        coalesce(clocks.latest_date, (now() at time zone {{ default_time_zone() }})::date) as latest_date
    from duels
    left join scores as challengers on duels.duel_id = challengers.duel_id and challengers.side = 'challenger'
    left join scores as opponents on duels.duel_id = opponents.duel_id and opponents.side = 'opponent'
    left join clocks on duels.duel_id = clocks.duel_id
)

select
    duel_id,
    title,
    subject_type,
    challenger_id,
    opponent_id,
    metric,
    case
        when challenger_per_head > opponent_per_head then 'challenger'
        when challenger_per_head < opponent_per_head then 'opponent'
        else 'tie'
    end as leader,
    case
        when earliest_date > ends_on then 'over'
        when latest_date < starts_on then 'upcoming'
        else 'running'
    end as status,
    challenger_score,
    opponent_score,
    challenger_headcount,
    opponent_headcount,
    round(challenger_per_head, 2) as challenger_score_per_head,
    round(opponent_per_head, 2) as opponent_score_per_head,
    round(abs(challenger_per_head - opponent_per_head), 2) as margin,
    starts_on,
    ends_on
from compared
