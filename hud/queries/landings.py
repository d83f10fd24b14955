"""What has just landed, as My HUD's one statement asks it: of each SDR, whoever sent it and whenever it occurred."""

# As many lines of gold as one screen can show of one poll (one more has the rest), and as many reasons of losses. The
# newest of each kind: what was beyond the list once never comes onto it.
NEWS_LENGTH = 40
# Of everybody; what more was taken back at once shows as a correction.
MOST_REVERSALS = 500
# Longer than a tab in the background sleeps between two polls; and a slow screen misses two polls.
NEWS_SECONDS, NEWS_IN_INTERVALS = 90.0, 3

# Found by the time of receipt alone, once for all SDRs asked for (by SDR, an index would bring whole histories); what
# an event is worth is read of those shown only. `:user_ids`, `:news_seconds` and `:news_length` are the statement's.
NEWS = f"""
    recent as materialized (
        select event_id, user_id, is_reversal, received_at
        from marts.fct_sales_events
        where received_at >= now() - cast(:news_seconds as double precision) * interval '1 second'
    ),

    -- Whoever posts a reversal: the news of it belong to who did the work.
    taken_back as materialized (
        select reversals.event_id, originals.user_id, reversals.received_at
        from (
            select event_id, received_at, reverses_event_id
            from marts.fct_sales_events
            where event_id = any(array(
                select event_id from recent where is_reversal order by received_at desc limit {MOST_REVERSALS}
            ))
        ) as reversals
        cross join lateral (
            select user_id from marts.fct_sales_events where event_id = reversals.reverses_event_id offset 0
        ) as originals
    ),

    newest as materialized (
        select
            event_id,
            user_id,
            row_number() over (
                partition by user_id, is_reversal order by received_at desc, event_id desc
            ) as place,
            count(*) over (partition by user_id) as landed_count
        from (
            select event_id, user_id, is_reversal, received_at from recent where not is_reversal
            union all
            select event_id, user_id, true as is_reversal, received_at from taken_back
        ) as news
        where user_id = any(cast(:user_ids as text[]))
    ),

    news as materialized (
        select
            newest.user_id,
            json_agg(
                json_build_object(
                    'event_id', events.event_id, 'event_type', events.event_type, 'event_label', events.event_label,
                    'gold_value', events.gold_value, 'xp_value', events.xp_value,
                    'is_reversed', events.is_reversed, 'is_reversal', events.is_reversal,
                    'received_at', extract(epoch from events.received_at)::double precision
                )
                order by events.received_at desc, events.event_id desc
            ) as events
        from newest
        inner join (
            select *
            from marts.fct_sales_events
            where event_id = any(array(select event_id from newest where place <= :news_length))
        ) as events on newest.event_id = events.event_id
        group by newest.user_id
    )
"""


def news_seconds(interval_seconds: float, least: float = NEWS_SECONDS) -> float:
    """How long what landed is news to screens that look once an interval."""
    return max(least, NEWS_IN_INTERVALS * interval_seconds)
