"""Computes everything that is not raw again, in place, while readers read: `python -m orchestration.lib.rebuild`.

Readers see the old rows of a settled table until its settle commits, and both are the same, unless the cache was wrong:
what the marts say before and after is compared. Killed anywhere, the rebuild has not happened.
"""

import os
import sys
import time
from typing import Final

import psycopg2

from orchestration.lib import dbt
from orchestration.lib.checksums import checksums, differing
from orchestration.lib.settle import SETTLE
from orchestration.lib.warehouse import build

# Read by the settle's macros (is_rebuild): every key is touched.
EVERYTHING: Final = "-c rift.rebuild=on"
# Any of these moves what marts say without the cache being wrong.
LANDED: Final = """
select
    (select count(*) from raw.webhook_events),
    (select count(*) from raw.rejected_events),
    (select count(*) from staging.stg_raw__items where door <> 'canonical'),
    (select count(*) from raw.gamification_rules),
    (select count(*) from raw.published_ranks),
    (select count(*) from raw_roster.sdr_versions),
    date_trunc('hour', now())
"""


def rebuild() -> list[str]:
    """Rebuild, with progress, and return the marts that say something else than before."""
    dsn = os.environ["RIFT_TRANSFORM_DSN"]
    _say("resetting the seeds, and settling what has landed")
    dbt.invoke(["seed"])
    dbt.invoke(SETTLE)
    _say("reading what every mart says")
    landed, before = _landed(dsn), checksums(dsn)
    _say(f"settling all days of {landed[0]} events again")
    started = time.monotonic()
    with dbt.session(EVERYTHING):
        dbt.invoke(SETTLE)
    seconds = time.monotonic() - started
    _say(f"{seconds:.1f} s, {int(str(landed[0])) / seconds:,.0f} events/s")
    after = checksums(dsn)
    moved = differing(before, after)
    _report(moved, len(after), something_landed=_landed(dsn) != landed)
    _say("building and checking every model")
    build()
    return moved


def _report(moved: list[str], count: int, *, something_landed: bool) -> None:
    if not moved:
        _say(f"all {count} marts say what they said before")
        return
    _say(f"other than before: {', '.join(moved)}")
    if something_landed:
        _say("something landed or the hour changed meanwhile, which may be all of the difference: run it again to see")
    else:
        _say("nothing landed meanwhile: the cache was wrong, and is mended")


def _landed(dsn: str) -> tuple[object, ...]:
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(LANDED)
            return tuple(cursor.fetchall()[0])
    finally:
        connection.close()


def _say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    return dbt.exit_code(rebuild)


if __name__ == "__main__":
    sys.exit(main())
