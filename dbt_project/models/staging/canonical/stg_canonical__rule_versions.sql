with source as (
    select * from {{ source("raw", "gamification_rule_versions") }}
)

select * from source
