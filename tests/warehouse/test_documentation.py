"""`make docs` writes one page that needs nothing else."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Warehouse, environment


def test_the_documentation_is_one_file_that_names_every_mart_and_column(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.lib import documentation  # noqa: PLC0415  # as in conftest

    for name, value in environment(warehouse, tmp_path).items():
        monkeypatch.setenv(name, value)
    page = documentation.write()
    assert [path.name for path in (tmp_path / "docs").iterdir()] == [page.name]
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"<script[^>]{0,200}\bsrc=|<link[^>]{0,200}\bstylesheet|@import", text) == []
    columns = warehouse.execute(
        "select table_name, column_name, col_description(format('marts.%I', table_name)::regclass, ordinal_position)"
        " from information_schema.columns where table_schema = 'marts'"
    )
    assert columns
    for mart, column, description in columns:
        assert f'"model.rift.{mart}"' in text
        # From the catalog of the database, with its comment.
        assert f'"name": "{column}"' in text
        assert json.dumps(description) in text
