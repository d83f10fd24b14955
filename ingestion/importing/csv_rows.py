"""CSV: the first row names the columns, each other row is an event. Bounded memory, whatever the quotes say."""

import csv
from collections.abc import Iterator
from io import BufferedReader
from typing import Final

from ingestion.importing import columns
from ingestion.importing.lines import Line, Lines, too_long
from ingestion.importing.rows import KEPT_BYTES, FileError, Row
from ingestion.webhooks.parser import UnusableError

# What spreadsheets write, by the land that they think they are in.
DELIMITERS: Final = (",", ";", "\t")


class CsvRows:
    """Events of a CSV file; raises `FileError` when its columns cannot be events."""

    def __init__(self, file: BufferedReader, limit: int, default_source: str | None) -> None:
        self._lines = Lines(file, limit)
        self._limit = limit
        self._source = default_source
        # A row that spans lines is bounded by its longest field: a quote that is never closed ends there.
        csv.field_size_limit(limit)
        self.names, self._delimiter = self._header()
        columns.require_usable(self.names, default_source)

    @property
    def done(self) -> float:
        return self._lines.done

    def __iter__(self) -> Iterator[Row]:
        lines = _Recorded(iter(self._lines))
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        next(reader, None)
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._refused(lines, "invalid_csv", f"This is not CSV ({error}).")
                continue
            if lines.size:
                yield too_long(lines.first, lines.raw(), lines.size, self._limit)
            elif len(cells) != len(self.names):
                if any(cells):
                    detail = f"It has {len(cells)} values, and the first row names {len(self.names)} columns."
                    yield self._refused(lines, "invalid_csv", detail)
            elif any(cells):
                yield self._row(lines, cells)

    def _row(self, lines: "_Recorded", cells: list[str]) -> Row:
        values = {
            name: columns.number_or_text(cell) if name.startswith(columns.MEMBER) else cell
            for name, cell in zip(self.names, cells, strict=True)
            if cell
        }
        try:
            body = columns.document(values, self._source)
        except UnusableError as error:
            return Row(lines.first, lines.raw(), error)
        if len(body) > self._limit:
            return too_long(lines.first, lines.raw(), len(body), self._limit)
        return Row(lines.first, body)

    def _refused(self, lines: "_Recorded", reason: str, detail: str) -> Row:
        return Row(lines.first, lines.raw(), UnusableError(reason, detail))

    def _header(self) -> tuple[list[str], str]:
        first = next(iter(self._lines), None)
        if first is None:
            raise FileError(f"It is empty. Its first row must name columns, such as {','.join(columns.REQUIRED)}.")
        if first.excess:
            raise FileError(f"row 1: it has {first.excess} bytes, which cannot be the names of columns.")
        try:
            text = first.text.decode()
        except UnicodeDecodeError as error:
            raise FileError(f"row 1: it is not UTF-8 (byte {error.start}). Save the file as UTF-8.") from None
        for delimiter in DELIMITERS:
            names = self._names(text, delimiter)
            if "event_type" in names:
                return names, delimiter
        return self._names(text, ","), ","

    def _names(self, text: str, delimiter: str) -> list[str]:
        try:
            return [name.strip() for name in next(csv.reader([text], delimiter=delimiter, strict=True), [])]
        except csv.Error as error:
            raise FileError(f"row 1: this is not CSV ({error}).") from None


class _Recorded:
    """Hands lines to the CSV reader as text, and remembers the beginning of what it has taken for one row."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._taken: list[bytes] = []
        self._taken_bytes = 0
        self.first = 0
        self.size = 0

    def begin(self) -> None:
        self._taken.clear()
        self._taken_bytes = 0
        self.size = 0

    def raw(self) -> bytes:
        return b"\n".join(self._taken)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if not self._taken:
            self.first = line.number
        if self._taken_bytes <= KEPT_BYTES:
            self._taken.append(line.text if not line.excess else line.text[:KEPT_BYTES])
            self._taken_bytes += len(line.text) + 1
        if line.excess:
            # Its rest was not read; what stands in its place is no row.
            self.size = line.excess
            return "\n"
        # What is not UTF-8 is found again when the row is written as JSON.
        return line.text.decode("utf-8", "surrogateescape") + "\n"
