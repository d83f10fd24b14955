"""What tests take of the machine: ports that no other test takes, and folders in memory where there is plenty."""

import os
import random
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Final

import psutil

# Below what the kernel gives to outgoing connections and to listeners that name no port (32768 and up).
FIRST_PORT: Final = 12_000
PORTS: Final = 2_000
MEMORY: Final = Path("/dev/shm")  # noqa: S108  # names below it are made by mkdtemp
# What the clusters of one process of tests hold at their fullest, several times over.
NEEDED_BYTES: Final = 4 * 2**30
PREFIX: Final = "rift-test-"


def _own_ports() -> Iterator[int]:
    """The ports of this process of tests, begun anywhere, so that other runs on this machine seldom meet it."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    start, first = random.randrange(PORTS), FIRST_PORT + worker % 10 * PORTS
    return cycle(first + (start + number) % PORTS for number in range(PORTS))


_PORTS: Final = _own_ports()


def free_port() -> int:
    """A port on which nobody listens, and that no test asks for again soon."""
    for port in _PORTS:
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("no port is free")


def make_folder() -> Path:
    """A folder that every user may enter, unlike pytest's own.

    Postgres makes a database in 40 ms in memory, in 160 ms on a disk, and to delete one takes 2 ms instead of 70.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > NEEDED_BYTES
    roomy = roomy and psutil.virtual_memory().available > 2 * NEEDED_BYTES
    if roomy:
        _clean_up(MEMORY)
    path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY if roomy else None))
    path.chmod(0o755)
    return path


@contextmanager
def folder() -> Iterator[Path]:
    """The same, deleted at the end."""
    path = make_folder()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _clean_up(place: Path) -> None:
    """Give back the memory of tests that were killed."""
    for left in place.glob(f"{PREFIX}*"):
        owner = left.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
