"""How much Dagster's database grows by 1,000 runs, with retention off and on, and how long it takes to delete 1,000.

The runs are real: settles and builds of a small warehouse, executed in this process on an instance in Postgres, an
event landed before each. Retention on keeps the newest `KEPT` of each job. Nothing is vacuumed but by autovacuum.

    python -m tests.bench.retention_bench [ROUNDS]
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import dagster as dg

from ingestion.migrations import migrate
from orchestration.lib.retention import Keep, retain
from tests import landing
from tests.bench.sides import new_cluster
from tests.conftest import PASSWORDS, Database, create_database, environment

ROUNDS: Final = 3
# About as many as in ten minutes with events all the time: a settle every 30 s, a build every 5 minutes.
SETTLES, BUILDS = 20, 2
KEPT: Final = 10
KEEP: Final = Keep(routine=timedelta(days=9), most=KEPT, newest=timedelta())
LARGEST_SHARE: Final = 0.2
TABLES: Final = """
select relname::text, pg_total_relation_size(oid) from pg_class
where relkind = 'r' and relnamespace = 'public'::regnamespace
"""


@dataclass
class Figures:
    """Bytes of Dagster's database: by one run of each job without retention, and by all runs of either side."""

    by_job: dict[str, float] = field(default_factory=dict)
    off: float = 0
    on: float = 0
    runs: int = 0
    deleted: int = 0
    delete_seconds: float = 0

    @property
    def share(self) -> float:
        return self.on / self.off


class Side:
    """A warehouse, Dagster's database, and the jobs."""

    def __init__(self, warehouse: Database, database: Database, instance: dg.DagsterInstance) -> None:
        from orchestration.definitions import defs  # noqa: PLC0415  # it reads the environment

        self.warehouse, self.database, self.instance = warehouse, database, instance
        self.jobs: dict[str, Any] = {name: defs.resolve_job_def(name) for name in ("settle_job", "build_job")}

    def size(self) -> int:
        return sum(int(size) for _, size in self.database.execute(TABLES))

    def run(self, name: str, count: int) -> float:
        """Bytes by which the database has grown with each of so many runs."""
        before = self.size()
        for _ in range(count):
            landing.land(self.warehouse, landing.event("sdr-001"))
            self.jobs[name].execute_in_process(instance=self.instance)
        return (self.size() - before) / count


def run(rounds: int = ROUNDS) -> Figures:
    """Rounds without retention, then as many with it."""
    figures = Figures(runs=rounds * (SETTLES + BUILDS))
    with _side() as side:
        for name in side.jobs:
            side.run(name, 1)  # what is written once
        start = side.size()
        for _ in range(rounds):
            figures.by_job = {"settle_job": side.run("settle_job", SETTLES), "build_job": side.run("build_job", BUILDS)}
        figures.off = side.size() - start
        start = side.size()
        for _ in range(rounds):
            side.run("settle_job", SETTLES)
            side.run("build_job", BUILDS)
            done = retain(side.instance, side.database.owner_dsn, KEEP, print)
            figures.deleted += done.runs
            figures.delete_seconds += done.seconds
        figures.on = side.size() - start
    return figures


@contextmanager
def _side() -> Iterator[Side]:
    with tempfile.TemporaryDirectory(prefix="rift-bench-") as folder, new_cluster(Path(folder)) as cluster:
        warehouse = create_database(cluster, "warehouse")
        migrate(warehouse.owner_dsn, PASSWORDS)
        os.environ.update(environment(warehouse, Path(folder)))
        subprocess.run([sys.executable, "-m", "orchestration.lib.warehouse"], check=True, stdout=subprocess.DEVNULL)
        database = create_database(cluster, "warehouse_dagster")
        quiet = {"python_logs": {"python_log_level": "ERROR"}}
        storage = {"storage": {"postgres": {"postgres_url": database.owner_dsn}}}
        with dg.instance_for_test(overrides=storage | quiet) as instance:
            yield Side(warehouse, database, instance)


def section(figures: Figures) -> list[str]:
    """What the page of all benchmarks says about it."""
    by_job = " and ".join(
        f"{size / 1024:,.0f} kB by a {name.removesuffix('_job')}" for name, size in figures.by_job.items()
    )
    return [
        "## Growth of Dagster's database",
        "",
        f"Runs, {SETTLES} settles for every {BUILDS} builds, {figures.runs} without retention and as many with it:",
        f"the newest {KEPT} of each job are kept, and autovacuum alone frees space. It grows by {by_job}.",
        f"Target: with retention at most {LARGEST_SHARE:.0%} of the growth without.",
        "",
        "| | MB by 1,000 runs |",
        "|---|---|",
        f"| retention off | {_megabytes(figures.off, figures):,.0f} |",
        f"| retention on | {_megabytes(figures.on, figures):,.0f} |",
        "",
        f"Deleting 1,000 runs takes {1000 * figures.delete_seconds / figures.deleted:,.0f} s.",
    ]


def is_met(figures: Figures) -> bool:
    return figures.share <= LARGEST_SHARE


def _megabytes(grown: float, figures: Figures) -> float:
    return 1000 * grown / figures.runs / 2**20


def main() -> int:
    """Print the section; fails when the target is missed."""
    figures = run(*map(int, sys.argv[1:2]))
    print("\n".join(section(figures)))
    return 0 if is_met(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
