"""The roster: people, teams and time zones from a CSV file, landed as versions in `raw_roster.sdr_versions`.

    python -m ingestion.sources.roster team.csv

Only rows that differ from a person's latest version are appended: loading a file twice changes nothing.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg2
from psycopg2 import extensions
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.sources import roster_history as history
from ingestion.sources.interpreting import interpret_pending
from ingestion.sources.roster_file import COLUMNS, DATES, REQUIRED, Person, RosterError, read, refuse
from ingestion.sources.roster_history import SCHEMA, TABLE

# Any constant will do, as long as no other lock of Rift uses it.
LOAD_LOCK: Final = 0x524F5354


class RosterSettings(BaseSettings):
    """Where to land, and where dlt may work."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    rift_ingest_dsn: SecretStr
    rift_home: Path = Path(".rift")
    rift_timezone: str = "UTC"


@dataclass(frozen=True)
class Counts:
    """How many people of a file were not known, had changed, or were as before."""

    new: int
    changed: int
    unchanged: int


def load(path: Path, dsn: str, working_directory: Path, default_zone: str = "UTC") -> Counts:
    """Land what is new or changed in a roster file; raises `RosterError`, and then nothing was landed.

    Loads into one database wait for each other, so each compares with what the one before it landed.
    """
    with _locked(dsn) as cursor:
        people = read(path, lambda zones: _zones_known_to_database(cursor, zones))
        known = history.load(cursor, default_zone)
        known.complete(people.values())
        refuse(path, known.problems(people))
        new = [person for person in people.values() if not known.has(person)]
        changed = [person for person in people.values() if known.differs(person)]
        if new or changed:
            _land([*new, *changed], dsn, working_directory)
            # Whose a vendor's event is may have changed with the roster.
            interpret_pending(cursor)
    return Counts(len(new), len(changed), len(people) - len(new) - len(changed))


@contextmanager
def _locked(dsn: str) -> Iterator[extensions.cursor]:
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        # No transaction stays open while dlt works: it would hold back the watermark of the whole cluster.
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [LOAD_LOCK])
            yield cursor
    finally:
        connection.close()


def _zones_known_to_database(cursor: extensions.cursor, zones: Collection[str]) -> set[str]:
    cursor.execute("select name from pg_timezone_names where name = any(%s)", [list(zones)])
    return {name for (name,) in cursor.fetchall()}


def _land(people: list[Person], dsn: str, working_directory: Path) -> None:
    # Imported here: dlt takes as long to import as everything else together, and most loads find nothing to land.
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt  # noqa: PLC0415

    # dlt first loads what an interrupted run left behind, and then leaves out the new rows. What is missing is found by
    # comparing with the table, so nothing in the working directory is worth keeping.
    shutil.rmtree(working_directory / "roster", ignore_errors=True)
    hints: Any = {
        name: {"name": name, "data_type": "date" if name in DATES else "text", "nullable": True} for name in COLUMNS
    }
    hints["identities"] = {"name": "identities", "data_type": "json", "nullable": True}
    versions = dlt.resource(
        people,
        name=TABLE,
        columns=hints,
        write_disposition="append",
        schema_contract={"tables": "evolve", "columns": "freeze", "data_type": "freeze"},
    )
    pipeline = dlt.pipeline(
        "roster",
        pipelines_dir=str(working_directory),
        destination=dlt.destinations.postgres(credentials=dsn),
        dataset_name=SCHEMA,
    )
    pipeline.run(versions).raise_on_failed_jobs()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m ingestion.sources.roster",
        description="Land a roster file (CSV, UTF-8) as versions of its people. Rows that did not change land nothing.",
        epilog=f"The first row names the columns: {', '.join(REQUIRED)}. Two kinds may be added: effective_on (the "
        "local day from which a changed row holds, by default the day of loading), and the person's id in other "
        "systems, a column for each, such as outreach_id, hubspot_id or nooks_id; an empty cell removes the id, a file "
        "without the column leaves it. RIFT_INGEST_DSN is the database; rift env sets it.",
    )
    parser.add_argument("file", type=Path, help="the roster, for example team.csv")
    path: Path = parser.parse_args(arguments).file
    try:
        settings = RosterSettings()  # type: ignore[call-arg]  # its fields come from the environment
        dsn, home = settings.rift_ingest_dsn.get_secret_value(), settings.rift_home.resolve()
        counts = load(path, dsn, home / "dlt", settings.rift_timezone)
    except ValidationError:
        print(
            'RIFT_INGEST_DSN is not set. It is the URL of the database: run eval "$(rift env)" first.', file=sys.stderr
        )
        return 2
    except psycopg2.Error as error:
        print(f"RIFT_INGEST_DSN: the database refused: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except RosterError as error:
        print(f"{error}\nNothing was loaded.", file=sys.stderr)
        return 1
    print(f"{counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged")
    return 0


if __name__ == "__main__":
    sys.exit(main())
