with source as (
    select * from {{ source("raw", "published_ranks") }}
)

select * from source
