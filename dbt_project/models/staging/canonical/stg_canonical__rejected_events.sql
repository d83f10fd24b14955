with source as (
    select * from {{ source("raw", "rejected_events") }}
)

select * from source
