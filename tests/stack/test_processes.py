"""The supervisor: what dies comes back, and nothing stays behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.stack import files, logs, record
from orchestration.stack.errors import StackError
from orchestration.stack.parts import Part
from orchestration.stack.processes import Supervisor
from orchestration.stack.record import Record, carriers, end_all
from tests.conftest import free_port

SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
# Ignores SIGTERM, and has a child in a session of its own that ignores it too.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if len(sys.argv) == 1:
    code = open("/proc/self/cmdline").read().split("\\0")[2]
    subprocess.Popen([sys.executable, "-c", code, "child"], start_new_session=True)
time.sleep(600)
"""


def python(name: str, code: str, *arguments: str, **options: object) -> Part:
    return Part(name, (sys.executable, "-c", code, *arguments), dict(os.environ), **options)  # type: ignore[arg-type]


def server(name: str = "server") -> Part:
    port = free_port()
    return python(name, SERVER, str(port), port=port, health="/health")


def wait_until(true: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    files.make_home(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(home: Path, said: list[str]) -> Iterator[Supervisor]:
    own = Record(home)
    assert own.claim()
    made = Supervisor(home, own, said.append)
    yield made
    made.stop()
    own.release()


class Enough(BaseException):
    """Ends an endless supervision."""


def supervise_until(supervisor: Supervisor, true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 15

    def look() -> None:
        if true():
            raise Enough
        assert time.monotonic() < deadline, "it did not happen in time"

    with contextlib.suppress(Enough):
        supervisor.supervise(look)


def test_what_dies_is_started_again(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start([server()])
    supervisor.await_healthy()
    first = supervisor.record.read()["parts"]["server"]["pid"]
    os.kill(first, signal.SIGKILL)
    supervise_until(supervisor, lambda: supervisor.record.read()["parts"]["server"]["pid"] not in (first, None))
    supervisor.await_healthy()
    assert any("server ended" in line for line in said)
    assert supervisor.record.read()["parts"]["server"]["restarts"] == 1


def test_what_keeps_dying_is_started_at_growing_intervals(supervisor: Supervisor, home: Path) -> None:
    supervisor.start([python("dying", f"open({str(home / 'deaths')!r}, 'a').write('x')")])
    start = time.monotonic()
    supervise_until(supervisor, lambda: time.monotonic() - start > 3)
    assert 2 <= len((home / "deaths").read_text()) <= 4


def test_a_part_waits_for_the_one_that_it_needs(supervisor: Supervisor) -> None:
    first = server("first")
    supervisor.start([python("second", "import time; time.sleep(600)", after="first"), first])
    assert supervisor.running["second"].process is None
    supervisor.await_healthy()
    assert supervisor.running["second"].process is not None


def test_a_part_that_fails_to_start_shows_its_log(supervisor: Supervisor) -> None:
    supervisor.start([server(), python("broken", "raise SystemExit('no such table')")])
    with pytest.raises(StackError, match=r"broken ended while it was starting(.|\n)*no such table"):
        supervisor.await_healthy()


def test_a_part_that_never_answers_is_named(supervisor: Supervisor) -> None:
    supervisor.start([python("silent", "import time; time.sleep(600)", port=free_port(), health="/health")])
    with pytest.raises(StackError, match="silent was not well after 1 s"):
        supervisor.await_healthy(1)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_survives_a_stop(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "STOP_SECONDS", 1)
    supervisor.start([server(), python("stubborn", STUBBORN)])
    supervisor.await_healthy()
    tokens = {supervisor.record.token}
    wait_until(lambda: len(carriers(tokens)) == 3)
    start = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - start < 10
    assert carriers(tokens) == []


SUPERVISE = """
import pathlib, sys
from orchestration.stack.parts import Part
from orchestration.stack.processes import Supervisor
from orchestration.stack.record import Record
import os
home = pathlib.Path(sys.argv[1])
record = Record(home)
assert record.claim()
supervisor = Supervisor(home, record, print)
supervisor.start([Part("polite", (sys.executable, "-c", "import time; time.sleep(600)"), dict(os.environ)),
                  Part("stubborn", (sys.executable, "-c", sys.argv[2]), dict(os.environ))])
supervisor.await_healthy()
print(record.token, flush=True)
supervisor.supervise()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_after_a_killed_supervisor_the_next_one_ends_what_is_left(home: Path) -> None:
    command = [sys.executable, "-c", SUPERVISE, str(home), STUBBORN]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    token = next(line.strip() for line in process.stdout if len(line.strip()) == 32)
    try:
        wait_until(lambda: len(carriers({token})) == 3)
        assert not Record(home).claim()
        process.kill()
        process.wait()
        # The kernel may have asked each part to end by now; who ignores that is killed by the next supervisor.
        assert carriers({token})
        following = Record(home)
        assert following.claim()
        assert carriers({token}) == []
        following.release()
    finally:
        process.kill()
        process.stdout.close()
        end_all({token}, seconds=0)


def test_two_supervisors_on_one_home_are_refused(supervisor: Supervisor, home: Path) -> None:
    assert not Record(home).claim()
    running = Record(home).supervisor()
    assert running is not None
    assert running.pid == os.getpid()
    assert supervisor.record.token


def test_a_large_log_is_cut_while_its_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "part.log"
    with logs.opened(path) as log:
        log.write(b"x" * (logs.LARGEST_BYTES + 1))
        log.flush()
        logs.keep_small(path)
        log.write(b"and on\n")
    assert path.read_bytes() == b"and on\n"
    assert (tmp_path / "part.log.1").stat().st_size == logs.LARGEST_BYTES + 1


def test_a_damaged_record_is_explained(home: Path) -> None:
    (home / "run" / "stack.json").write_text("{")
    with pytest.raises(StackError, match=r"stack\.json is damaged"):
        Record(home).read()
