"""How much Dagster's database grows by 1,000 runs, with retention off and on, and how long it takes to delete 1,000.

The runs are real: settles and builds of a small warehouse, executed in this process on an instance in Postgres, an
event landed before each. Each half has a database of its own. Retention on keeps the newest `KEPT` of each job, and a
vacuum follows each time, as autovacuum's would within minutes: the bench is over before. Ticks of sensors and
schedules, which Dagster deletes by itself, are not in it.

    python -m tests.bench.retention_bench [ROUNDS]
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import dagster as dg
import psycopg2

from ingestion.migrations import migrate
from orchestration.lib.retention import Keep, retain
from orchestration.stack.postgres import Cluster
from tests import landing
from tests.bench.sides import new_cluster
from tests.conftest import PASSWORDS, Database, create_database, environment

ROUNDS: Final = 8
SETTLES, BUILDS = 3, 1
RUNS: Final = SETTLES + BUILDS
KEPT: Final = 1
KEEP: Final = Keep(routine=timedelta(days=9), most=KEPT, newest=timedelta())
LARGEST_SHARE: Final = 0.2
TABLES: Final = """
select relname::text, pg_total_relation_size(oid) from pg_class
where relkind = 'r' and relnamespace = 'public'::regnamespace
"""


@dataclass
class Figures:
    """Bytes of Dagster's database by a run: of each job without retention, and of any on either side.

    `held` are the bytes of the first round with retention on, whose pages a vacuum keeps for the next ones.
    """

    by_job: dict[str, float] = field(default_factory=dict)
    off: float = 0
    on: float = 0
    held: int = 0
    rounds: int = 0
    deleted: int = 0
    delete_seconds: float = 0

    @property
    def share(self) -> float:
        return self.on / self.off


class Side:
    """A warehouse, a database of Dagster's, and the jobs."""

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

    def vacuum(self) -> None:
        with closing(psycopg2.connect(self.database.owner_dsn)) as connection:
            connection.autocommit = True
            connection.cursor().execute("vacuum")


def run(rounds: int = ROUNDS) -> Figures:
    """At least two rounds without retention, then as many with it on another database. Raises ValueError for fewer."""
    if rounds < 2:
        raise ValueError("retention is measured from the second round on: ask for at least two")
    figures = Figures(rounds=rounds)
    with _cluster() as (cluster, warehouse):
        with _side(cluster, warehouse, "dagster_off") as side:
            start = side.size()
            sizes = [{"settle_job": side.run("settle_job", SETTLES), "build_job": side.run("build_job", BUILDS)}
                     for _ in range(rounds)]  # fmt: skip
            figures.by_job = {name: fmean(size[name] for size in sizes) for name in side.jobs}
            figures.off = (side.size() - start) / (rounds * RUNS)
        with _side(cluster, warehouse, "dagster_on") as side:
            after = [side.size()]
            for _ in range(rounds):
                for name, count in (("settle_job", SETTLES), ("build_job", BUILDS)):
                    side.run(name, count)
                done = retain(side.instance, side.database.owner_dsn, KEEP, lambda _: None)
                side.vacuum()
                figures.deleted += done.runs
                figures.delete_seconds += done.seconds
                after.append(side.size())
            figures.held = after[1] - after[0]
            figures.on = (after[-1] - after[1]) / ((rounds - 1) * RUNS)
    return figures


@contextmanager
def _cluster() -> Iterator[tuple[Cluster, Database]]:
    """A cluster with a warehouse in it."""
    with tempfile.TemporaryDirectory(prefix="rift-bench-") as folder, new_cluster(Path(folder)) as cluster:
        warehouse = create_database(cluster, "warehouse")
        migrate(warehouse.owner_dsn, PASSWORDS)
        os.environ.update(environment(warehouse, Path(folder)))
        subprocess.run([sys.executable, "-m", "orchestration.lib.warehouse"], check=True, stdout=subprocess.DEVNULL)
        yield cluster, warehouse


@contextmanager
def _side(cluster: Cluster, warehouse: Database, name: str) -> Iterator[Side]:
    """A new database of Dagster's with one run of each job: what is written once is in it."""
    database = create_database(cluster, name)
    quiet = {"python_logs": {"python_log_level": "ERROR"}}
    storage = {"storage": {"postgres": {"postgres_url": database.owner_dsn}}}
    with dg.instance_for_test(overrides=storage | quiet) as instance:
        side = Side(warehouse, database, instance)
        for job in side.jobs:
            side.run(job, 1)
        yield side


def section(figures: Figures) -> list[str]:
    """What the page of all benchmarks says about it."""
    by_job = " and ".join(
        f"{size / 1024:,.0f} kB by a {name.removesuffix('_job')}" for name, size in figures.by_job.items()
    )
    return [
        "## Growth of Dagster's database",
        "",
        f"{figures.rounds} rounds of {SETTLES} settles and a build without retention, and as many with it on another",
        f"database, where each round keeps the newest {KEPT} of each job, and a vacuum follows, as autovacuum's would",
        f"within minutes. Ticks are not in it: Dagster deletes them by itself. It grows by {by_job}.",
        f"With retention on, the first round leaves {figures.held / 2**20:.1f} MB, whose pages the later ones use",
        "again; what those add is in the table. Both are scaled from these runs.",
        f"Target: with retention at most {LARGEST_SHARE:.0%} of the growth without.",
        "",
        "| | MB by 1,000 runs |",
        "|---|---|",
        f"| retention off | {1000 * figures.off / 2**20:,.0f} |",
        f"| retention on | {1000 * figures.on / 2**20:,.0f} |",
        "",
        f"Deleting 1,000 runs takes {1000 * figures.delete_seconds / figures.deleted:,.0f} s.",
    ]


def is_met(figures: Figures) -> bool:
    return figures.share <= LARGEST_SHARE


def main() -> int:
    """Print the section; fails when the target is missed."""
    figures = run(*map(int, sys.argv[1:2]))
    print("\n".join(section(figures)))
    return 0 if is_met(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
