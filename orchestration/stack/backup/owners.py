"""Whom a dump's objects belong to: all roles in it, and its owner when that is another than DATABASE_URL's user."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from psycopg2 import extensions, sql

from orchestration.stack.backup import databases
from orchestration.stack.errors import StackError

# Said of a role that we made: one that a killed restore left is ours to use.
MADE: Final = "made by rift restore, for as long as it runs"
KNOWN: Final = """
select
    current_user = %(owner)s,
    kept.oid is not null,
    shobj_description(kept.oid, 'pg_authid') is not distinct from %(made)s
from (values (1)) as one (row)
left join pg_roles as kept on kept.rolname = %(owner)s
"""
# Rights that new tables get by themselves; whoever owns those decides them.
DEFAULTS: Final = """
select
    namespaces.nspname::text,
    case kept.defaclobjtype when 'r' then 'tables' when 'f' then 'functions' when 'S' then 'sequences' else 'types' end,
    granted.privilege_type,
    case granted.grantee when 0 then 'public' else pg_get_userbyid(granted.grantee)::text end
from pg_default_acl as kept
inner join pg_namespace as namespaces on kept.defaclnamespace = namespaces.oid
cross join aclexplode(kept.defaclacl) as granted
where kept.defaclrole = %s::regrole and granted.grantee <> kept.defaclrole
"""
# Owners, grantees and who else is named. The server does not note its first superuser, who may own something, too.
ROLES: Final = """
select pg_get_userbyid(refobjid)::text
from pg_shdepend
where
    refclassid = 'pg_authid'::regclass
    and dbid = (select oid from pg_database where datname = current_database())
union
select pg_get_userbyid(relowner)::text from pg_class where oid >= 16384
union
select pg_get_userbyid(proowner)::text from pg_proc where oid >= 16384
union
select pg_get_userbyid(nspowner)::text from pg_namespace where oid >= 16384
order by 1
"""


def roles(cursor: extensions.cursor) -> list[str]:
    """Whom a dump of this database names."""
    cursor.execute(ROLES)
    return [role for (role,) in cursor.fetchall()]


@contextmanager
def stand_in(dsn: str, owner: str) -> Iterator[None]:
    """Let a role of the dump's owner exist while the block fills the database; then all of it belongs to us.

    Raises `StackError` where that role is somebody else's.
    """
    with databases.session(dsn) as cursor:
        cursor.execute(KNOWN, {"owner": owner, "made": MADE})
        is_us, exists, is_ours = cursor.fetchall()[0]
        if exists and not is_us and not is_ours:
            raise StackError(
                f"The backup belongs to the role {owner}, which this server has, too. "
                f"Restore it with a DATABASE_URL whose user is {owner}."
            )
        if not is_us and not exists:
            role = sql.Identifier(owner)
            cursor.execute(sql.SQL("create role {} nologin").format(role))
            cursor.execute(sql.SQL("comment on role {} is %s").format(role), [MADE])
            cursor.execute(sql.SQL("grant {} to current_user").format(role))
    try:
        yield
    finally:
        if not is_us:
            with databases.session(dsn) as cursor:
                _take_over(cursor, sql.Identifier(owner), owner)


def _take_over(cursor: extensions.cursor, role: sql.Identifier, owner: str) -> None:
    # The server's own statement: every owner of every object in this database, and of nothing else, as the role is new.
    cursor.execute(sql.SQL("reassign owned by {} to current_user").format(role))
    cursor.execute(DEFAULTS, [f'"{owner}"'])
    for schema, kind, privilege, grantee in cursor.fetchall():
        cursor.execute(
            sql.SQL("alter default privileges in schema {} grant {} on {} to {}").format(
                sql.Identifier(schema),
                sql.SQL(privilege),
                sql.SQL(kind),
                sql.SQL("public") if grantee == "public" else sql.Identifier(grantee),
            )
        )
    cursor.execute(sql.SQL("drop owned by {}").format(role))
    cursor.execute(sql.SQL("drop role {}").format(role))
