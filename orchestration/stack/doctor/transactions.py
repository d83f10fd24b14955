"""What holds Postgres back: forgotten transactions, ids that run out, rows that are not cleaned up, a clock, size."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, megabytes, span, sql, warning
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.placement import remembered

# A settle of 200,000 events takes less; what has an id for longer makes the tail grow.
LONG_SECONDS: Final = 60
# A reader without an id holds back what vacuum may clean up, and nothing else.
LONG_SNAPSHOT_SECONDS: Final = 3600
# Signatures are refused 300 s off; a second is what networks and virtual machines make.
SKEW_SECONDS: Final = 5
BROKEN_SKEW_SECONDS: Final = 120
# Postgres begins to clean up by itself at 200 million, and refuses writes at 2,100 million.
OLD_IDS: Final = 1_000_000_000
VERY_OLD_IDS: Final = 1_800_000_000
# Dead rows that autovacuum should have taken away long before.
DEAD_ROWS: Final = 200_000
SLOT_BYTES: Final = 2**30

# pg_snapshot_xmin, the horizon of a settle, is over transactions of every database of the cluster.
LONG: Final = """
select
    pid, coalesce(usename, ''), coalesce(datname, ''), coalesce(application_name, ''), coalesce(state, ''),
    backend_xid is not null, extract(epoch from clock_timestamp() - xact_start)::double precision
from pg_stat_activity
where
    pid <> pg_backend_pid() and backend_type = 'client backend'
    and (
        (backend_xid is not null and xact_start < clock_timestamp() - %s * interval '1 second')
        or (backend_xmin is not null and xact_start < clock_timestamp() - %s * interval '1 second')
    )
order by xact_start
"""
PREPARED: Final = """
select gid, owner::text, database::text, extract(epoch from clock_timestamp() - prepared)::double precision
from pg_prepared_xacts order by prepared
"""
SLOTS: Final = """
select slot_name, pg_current_wal_lsn() - restart_lsn
from pg_replication_slots
where not active and (pg_current_wal_lsn() - restart_lsn > %s or xmin is not null or catalog_xmin is not null)
"""
DEAD: Final = """
select quote_ident(schemaname) || '.' || quote_ident(relname), n_dead_tup, n_live_tup, last_autovacuum::text
from pg_stat_user_tables
where n_dead_tup > %s and n_dead_tup > n_live_tup
order by n_dead_tup desc limit 5
"""


def clock(installation: Installation) -> Iterator[Finding]:
    before = time.time()
    ((theirs,),) = installation.ask("select clock_timestamp()")
    middle = datetime.fromtimestamp((before + time.time()) / 2, UTC)
    yield from skew((theirs - middle).total_seconds())


def skew(seconds: float) -> Iterator[Finding]:
    """`seconds`: how far the database's clock is ahead of this machine's."""
    if abs(seconds) > SKEW_SECONDS:
        yield (broken if abs(seconds) > BROKEN_SKEW_SECONDS else warning)(
            Alert.CLOCK_SKEWED,
            f"The clock of Postgres is {span(abs(seconds))} {'ahead of' if seconds > 0 else 'behind'} this machine's: "
            "signed deliveries may be refused, and events near midnight count on the wrong day.",
            "Let both machines keep time by NTP.",
            "timedatectl set-ntp true",
            seconds=round(seconds, 1),
        )


def open_transactions(
    installation: Installation,
    seconds: float = LONG_SECONDS,
    snapshot_seconds: float = LONG_SNAPSHOT_SECONDS,
    slot_bytes: int = SLOT_BYTES,
) -> Iterator[Finding]:
    for pid, user, name, program, state, has_id, age in installation.ask(LONG, seconds, snapshot_seconds):
        held = "no settle passes it, so the tail grows" if has_id else "no dead row is cleaned up"
        yield warning(
            Alert.TRANSACTION_LONG,
            f"A transaction of {user or 'an unknown user'} ({program or 'unnamed program'}, {state}) in {name} is open "
            f"for {span(age)}: {held}.",
            "Ask its owner to end it, or end it.",
            sql(f"select pg_terminate_backend({pid})"),
            pid=pid,
            user=user,
            seconds=round(age),
        )
    for gid, owner, name, age in installation.ask(PREPARED):
        if age > seconds:
            quoted = gid.replace("'", "''")
            yield warning(
                Alert.TRANSACTION_PREPARED,
                f"A prepared transaction of {owner} in {name} waits for {span(age)}; it holds settles back, and "
                "survives a restart.",
                "Have the program that prepared it finish it, or roll it back.",
                sql(f"rollback prepared '{quoted}'"),
                seconds=round(age),
            )
    for slot, retained in installation.ask(SLOTS, slot_bytes):
        yield warning(
            Alert.SLOT_HOLDS_BACK,
            f"The replication slot {slot} is not in use, and {megabytes(retained or 0)} MB of log are kept for it.",
            "Start its consumer, or drop the slot.",
            sql(f"select pg_drop_replication_slot('{slot}')"),
            megabytes=megabytes(retained or 0),
        )


def vacuum(installation: Installation, dead_rows: int = DEAD_ROWS, old_ids: int = OLD_IDS) -> Iterator[Finding]:
    ((is_on, age),) = installation.ask(
        "select current_setting('autovacuum') = 'on' and current_setting('track_counts') = 'on',"
        " (select max(age(datfrozenxid)) from pg_database)"
    )
    if not is_on:
        yield warning(
            Alert.AUTOVACUUM_OFF,
            "autovacuum is off: tables grow, plans get worse, and in the end transaction ids run out.",
            "Switch it on.",
            sql("alter system reset autovacuum"),
            sql("select pg_reload_conf()"),
        )
    if age > old_ids:
        yield (broken if age > VERY_OLD_IDS else warning)(
            Alert.WRAPAROUND_NEAR,
            f"{age / 1e6:.0f} million transaction ids are in use; at 2100 million Postgres refuses to write.",
            "Freeze old rows, database by database; what holds vacuum back is found beside this.",
            sql("vacuum (freeze)"),
            ids=age,
        )
    for table, dead, live, last in installation.ask(DEAD, dead_rows):
        yield warning(
            Alert.TABLE_BLOATED,
            f"{table} has {dead} dead rows beside {live} live ones (autovacuum: {last or 'never'}): reads are slow.",
            "Clean it up; readers are not disturbed.",
            sql(f"vacuum (analyze) {table}"),
            dead=dead,
            live=live,
        )


def size(installation: Installation, room: float = 1.0) -> Iterator[Finding]:
    """Whether what the database has would fit once more beside it, as a rebuild or a backup may need."""
    folder = remembered(installation.home)
    if installation.settings.database_url is not None or not folder.exists():
        return
    usage = os.statvfs(folder)
    free = usage.f_bavail * usage.f_frsize
    ((used,),) = installation.ask("select pg_database_size(current_database())")
    if free < used * room:
        yield warning(
            Alert.DATABASE_LARGE,
            f"The database has {megabytes(used)} MB and its disk {megabytes(free)} MB left: a backup or a large settle "
            "may not fit.",
            "Give RIFT_HOME a larger disk; this says which tables take it.",
            sql(
                "select relname, pg_size_pretty(pg_total_relation_size(oid)) from pg_class where relkind = 'r'"
                " order by pg_total_relation_size(oid) desc limit 10"
            ),
            database_megabytes=megabytes(used),
            free_megabytes=megabytes(free),
        )
