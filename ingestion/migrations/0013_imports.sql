-- What imports have dealt with, and that something was forgotten.

create table raw.import_chunks (
    import_id uuid not null,
    row_count bigint not null,
    content_hash text not null,
    default_source text,
    landed_count integer not null,
    duplicate_count integer not null,
    rejections json not null,
    is_last boolean not null,
    landed_at timestamptz not null default clock_timestamp(),
    landed_xid xid8 not null default pg_current_xact_id(),
    primary key (import_id, row_count, is_last)
);
comment on table raw.import_chunks is
'One row per chunk of a file of events that was imported, in the transaction of its events: an import that was stopped '
'goes on after its last. Append-only; the file''s name is not in it.';
comment on column raw.import_chunks.row_count is
'How many rows of the file this chunk and those before it had.';
comment on column raw.import_chunks.content_hash is
'SHA-256 of the file: what it is called does not matter.';
comment on column raw.import_chunks.default_source is
'The source of rows that name none, as asked for.';
comment on column raw.import_chunks.rejections is
'The rows of this chunk that are no events: line and reason of each.';
comment on column raw.import_chunks.is_last is
'True on the one row that says that the file has come to its end.';
create index import_chunks_content_hash on raw.import_chunks (content_hash);
create index import_chunks_landed_xid on raw.import_chunks (landed_xid);
grant insert on raw.import_chunks to rift_ingest;

create table raw.forgettings (
    forgetting_id uuid primary key default gen_random_uuid(),
    kind text not null check (kind in ('user', 'prospect')),
    pseudonym text,
    rewritten json not null,
    forgotten_at timestamptz not null default clock_timestamp(),
    landed_xid xid8 not null default pg_current_xact_id()
);
comment on table raw.forgettings is
'One row per time that a person was forgotten (rift forget): what was rewritten, and not whose it was.';
comment on column raw.forgettings.pseudonym is
'What stands in place of a forgotten SDR''s user_id: drawn at random, so it leads to nobody.';
comment on column raw.forgettings.rewritten is
'How many rows of each table were rewritten.';
create index forgettings_landed_xid on raw.forgettings (landed_xid);
