-- A hash over all rows of a week, in their order, is beyond a generic test.
select
    week_start_date,
    content_hash
from {{ ref("stg_canonical__published_ranks") }}
group by week_start_date, content_hash
having
    content_hash <> encode(
        sha256(
            convert_to(
                string_agg(
                    json_build_array(
                        user_id,
                        week_start_date,
                        rank_tier,
                        weekly_meetings_booked,
                        rank_points,
                        rank_position,
                        extract(epoch from published_at)
                    )::text,
                    e'\n'
                    order by user_id collate "C"
                ),
                'UTF8'
            )
        ),
        'hex'
    )
