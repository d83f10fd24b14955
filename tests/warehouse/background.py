"""What goes on beside a test: writers, and readers that no build, settle or rebuild may disturb."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2

from tests.conftest import Database
from tests.warehouse.reading import marts


class Background:
    """Threads that repeat something until the block ends; what they raised is raised at its end."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.errors: list[BaseException] = []
        self.threads: list[threading.Thread] = []

    def repeat(self, action: Callable[[], None]) -> None:
        def loop() -> None:
            try:
                while not self.stop.is_set():
                    action()
            except BaseException as error:  # noqa: BLE001  # reported by the main thread
                self.errors.append(error)
                self.stop.set()

        thread = threading.Thread(target=loop, daemon=True)
        self.threads.append(thread)
        thread.start()


@contextmanager
def background() -> Iterator[Background]:
    running = Background()
    try:
        yield running
    finally:
        running.stop.set()
        for thread in running.threads:
            thread.join(30)
    if running.errors:
        raise running.errors[0]


class Polls:
    """Counts the rows of every mart, as a reader of one role; a mart never has fewer than before."""

    def __init__(self, database: Database, role: str = "analyst") -> None:
        self.connection = psycopg2.connect(database.dsn(role))
        self.connection.autocommit = True
        self.rows: dict[str, int] = dict.fromkeys(marts(database), 0)
        self.count = 0

    def poll(self) -> None:
        for mart, before in self.rows.items():
            with self.connection.cursor() as cursor:
                cursor.execute(f"select count(*) from {mart}")
                (rows,) = cursor.fetchall()[0]
            assert rows >= before, mart
            self.rows[mart] = rows
        self.count += 1
        time.sleep(0.1)  # what is read from gets to work, too
