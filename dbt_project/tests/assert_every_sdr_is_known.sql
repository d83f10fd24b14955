-- No generic test says it: one of dim_users would name an id, but neither how much work it is nor how fresh.
-- A warning, since the work is counted either way, under its id and the team Unassigned.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "dim_users"}}}) }}

select
    people.user_id,
    sum(figures.gross_event_count)::bigint as event_count,
    max(figures.last_event_at) as last_event_at
from {{ ref("dim_users") }} as people
inner join {{ ref("int_user_figures") }} as figures on people.user_id = figures.user_id
where not people.is_known and figures.is_of_life
group by people.user_id
