-- No generic test says which subjects, metrics and weeks make sense together.
{{ config(meta={"dagster": {"ref": {"name": "weekly_goals"}}}) }}

{% set problems %}
select format('seeds/weekly_goals.csv, %s: %s Mend the row and run dbt again.', seed.goal_id, wrong.problem)
from {{ ref("weekly_goals") }} as seed
left join {{ ref("dim_event_types") }} as types on seed.metric = types.event_type
cross join lateral (
    values
    (
        coalesce(seed.subject_type not in ('everyone', 'sdr', 'team'), true),
        'subject_type is none of everyone, sdr, team.'
    ),
    (seed.subject_type in ('sdr', 'team') and seed.subject_id is null, 'subject_id must name the SDR or team.'),
    (seed.subject_type = 'everyone' and seed.subject_id is not null, 'subject_id must be empty for everyone.'),
    (
        seed.subject_type = 'team' and seed.subject_id <> {{ team_id("seed.subject_id") }},
        'subject_id must be a team_id: ' || {{ team_id("seed.subject_id") }} || '.'
    ),
    (
        coalesce(seed.metric not in {{ score_metrics() }}, true) and types.event_type is null,
        'metric is none of gold, xp, rank_points and the event types of marts.dim_event_types.'
    ),
    (coalesce(seed.target < 1, true), 'target must be a whole number from 1.'),
    (seed.first_week is null, 'first_week must be a date in the first week.'),
    (seed.last_week < seed.first_week, 'last_week is before first_week.')
) as wrong (is_wrong, problem)
where wrong.is_wrong
order by seed.goal_id
{% endset %}
{{ refuse(problems) }}
