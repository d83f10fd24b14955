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
# the mart for these SDRs and dates, so that the rest of history costs nothing. The first two numbers know no day, so
# that an event which has none is found, or one that has two.
_SINCE: Final = f"""
with new_events as materialized (
    select events.user_id, events.activity_date
    from intermediate.int_events_located as events
    where {_LANDED_SINCE}
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
    (select count(*) from raw.webhook_events where door = 'canonical' and {_LANDED_SINCE})
    + (select count(*) from staging.stg_vendor__events where {_LANDED_SINCE}),
    (select count(*) from new_events where activity_date is not null),
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
# What vendors' items came to, and what doors refused: each is an event, listed as scoring nothing, or replayed.
_ITEMS: Final = """
with outcomes as (
    select items.outcome, exists (
        select 1 from staging.stg_vendor__events as events where events.raw_id = items.raw_id
    ) as is_event
    from staging.stg_vendor__item_outcomes as items
),
refused as (
    select count(*) as waiting_count from raw.rejected_events where replayed_at is null
),
listed as (
    select count(*) as item_count from marts.fct_unscored_items where event_id is null
)
select
    (select count(*) from raw.webhook_events where door <> 'canonical')
    + (select count(*) from raw_hubspot.calls) + (select count(*) from raw_hubspot.emails)
    + (select count(*) from raw_hubspot.meetings)
    + (select count(*) from raw_salesforce.tasks) + (select count(*) from raw_salesforce.events),
    refused.waiting_count,
    (select count(*) from outcomes where outcome = 'scored' and is_event),
    listed.item_count - (select count(*) from outcomes where outcome <> 'scored' and is_event),
    (select coalesce(json_object_agg(outcome, number), '{}')::text
        from (select outcome, count(*) as number from outcomes group by outcome) as numbers)
from refused, listed
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
    """Vendors' items and refused ones, and what accounts for them: events, and rows of the list of the rest."""

    landed_count: int
    refused_count: int
    scored_count: int
    listed_count: int
    outcomes: str

    @property
    def is_right(self) -> bool:
        return self.landed_count + self.refused_count == self.scored_count + self.listed_count


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
    ((raw, located, days, landed, counted, differing, named, point),) = query(
        _SINCE.format(since=int(xid), most=MOST_NAMED)
    )
    return Counted(
        landed_count=_number(landed),
        counted_count=_number(counted),
        point=str(point),
        day_count=_number(days),
        differing_count=_number(differing),
        differing=tuple(named) if isinstance(named, list) else (),
        has_lost_any=raw != located,
    )


def items(query: Query) -> Items:
    """Every item of vendors, and every one that a door refused."""
    ((landed, refused, scored, listed, outcomes),) = query(_ITEMS)
    return Items(_number(landed), _number(refused), _number(scored), _number(listed), str(outcomes))


def _number(value: object) -> int:
    return int(str(value))
