{{ config(
    materialized="kept",
    catch_up="staging.interpret_pending()",
    look_again="staging.interpret_missed()",
    kept_indexes=[
        {"name": "user_id_occurred_at", "on": "user_id, occurred_at"},
        {"name": "user_id_landed_xid", "on": "user_id, landed_xid"},
        {"name": "landed_xid", "on": "landed_xid"},
        {"name": "received_at", "on": "received_at"},
        {"name": "raw_id", "on": "raw_id"},
        {"name": "external_id", "on": "source, external_id"},
        {"name": "object_key", "on": "source, object_key"},
        {"name": "reverses_event_id", "on": "reverses_event_id", "where": "reverses_event_id is not null"},
        {
            "name": "meeting_id",
            "on": "(raw.safe_key(raw.safe_member(payload, 'metadata'), 'meeting_id'))",
            "where": "raw.safe_key(raw.safe_member(payload, 'metadata'), 'meeting_id') is not null",
        },
        {
            "name": "call_id",
            "on": "(raw.safe_key(raw.safe_member(payload, 'metadata'), 'call_id'))",
            "where": "raw.safe_key(raw.safe_member(payload, 'metadata'), 'call_id') is not null",
        },
        {
            "name": "late_landed_at",
            "on": "landed_at",
            "where": "landed_at - occurred_at > interval '1 hour'",
        },
    ],
) }}

-- What staging.replace_vendor_objects keeps here (macros/interpreting.sql).
-- depends_on: {{ ref("stg_vendor__items") }}
-- depends_on: {{ ref("stg_vendor__objects") }}
-- depends_on: {{ ref("stg_roster__latest_versions") }}
-- depends_on: {{ ref("stg_roster__sdr_versions") }}
-- depends_on: {{ ref("vendor_mappings") }}
-- depends_on: {{ ref("scoring_sources") }}
select * from {{ ref("stg_vendor__events_defined") }} -- noqa: AM04
