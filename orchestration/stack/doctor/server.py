"""The Postgres server: whether it answers, does what Rift needs, keeps what it confirms, and lets every role in."""

from collections.abc import Iterator
from typing import Final

from ingestion.migrations.roles import ROLE_SETTINGS, ROLES
from orchestration.stack.database import DAGSTER, PASSWORDS, require_usable
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, sql, tail, warning
from orchestration.stack.doctor.installation import AwayError, Installation
from orchestration.stack.errors import StackError

# What libpq repeats of the server's answer.
TOO_MANY: Final = ("too many clients", "remaining connection slots", "too many connections")
BUSY: Final = 0.9
# Off, a 2xx can be followed by a crash that loses the event.
DURABLE: Final = ("fsync", "full_page_writes", "synchronous_commit")
RESET: Final = "rift migrate --reset-passwords"


def database(installation: Installation) -> Iterator[Finding]:
    try:
        with installation.connection() as cursor:
            cursor.execute("select 1")
    except AwayError as error:
        yield _away(installation, str(error))
        return
    if installation.settings.database_url is not None:
        try:
            require_usable(installation.settings.database_url.get_secret_value())
        except StackError as error:
            yield broken(Alert.DATABASE_UNSUITABLE, str(error), "Do what it says; nothing starts before.")
    yield from _durable(installation)
    yield from _connections(installation)


def _away(installation: Installation, why: str) -> Finding:
    if any(sign in why for sign in TOO_MANY):
        return broken(
            Alert.CONNECTIONS_USED_UP,
            "Postgres answers, and has no connection left.",
            "Close what holds them (the runbook says how to see it), or raise max_connections of the server.",
        )
    cluster = installation.database.cluster
    if cluster is None:
        sentence = f"The Postgres of DATABASE_URL does not answer: {why}."
        return broken(Alert.DATABASE_AWAY, sentence, "Start it, or correct DATABASE_URL in .env.", "rift doctor")
    runs = f"it runs, and refuses: {why}" if cluster.pid else "it does not run"
    return broken(
        Alert.DATABASE_AWAY,
        f"The embedded Postgres does not answer on port {cluster.port}: {runs}.",
        "Start Rift; where it runs, it starts Postgres again by itself, and its log says what keeps it down.",
        "rift up --detach",
        tail(cluster.log),
        port=cluster.port,
        pid=cluster.pid or 0,
    )


def _durable(installation: Installation) -> Iterator[Finding]:
    query = "select name, setting from pg_settings where name = any(%s) and setting = 'off'"
    for name, _ in installation.ask(query, list(DURABLE)):
        yield broken(
            Alert.DATABASE_NOT_DURABLE,
            f"{name} is off: an event that was answered with 2xx is lost when the server crashes.",
            "Switch it on.",
            sql(f"alter system set {name} = 'on'"),
            sql("select pg_reload_conf()"),
            setting=name,
        )


def _connections(installation: Installation) -> Iterator[Finding]:
    query = (
        "select count(*), current_setting('max_connections')::integer from pg_stat_activity"
        " where backend_type = 'client backend'"
    )
    ((used, most),) = installation.ask(query)
    if used >= BUSY * most:
        yield warning(
            Alert.CONNECTIONS_USED_UP,
            f"{used} of {most} connections of Postgres are used: soon parts of Rift are refused.",
            "See who holds them; close what is not needed, or raise max_connections.",
            sql("select usename, application_name, state, count(*) from pg_stat_activity group by 1, 2, 3 order by 4"),
            used=used,
            most=most,
        )


def logins(installation: Installation) -> Iterator[Finding]:
    """Whether each role can log in with the password that is kept for it."""
    installation.ask("select 1")
    there = {name for (name,) in installation.ask("select rolname from pg_roles")}
    for role in (*ROLES, DAGSTER):
        if role not in there:
            sentence = f"The role {role} does not exist on this server."
            yield broken(Alert.ROLE_REFUSED, sentence, "Make it.", "rift migrate", role=role)
            continue
        installation.dsn(role.removeprefix("rift_"))  # one whose password is lost is no matter of the server
        try:
            with installation.connection(role.removeprefix("rift_")) as cursor:
                cursor.execute("select 1")
        except AwayError as error:
            yield _refused(role, str(error))


def _refused(role: str, why: str) -> Finding:
    if "does not exist" in why:
        mend, command = "Make what is missing.", "rift migrate"
    else:
        mend = (
            f"If another RIFT_HOME uses this server, copy its {PASSWORDS} here; else give the roles new passwords, "
            "which cuts every other RIFT_HOME off."
        )
        command = RESET
    return broken(Alert.ROLE_REFUSED, f"The role {role} cannot log in: {why}.", mend, command, role=role)


def role_settings(installation: Installation) -> Iterator[Finding]:
    """The time-outs and read-only defaults of the roles."""
    query = """
    select roles.rolname, coalesce(settings.setconfig, '{}')
    from pg_roles as roles
    left join pg_db_role_setting as settings on roles.oid = settings.setrole and settings.setdatabase = 0
    where roles.rolname = any(%s)
    """
    for role, given in installation.ask(query, list(ROLES)):
        wanted = {f"{name}={value}" for name, value in ROLE_SETTINGS[role].items()}
        if missing := sorted(wanted - set(given)):
            yield warning(
                Alert.ROLE_SETTINGS_DIFFER,
                f"{role} lacks {', '.join(missing)}: one forgotten query of it may hold everybody back.",
                "Set them again, as every start does.",
                "rift migrate",
                role=role,
            )
