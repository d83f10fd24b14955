"""Who may do what in the database: no role more than docs/architecture.md gives it, and none less."""

from collections.abc import Iterator
from typing import Final

from ingestion.migrations.roles import ROLES
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, some, sql
from orchestration.stack.doctor.installation import Installation

READERS: Final = ("rift_hud", "rift_analyst")
# dlt and dbt own these, so that they may do there what they like.
OWNED: Final = {
    "rift_ingest": ("raw_roster", "raw_hubspot", "raw_salesforce"),
    "rift_transform": ("staging", "intermediate", "seeds", "marts"),
}
READS: Final = {"rift_ingest": ("raw",), "rift_transform": ("raw", "raw_roster", "raw_hubspot", "raw_salesforce")}
# Every grant to a role of ours, or to everybody, on what is in a schema of ours.
GRANTS: Final = """
with rights as (
    select relations.relowner, relations.relnamespace, relations.relname, relations.relkind, relations.relacl as acl,
        '' as columns
    from pg_class as relations
    union all
    select relations.relowner, relations.relnamespace, relations.relname, relations.relkind, columns.attacl,
        ' (' || quote_ident(columns.attname) || ')'
    from pg_attribute as columns
    inner join pg_class as relations on columns.attrelid = relations.oid
    where columns.attacl is not null
)

select
    case grants.grantee when 0 then 'public' else grants.grantee::regrole::text end as role,
    schemas.nspname as schema_name,
    quote_ident(schemas.nspname) || '.' || quote_ident(rights.relname) as relation,
    lower(grants.privilege_type) || rights.columns as privilege
from rights
inner join pg_namespace as schemas on rights.relnamespace = schemas.oid
cross join lateral aclexplode(rights.acl) as grants
where
    rights.relkind in ('r', 'p', 'v', 'm', 'f')
    and (schemas.nspname like 'raw%%' or schemas.nspname in ('staging', 'intermediate', 'seeds', 'marts'))
    and grants.grantee <> rights.relowner
    and (grants.grantee = 0 or grants.grantee::regrole::text = any(%s))
order by 3, 1, 4
"""
# The one thing that a door may change: that a refused item was landed after all.
REPLAYING: Final = ("rift_ingest", "raw.rejected_events", "update (replayed_at)")
# Rights of a role that come with no grant on a table.
POWERS: Final = """
select roles.rolname, powers.power
from pg_roles as roles
cross join lateral (values
    ('superuser', rolsuper), ('bypassrls', rolbypassrls), ('createrole', rolcreaterole), ('createdb', rolcreatedb)
) as powers (power, has_it)
where powers.has_it and roles.rolname = any(%s)
order by 1, 2
"""
MEMBERSHIPS: Final = """
select members.rolname, groups.rolname
from pg_auth_members as memberships
inner join pg_roles as members on memberships.member = members.oid
inner join pg_roles as groups on memberships.roleid = groups.oid
where members.rolname = any(%s)
order by 1, 2
"""
# What each must be able to do, or a part of Rift fails.
NEEDED: Final = """
select wanted.role, quote_ident(schemas.nspname) || '.' || quote_ident(relations.relname), wanted.privilege
from (values
    ('rift_hud', 'marts', '%%', 'select'), ('rift_analyst', 'marts', '%%', 'select'),
    ('rift_transform', 'raw%%', '%%', 'select'), ('rift_ingest', 'raw', '%%', 'select'),
    ('rift_ingest', 'raw', 'webhook_events', 'insert'), ('rift_ingest', 'raw', 'rejected_events', 'insert'),
    ('rift_ingest', 'raw', 'gamification_rules', 'insert'), ('rift_ingest', 'raw', 'import_chunks', 'insert'),
    ('rift_transform', 'raw', 'published_ranks', 'insert'), ('rift_transform', 'raw', 'weekly_reports', 'insert'),
    ('rift_transform', 'raw', 'check_runs', 'insert'), ('rift_transform', 'raw', 'notifications', 'insert'),
    ('rift_transform', 'raw', 'notification_deliveries', 'insert'),
    ('rift_ingest', 'raw', 'rejected_events', 'update (replayed_at)')
) as wanted (role, schema_pattern, relation_pattern, privilege)
inner join pg_namespace as schemas on schemas.nspname like wanted.schema_pattern
inner join pg_class as relations
    on relations.relnamespace = schemas.oid and relations.relname like wanted.relation_pattern
where
    relations.relkind in ('r', 'p', 'v', 'm')
    and relations.relname not like '\\_dlt\\_%%'
    and wanted.role = any(%s)
    and not case wanted.privilege
        when 'update (replayed_at)' then has_column_privilege(wanted.role, relations.oid, 'replayed_at', 'update')
        else has_table_privilege(wanted.role, relations.oid, wanted.privilege)
    end
order by 2, 1
"""


def rights(installation: Installation) -> Iterator[Finding]:
    roles = list(ROLES)
    if len(installation.ask("select rolname from pg_roles where rolname = any(%s)", roles)) < len(roles):
        return
    wide: dict[tuple[str, str], list[str]] = {}
    for role, schema, relation, privilege in installation.ask(GRANTS, roles):
        if not _is_meant(role, schema, relation, privilege):
            wide.setdefault((role, privilege), []).append(relation)
    for (role, privilege), relations in wide.items():
        who = "Everybody who can connect" if role == "public" else role
        yield broken(
            Alert.RIGHTS_TOO_WIDE,
            f"{who} may {privilege} {some(relations)}, which nothing of Rift needs.",
            "Take the right back.",
            sql(f"revoke {privilege} on {', '.join(relations)} from {role}"),
            role=role,
            privilege=privilege,
            relations=len(relations),
        )
    yield from _powers(installation)
    yield from _missing(installation)


def _is_meant(role: str, schema: str, relation: str, privilege: str) -> bool:
    if (role, relation, privilege) == REPLAYING:
        return True
    if role in READERS:
        return schema == "marts" and privilege == "select"
    if schema in OWNED.get(role, ()) or (privilege == "select" and schema in READS.get(role, ())):
        return True
    # Raw is only ever inserted into.
    return schema == "raw" and privilege == "insert" and role in READS and relation != "raw.schema_migrations"


def _powers(installation: Installation) -> Iterator[Finding]:
    for role, power in installation.ask(POWERS, list(ROLES)):
        sentence = f"{role} has the attribute {power}, so no right of a table holds it back."
        yield broken(
            Alert.RIGHTS_TOO_WIDE,
            sentence,
            "Take it back.",
            sql(f"alter role {role} no{power}"),
            role=role,
            privilege=power,
        )
    for role, group in installation.ask(MEMBERSHIPS, list(ROLES)):
        sentence = f"{role} is a member of {group} and may do all that it may."
        yield broken(
            Alert.RIGHTS_TOO_WIDE, sentence, "End it.", sql(f"revoke {group} from {role}"), role=role, privilege=group
        )


def _missing(installation: Installation) -> Iterator[Finding]:
    lacking: dict[tuple[str, str], list[str]] = {}
    for role, relation, privilege in installation.ask(NEEDED, list(ROLES)):
        lacking.setdefault((role, privilege), []).append(relation)
    for (role, privilege), relations in lacking.items():
        yield broken(
            Alert.RIGHTS_MISSING,
            f"{role} may not {privilege} {some(relations)}, and a part of Rift needs to.",
            "Give the right back.",
            sql(f"grant {privilege} on {', '.join(relations)} to {role}"),
            role=role,
            privilege=privilege,
            relations=len(relations),
        )
