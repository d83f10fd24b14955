"""Sessions of the HUD without a browser: the websocket, and of Streamlit's messages what a live panel needs.

A browser opens `/_stcore/stream`, asks for a run of the page, and is told of each fragment's interval (`auto_rerun`);
from then on it asks for a run of that fragment at each interval, by a timer that waits for no answer. So does this.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

STREAM: Final = "/_stcore/stream"


@dataclass
class Session:
    """One tab: what it was sent last, and how long each of its polls took."""

    url: str
    query: str = ""
    page: str = ""
    # Called with the panel's data (bytes) and the moment of its arrival.
    on_data: Callable[[bytes, float], None] = lambda _data, _at: None
    latest: bytes = b""
    # When a fragment's run was asked for, and how long its answer took, in seconds.
    polls: list[tuple[float, float]] = field(default_factory=list)
    skipped: int = 0
    errors: list[str] = field(default_factory=list)
    _page_hash: str = ""
    _asked_at: float | None = None
    _timer: "asyncio.Task[None] | None" = None

    async def run(self, until: float) -> None:
        """Be open until that moment (of time.monotonic)."""
        address = urlsplit(self.url)._replace(scheme="ws").geturl().rstrip("/") + STREAM
        async with connect(
            address, subprotocols=[Subprotocol("streamlit")], max_size=None, ping_interval=None
        ) as socket:
            await socket.send(self._question())
            try:
                async with asyncio.timeout(until - time.monotonic()):
                    async for message in socket:
                        self._hear(socket, ForwardMsg.FromString(bytes(message)), time.monotonic())  # type: ignore[arg-type]
            except TimeoutError:
                pass
            finally:
                if self._timer is not None:
                    self._timer.cancel()

    def _hear(self, socket: ClientConnection, message: ForwardMsg, now: float) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page_hash = message.new_session.page_script_hash
        elif kind == "delta":
            self._see(message.delta, now)
        elif kind == "auto_rerun" and self._timer is None:
            rerun = message.auto_rerun
            self._timer = asyncio.create_task(self._poll(socket, rerun.fragment_id, rerun.interval))

    def _see(self, delta: Any, now: float) -> None:
        element = delta.new_element
        shown = element.WhichOneof("type")
        if shown == "exception":
            self.errors.append(element.exception.message)
        if shown != "bidi_component":
            return
        component = element.bidi_component
        self.latest = component.bytes or component.json.encode()
        if self._asked_at is not None:
            self.polls.append((self._asked_at, now - self._asked_at))
            self._asked_at = None
        self.on_data(self.latest, now)

    async def _poll(self, socket: ClientConnection, fragment_id: str, interval: float) -> None:
        started = time.monotonic()
        for number in range(1, 1_000_000):
            await asyncio.sleep(started + number * interval - time.monotonic())
            if self._asked_at is None:
                self._asked_at = time.monotonic()
            else:
                # The answer before is still under way: the time of this one counts from then.
                self.skipped += 1
            await socket.send(self._question(fragment_id))

    def _question(self, fragment_id: str = "") -> bytes:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self._page_hash
        message.rerun_script.page_name = "" if self._page_hash else self.page
        message.rerun_script.fragment_id = fragment_id
        message.rerun_script.is_auto_rerun = bool(fragment_id)
        message.rerun_script.context_info.timezone = "UTC"
        message.rerun_script.context_info.url = f"{self.url}/{self.page}?{self.query}"
        message.rerun_script.widget_states.SetInParent()
        return bytes(message.SerializeToString())
