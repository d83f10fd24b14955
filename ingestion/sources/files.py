"""Files of events dropped into a folder: manual entry and history, landed by the code of `rift import`.

    python -m ingestion.sources.files

Each content is landed once, whatever its file is called. What became of a file stands in a report beside it, in `done/`
or `failed/`. dlt reads none of them: what has been landed is noted in the transaction that lands it, which dlt's state,
kept in a transaction of its own, cannot be; and only our readers know line numbers and bounds for hostile files.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg2
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.importing.importer import Imported, Options, import_file
from ingestion.importing.loading import DatabaseError
from ingestion.importing.rows import FileError, ReaderError
from ingestion.sources.drop_folder import QUIET_SECONDS, DropFolder, DropFolderError, Found

# Any constant will do, as long as no other lock of Rift uses it.
FOLDER_LOCK: Final = 0x44524F50
# Of a file that somebody wrote by hand into no row a source, it is this.
DEFAULT_SOURCE: Final = "files"


class FilesSettings(BaseSettings):
    """Where to land, and from where."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    rift_ingest_dsn: SecretStr
    rift_drop_dir: Path | None = None
    default_user_id: str = "sdr-001"
    webhook_max_body_bytes: int = Field(64 * 1024, ge=1024, le=16 * 1024 * 1024)

    def options(self) -> Options:
        return Options(
            dsn=self.rift_ingest_dsn.get_secret_value(),
            default_user_id=self.default_user_id,
            max_row_bytes=self.webhook_max_body_bytes,
            default_source=DEFAULT_SOURCE,
            once=True,
        )


@dataclass(frozen=True)
class Landed:
    """What became of one dropped file; `problem` is why it failed as a whole."""

    name: str
    imported: Imported | None
    problem: str | None = None

    def sentence(self) -> str:
        if self.imported is None:
            return f"{self.name}: {self.problem}"
        counts = self.imported.counts
        known = " (the same content was landed before)" if self.imported.was_known else ""
        return (
            f"{self.name}: {counts.rows} rows, {counts.landed} landed, {counts.duplicates} duplicates, "
            f"{counts.rejected_count} rejected{known}"
        )

    def report(self) -> dict[str, Any]:
        if self.imported is None:
            return {"file": self.name, "problem": self.problem}
        counts = self.imported.counts
        return {
            "file": self.name,
            "content_hash": self.imported.content_hash,
            "was_landed_before": self.imported.was_known,
            "rows": counts.rows,
            "landed": counts.landed,
            "duplicates": counts.duplicates,
            "rejected": counts.rejected_count,
            "rejected_by_reason": dict(counts.reasons),
            "rejected_lines": [{"line": line, "reason": reason} for line, reason in counts.rejected],
        }


def land_folder(
    folder: DropFolder,
    options: Options,
    on_landed: Callable[[Landed], None] = lambda _: None,
    quiet_seconds: float = QUIET_SECONDS,
) -> list[Landed]:
    """Land every file that is whole, by name, each once; of two at work on one database, the second waits.

    Raises `DropFolderError`, `DatabaseError`, `ReaderError` or `psycopg2.Error`: then the file stays, and the next
    time goes on there.
    """
    done = []
    connection = psycopg2.connect(options.dsn, connect_timeout=5)
    try:
        # A lock of the session: no transaction stays open.
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [FOLDER_LOCK])
        for found in folder.quiet_files(quiet_seconds):
            landed = _land(folder, found, options)
            if landed is not None:
                done.append(landed)
                on_landed(landed)
    finally:
        connection.close()
    return done


def _land(folder: DropFolder, found: Found, options: Options) -> Landed | None:
    try:
        landed = Landed(found.name, import_file(folder.path / found.name, options))
    except FileError as error:
        landed = Landed(found.name, None, str(error))
    # Somebody wrote on, or took it away: it was not whole, and what is new in it comes the next time.
    if not folder.is_unchanged(found):
        return None
    folder.finish(found, landed.report(), failed=landed.imported is None)
    return landed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m ingestion.sources.files",
        description="Land the files of a folder (.csv, .jsonl, .ndjson, .parquet), each content once, and move each "
        "into done/ or failed/ beside a report of rows landed and rejected by line.",
        epilog="RIFT_DROP_DIR is the folder, RIFT_INGEST_DSN the database; rift env sets it. A file that was written "
        f"to within the last {QUIET_SECONDS:.0f} seconds, or is called .tmp or .part, is left for the next time; links "
        "are never followed. docs/sources.md says what a file may hold.",
    )
    parser.add_argument("--folder", type=Path, help="another folder than RIFT_DROP_DIR")
    chosen: Path | None = parser.parse_args(arguments).folder
    try:
        settings = FilesSettings()  # type: ignore[call-arg]  # its fields come from the environment
        path = chosen or settings.rift_drop_dir
        if path is None:
            print("RIFT_DROP_DIR is not set: there is no folder to look into. Set it, or give --folder.")
            return 0
        folder = DropFolder(path)
        landed = land_folder(folder, settings.options(), lambda one: print(one.sentence(), flush=True))
    except ValidationError as error:
        names = ", ".join(str(problem["loc"][0]).upper() for problem in error.errors())
        print(f'{names}: not set, or unusable. Run eval "$(rift env)" first.', file=sys.stderr)
        return 2
    except (DropFolderError, DatabaseError, ReaderError) as error:
        print(error, file=sys.stderr)
        return 1
    except psycopg2.Error as error:
        # Of an error in data the server quotes the data.
        said = " ".join(str(error).split()) if error.pgcode is None else f"{type(error).__name__} {error.pgcode}"
        print(f"RIFT_INGEST_DSN: the database refused: {said}", file=sys.stderr)
        return 1
    for name in folder.links():
        print(f"{name}: it is a link, which is not followed. Put the file itself here.", file=sys.stderr)
    if not landed:
        print("There is no file that is ready.")
    return 1 if any(one.imported is None for one in landed) else 0


if __name__ == "__main__":
    sys.exit(main())
