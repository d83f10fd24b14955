"""Parquet: the columns that an event has, read a thousand rows at a time; what has no form in JSON is refused."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BufferedReader
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from ingestion.importing import columns
from ingestion.importing.lines import too_long
from ingestion.importing.rows import FileError, Row
from ingestion.webhooks.parser import UnusableError

BATCH_ROWS: Final = 1000
# A column of a row group is read in pages of this size, not whole.
BUFFER_BYTES: Final = 1 << 20
# One page holds at least one value, so no value is larger than this allows.
LARGEST_COLUMN_CHUNK: Final = 1 << 30
TEXTS: Final = ("source", "event_type", "user_id", "external_id", "reverses")


class ParquetRows:
    """Events of a Parquet file; raises `FileError` when its columns cannot be events. Lines are row numbers from 1."""

    def __init__(self, file: BufferedReader, limit: int, default_source: str | None) -> None:
        self._limit = limit
        self._source = default_source
        self._number = 0
        try:
            self._file = parquet.ParquetFile(file, buffer_size=BUFFER_BYTES, pre_buffer=False)
            schema = self._file.schema_arrow
        except (pa.ArrowException, OSError, ValueError) as error:
            raise FileError(f"It is no Parquet file that can be read ({_first_line(error)}).") from None
        columns.require_usable(schema.names, default_source)
        problems = [problem for field in schema if (problem := _type_problem(field))]
        if problems:
            raise FileError("\n".join(problems))
        self._require_bounded()
        self._count = self._file.metadata.num_rows

    @property
    def done(self) -> float:
        return self._number / self._count if self._count else 1.0

    def __iter__(self) -> Iterator[Row]:
        self._number = 0
        batches = self._file.iter_batches(batch_size=BATCH_ROWS, use_threads=False)
        while True:
            try:
                batch = next(batches, None)
                rows = batch.to_pylist() if batch is not None else None
            except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
                raise FileError(f"It is damaged after row {self._number} ({_first_line(error)}).") from None
            if rows is None:
                return
            for cells in rows:
                self._number += 1
                yield self._row(cells)

    def _row(self, cells: dict[str, Any]) -> Row:
        try:
            body = columns.document(
                {name: _value(name, value) for name, value in cells.items() if value is not None}, self._source
            )
        except UnusableError as error:
            return Row(self._number, repr(cells).encode("utf-8", "backslashreplace")[: self._limit], error)
        return (
            Row(self._number, body)
            if len(body) <= self._limit
            else too_long(self._number, body, len(body), self._limit)
        )

    def _require_bounded(self) -> None:
        metadata = self._file.metadata
        for group in range(metadata.num_row_groups):
            for column in range(metadata.num_columns):
                if metadata.row_group(group).column(column).total_uncompressed_size > LARGEST_COLUMN_CHUNK:
                    raise FileError(
                        "A column of one of its row groups has more than 1 GB. Write it with smaller row groups."
                    )


def _type_problem(field: pa.Field) -> str | None:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
    if field.name == "occurred_at":
        if pa.types.is_timestamp(kind):
            return None if kind.tz else "The column occurred_at has no time zone: write timestamps in UTC."
        return None if is_text else f"The column occurred_at is {kind}: write timestamps with a zone, or RFC 3339 text."
    if field.name in TEXTS and not (is_text or pa.types.is_integer(kind)):
        return f"The column {field.name} is {kind}: write text."
    if field.name == columns.METADATA and not (is_text or pa.types.is_struct(kind) or pa.types.is_map(kind)):
        return f"The column metadata is {kind}: write JSON text or a struct."
    return None


def _value(name: str, value: object) -> object:
    if name in TEXTS:
        return str(value)
    if name == "occurred_at":
        return _moment(value)
    if name == columns.METADATA:
        return value if isinstance(value, str) else _plain(dict(value) if isinstance(value, list) else value)
    return _plain(value)


def _moment(value: object) -> object:
    """A time to the microsecond, in UTC: Python has no finer one."""
    moment = value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value
    return moment.astimezone(UTC).isoformat() if isinstance(moment, datetime) else moment


def _plain(value: object) -> object:
    """A value as JSON has it; raises `UnusableError` for bytes and the like."""
    if isinstance(value, dict):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return _written(value)


def _written(value: object) -> object:
    """A value that JSON has no type for, as one usually writes it."""
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime) and value.tzinfo:
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise UnusableError("invalid_field", f"A value is {type(value).__name__}: JSON has no form for it. Send text.")


def _decimal(value: Decimal) -> object:
    whole = value == value.to_integral_value()
    return int(value) if whole else float(value)


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
