"""Which reader a file gets: the end of its name says what it is."""

from io import BufferedReader
from pathlib import PurePath

from ingestion.importing.rows import FileError, Rows


def open_rows(name: str, file: BufferedReader, max_row_bytes: int, default_source: str | None) -> Rows:
    """The rows of an opened file; raises `FileError`."""
    kind = PurePath(name).suffix.lower()
    # Imported where needed: a table format takes a third of a second.
    if kind == ".csv":
        from ingestion.importing.csv_rows import CsvRows  # noqa: PLC0415

        return CsvRows(file, max_row_bytes, default_source)
    if kind in {".jsonl", ".ndjson"}:
        from ingestion.importing.lines import JsonLines  # noqa: PLC0415

        return JsonLines(file, max_row_bytes)
    if kind == ".parquet":
        from ingestion.importing.parquet_rows import ParquetRows  # noqa: PLC0415

        return ParquetRows(file, max_row_bytes, default_source)
    raise FileError(f"{name} is none of .csv, .jsonl, .ndjson and .parquet: the end of its name says what it is.")
