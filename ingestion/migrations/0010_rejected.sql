-- Rejected events are read again once what they lacked is there.

alter table raw.rejected_events add column event_type text, add column external_id text;
comment on column raw.rejected_events.event_type is
'What happened, in the sender''s own words, where a header said it and not the body; else null.';
comment on column raw.rejected_events.external_id is
'The sender''s own id of the item, as far as it was known: a header may have said it, and not the body.';
comment on column raw.rejected_events.replayed_at is
'When what the body holds was landed after all, or was found to be there; written in that transaction. Null: it waits.';

grant update (replayed_at) on raw.rejected_events to rift_ingest;

-- Copies may be many, and wait for nothing.
create index rejected_events_waiting on raw.rejected_events (rejected_id)
where replayed_at is null and reason <> 'duplicate';
