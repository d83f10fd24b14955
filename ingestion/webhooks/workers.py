"""Several processes behind one port: uvicorn starts them, replaces one that dies or hangs, and stops them together.

Each has a writer and a connection of its own; copies are found in the database, and limits are counted together.
"""

import logging
import multiprocessing
import os
import signal
import sys
import threading

from ingestion.settings import ReceiverSettings
from ingestion.webhooks.answers import ASGIApp
from ingestion.webhooks.application import Limits, create_app


class Worker:
    """Makes the application in the worker that it was handed to."""

    def __init__(self, settings: ReceiverSettings, limits: Limits) -> None:
        self._settings = settings
        self._limits = limits

    def __call__(self) -> ASGIApp:
        log_to_output()
        parent = multiprocessing.parent_process()
        if parent is not None:
            threading.Thread(target=_end_with, args=[parent], name="parent", daemon=True).start()
        return create_app(self._settings, self._limits)


def log_to_output() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(levelname)s %(message)s")


def _end_with(parent: "multiprocessing.process.BaseProcess") -> None:
    """Finish what is in flight and end with the parent: killed, it could tell nobody, and another takes its place."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
