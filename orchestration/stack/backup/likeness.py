"""What a database is by itself and no dump of it holds: its owner, who may connect, its settings.

They are those of the database that is there, and not of the one that was saved: they belong to a server.
"""

from collections.abc import Iterator
from typing import Final

import psycopg2
from psycopg2 import extensions, sql

OWNER: Final = "select pg_get_userbyid(datdba)::text, datacl is null from pg_database where datname = %s"
RIGHTS: Final = """
select coalesce(grantees.rolname, '')::text, granted.privilege_type, granted.is_grantable
from pg_database as kept
cross join aclexplode(kept.datacl) as granted
left join pg_roles as grantees on granted.grantee = grantees.oid
where kept.datname = %s and granted.grantee <> kept.datdba
order by 1, 2
"""
SETTINGS: Final = """
select
    coalesce(roles.rolname, '')::text,
    split_part(setting, '=', 1),
    substr(setting, strpos(setting, '=') + 1)
from pg_db_role_setting as kept
inner join pg_database as databases on kept.setdatabase = databases.oid
left join pg_roles as roles on kept.setrole = roles.oid
cross join unnest(kept.setconfig) as setting
where databases.datname = %s
order by 1, 2
"""


def carry_over(cursor: extensions.cursor, source: str, target: str) -> Iterator[str]:
    """Make `target` like `source`; yields, as a statement to be run, what this user may not do."""
    name = sql.Identifier(target)
    for statement, value in [*_settings(cursor, source, name), *_rights(cursor, source, name)]:
        cursor.execute("begin")
        try:
            if value:
                # Lists are written as they are kept: as a literal, one would be a single name.
                cursor.execute("select set_config(%s, %s, true)", value)
            cursor.execute(statement)
            cursor.execute("commit")
        except psycopg2.Error:
            cursor.execute("rollback")
            yield statement.as_string(cursor) + (f" ({value[1]})" if value else "")


def _settings(
    cursor: extensions.cursor, source: str, name: sql.Identifier
) -> Iterator[tuple[sql.Composed, tuple[str, str] | None]]:
    cursor.execute(SETTINGS, [source])
    for role, setting, value in cursor.fetchall():
        whom = sql.SQL("role {} in database {}").format(sql.Identifier(role), name) if role else None
        yield (
            sql.SQL("alter {} set {} from current").format(
                whom or sql.SQL("database {}").format(name), sql.Identifier(*setting.split("."))
            ),
            (setting, value),
        )


def _rights(
    cursor: extensions.cursor, source: str, name: sql.Identifier
) -> Iterator[tuple[sql.Composed, tuple[str, str] | None]]:
    """The owner last: whoever gives a database away may not speak for it any more."""
    cursor.execute(OWNER, [source])
    owner, is_plain = cursor.fetchall()[0]
    cursor.execute("select current_user::text")
    ((user,),) = cursor.fetchall()
    if not is_plain:
        yield sql.SQL("revoke all on database {} from public").format(name), None
    cursor.execute(RIGHTS, [source])
    for role, privilege, may_grant in cursor.fetchall():
        whom = sql.Identifier(role) if role else sql.SQL("public")
        option = sql.SQL(" with grant option" if may_grant else "")
        statement = sql.SQL("grant {} on database {} to {}{}")
        yield statement.format(sql.SQL(privilege), name, whom, option), None
    if owner != user:
        yield sql.SQL("alter database {} owner to {}").format(name, sql.Identifier(owner)), None
