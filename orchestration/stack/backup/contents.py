"""What a database holds, in numbers: to show that what was restored is what was saved.

All of it is asked in the caller's transaction, so of one snapshot. Tables are compared row by row, with nothing left
out. Marts are views over them. Some go by the clock (today, this week, who is employed now): two databases are asked
for those at the same moment, and a backup from another day is compared by the others.
"""

import hashlib
from typing import Final

from psycopg2 import extensions, sql

from orchestration.lib import checksums
from orchestration.stack.backup import owners
from orchestration.stack.backup.manifest import Contents, Mart, Origin, Table

TABLES: Final = """
select schemas.nspname::text, tables.relname::text
from pg_class as tables
inner join pg_namespace as schemas on tables.relnamespace = schemas.oid
where tables.relkind = 'r' and schemas.nspname !~ '^pg_' and schemas.nspname <> 'information_schema'
order by 1, 2
"""
# As of a mart, but of all columns.
ROWS: Final = (
    f"select count(*), {checksums.ADDED_UP}"
    " from (select md5(row(kept.*)::text) as digest from {table} as kept) as hashed"
)
# What there is and who may use it. Not how it is written: Postgres writes the same view in other words once restored.
OBJECTS: Final = """
with schemas as (
    select oid, nspname, nspowner, nspacl from pg_namespace
    where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
),

objects as (
    select format('relation %s %s', relkind, kept.oid::regclass) as object, relowner as owner, relacl as acl
    from pg_class as kept inner join schemas on kept.relnamespace = schemas.oid
    union all
    select format('function %s', kept.oid::regprocedure), proowner, proacl
    from pg_proc as kept inner join schemas on kept.pronamespace = schemas.oid
    union all
    select format('schema %s', nspname), nspowner, nspacl from schemas
)

select object from objects
union all
select format('%s: %s for %s', object, privilege_type, case when grantee <> 0 then grantee::regrole end)
from objects cross join aclexplode(acl)
where grantee <> owner
union all
select format(
    'column %s of %s: %s %s',
    row_number() over (partition by attrelid order by attnum),
    attrelid::regclass,
    attname,
    format_type(atttypid, atttypmod)
)
from pg_attribute
inner join pg_class as kept on attrelid = kept.oid and relkind in ('r', 'v', 'm')
inner join schemas on kept.relnamespace = schemas.oid
where attnum > 0 and not attisdropped
"""
# Views, however deep, and the functions that they call, one of which asks what time it is.
BY_CLOCK: Final = r"""
with recursive reads as (
    select relname::text as mart, 'pg_class'::regclass::oid as class, oid as object
    from pg_class
    where relnamespace = 'marts'::regnamespace and relkind = 'v'
    union
    select reads.mart, uses.refclassid, uses.refobjid
    from reads
    inner join pg_rewrite as rules on reads.object = rules.ev_class and reads.class = 'pg_class'::regclass
    inner join pg_depend as uses on rules.oid = uses.objid and uses.classid = 'pg_rewrite'::regclass
    where uses.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass)
),

told as (
    select reads.mart, pg_get_viewdef(views.oid) as body
    from reads inner join pg_class as views on reads.object = views.oid and views.relkind = 'v'
    where reads.class = 'pg_class'::regclass
    union all
    select reads.mart, functions.prosrc
    from reads inner join pg_proc as functions on reads.object = functions.oid
    where reads.class = 'pg_proc'::regclass
)

select distinct mart from told
where body ~* '\m(now|timeofday|(clock|statement|transaction)_timestamp)\(|\m(current_(date|time|timestamp)|localtime)'
"""
ORIGIN: Final = """
select
    current_database()::text,
    current_user::text,
    current_setting('server_version_num')::integer,
    (select system_identifier::text from pg_control_system()),
    pg_database_size(current_database())
"""


def origin(cursor: extensions.cursor) -> Origin | None:
    """Which database this is; None for one in which Rift has never been."""
    cursor.execute("select to_regclass('raw.schema_migrations') is not null")
    if cursor.fetchone() != (True,):
        return None
    cursor.execute("select name from raw.schema_migrations order by name")
    migrations = [name for (name,) in cursor.fetchall()]
    cursor.execute(ORIGIN)
    name, owner, version, identifier, size = cursor.fetchall()[0]
    return Origin(
        name=name,
        owner=owner,
        server_version=version,
        system_identifier=identifier,
        size=size,
        migrations=migrations,
        roles=owners.roles(cursor),
    )


def contents(cursor: extensions.cursor) -> Contents:
    """Everything, with its marts."""
    return with_tables(cursor, tables(cursor))


def with_tables(cursor: extensions.cursor, counted: dict[str, Table]) -> Contents:
    """The same, where the tables were counted before something was changed."""
    digest = hashlib.sha256("\n".join(objects(cursor)).encode()).hexdigest()
    return Contents(tables=counted, marts=marts(cursor), objects=digest)


def tables(cursor: extensions.cursor) -> dict[str, Table]:
    """Each table, by its name with its schema."""
    checksums.show_plainly(cursor)
    cursor.execute(TABLES)
    found = {}
    for schema, name in cursor.fetchall():
        cursor.execute(sql.SQL(ROWS).format(table=sql.Identifier(schema, name)))
        rows, checksum = cursor.fetchall()[0]
        found[f"{schema}.{name}"] = Table(rows=rows, checksum=checksum)
    return found


def objects(cursor: extensions.cursor) -> list[str]:
    """Every relation with its columns, every function, and who may use them, in words."""
    # Names are written with their schemas then.
    cursor.execute("set local search_path = ''")
    cursor.execute(OBJECTS)
    return sorted(line for (line,) in cursor.fetchall())


def asked_again(cursor: extensions.cursor, before: Contents) -> Contents:
    """The same of the same snapshot, at another moment: only what goes by the clock can have changed."""
    by_clock = {name for name, mart in before.marts.items() if mart.by_clock}
    now = {name: Mart(checksum=one, by_clock=True) for name, one in checksums.asked(cursor, by_clock).items()}
    return before.model_copy(update={"marts": before.marts | now})


def marts(cursor: extensions.cursor) -> dict[str, Mart]:
    """Each mart; none before dbt has built them."""
    cursor.execute("select to_regnamespace('marts') is not null")
    if cursor.fetchone() != (True,):
        return {}
    cursor.execute(BY_CLOCK)
    by_clock = {mart for (mart,) in cursor.fetchall()}
    said = checksums.asked(cursor)
    return {mart: Mart(checksum=checksum, by_clock=mart in by_clock) for mart, checksum in said.items()}


def differences(saved: Contents, restored: Contents, *, same_moment: bool) -> list[str]:
    """What is not the same, in words; marts that go by the clock only where both were asked at the same moment."""
    found = [
        f"{name}: {saved.tables[name].rows if name in saved.tables else 'no'} rows were saved, "
        f"{restored.tables[name].rows if name in restored.tables else 'none'} restored, or they say something else"
        for name in sorted({*saved.tables, *restored.tables})
        if saved.tables.get(name) != restored.tables.get(name)
    ]
    if saved.objects != restored.objects:
        found.append("the views, functions, indexes or grants are not the same")
    for name in sorted({*saved.marts, *restored.marts}):
        before, after = saved.marts.get(name), restored.marts.get(name)
        lasting = same_moment or before is None or after is None or not (before.by_clock and after.by_clock)
        if before != after and lasting:
            found.append(f"marts.{name} says something else")
    return found
