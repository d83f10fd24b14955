"""What a run needs before it can begin, and what the process of a run is: for the run server and its forks."""

import gc
import os
import random
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
READ: Final = {"orchestration": ("*.py",), "ingestion": ("*.py",), "dbt_project": ("*.sql", "*.yml", "*.csv")}


def execute(command: Sequence[str]) -> int:
    """Be the process of `dagster api execute_run …`, the words that `ExecuteRunArgs` gives; returns its exit code."""
    from dagster._cli import cli  # noqa: PLC0415  # imported already, by `warm_up`

    from orchestration.lib import held_storage  # noqa: PLC0415  # it imports Dagster, too

    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    os.environ[held_storage.HOLDS] = str(held_storage.RUN_SECONDS)  # nothing forks from here on
    try:
        cli(list(command[command.index("api") :]), standalone_mode=False)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def warm_up(module: str) -> None:
    """Import and resolve what every run needs, and let dbt keep what each invocation needs."""
    import dagster as dg  # noqa: PLC0415  # seconds, and the reason for this process
    import dagster._cli  # noqa: PLC0415

    from orchestration.lib import dbt  # noqa: PLC0415

    definitions: dg.Definitions = import_module(module).defs
    repository = definitions.get_repository_def()
    for job in repository.get_all_jobs():
        repository.get_job(job.name)
    dbt.warm_up()
    with dg.DagsterInstance.get() as instance:
        # Imports the storage, too, of which each use has a connection of its own.
        instance.get_runs(limit=1)
    # What is here now is never garbage: no fork looks through it, or copies its pages to mark them.
    gc.collect()
    gc.freeze()
    others = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    if others:
        print(f"threads that a fork will not have: {', '.join(others)}", file=sys.stderr, flush=True)


def sources() -> frozenset[tuple[str, int, int]]:
    """The files that this process has read: path, time of the last change in nanoseconds, bytes."""
    paths = (
        path
        for folder, patterns in READ.items()
        for pattern in patterns
        for path in (ROOT / folder).rglob(pattern)
        if "target" not in path.parts
    )
    return frozenset((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
