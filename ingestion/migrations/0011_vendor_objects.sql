-- What staging asks of raw to say what one object of a vendor means: its versions, whose work it is, and its names.

-- All versions of one pulled object, by the key that it has in staging.
create index calls_object_key on raw_hubspot.calls (('call:' || object_id));
create index emails_object_key on raw_hubspot.emails (('email:' || object_id));
create index meetings_object_key on raw_hubspot.meetings (('meeting:' || object_id));
create index tasks_object_key on raw_salesforce.tasks (('task:' || object_id));
create index events_object_key on raw_salesforce.events (('event:' || object_id));

-- The person with an id in a source, or with an email.
create index sdr_versions_identities on raw_roster.sdr_versions
using gin (raw.safe_jsonb(identities) jsonb_path_ops);
create index sdr_versions_email on raw_roster.sdr_versions (lower(email));

create function raw.comparable(said text) returns text
language sql immutable strict
as $$ select lower(btrim(said, e' \t\n\r\f\v')) $$;
comment on function raw.comparable is 'A text as mappings compare it: without blanks around it, in small letters.';

create function raw.comparable_values(members jsonb) returns text[]
language sql immutable strict
as $$
select array_agg(distinct raw.comparable(members.member #>> '{}'))
from jsonb_array_elements(case when jsonb_typeof(members) = 'array' then members else '[]' end) as members (member)
where
    jsonb_typeof(members.member) in ('string', 'number', 'boolean')
    and length(members.member #>> '{}') <= 200
$$;
comment on function raw.comparable_values is
'The texts, numbers and booleans of an array of at most 200 characters, as mappings compare them; null without any.';

create function raw.vendor_event_id(source text, object_key text, event_type text) returns uuid
language sql immutable strict
as $$
-- RFC 9562, 5.8: what is not said by version and variant comes from the hash.
select encode(set_byte(set_byte(hashed.bytes, 6, get_byte(hashed.bytes, 6) & 15 | 128),
    8, get_byte(hashed.bytes, 8) & 63 | 128), 'hex')::uuid
from (
    select substring(sha256(convert_to(concat_ws(chr(31), source, object_key, event_type), 'UTF8')) for 16) as bytes
) as hashed
$$;
comment on function raw.vendor_event_id is
'The event_id of what an object of a vendor tells of, a UUID of version 8: the same for ever, whatever else comes.';

create function raw.vendor_event(reverses text) returns uuid
language plpgsql stable
as $$
declare
    found uuid;
begin
    -- dbt makes this, too (see raw.interpret).
    if reverses ~* '^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
        and to_regprocedure('staging.vendor_event(uuid)') is not null
    then
        execute 'select staging.vendor_event($1)' into found using reverses::uuid;
    end if;
    return found;
end
$$;
comment on function raw.vendor_event is
'The event of a vendor that a text names by its event_id, or null: what is to become reverses_event_id.';
