{{ config(
    materialized="incremental",
    incremental_strategy="settle",
    unique_key=["user_id", "activity_date"],
    on_schema_change="append_new_columns",
    full_refresh=false,
    contract={"enforced": true},
    indexes=[{"columns": ["activity_date"]}],
    pre_hook=["{{ lock_settle() }}", "{{ note_horizon() }}"],
    post_hook=["{{ settle_sums() }}", "{{ move_watermark() }}"],
) }}

-- depends_on: {{ ref("stg_sales_events") }}
-- depends_on: {{ ref("stg_canonical__events") }}
-- depends_on: {{ ref("int_events_located") }}
-- depends_on: {{ ref("stg_roster__sdr_versions") }}
-- depends_on: {{ ref("stg_canonical__rule_versions") }}
with touched as materialized (
    select
        touched_days.user_id,
        touched_days.activity_date
    from {{ touched_keys() }} as touched_days
),

defined as (
    {{ user_days_defined("touched", ref("int_events_scored"), horizon()) }}
)

select
    user_id,
    activity_date,
    event_type,
    team_id,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    last_event_at,
    active_day_count,
    week_start_date
from defined
union all
-- For the strategy: which days were touched.
select
    user_id,
    activity_date,
    '' as event_type,
    '' as team_id,
    0 as event_count,
    0 as gross_event_count,
    0 as reversed_event_count,
    0 as gold_value,
    0 as xp_value,
    0 as rank_points,
    null as last_event_at,
    0 as active_day_count,
    {{ week_start("activity_date") }} as week_start_date
from touched
where {{ "true" if is_incremental() else "false" }}
