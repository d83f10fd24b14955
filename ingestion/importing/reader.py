"""Reading in a process of its own: to understand rows takes as much Python as to land them takes Postgres.

It gets what to read through its standard input, and the file as the descriptor that the importer has opened. It sends
chunks through a pipe that holds about one, then None; or the exception that ended it. It ends with the importer: its
standard input stays open as long as that lives.
"""

import fcntl
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import suppress
from io import BufferedReader, FileIO
from pathlib import Path
from typing import IO, Final, cast

from ingestion.importing.reading import Chunk, Reading, chunks
from ingestion.importing.rows import FileError, ReaderError
from ingestion.webhooks.parser import shorten

PACKAGES: Final = str(Path(__file__).parents[2])
# What Linux allows anybody. A smaller one works as well, and more slowly.
PIPE_BYTES: Final = 1 << 20
GO_ON: Final = "What has landed stays; import the file again to go on from there."


def chunks_read_apart(file: BufferedReader, reading: Reading) -> Generator[Chunk, None, None]:
    """The chunks of an opened file; raises `FileError`, or `ReaderError` where the process fails."""
    process = subprocess.Popen(
        # -P: whatever lies in the folder where one happens to be is no module.
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[file.fileno()],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [PACKAGES, os.environ.get("PYTHONPATH")]))},
        # A Ctrl-C is for the importer.
        start_new_session=True,
    )
    with process:
        try:
            # By its descriptor: what a buffer holds would be written again, and fail again, when it is closed.
            with suppress(BrokenPipeError):
                os.write(cast("IO[bytes]", process.stdin).fileno(), pickle.dumps((file.fileno(), reading)))
            yield from _received(process, reading.name)
        finally:
            process.kill()


def _received(process: subprocess.Popen[bytes], name: str) -> Generator[Chunk, None, None]:
    pipe = cast("IO[bytes]", process.stdout)
    try:
        while (received := pickle.load(pipe)) is not None:  # noqa: S301  # from a process of ours
            if isinstance(received, Exception):
                raise received
            yield received
    except (EOFError, pickle.UnpicklingError):
        status = process.wait()
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        raise ReaderError(f"The process that reads {name} ended before the file did ({how}). {GO_ON}") from None


def main() -> None:
    """Read what standard input says."""
    # Whatever else is printed goes to standard error.
    pipe = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    with suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    descriptor, reading = pickle.load(sys.stdin.buffer)  # noqa: S301  # from the importer
    threading.Thread(target=_end_with_importer, daemon=True).start()
    try:
        with os.fdopen(descriptor, "rb") as file:
            for chunk in chunks(file, reading):
                _send(pipe, chunk)
        _send(pipe, None)
    except FileError as error:
        _send(pipe, error)
    except Exception as error:  # noqa: BLE001  # whatever it is, the importer says it
        said = f"{type(error).__name__}: {shorten(str(error), 200)}"
        _send(pipe, ReaderError(f"Reading {reading.name} failed ({said}). {GO_ON}"))


def _send(pipe: FileIO, message: Chunk | Exception | None) -> None:
    left = memoryview(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    while left:
        left = left[pipe.write(left) :]


def _end_with_importer() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
