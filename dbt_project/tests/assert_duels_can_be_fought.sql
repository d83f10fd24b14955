-- No generic test says which sides, metrics and days make sense together.
{{ config(meta={"dagster": {"ref": {"name": "duels"}}}) }}

{% set problems %}
select format('seeds/duels.csv, %s: %s Mend the row and run dbt again.', seed.duel_id, wrong.problem)
from {{ ref("duels") }} as seed
left join {{ ref("dim_event_types") }} as types on seed.metric = types.event_type
cross join lateral (
    values
    (coalesce(seed.subject_type not in ('sdr', 'team'), true), 'subject_type is neither sdr nor team.'),
    (seed.challenger_id is null or seed.opponent_id is null, 'challenger_id and opponent_id must both be given.'),
    (seed.challenger_id = seed.opponent_id, 'challenger_id and opponent_id are the same.'),
    (
        seed.subject_type = 'team' and (
            seed.challenger_id <> {{ team_id("seed.challenger_id") }}
            or seed.opponent_id <> {{ team_id("seed.opponent_id") }}
        ),
        'challenger_id and opponent_id must be team_ids, as in marts.dim_teams.'
    ),
    (
        coalesce(seed.metric not in {{ score_metrics() }}, true) and types.event_type is null,
        'metric is none of gold, xp, rank_points and the event types of marts.dim_event_types.'
    ),
    (seed.starts_on is null or seed.ends_on is null, 'starts_on and ends_on must both be dates.'),
    (seed.ends_on < seed.starts_on, 'ends_on is before starts_on.')
) as wrong (is_wrong, problem)
where wrong.is_wrong
order by seed.duel_id
{% endset %}
{{ refuse(problems) }}
