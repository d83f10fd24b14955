-- Who a person is to other systems, and what lineage reads from metadata.

alter table raw_roster.sdr_versions
add column identities json not null default '{}' check (json_typeof(identities) = 'object');
comment on column raw_roster.sdr_versions.identities is
'The person''s id in each source that the roster named, such as {"outreach": "4711"}.';

-- Text of others is read through these: what does not parse is null, and never fails a read. None of them depends on a
-- setting of the session, so they are immutable, and may be indexed.

create function raw.safe_jsonb(document json) returns jsonb
language plpgsql immutable strict
as $$
begin
    return document::jsonb;
exception when others then
    return null;
end
$$;
comment on function raw.safe_jsonb is 'A document as jsonb, or null where jsonb cannot hold it.';

create function raw.safe_timestamptz(moment text) returns timestamptz
language plpgsql immutable strict
as $$
begin
    -- With its zone spelled as an offset, and its date in ISO order, a text means one instant in every session.
    if moment !~ (
        '^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?'
        '([Zz]|[+-](0[0-9]|1[0-4]):?[0-5][0-9])$'
    ) then
        return null;
    end if;
    return moment::timestamptz;
exception when others then
    return null;
end
$$;
comment on function raw.safe_timestamptz is 'An ISO 8601 time with a zone, or null for any other text.';

create function raw.safe_key(metadata jsonb, member text) returns text
language plpgsql immutable strict
as $$
begin
    if jsonb_typeof(metadata -> member) not in ('string', 'number') then
        return null;
    end if;
    -- Longer than any id of ours; an index entry could not hold it.
    return case when length(metadata ->> member) between 1 and 200 then metadata ->> member end;
end
$$;
comment on function raw.safe_key is
'A text or number in metadata that may be an id (1 to 200 characters), or null.';

-- By which id an event names its meeting or its call: of the types that are asked for by it, and only where there is
-- one, so that the index is no way to find all events of a type.
create index webhook_events_meeting_id
on raw.webhook_events (raw.safe_key(raw.safe_member(payload, 'metadata'), 'meeting_id'))
where
door = 'canonical' and event_type in ('meeting_booked', 'meeting_attended')
and raw.safe_key(raw.safe_member(payload, 'metadata'), 'meeting_id') is not null;
create index webhook_events_call_id
on raw.webhook_events (raw.safe_key(raw.safe_member(payload, 'metadata'), 'call_id'))
where
door = 'canonical' and event_type in ('call_dial', 'call_connect')
and raw.safe_key(raw.safe_member(payload, 'metadata'), 'call_id') is not null;
