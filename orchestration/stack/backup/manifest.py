"""What a backup says of itself: which database it is of, what that held at that moment, and what is in the file."""

import importlib.metadata
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingestion.migrations import migration_names
from orchestration.stack.errors import StackError

# To be raised when a reader of today would restore something else than was meant.
FORMAT: Final = 1
NAME: Final = "manifest.json"
DUMP: Final = "database.dump"

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{32}([0-9a-f]{32})?$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Table(_Part):
    """The rows of a table: how many, and one number for all that they say."""

    rows: int = Field(ge=0)
    checksum: Digest


class Mart(_Part):
    """What a mart said. One that goes `by_clock` may say something else a day later, with nothing landed."""

    checksum: Digest
    by_clock: bool


class Contents(_Part):
    """All that a database holds, as of one snapshot; `objects` are its relations, functions and grants."""

    tables: dict[str, Table]
    marts: dict[str, Mart]
    objects: Digest


class Origin(_Part):
    """The database that the backup is of; `size` is what it takes on its server's disk, in bytes.

    `roles` are those that own something in it or may use it.
    """

    name: str
    owner: str
    server_version: int = Field(ge=1)
    system_identifier: str
    size: int = Field(ge=0)
    migrations: list[str] = Field(min_length=1)
    roles: list[str] = []


class Member(_Part):
    """A file in the backup: its bytes, and their SHA-256."""

    size: int = Field(ge=0)
    sha256: Digest


class Manifest(_Part):
    """`made_at` is the moment of the snapshot, by the database's clock, `dumped_by` the major version of pg_dump.

    One that `is_tried` was written before it was: a backup that fails the trial does not stay.
    """

    format: int
    rift_version: str
    dumped_by: int = Field(ge=1)
    made_at: datetime
    origin: Origin
    contents: Contents
    members: dict[str, Member]
    is_tried: bool = False

    @property
    def event_count(self) -> int:
        """Accepted items."""
        landed = self.contents.tables.get("raw.webhook_events")
        return landed.rows if landed else 0


def read(text: bytes, name: str) -> Manifest:
    """The manifest of the backup `name`; raises `StackError` for one that is damaged or of a newer Rift."""
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError:
        raise StackError(f"{name} is damaged: its manifest cannot be read. Take another backup.") from None
    unknown = sorted({*manifest.origin.migrations} - set(migration_names()))
    if manifest.format > FORMAT or unknown:
        raise StackError(
            f"{name} was made by Rift {manifest.rift_version}, which is newer than this one"
            + (f" (it has the migrations {', '.join(unknown)})" if unknown else "")
            + ". Install that version and restore with it: migrations only go forwards."
        )
    return manifest


def version() -> str:
    """The version of this Rift."""
    try:
        return importlib.metadata.version("project-rift")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
