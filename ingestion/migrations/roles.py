"""The roles of the database, their settings, and what goes for a whole database."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final

from psycopg2 import extensions, sql

# A forgotten transaction would hold the watermark back for everybody; a reader writes nothing, and does not stay. With
# work_mem as the server has it, 4 MB, the boards of 1,000 SDRs would sort on disk.
ROLE_SETTINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "rift_ingest": {"idle_in_transaction_session_timeout": "1min"},
    "rift_transform": {"work_mem": "32MB", "idle_in_transaction_session_timeout": "5min"},
    "rift_hud": {
        "work_mem": "32MB",
        "idle_in_transaction_session_timeout": "1min",
        "default_transaction_read_only": "on",
        "statement_timeout": "5s",
    },
    "rift_analyst": {
        "work_mem": "32MB",
        "idle_in_transaction_session_timeout": "5min",
        "default_transaction_read_only": "on",
        "statement_timeout": "5min",
    },
}
ROLES: Final = tuple(ROLE_SETTINGS)
ROUNDS: Final = 1


def make_role(cursor: extensions.cursor, role: str, password: str, *, reset_password: bool) -> None:
    """Make a role that may log in, unless there is one; give it the password when it is new, or to reset it.

    Its settings are set at every start, since a dump holds none.
    """
    name = sql.Identifier(role)
    cursor.execute("select 1 from pg_roles where rolname = %s", [role])
    is_new = cursor.fetchone() is None
    if is_new:
        cursor.execute(sql.SQL("create role {} login").format(name))
    if is_new or reset_password:
        # The verifier and not the password: statements may be logged.
        cursor.execute(sql.SQL("alter role {} password %s").format(name), [scram_verifier(password)])
    # An owner that is not a superuser must be a member to create schemas for the role and to set its defaults.
    cursor.execute("select rolsuper from pg_roles where rolname = current_user")
    if cursor.fetchone() == (False,):
        cursor.execute(sql.SQL("grant {} to current_user").format(name))
    for setting, value in ROLE_SETTINGS.get(role, {}).items():
        cursor.execute(sql.SQL("alter role {} set {} = %s").format(name, sql.Identifier(setting)), [value])


def scram_verifier(password: str) -> str:
    """What Postgres keeps of an ASCII password to check it by SCRAM-SHA-256 (RFC 5802 and 7677), with one round.

    Rounds are there to make guessing slow, and each login pays for them: 2.2 of its 2.5 ms of CPU for 4,096. Our
    passwords are 256 random bits, which nobody guesses; Dagster's code server logs in for each question that it asks.
    """
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ROUNDS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored_key, server_key)]
    return "SCRAM-SHA-256${}:{}${}:{}".format(ROUNDS, *encoded)


def restrict_temporary_tables(cursor: extensions.cursor) -> None:
    """Let only dbt make temporary tables: one takes a transaction id, and holds the watermark back with it.

    At every start, since a dump holds no privileges of its database. An owner of less than the database gets a warning
    from the server.
    """
    cursor.execute("select current_database()")
    database = sql.Identifier(*(cursor.fetchone() or ()))
    cursor.execute(sql.SQL("revoke temporary on database {} from public").format(database))
    cursor.execute(sql.SQL("grant temporary on database {} to rift_transform").format(database))
