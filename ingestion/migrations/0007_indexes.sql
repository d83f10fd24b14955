-- One index for each way to name what is taken back, and none that the planner could take for the other's: while it
-- believes that there is no reversal at all, every one of them looks free to read whole.
drop index raw.webhook_events_reverses_external_id;
drop index raw.webhook_events_reverses_event_id;
create index webhook_events_reverses_external_id on raw.webhook_events (source, reverses)
where reverses is not null and reverses_event_id is null;
create index webhook_events_reverses_event_id on raw.webhook_events (reverses_event_id)
where reverses_event_id is not null;
-- The events of a day or an hour: raw grows in about this order, so a summary of each stretch of it is index enough.
create index webhook_events_times on raw.webhook_events
using brin (occurred_at timestamptz_minmax_multi_ops, received_at timestamptz_minmax_multi_ops)
with (autosummarize = on);
