"""Where notifications go in tests: real HTTP and SMTP servers on this machine, which fail first when told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


class Webhooks:
    """An HTTP server. `answers` are the statuses of the next requests, 0 for none within reach; then it is 200."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: list[int] = []
        self.bodies: list[dict[str, Any]] = []
        self.released = threading.Event()

    def url(self, path: str = "hook") -> str:
        """With a secret in it, which must be nowhere else."""
        return f"json://user:hidden-value@127.0.0.1:{self.port}/{path}/hidden-value"

    @property
    def titles(self) -> list[str]:
        return [str(body["title"]) for body in self.bodies]


@contextmanager
def webhooks() -> Iterator[Webhooks]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = running.answers.pop(0) if running.answers else 200
            if not status:
                running.released.wait(60)
                return
            if status == 200:
                running.bodies.append({"path": self.path, **json.loads(body)})
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")  # what Slack answers

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Webhooks(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        running.released.set()
        server.shutdown()
        server.server_close()


class Mailbox:
    """An SMTP server. `answers` are its answers to the next mails; then it takes them."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.mails: list[EmailMessage] = []
        self.port = 0

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802  # its name
        if self.answers:
            return self.answers.pop(0)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}/?to=team@rift.example&from=rift@rift.example&mode=insecure"


@contextmanager
def mailbox(port: int) -> Iterator[Mailbox]:
    box = Mailbox()
    box.port = port
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
