{{ config(
    materialized="incremental",
    incremental_strategy="settle",
    unique_key=["user_id", "activity_date"],
    on_schema_change="append_new_columns",
    full_refresh=false,
    contract={"enforced": true},
    indexes=[{"columns": ["activity_date"]}, {"columns": ["week_start_date"]}],
    pre_hook=[
        "{{ lock_settle() }}",
        "{{ note_horizon() }}",
        "{{ note_touched(user_days_touched(this if is_incremental() else none)) }}",
    ],
    post_hook=["{{ settle_sums() }}", "{{ move_watermark() }}"],
) }}

-- depends_on: {{ ref("stg_sales_events") }}
-- depends_on: {{ ref("int_events_located") }}
-- depends_on: {{ ref("stg_roster__sdr_versions") }}
-- depends_on: {{ ref("stg_canonical__rule_versions") }}
with scored as (
    select * from {{ ref("int_events_scored") }}
    where {{ is_below_horizon("landed_xid") }}
),

defined as (
    {{ user_days_defined(touched_keys(), "scored") }}
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
