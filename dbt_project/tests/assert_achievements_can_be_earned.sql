-- No generic test says which columns a kind of achievement needs.
{{ config(meta={"dagster": {"ref": {"name": "achievements"}}}) }}

{% set problems %}
select format('seeds/achievements.csv, %s: %s Mend the row and run dbt again.', seed.achievement_id, wrong.problem)
from {{ ref("achievements") }} as seed
left join {{ ref("rank_tiers") }} as tiers on seed.threshold = tiers.rank_order and tiers.minimum_rank_points > 0
left join {{ ref("dim_event_types") }} as types on seed.event_type = types.event_type
cross join lateral (
    values
    (
        coalesce(
            seed.kind not in ('count', 'xp', 'gold', 'streak', 'personal_best', 'weekly_rank', 'team_win'), true
        ),
        'kind is none of count, xp, gold, streak, personal_best, weekly_rank, team_win.'
    ),
    (coalesce(seed.threshold < 1, true), 'threshold must be a whole number from 1.'),
    (
        seed.kind = 'count' and types.event_type is null,
        'event_type must be one of marts.dim_event_types.'
    ),
    (seed.kind <> 'count' and seed.event_type is not null, 'event_type must be empty; only a count has one.'),
    (
        seed.kind = 'weekly_rank' and tiers.rank_order is null,
        'threshold must be the rank_order of a tier of seeds/rank_tiers.csv that needs rank points.'
    )
) as wrong (is_wrong, problem)
where wrong.is_wrong
order by seed.sort_order, seed.achievement_id
{% endset %}
{{ refuse(problems) }}
