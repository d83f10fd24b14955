"""The drop folder: its files are landed as soon as they are whole. Without RIFT_DROP_DIR nothing is watched."""

import hashlib
import os
import time
from pathlib import Path
from typing import Final

import dagster as dg

from ingestion.sources.drop_folder import QUIET_SECONDS, DropFolder, DropFolderError
from ingestion.sources.files import FilesSettings, Landed, land_folder
from orchestration.defs.ingest import systems
from orchestration.defs.transform.schedules import run_request
from orchestration.lib.owners import DATA_PLATFORM
from orchestration.lib.run_tags import FILES

IMPORTED_FILES = dg.AssetKey(["raw", "import_chunks"])
NOT_SET: Final = "RIFT_DROP_DIR is not set: no folder is watched."


@dg.asset(
    key=IMPORTED_FILES,
    deps=[systems.EVENT_FILES],
    owners=[DATA_PLATFORM],
    group_name="raw",
    kinds={"postgres", "table"},
    description="One row per chunk of a file of events that was imported; its events are in raw.webhook_events.",
)
def imported_files(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    folder = _folder()
    if folder is None:
        context.log.info(NOT_SET)
        return dg.MaterializeResult(metadata={"files": 0})
    began = time.monotonic()
    settings = FilesSettings()  # type: ignore[call-arg]  # its fields come from the environment
    landed = land_folder(folder, settings.options(), lambda one: context.log.info("%s", one.sentence()))
    failed = [one.sentence() for one in landed if one.imported is None]
    if failed:
        raise dg.Failure(description="\n".join(failed), metadata=_counts(landed, began), allow_retries=False)
    return dg.MaterializeResult(metadata=_counts(landed, began))


def _counts(landed: list[Landed], began: float) -> dict[str, float]:
    counts = [one.imported.counts for one in landed if one.imported and not one.imported.was_known]
    return {
        "files": len(landed),
        "rows": sum(one.landed for one in counts),
        "seconds": round(time.monotonic() - began, 3),
        "duplicates": sum(one.duplicates for one in counts),
        "rejected": sum(one.rejected_count for one in counts),
    }


def _folder() -> DropFolder | None:
    path = os.environ.get("RIFT_DROP_DIR")
    return DropFolder(Path(path)) if path else None


# It writes raw, not the warehouse: settles go on beside it.
files_job = dg.define_asset_job(
    "files_job",
    description="Lands the files of the drop folder, each content once.",
    selection=dg.AssetSelection.assets(IMPORTED_FILES),
    tags=FILES,
    executor_def=dg.in_process_executor,
)


@dg.sensor(
    job=files_job,
    name="files_sensor",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Lands what was dropped into RIFT_DROP_DIR, once nobody writes to it any more.",
)
def files_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    try:
        folder = _folder()
        if folder is None:
            return dg.SkipReason(NOT_SET)
        # With the margin of a clock that the file system keeps by itself.
        quiet_since = time.time_ns() - int(2 * QUIET_SECONDS * 1e9)
        whole = [found for found in folder.files() if found.modified < quiet_since]
    except DropFolderError as error:
        return dg.SkipReason(str(error))
    if not whole:
        return dg.SkipReason("There is no file that is ready.")
    state = hashlib.sha256(repr(whole).encode()).hexdigest()[:16]
    return run_request(context.instance, files_job.name, state)
