"""What has landed and is not settled, what waits on the disk, what was refused, and doors that have fallen silent."""

import time
from collections.abc import Iterator
from typing import Final

from ingestion.webhooks.vendors.spool import Spool
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, megabytes, span, typed, warning
from orchestration.stack.doctor.installation import Installation

# Dagster settles within seconds and builds every minute; the HUD's Health page begins to say so at three minutes. The
# check tail_is_short waits for 15, as what warns there is told to channels: who asks a doctor wants to know at once.
TAIL_SECONDS: Final = 300
# From the first on the check tail_is_short warns (its module loads Dagster, which no probe waits for).
LARGE_TAIL: Final = 50_000
# The board of a week takes 2 s (measured); the HUD's queries end at 5 s.
HUGE_TAIL: Final = 200_000
# The receiver looks into its spool every few seconds.
SPOOL_SECONDS: Final = 120
SPOOL_FULL_RATIO: Final = 0.8
REJECTED_HOURS: Final = 24
# Longer than a weekend. The check sources_keep_sending goes by the hours in which a source usually sends, and knows
# nothing of a door through which nothing ever came.
SILENT_DAYS: Final = 3
TAIL: Final = """
select tail_event_count, coalesce(tail_age_seconds, 0)::double precision,
    coalesce(watermark_age_seconds, -1)::double precision
from marts.rpt_health
"""
REJECTED: Final = """
select reason, count(*), extract(epoch from clock_timestamp() - max(received_at))::double precision
from raw.rejected_events
where replayed_at is null and reason <> 'duplicate' and received_at > now() - %s * interval '1 hour'
group by reason order by count(*) desc, reason
"""
# By the index on times, of some days only.
HEARD: Final = """
select door, count(*) from raw.webhook_events
where received_at > now() - %s * interval '1 day' and door = any(%s)
group by door
"""


def tail(installation: Installation, seconds: float = TAIL_SECONDS, large: int = LARGE_TAIL) -> Iterator[Finding]:
    ((count, age, watermark_age),) = installation.ask(TAIL)
    settled = "never" if watermark_age < 0 else f"{span(watermark_age)} ago"
    if count and age > seconds:
        yield warning(
            Alert.TAIL_OLD,
            f"{count} events wait for {span(age)} to be settled (the last settle was {settled}). Every figure counts "
            "them all the same; pages get slower.",
            "Look what else is found of Dagster and of transactions; then settle by hand.",
            "rift exec python -m orchestration.lib.settle",
            tail_events=count,
            tail_seconds=round(age),
        )
    if count >= large:
        yield (broken if count >= HUGE_TAIL else warning)(
            Alert.TAIL_LARGE,
            f"{count} events are not settled: boards take seconds, and past {HUGE_TAIL} the HUD's queries time out.",
            "Settle them.",
            "rift exec python -m orchestration.lib.settle",
            tail_events=count,
        )


def spool(installation: Installation, seconds: float = SPOOL_SECONDS) -> Iterator[Finding]:
    """Deliveries of vendors that were confirmed while the database was away, and wait for it."""
    most = installation.settings.webhook_spool_max_bytes
    folder = installation.home / installation.settings.webhook_spool_dir
    kept = Spool(folder, most)
    waiting, damaged = kept.counts()
    files = [path for name in kept.names() if (path := folder / name).exists()]
    used = sum(path.stat().st_size for path in files)
    age = max((time.time() - path.stat().st_mtime for path in files), default=0)
    if waiting and age > seconds:
        yield warning(
            Alert.SPOOL_WAITING,
            f"{waiting} deliveries of vendors wait in {folder}, the oldest for {span(age)}: not lost, not counted yet.",
            "The receiver lands them as soon as the database answers: start what is down.",
            "rift status",
            deliveries=waiting,
            seconds=round(age),
        )
    if used > most * SPOOL_FULL_RATIO:
        yield broken(
            Alert.SPOOL_FULL,
            f"{folder} holds {megabytes(used)} of {megabytes(most)} MB: when it is full, vendors get a 503.",
            "Bring the database back; until then raise WEBHOOK_SPOOL_MAX_BYTES in .env and restart Rift.",
            f"echo WEBHOOK_SPOOL_MAX_BYTES={most * 4} >> .env",
            used_megabytes=megabytes(used),
        )
    if damaged:
        yield broken(
            Alert.SPOOL_DAMAGED,
            f"{damaged} deliveries in {folder} could not be read, and were set aside: they are in no figure.",
            "Look at them, and ask the vendor to send them again, or pull the source.",
            f"ls -l {typed(folder)}/*.damaged",
            deliveries=damaged,
        )


def rejected(installation: Installation) -> Iterator[Finding]:
    rows = installation.ask(REJECTED, REJECTED_HOURS)
    if rows:
        number = sum(count for _, count, _ in rows)
        reasons = ", ".join(f"{reason} ({count})" for reason, count, _ in rows[:5])
        yield warning(
            Alert.EVENTS_REJECTED,
            f"{number} items were refused within {REJECTED_HOURS} hours and count nowhere: {reasons}.",
            "See why, mend it, and land them after all.",
            "rift rejected list",
            "rift rejected replay --help",
            rejected=number,
            newest_seconds=round(min(age for _, _, age in rows)),
        )


def silent_doors(installation: Installation, days: float = SILENT_DAYS) -> Iterator[Finding]:
    """Vendors that have a door, and do not come through it."""
    doors = installation.settings.doors()
    if not doors:
        return
    heard = dict(installation.ask(HEARD, days, doors))
    for door in doors:
        if door not in heard:
            yield warning(
                Alert.SOURCE_SILENT,
                f"{door} has a door (WEBHOOK_SECRET_{door.upper()}), and nothing came through it for {days:g} days.",
                "Look at the subscription there: vendors switch off what failed for long. docs/sources.md says where.",
                "rift rejected list",
                door=door,
            )
