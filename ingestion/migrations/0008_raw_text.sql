-- The bytes that a door refused, for people to read. Whatever they are, there is a text of them.

create function raw.safe_text(body bytea) returns text
language plpgsql stable strict
as $$
begin
    return convert_from(body, 'UTF8');
exception when others then
    return encode(body, 'escape');
end
$$;
comment on function raw.safe_text is
'Bytes as the UTF-8 text that they are; those that are none with a backslash and an octal number for each byte that is '
'zero or above 127, and with two backslashes for one.';
