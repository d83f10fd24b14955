"""dbt in this process: one lock around whole invocations, the manifest, and the translation of results for Dagster."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg2
from dbt.adapters.factory import reset_adapters
from dbt.cli.main import dbtRunner, dbtRunnerResult
from google.protobuf.json_format import MessageToDict

PROJECT: Final = Path(__file__).parents[2] / "dbt_project"
# Four dbt processes at once on one project failed 7 times of 24, two never: one at a time that may write, and beside it
# one audit, which only reads, for minutes: no settle waits for it.
INVOCATION_LOCK: Final = 0x52494655
AUDIT_LOCK: Final = 0x52494657
# A build of a small warehouse takes seconds, a rebuild of 10 M events minutes; a waiting one is told so.
LOCK_WAIT_SECONDS: Final = 1800
LOCK_MOMENT_SECONDS: Final = 1

# The data tests that read history: those of models with this tag, which dbt_project.yml gives, and tests that have it.
AUDITS: Final = "tag:audit+1,resource_type:test"
# Unit tests say something about the code, not about the data: they belong to `make test`, not to every minute.
BUILD: Final = ("build", "--exclude-resource-type", "unit_test", "--exclude", AUDITS)
# One query at a time, on one core; memory for sorts and hashes, beyond which they go to disk. The longest takes some
# minutes at 10 M events; one that takes half an hour has met a plan that will not end.
AUDIT_SESSION: Final = "-c max_parallel_workers_per_gather=0 -c work_mem=64MB -c statement_timeout=30min"

# Nobody reads what a settle would write about itself.
LEAN: Final = ("--no-write-json",)

# A model with all of a settle's macros.
COMPILED: Final = "int_user_days_settled"

# What is told of each node at its end. Of the hundreds of other messages of a settle none needs to be translated.
ENDS: Final = frozenset({"LogModelResult", "LogSeedResult", "LogSnapshotResult", "LogTestResult", "NodeFinished"})

# The project as parsed, in a process that has kept it and in its forks: reading it takes a second. Names of relations
# have the database's in them.
_kept: Final[dict[tuple[Path, str | None], Any]] = {}

Event = dict[str, Any]


class DbtError(Exception):
    """A dbt invocation failed; the message names the nodes and what the database said."""


def target_path() -> Path:
    """Where dbt writes its artefacts: below RIFT_HOME, never into the project."""
    return Path(os.environ.get("RIFT_HOME", ".rift")).absolute() / "dbt"


def invoke(arguments: Sequence[str], on_event: Callable[[Event], None] | None = None) -> None:
    """Run dbt with `arguments` (such as ["build"]), alone on the warehouse; `on_event` is told of each node's end.

    Raises `DbtError` when anything failed.
    """
    with _alone(INVOCATION_LOCK):
        _run(arguments, on_event)


def exit_code(command: Callable[[], object]) -> int:
    """What a `python -m` ends with: 0, or 1 when dbt failed, with its message."""
    try:
        command()
    except DbtError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def audit(tests: Sequence[str], on_event: Callable[[Event], None] | None = None) -> None:
    """Run just these data tests, beside whatever writes the warehouse. Raises `DbtError` when one failed."""
    # An artefact would be written over what another invocation is reading.
    plainly = ["--indirect-selection", "empty", "--threads", "1", "--no-write-json"]
    with _alone(AUDIT_LOCK), session(AUDIT_SESSION):
        _run(["test", "--select", *tests, *plainly], on_event)


@contextmanager
def session(options: str) -> Iterator[None]:
    """Settings of the sessions that dbt opens meanwhile, as `PGOPTIONS` has them."""
    kept = os.environ.get("PGOPTIONS")
    os.environ["PGOPTIONS"] = f"{kept or ''} {options}".strip()
    try:
        yield
    finally:
        if kept is None:
            del os.environ["PGOPTIONS"]
        else:
            os.environ["PGOPTIONS"] = kept


def manifest_path() -> Path:
    """The path of the project's manifest, parsed again only when a file of the project is newer."""
    manifest = target_path() / "manifest.json"
    sources = (path for path in PROJECT.rglob("*") if path.suffix in {".sql", ".yml", ".csv"})
    if not manifest.exists() or any(path.stat().st_mtime > manifest.stat().st_mtime for path in sources):
        _kept.pop(_place(), None)
        _run(["parse"])
    return manifest


def keep_manifest() -> None:
    """Parse the project for every later invocation of this process and of its forks."""
    # Others may be reading the file.
    _kept[_place()] = _run(["parse", *LEAN]).result


def warm_up() -> None:
    """Keep the project, and what dbt otherwise loads in each fork of this process: macros, the adapter."""
    keep_manifest()
    # Not alone: it asks the database for nothing but which relations there are, and what it writes is read by nobody.
    # Where the warehouse is not there yet, the first invocation does it for itself.
    with suppress(DbtError):
        _run(["compile", "--select", COMPILED, *LEAN])
    # A fork that is killed must not hold a lock that others have of this process.
    reset_adapters()  # type: ignore[no-untyped-call]  # dbt gives it no types


def _place() -> tuple[Path, str | None]:
    return target_path(), os.environ.get("RIFT_DB_NAME")


@contextmanager
def _alone(lock: int) -> Iterator[None]:
    # A session lock outside any transaction: it holds no snapshot and no horizon back.
    connection = psycopg2.connect(os.environ["RIFT_TRANSFORM_DSN"], connect_timeout=5)
    connection.autocommit = True
    try:
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        while not _takes(connection, lock):
            if time.monotonic() > deadline:
                raise DbtError(f"Another dbt has had the warehouse for {LOCK_WAIT_SECONDS // 60} minutes.")
        yield
    finally:
        connection.close()


def _takes(connection: Any, lock: int) -> bool:  # noqa: ANN401  # psycopg2's connection
    """Wait in the lock's queue for a moment: inside libpq nobody can be interrupted."""
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = %s", [f"{LOCK_MOMENT_SECONDS}s"])
        try:
            cursor.execute("select pg_advisory_lock(%s)", [lock])
        except psycopg2.errors.LockNotAvailable:
            return False
        return True


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGINT is meanwhile what dbt cancels its queries for; for Dagster's own interruption it waits for them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, kept)


def _run(arguments: Sequence[str], on_event: Callable[[Event], None] | None = None) -> dbtRunnerResult:
    def relay(message: Any) -> None:  # noqa: ANN401  # one of some hundred generated protobuf classes
        if on_event and message.info.name in ENDS:
            on_event(MessageToDict(message, preserving_proto_field_name=True))

    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    folders += ["--target-path", str(target_path()), "--log-path", str(target_path() / "logs")]
    quiet = ["--no-use-colors", "--log-level", "none", "--log-level-file", "info"]
    if arguments[0] == "run":
        quiet += LEAN
    with _interruptible():
        result = dbtRunner(manifest=_kept.get(_place()), callbacks=[relay]).invoke([*arguments, *folders, *quiet])
    if result.exception and not isinstance(result.exception, Exception):
        raise result.exception  # an interruption or the end of this process, which is no failure of dbt's
    if result.exception:
        raise DbtError(f"dbt {arguments[0]}: {result.exception}") from result.exception
    if not result.success:
        nodes: Any = getattr(result.result, "results", [])
        failed = [f"{node.node.name}: {node.message}" for node in nodes if node.status in {"error", "fail"}]
        raise DbtError(f"dbt {arguments[0]} failed.\n" + "\n".join(failed))
    return result
