with versions as (
    select * from {{ ref("stg_roster__sdr_versions") }}
),

-- One spelling a team: that of the row that was loaded last.
spelled as (
    select
        team_id,
        team_name,
        row_number() over (partition by team_id order by version_id desc) as newest_first
    from versions
),

named as (
    select
        team_id,
        team_name
    from spelled
    where newest_first = 1
),

nobodys as (
    select
        'unassigned' as team_id,
        'Unassigned' as team_name
    where
        not exists (
            select 1 from named
            where named.team_id = 'unassigned'
        )
)

select * from named
union all
select * from nobodys
