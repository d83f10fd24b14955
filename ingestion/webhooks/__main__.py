"""`python -m ingestion.webhooks`: the receiver as a process of its own, or as several."""

import signal
import sys

import uvicorn
from uvicorn.supervisors import Multiprocess

from ingestion.settings import ReceiverSettings, SettingsError, load_receiver_settings
from ingestion.webhooks.application import Limits
from ingestion.webhooks.workers import Worker, log_to_output


def main() -> int:
    """Serve until SIGTERM or SIGINT; requests in flight are finished first."""
    log_to_output()
    try:
        settings = load_receiver_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    config = _config(settings)
    if settings.workers > 1:
        Multiprocess(config, [config.bind_socket()]).run()
        return 0
    server = uvicorn.Server(config)
    # uvicorn, when all is finished, raises the signal again that stopped it: that is a clean end.
    for stopping in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stopping, lambda *_: sys.exit(0))
    server.run()
    return 0 if server.started else 1


def _config(settings: ReceiverSettings) -> uvicorn.Config:
    return uvicorn.Config(
        Worker(settings, Limits(settings)),
        factory=True,
        workers=settings.workers,
        host="127.0.0.1",
        port=settings.api_port,
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # the request log leaves out query strings
        server_header=False,
        # An address in X-Forwarded-For could be anybody's; only wrong secrets are counted by address.
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    sys.exit(main())
