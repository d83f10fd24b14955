"""Whether what landed is counted: of all history, or of what landed since it was last found right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Query = Callable[[str], list[tuple[object, ...]]]

# Up to where a statement has seen everything that ever lands below, in this cluster.
_POINT: Final = "raw.system_identifier()::text || ' ' || pg_snapshot_xmin(pg_current_snapshot())::text"
_LANDED_SINCE: Final = "landed_xid >= '{since}'::xid8 and landed_xid <= '18446744073709551615'::xid8"
_WHOLE: Final = f"""
select
    (select count(*) from raw.webhook_events where door = 'canonical')
    + (select count(*) from staging.stg_vendor__events),
    (select coalesce(sum(gross_event_count), 0)::bigint from marts.fct_user_daily),
    {_POINT}
"""
# All days of which an event has landed since, each counted whole: in raw, and in the mart. Raw is read day by day, and
# the mart for these SDRs and dates, so that the rest of history costs nothing. Of each item it is asked
# first, whatever the day, whether all its events have one: so one that has none is found, or one that has two.
_SINCE: Final = f"""
with new_events as materialized (
    select events.raw_id, events.user_id, events.activity_date
    from intermediate.int_events_located as events
    where {_LANDED_SINCE}
),
raw_events as materialized (
    select raw_id from raw.webhook_events where door = 'canonical' and {_LANDED_SINCE}
    union all
    select raw_id from staging.stg_vendor__events where {_LANDED_SINCE}
),
lost as (
    select raw_id, count(*) from raw_events group by raw_id
    except
    select raw_id, count(*) from new_events where activity_date is not null group by raw_id
),
days as materialized (
    select distinct user_id, activity_date from new_events where activity_date is not null
),
landed as (
    select days.user_id, days.activity_date, found.event_count
    from days
    cross join lateral (
        select count(*) as event_count
        from intermediate.int_events_located as events
        where
            events.user_id = days.user_id
            and events.activity_date = days.activity_date
            and events.occurred_at >= (days.activity_date - 1)::timestamp at time zone 'UTC'
            and events.occurred_at < (days.activity_date + 2)::timestamp at time zone 'UTC'
    ) as found
),
counted as (
    select daily.user_id, daily.activity_date, sum(daily.gross_event_count) as event_count
    from marts.fct_user_daily as daily
    where
        daily.user_id = any(array(select days.user_id from days))
        and daily.activity_date = any(array(select distinct days.activity_date from days))
    group by daily.user_id, daily.activity_date
),
compared as (
    select landed.user_id, landed.activity_date, landed.event_count as landed_count,
        coalesce(counted.event_count, 0) as counted_count
    from landed
    left join counted using (user_id, activity_date)
)
select
    exists (select from lost)
    or (select count(*) from raw_events) <> (select count(*) from new_events where activity_date is not null),
    (select count(*) from compared),
    (select coalesce(sum(landed_count), 0)::bigint from compared),
    (select coalesce(sum(counted_count), 0)::bigint from compared),
    (select count(*) from compared where landed_count <> counted_count),
    (select coalesce(array_agg(user_id || ' on ' || activity_date), '{{{{}}}}') from (
        select user_id, activity_date from compared where landed_count <> counted_count
        order by activity_date desc, user_id limit {{most}}
    ) as worst),
    {_POINT}
"""
# What came of each of vendors' items and of what doors refused. Compared one by one: of sums, two errors cancel.
_ITEMS: Final = """
with told as (
    select raw_id as item_id, 'landed' as said from raw.webhook_events where door <> 'canonical'
    union all select raw_id, 'landed' from raw_hubspot.calls
    union all select raw_id, 'landed' from raw_hubspot.emails
    union all select raw_id, 'landed' from raw_hubspot.meetings
    union all select raw_id, 'landed' from raw_salesforce.tasks
    union all select raw_id, 'landed' from raw_salesforce.events
    union all select rejected_id, 'refused' from raw.rejected_events where replayed_at is null
    union all
    select raw_id, case outcome when 'scored' then 'scored' else 'unscored' end from staging.stg_vendor__item_outcomes
    union all select distinct raw_id, 'event' from staging.stg_vendor__events
    union all select item_id, 'listed' from marts.fct_unscored_items where event_id is null
),
counted as (
    select item_id,
        count(*) filter (where said = 'landed') as landed, count(*) filter (where said = 'refused') as refused,
        count(*) filter (where said = 'scored') as scored, count(*) filter (where said = 'unscored') as unscored,
        count(*) filter (where said = 'event') as events, count(*) filter (where said = 'listed') as listed
    from told group by item_id
),
-- An item has one outcome, and is then what an event is from or stands once in the list, as what was refused does.
items as (
    select item_id, case
        when (landed, refused, scored, unscored, events, listed) = (1, 0, 1, 0, 1, 0) then 'scored'
        when (landed, refused, scored, unscored, events, listed) in ((1, 0, 0, 1, 0, 1), (0, 1, 0, 0, 0, 1))
            then 'listed'
    end as account
    from counted
)
select
    (select count(*) from told where said = 'landed'),
    (select count(*) from told where said = 'refused'),
    (select count(*) from items where account = 'scored'),
    (select count(*) from items where account = 'listed'),
    (select count(*) from items where account is null),
    array(select item_id::text from items where account is null order by item_id limit {most}),
    (select coalesce(json_object_agg(outcome, number), '{{}}')::text from (
        select outcome, count(*) as number from staging.stg_vendor__item_outcomes group by outcome
    ) as numbers)
"""
MOST_NAMED: Final = 5


@dataclass(frozen=True)
class Counted:
    """What landed and what is counted, and the point up to which it was compared.

    `day_count` is None when all of history was compared, and the days that differ are then not known.
    """

    landed_count: int
    counted_count: int
    point: str
    day_count: int | None = None
    differing_count: int = 0
    differing: tuple[str, ...] = ()
    has_lost_any: bool = False

    @property
    def is_right(self) -> bool:
        return self.landed_count == self.counted_count and not self.differing_count and not self.has_lost_any


@dataclass(frozen=True)
class Items:
    """Items of vendors and refused ones, what accounts for them; `unaccounted` names those without one account."""

    landed_count: int
    refused_count: int
    scored_count: int
    listed_count: int
    unaccounted_count: int
    unaccounted: tuple[str, ...]
    outcomes: str

    @property
    def is_right(self) -> bool:
        return not self.unaccounted_count


def all_events(query: Query) -> Counted:
    """All of history: as long as it is."""
    ((landed, counted, point),) = query(_WHOLE)
    return Counted(_number(landed), _number(counted), str(point))


def new_events(query: Query, since: str) -> Counted:
    """The days of what landed from a point on, such as `Counted.point`; all of history from one of another cluster."""
    cluster, _, xid = since.partition(" ")
    ((here,),) = query("select raw.system_identifier()::text")
    if here != cluster:
        return all_events(query)
    ((has_lost_any, days, landed, counted, differing, named, point),) = query(
        _SINCE.format(since=int(xid), most=MOST_NAMED)
    )
    return Counted(
        landed_count=_number(landed),
        counted_count=_number(counted),
        point=str(point),
        day_count=_number(days),
        differing_count=_number(differing),
        differing=tuple(named) if isinstance(named, list) else (),
        has_lost_any=bool(has_lost_any),
    )


def items(query: Query) -> Items:
    """Every item of vendors, and every one that a door refused."""
    ((landed, refused, scored, listed, unaccounted, named, outcomes),) = query(_ITEMS.format(most=MOST_NAMED))
    names = tuple(named) if isinstance(named, list) else ()
    return Items(
        _number(landed), _number(refused), _number(scored), _number(listed), _number(unaccounted), names, str(outcomes)
    )


def _number(value: object) -> int:
    return int(str(value))
