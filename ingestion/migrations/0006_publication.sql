-- Publishing the ranks of closed weeks, and finding what landed after it.

-- dbt's role reads the closed week in the marts and writes down what it said; nobody may change it later.
grant insert on raw.published_ranks to rift_transform;

create index published_ranks_week_start_date on raw.published_ranks (week_start_date);

-- What may have come after a publication: events long after they occurred, and what takes events back. The landed_at of
-- all others follows occurred_at, so that these indexes stay small beside the log.
create index webhook_events_late_landed_at on raw.webhook_events (landed_at)
where landed_at - occurred_at > interval '1 hour';
create index webhook_events_reversals_landed_at on raw.webhook_events (landed_at)
where reverses is not null;
