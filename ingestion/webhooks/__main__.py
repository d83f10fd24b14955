"""`python -m ingestion.webhooks`: the receiver as a process of its own."""

import logging
import signal
import sys

import uvicorn

from ingestion.settings import SettingsError, load_receiver_settings
from ingestion.webhooks.application import create_app


def main() -> int:
    """Serve until SIGTERM or SIGINT; requests in flight are finished first."""
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = load_receiver_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
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
    )
    # uvicorn, when all is finished, raises the signal again that stopped it: that is a clean end.
    for stopping in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stopping, lambda *_: sys.exit(0))
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
