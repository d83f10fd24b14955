-- No generic test says it: one would count the values, but not how often each was seen, nor of how late.
-- A warning, since most values are meant to score nothing: a row of seeds/vendor_mappings.csv says what is to.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "rpt_unmapped_values"}}}) }}

select
    unmapped.source,
    unmapped.object_type,
    unmapped.field,
    unmapped.value,
    unmapped.item_count,
    unmapped.newest_at
from {{ ref("rpt_unmapped_values") }} as unmapped
order by unmapped.item_count desc
