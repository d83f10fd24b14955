"""The drop folder in Dagster: seen when a file is whole, landed by a run, silent without a folder."""

import os
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.ingest.files import files_sensor, imported_files
from tests.conftest import Database


def sense(instance: dg.DagsterInstance) -> object:
    return files_sensor(dg.build_sensor_context(instance=instance))


def test_a_dropped_file_is_landed_by_a_run(
    instance: dg.DagsterInstance, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RIFT_DROP_DIR", raising=False)
    monkeypatch.setenv("RIFT_INGEST_DSN", database.dsn("ingest"))
    assert "not set" in str(sense(instance))
    assert dg.materialize([imported_files], instance=instance).success
    monkeypatch.setenv("RIFT_DROP_DIR", str(tmp_path / "none"))
    assert "cannot use" in str(sense(instance))
    monkeypatch.setenv("RIFT_DROP_DIR", str(tmp_path))
    path = tmp_path / "a.csv"
    path.write_text("event_type,occurred_at\ncall_dial,2026-03-14T09:26:53Z\nnap,2026-03-14T09:26:53Z\n")
    assert "no file that is ready" in str(sense(instance))
    os.utime(path, (1, 1))
    request = sense(instance)
    assert isinstance(request, dg.RunRequest)
    result = dg.materialize([imported_files], instance=instance)
    (made,) = result.asset_materializations_for_node(imported_files.node_def.name)
    figures = {name: value.value for name, value in made.metadata.items()}
    assert isinstance(figures.pop("seconds"), float)
    assert figures == {"files": 1, "rows": 1, "duplicates": 0, "rejected": 1}
    assert database.execute("select source, user_id from raw.webhook_events") == [("files", "sdr-001")]
    (tmp_path / "b.csv").write_text("nothing\n")
    assert not dg.materialize([imported_files], instance=instance, raise_on_error=False).success
