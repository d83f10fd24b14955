"""What ties a child process to the life of its parent."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import Final

PR_SET_PDEATHSIG: Final = 1


def end_with_parent(request: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends `request` to the child when the starting thread ends, SIGKILL included.

    Elsewhere than on Linux there is no such thing; the next `rift up` or `rift down` then ends what was left. The child
    starts with default signals, whatever its parent ignores or blocks.
    """
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def arrange() -> None:
        # Whoever started us may ignore or block signals (nohup, a job in the background), and children inherit that:
        # one that cannot be asked to end would stay behind.
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(request), 0, 0, 0)
            if os.getppid() != parent:
                # The parent died in between: nobody is left to send it.
                os._exit(1)

    return arrange
