"""Lands versions of objects through dlt, each once, and remembers how far a source has been read.

What is new is found by comparing with the table, under a lock that one pull of a source holds at a time; the table's
own unique key stands behind that. dlt writes the rows and, in the same package, the state: it counts as written only
when the package is complete, so a cursor never passes rows that did not land. Nothing in dlt's working directory is
worth keeping: it would first load what a killed run left behind, and then leave out what is new.
"""

import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg2
from psycopg2 import extensions, sql
from psycopg2.extras import execute_values

from ingestion.sources.interpreting import interpret_pending
from ingestion.sources.pulling.errors import LandingError, SourceError
from ingestion.sources.pulling.records import Rejected, Version

# With a number of the source. Any constant that no other lock of Rift uses will do.
PULL_LOCK: Final = 0x50554C4C
DOOR: Final = "pipeline"
# One package. A kill repeats at most so many; 5,000 records are about 5 MB, and land in about a second.
PACKAGE: Final = 5000
# A rejected record is known by what it says: however often it is pulled, it is kept once.
REJECTED: Final = uuid.UUID("5d1f0d5e-6a52-4f0e-9a3c-3c1f6b0d7a11")

KNOWN: Final = """
select pulled.object_id, pulled.modified_at, pulled.is_deleted
from unnest(%s::text[], %s::timestamptz[], %s::boolean[]) as pulled (object_id, modified_at, is_deleted)
inner join {table} as landed using (object_id, modified_at, is_deleted)
"""
KEEP: Final = """
insert into raw.rejected_events (rejected_id, door, source, reason, detail, body, verified_by, received_at)
values %s on conflict (rejected_id) do nothing returning rejected_id
"""

State = dict[str, str]


@dataclass
class Batch:
    """What is to be landed of one resource, and what is then known about how far it has been read."""

    versions: list[Version] = field(default_factory=list)
    state: State = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        return len(self.versions) >= PACKAGE


class Landing:
    """One source's tables, for as long as a pull holds the lock."""

    def __init__(
        self, source: str, resources: Sequence[str], dsn: str, cursor: extensions.cursor, folder: Path
    ) -> None:
        # Imported here: dlt takes longer to import than everything else together, and --help needs none of it.
        import dlt  # noqa: PLC0415

        self._dlt = dlt
        self._source = source
        self._resources = resources
        self._dsn = dsn
        self._cursor = cursor
        self._folder = folder
        self._opened: Any = None

    @property
    def _pipeline(self) -> Any:  # noqa: ANN401 -- a dlt pipeline with its destination
        if self._opened is None:
            shutil.rmtree(self._folder / self._source, ignore_errors=True)
            pipeline = self._dlt.pipeline(
                self._source,
                pipelines_dir=str(self._folder),
                destination=self._dlt.destinations.postgres(credentials=self._dsn),
                dataset_name=f"raw_{self._source}",
            )
            try:
                pipeline.sync_destination()
            except Exception as error:  # noqa: BLE001 -- what any part of dlt raises
                raise LandingError(f"How far {self._source} has been read cannot be found: {_root(error)}") from None
            self._opened = pipeline
        return self._opened

    def state(self, resource: str) -> State:
        """What the last complete package left."""
        sources: dict[str, Any] = self._pipeline.state.get("sources", {})
        kept = sources.get(self._source, {}).get("resources", {}).get(resource, {})
        return {name: str(value) for name, value in kept.items()}

    def new(self, resource: str, versions: Sequence[Version]) -> list[Version]:
        """Those that the table does not hold, each once. To ask is to know, too, that the lock is still held."""
        table = sql.Identifier(f"raw_{self._source}", resource)
        columns = [list(column) for column in zip(*(version.key for version in versions), strict=True)] or [[], [], []]
        self._cursor.execute(sql.SQL(KNOWN).format(table=table), columns)
        known = {(object_id, modified_at, deleted) for object_id, modified_at, deleted in self._cursor.fetchall()}
        return list({version.key: version for version in versions if version.key not in known}.values())

    def land(self, resource: str, batch: Batch) -> None:
        """Land a batch with its state, or raise, and then the state is as before."""
        pipeline = self._pipeline
        try:
            pipeline.run(self._package(resource, batch)).raise_on_failed_jobs()
        except Exception as error:  # noqa: BLE001 -- what any part of dlt raises
            # Whatever dlt could not finish, it would do first the next time, and nothing else.
            self._opened = None
            raise LandingError(f"A package did not land; the next pull repeats it: {_root(error)}") from None

    def reject(self, rejected: Sequence[Rejected], received_at: datetime) -> int:
        """Keep records that cannot be landed, in a transaction of their own; returns how many were not kept before."""
        rows = [
            (str(uuid.uuid5(REJECTED, f"{self._source} {record.reason} {record.body.hex()}")), DOOR, self._source,
             record.reason, record.detail, psycopg2.Binary(record.body), "import", received_at)
            for record in rejected
        ]  # fmt: skip
        unique = list({row[0]: row for row in rows}.values())
        return len(execute_values(self._cursor, KEEP, unique, fetch=True)) if rows else 0

    def interpret(self) -> None:
        """Bring the events of what has landed up to date, in transactions of its own."""
        interpret_pending(self._cursor)

    def _package(self, resource: str, batch: Batch) -> Any:  # noqa: ANN401 -- a dlt source, which is untyped
        dlt = self._dlt
        resources = [self._resource(name, batch if name == resource else Batch()) for name in self._resources]

        @dlt.source(name=self._source)  # type: ignore[untyped-decorator]
        def package() -> Any:  # noqa: ANN401 -- dlt is untyped
            return resources

        return package().with_resources(resource)

    def _resource(self, name: str, batch: Batch) -> Any:  # noqa: ANN401 -- a dlt resource, which is untyped
        def versions() -> Iterator[list[dict[str, object]]]:
            (kept := self._dlt.current.resource_state()).clear()
            kept.update(batch.state)
            # To dlt the payload is text: as JSON it would be read and written anew, and a large number lost.
            yield [
                {"object_id": version.object_id, "modified_at": version.modified_at, "is_deleted": version.is_deleted,
                 "payload": version.payload}
                for version in batch.versions
            ]  # fmt: skip

        types = {"object_id": "text", "modified_at": "timestamp", "is_deleted": "bool", "payload": "text"}
        columns: Any = {column: {"data_type": kind, "nullable": False} for column, kind in types.items()}
        return self._dlt.resource(
            versions,
            name=name,
            columns=columns,
            primary_key=("object_id", "modified_at", "is_deleted"),
            write_disposition="append",
            schema_contract={"tables": "evolve", "columns": "freeze", "data_type": "freeze"},
        )


def _root(error: BaseException) -> str:
    """The first line of the first cause: the lines after it may quote the record."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).strip().split("\n", 1)[0][:300]


@contextmanager
def landing(source: str, number: int, resources: Sequence[str], dsn: str, folder: Path) -> Iterator[Landing]:
    """A source's tables, once no other pull of it is under way."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    # It would log the statement that failed, records and all; what is wrong is in the error.
    os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"
    try:
        # What passes through dlt's files is for nobody else on this machine.
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise SourceError(f"{folder}, below RIFT_HOME, cannot be used: {error.strerror}.") from None
    try:
        connection: extensions.connection = psycopg2.connect(
            dsn, connect_timeout=5, application_name=f"rift pull {source}"
        )
    except psycopg2.Error as error:
        raise SourceError(f"RIFT_INGEST_DSN: the database refused: {' '.join(str(error).split())}") from None
    try:
        # No transaction stays open while others work: it would hold back the watermark of the whole cluster.
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s, %s)", [PULL_LOCK, number])
            yield Landing(source, resources, dsn, cursor, folder)
        # dlt keeps a copy of what it loaded: whom raw forgets, nobody should find there.
        shutil.rmtree(folder / source, ignore_errors=True)
    except psycopg2.Error as error:
        raise SourceError(f"The database refused: {' '.join(str(error).split())}") from None
    finally:
        connection.close()
