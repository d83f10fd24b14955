-- A week has another report only when its publication became another one: somebody in it was forgotten.
with newest as (
    select distinct on (week_start_date) *
    from {{ ref("stg_canonical__weekly_reports") }}
    order by week_start_date asc, created_at desc
),

restated as (
    select
        week_start_date,
        count(*) as restated_since_count
    from {{ ref("fct_weekly_rank_restatements") }}
    group by week_start_date
)

select
    to_char(newest.week_start_date, 'IYYY-"W"IW') as iso_week,
    newest.content_hash,
    array(select json_array_elements_text(newest.headline -> 'champion_names')) as champion_names,
    newest.headline ->> 'champion_tier' as champion_tier,
    newest.headline ->> 'top_team_name' as top_team_name,
    newest.report_document,
    newest.report_csv,
    newest.figures::jsonb as figures,
    (newest.headline ->> 'champion_count')::integer as champion_count,
    (newest.headline ->> 'champion_tier_order')::integer as champion_tier_order,
    (newest.headline ->> 'sdr_count')::bigint as sdr_count,
    (newest.headline ->> 'meetings_booked')::bigint as meetings_booked,
    (newest.headline ->> 'team_count')::integer as team_count,
    (newest.headline ->> 'rise_count')::integer as rise_count,
    (newest.headline ->> 'fall_count')::integer as fall_count,
    (newest.headline ->> 'personal_best_count')::integer as personal_best_count,
    (newest.headline ->> 'restatement_count')::integer as restatement_count,
    coalesce(restated.restated_since_count, 0) as restated_since_count,
    (newest.headline ->> 'document_bytes')::integer as document_bytes,
    newest.week_start_date,
    (newest.headline ->> 'published_at')::timestamptz as published_at,
    newest.created_at
from newest
left join restated on newest.week_start_date = restated.week_start_date
