select
    content_hash,
    headline,
    figures,
    report_document,
    report_csv,
    week_start_date,
    created_at,
    landed_xid
from {{ source("raw", "weekly_reports") }}
