"""Runs are forks of one process: driven over its socket by the launcher, on a real instance and a real warehouse."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import psutil
import psycopg2
import pytest
from dagster._core.launcher import LaunchRunContext, WorkerStatus

from orchestration.lib import run_process, run_socket
from orchestration.lib.launcher import WARM
from orchestration.lib.run_server import RunServer
from tests import landing
from tests.conftest import Warehouse, environment
from tests.orchestration.conftest import Load

IN_MEMORY = Path("/dev/shm")  # noqa: S108  # looked at, not written
CONFIGURATION = """
telemetry: {enabled: false}
run_launcher: {module: orchestration.lib.launcher, class: WarmRunLauncher}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "dagster"
    made.mkdir()
    (made / "dagster.yaml").write_text(CONFIGURATION)
    return made


@pytest.fixture
def warm(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """An instance that asks the run server of its home."""
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def start(load: Load, warehouse: Warehouse, home: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a run server, and returns when it listens."""
    load("orchestration.definitions")
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "orchestration.lib.run_server"]
        known = environment(warehouse, warehouse.home) | {"DAGSTER_HOME": str(home)}
        process = subprocess.Popen(command, env=known, cwd=run_process.ROOT, stdout=subprocess.DEVNULL)
        started.append(process)
        until("the run server", lambda: process.poll() is None and run_socket.path(home).exists())
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def until(what: str, found: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, f"There was no {what} within {seconds} s."
        time.sleep(0.05)


def launch(instance: dg.DagsterInstance) -> str:
    """The id of a run of settle_job that the launcher was given."""
    from dagster._core.definitions.reconstruct import ReconstructableRepository  # noqa: PLC0415

    from orchestration.definitions import defs  # noqa: PLC0415

    repository = ReconstructableRepository.for_module("orchestration.definitions", "defs")
    origin = repository.get_reconstructable_job("settle_job").get_python_origin()
    job = defs.resolve_job_def("settle_job")
    run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTING, job_code_origin=origin)
    instance.run_launcher.launch_run(LaunchRunContext(run, workspace=None))
    return run.run_id


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def health(instance: dg.DagsterInstance, run_id: str) -> WorkerStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return instance.run_launcher.check_run_worker_health(run).status


def forks(server: subprocess.Popen[bytes]) -> list[psutil.Process]:
    children = psutil.Process(server.pid).children()
    return [child for child in children if "orchestration.lib.run_server" in child.cmdline()]  # not what dbt started


def semaphores(process: psutil.Process) -> set[str]:
    """The inodes of what this process has mapped of the files in memory."""
    maps = [line.split() for line in Path(f"/proc/{process.pid}/maps").read_text().splitlines()]
    return {words[4] for words in maps if any(word.startswith(str(IN_MEMORY)) for word in words[5:])}


@contextmanager
def standing(warehouse: Warehouse, instance: dg.DagsterInstance) -> Iterator[str]:
    """A run that stands in the middle of its settle."""
    connection = psycopg2.connect(warehouse.owner_dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute("lock table intermediate.int_user_days_settled")
            run_id = launch(instance)

            def waits() -> bool:
                cursor.execute("select from pg_locks where locktype = 'relation' and not granted")
                return bool(cursor.fetchall())

            until("settle that waits", waits)
            yield run_id
    finally:
        connection.close()


def tail(warehouse: Warehouse) -> int:
    connection = psycopg2.connect(warehouse.dsn("hud"))
    try:
        with connection.cursor() as cursor:
            cursor.execute("select tail_event_count from marts.rpt_health")
            (count,) = cursor.fetchone() or (None,)
            assert isinstance(count, int)
            return count
    finally:
        connection.close()


def test_a_run_is_a_fork_that_can_be_watched_ended_and_lost(
    warehouse: Warehouse, warm: dg.DagsterInstance, home: Path, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    landing.land(warehouse, landing.event("ann"))
    server = start()
    place = run_socket.path(home)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    # dbt ran in it already; what it then had, a fork could not share.
    parent = psutil.Process(server.pid)
    assert parent.net_connections("tcp") == []

    with standing(warehouse, warm) as cancelled:
        (fork,) = forks(server)
        made = semaphores(fork) - semaphores(parent)
        assert made
        assert health(warm, cancelled) is WorkerStatus.RUNNING
        assert warm.run_launcher.terminate(cancelled)
        until("end of the cancelled run", lambda: status(warm, cancelled) is dg.DagsterRunStatus.CANCELED)
    until("fork to end", lambda: not forks(server))
    assert made.isdisjoint(str(left.stat().st_ino) for left in IN_MEMORY.iterdir())
    assert not warm.run_launcher.terminate(cancelled)

    with standing(warehouse, warm) as killed:
        (fork,) = forks(server)
        fork.kill()
        # Dagster's monitoring marks a run as failed for this answer.
        until("death to be noticed", lambda: health(warm, killed) is WorkerStatus.NOT_FOUND)

    with standing(warehouse, warm) as lost:
        (fork,) = forks(server)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        until("fork to end with its server", lambda: not fork.is_running() or fork.status() == psutil.STATUS_ZOMBIE)
        assert health(warm, lost) is WorkerStatus.NOT_FOUND

    place.unlink()
    start()
    assert health(warm, lost) is WorkerStatus.NOT_FOUND
    assert tail(warehouse) == 1
    for hostile in (
        b"",
        b"\n",
        b"{}\n",
        b"[1]\n",
        b"\xff\xfe\n",
        b'{"do": "start", "run_id": 1}\n',
        b"[" * 100_000 + b"\n",
    ):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(place))
            connection.sendall(hostile)
    settled = launch(warm)
    until("end of the run", lambda: status(warm, settled) is dg.DagsterRunStatus.SUCCESS)
    assert tail(warehouse) == 0


def test_a_server_that_warms_up_at_a_database_that_says_nothing_ends_when_it_is_told_to(
    load: Load, warehouse: Warehouse, home: Path
) -> None:
    load("orchestration.definitions")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(90)  # dbt asks it, once the project is read
        known = environment(warehouse, warehouse.home) | {"DAGSTER_HOME": str(home)}
        known["RIFT_DB_PORT"] = str(mute.getsockname()[1])
        command = [sys.executable, "-m", "orchestration.lib.run_server"]
        server = subprocess.Popen(command, env=known, cwd=run_process.ROOT, stderr=subprocess.DEVNULL)
        with mute.accept()[0]:
            server.terminate()
    try:
        server.wait(30)
    finally:
        server.kill()
        server.wait()
    assert not run_socket.path(home).exists()


def test_without_a_run_server_a_run_gets_a_process_of_its_own(warm: dg.DagsterInstance, load: Load) -> None:
    load("orchestration.definitions")
    # Which here it cannot get: that is Dagster's own launcher's, and wants a workspace.
    with pytest.raises(Exception, match="requires a workspace"):
        launch(warm)
    (record,) = warm.get_run_records()
    assert record.dagster_run.tags[WARM] == "false"
    messages = [entry.message for entry in warm.all_logs(record.dagster_run.run_id)]
    assert "There is no run server: it gets a process of its own." in messages


def test_a_run_that_may_have_begun_is_not_begun_again(warm: dg.DagsterInstance, load: Load, home: Path) -> None:
    load("orchestration.definitions")
    with run_socket.listen(run_socket.path(home)) as silent:

        def hang_up() -> None:
            connection, _ = silent.accept()
            run_socket.receive(connection)
            connection.close()

        asked = threading.Thread(target=hang_up)
        asked.start()
        with pytest.raises(ValueError, match="no message"):
            launch(warm)
        asked.join()


def test_outdated_code_is_refused_until_it_has_been_read_again() -> None:
    ours, _theirs = socket.socketpair()
    server = RunServer(ours, is_outdated=lambda: True)
    answer = server.handle({"do": "start", "run_id": "1", "command": ["dagster", "api"]}, ours)
    assert answer == {"refused": "the code has changed since it was read"}
    server.serve()  # ends by itself


def test_a_changed_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("orchestration", "ingestion", "dbt_project/target"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "orchestration" / "assets.py").touch()
    monkeypatch.setattr(run_process, "ROOT", tmp_path)
    read = run_process.sources()
    (tmp_path / "dbt_project" / "target" / "compiled.sql").touch()
    assert run_process.sources() == read
    (tmp_path / "dbt_project" / "model.sql").touch()
    assert run_process.sources() != read


def test_a_folder_of_somebody_else_is_not_trusted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = run_socket.path(Path("/" + "long/" * 40))
    assert len(str(place)) <= run_socket.LONGEST_PATH
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        run_socket.listen(home / "runs.sock")
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        run_socket.ask(home / "runs.sock", {})


def test_a_folder_that_others_may_write_to_or_a_link_is_not_trusted(home: Path) -> None:
    (home.parent / "link").symlink_to(home)
    with pytest.raises(PermissionError, match="is a link"):
        run_socket.ask(home.parent / "link" / "runs.sock", {})
    home.chmod(0o777)
    with pytest.raises(PermissionError, match="others may write"):
        run_socket.listen(home / "runs.sock")
