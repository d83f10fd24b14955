"""Sends one message through one Apprise URL, within a time; nothing of the URL is ever said.

Apprise is imported here and only when something is to be sent: it loads its 180 services with the first URL.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from orchestration.lib.notifications.messages import Message
from orchestration.lib.notifications.secrets import parts_of, without_secrets

# Connecting and reading time out much earlier; this ends what answers byte by byte.
SECONDS: Final = 60.0
# What programs read, and mail, which is escaped as a whole: names stand there as they are.
EXACT: Final = frozenset({"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos"})
CAUSE: Final = "Socket Exception"
MAIL: Final = frozenset({"mailto", "mailtos"})


class AddressError(Exception):
    """The URL cannot be used; the message says why, without it."""


@dataclass(frozen=True)
class Address:
    """An address that Apprise knows how to reach."""

    service: Any = field(repr=False)
    url: str = field(repr=False)

    @property
    def title(self) -> str:
        return str(self.service.service_name)

    @property
    def schema(self) -> str:
        return self.url.partition("://")[0].lower()

    @property
    def in_chat(self) -> bool:
        return self.schema not in EXACT

    @property
    def is_mail(self) -> bool:
        return self.schema in MAIL

    @property
    def takes_files(self) -> bool:
        return bool(self.service.attachment_support)


class _Said(logging.Filter):
    """Takes what Apprise says while it works for a thread of ours; no handler gets to see any of it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[int, list[str]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        # What a server really said, Apprise tells only those who debug; the rest of that would quote messages.
        line = record.getMessage()
        if record.thread in self.lines and (record.levelno >= logging.WARNING or line.startswith(CAUSE)):
            self.lines[record.thread].append(line)
        return False


_SAID: Final = _Said()


@cache
def _apprise() -> Any:  # noqa: ANN401  # the module
    import apprise  # noqa: PLC0415  # see above

    # Its log quotes addresses, so it ends here; so do the paths that are asked for, in which Slack has its tokens.
    logger = logging.getLogger("apprise")
    logger.addFilter(_SAID)
    logger.setLevel(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)
    return apprise


@contextmanager
def _listening() -> Iterator[list[str]]:
    thread = threading.get_ident()
    _SAID.lines[thread] = []
    try:
        yield _SAID.lines[thread]
    finally:
        del _SAID.lines[thread]


def open_address(url: str) -> Address:
    """Raises `AddressError` for a URL that Apprise cannot use, or that has several recipients."""
    apprise = _apprise()
    plain = {"image_url_mask": "", "image_url_logo": "", "image_path_mask": ""}
    asset = apprise.AppriseAsset(
        app_id="Rift", app_desc="Project Rift", app_url="", service_timeout=0, async_mode=False, **plain
    )
    with _listening() as said:
        service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        why = without_secrets(said[0] if said else "", parts_of(url)) or "no service has such a URL"
        raise AddressError(
            f"Apprise cannot use the URL: {why}. https://appriseit.com/services lists what it looks like."
        )
    if len(service) > 1:
        raise AddressError(
            f"The URL has {len(service)} recipients. Make a channel for each: where one fails, the others"
            " would be told again."
        )
    return Address(service, url)


def send(address: Address, message: Message, files: Sequence[Path] = ()) -> str | None:
    """Send a message; returns None, or why it was not sent (or not surely, in time), without secrets."""
    outcome: list[str | None] = []
    # A thread that nobody waits for at the end: what hangs must not keep a run alive.
    thread = threading.Thread(target=lambda: outcome.append(_send(address, message, files)), daemon=True)
    thread.start()
    thread.join(SECONDS)
    return outcome[0] if outcome else f"No answer within {SECONDS:.0f} s."


def _send(address: Address, message: Message, files: Sequence[Path]) -> str | None:
    apprise = _apprise()
    sender = apprise.Apprise()
    sender.add(address.service)
    with _listening() as said:
        try:
            sent = sender.notify(
                title=message.title,
                body=message.body,
                notify_type=message.tone,
                body_format=apprise.NotifyFormat.TEXT,
                attach=[str(path) for path in files] or None,
            )
        except Exception as error:  # noqa: BLE001  # 180 services, of which any may raise anything
            return without_secrets(f"{type(error).__name__}: {error}", parts_of(address.url))
        if sent:
            return None
        return without_secrets(" ".join(said[-2:]) or "The service refused it.", parts_of(address.url))
