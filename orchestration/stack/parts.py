"""The long-running parts of the stack: what starts each, what it may know, and how to ask whether it is well."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from orchestration.lib import run_socket
from orchestration.stack import files
from orchestration.stack.database import Database
from orchestration.stack.errors import StackError
from orchestration.stack.settings import ROOT, SECRETS, Settings

# What a program needs from its user's environment, and no more: the rest may hold secrets of other things.
INHERITED: Final = (
    "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "TERM", "NO_COLOR",
)  # fmt: skip
QUIET: Final = {
    "PYTHONUNBUFFERED": "1",
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}
# Seconds; for the daemon alone, which never forks (orchestration/lib/held_storage.py).
HOLDS_CONNECTIONS: Final = {"RIFT_HOLDS_CONNECTIONS": "3600"}
# Secrets that are made on first use, unless they are set: files of RIFT_HOME.
GENERATED: Final = ("webhook_secret", "admin_secret", "hud_cookie_secret")
# What Dagster's webserver is asked: whether the code server has loaded our definitions, and whether the daemons work.
DEFINITIONS: Final = "definitions"
HEARTBEATS: Final = "heartbeats"
# Before the path of a Unix socket, of a part that is well when it accepts connections there.
SOCKET: Final = "unix:"


@dataclass(frozen=True)
class Part:
    """One process of the stack.

    `health` is the path of a URL, a Unix socket, or what Dagster's webserver is asked; `health_port` is where, when not
    at `port`. A part with a port alone is well when it accepts connections, one without any while it runs. It is first
    started when the part named by `after` is well.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    port: int | None = None
    health: str | None = None
    health_port: int | None = None
    after: str | None = None


class Environment:
    """What each process gets to know; the settings of all, the passwords of few."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database

    @property
    def webhook_secret(self) -> str:
        if self.settings.webhook_secret:
            return self.settings.webhook_secret.get_secret_value()
        return files.keep_secret(self.secret_file)

    @property
    def signing_secret(self) -> str:
        secret = self.settings.webhook_signing_secret
        return secret.get_secret_value() if secret else ""

    @property
    def admin_secret(self) -> str:
        if self.settings.rift_admin_secret:
            return self.settings.rift_admin_secret.get_secret_value()
        return files.keep_secret(self.settings.rift_home / "admin_secret")

    @property
    def secret_file(self) -> Path:
        return self.settings.rift_home / "webhook_secret"

    @property
    def dagster_home(self) -> Path:
        return self.settings.rift_home / "dagster"

    def base(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        settings = {
            name.upper(): str(getattr(self.settings, name))
            for name in type(self.settings).model_fields
            if name not in SECRETS
        }
        return inherited | {"PATH": path} | QUIET | settings

    def receiver(self) -> dict[str, str]:
        return (
            self.base()
            | self.settings.vendor_secrets()
            | {
                "RIFT_INGEST_DSN": self.database.dsn("ingest"),
                "RIFT_HUD_DSN": self.database.dsn("hud"),
                "WEBHOOK_SECRET": self.webhook_secret,
                "WEBHOOK_SIGNING_SECRET": self.signing_secret,
                "RIFT_ADMIN_SECRET": self.admin_secret,
            }
        )

    def hud(self) -> dict[str, str]:
        api = {"RIFT_API_URL": self.settings.rift_api_url or f"http://127.0.0.1:{self.settings.api_port}"}
        return self.base() | api | {"RIFT_HUD_DSN": self.database.dsn("hud")} | self.sign_in()

    def sign_in(self) -> dict[str, str]:
        """What the HUD needs to let people in. Only one that knows who is an admin may act as one."""
        secret = self.settings.hud_oidc_client_secret
        if not secret:
            return {}
        cookies = self.settings.hud_cookie_secret
        kept = self.settings.rift_home / "hud_cookie_secret"
        return {
            "HUD_OIDC_CLIENT_SECRET": secret.get_secret_value(),
            "HUD_COOKIE_SECRET": cookies.get_secret_value() if cookies else files.keep_secret(kept),
            "RIFT_ADMIN_SECRET": self.admin_secret.split(",")[0],
        }

    def roster(self) -> dict[str, str]:
        return self.base() | {"RIFT_INGEST_DSN": self.database.dsn("ingest")}

    def pulls(self) -> dict[str, str]:
        """What a pull needs, tokens among it, and nobody else gets."""
        tokens = {
            name.upper(): secret.get_secret_value()
            for name in SECRETS
            if name.startswith(("hubspot_", "salesforce_")) and (secret := getattr(self.settings, name))
        }
        return self.base() | tokens | {"RIFT_INGEST_DSN": self.database.dsn("ingest")}

    def warehouse(self) -> dict[str, str]:
        return (
            self.base()
            | self.database.connection_variables()
            | {
                "RIFT_TRANSFORM_DSN": self.database.dsn("transform"),
                "RIFT_DAGSTER_DSN": self.database.dsn("dagster"),
                "DAGSTER_HOME": str(self.dagster_home),
                "DBT_PROFILES_DIR": str(ROOT / "dbt_project"),
                # Whose silence means something.
                "RIFT_DOORS": ",".join(self.settings.doors()),
            }
        )

    def shell(self) -> dict[str, str]:
        """What `rift env` exports: everything that the tools need, the rights of the owner left out."""
        known = self.receiver() | self.hud() | self.pulls() | self.warehouse()
        psql = {
            "PGHOST": known["RIFT_DB_HOST"],
            "PGPORT": known["RIFT_DB_PORT"],
            "PGDATABASE": known["RIFT_DB_NAME"],
            "PGUSER": known["RIFT_TRANSFORM_USER"],
            "PGPASSWORD": known["RIFT_TRANSFORM_PASSWORD"],
        }
        return {name: value for name, value in (known | psql).items() if name not in INHERITED}


def prepare_dagster(environment: Environment, code_server_port: int | None = None) -> Path:
    """Put Dagster's configuration into its home; returns the workspace file, which names the one code server."""
    home = environment.dagster_home
    source = ROOT / "orchestration" / "dagster.yaml"
    workspace = home / "workspace.yaml"
    with files.explained(home):
        home.mkdir(exist_ok=True)
        if not source.exists():
            raise StackError(f"{source} is missing: this copy of the project is incomplete.")
        shutil.copyfile(source, home / "dagster.yaml")
        if code_server_port:
            workspace.write_text(
                "load_from:\n  - grpc_server:\n      host: 127.0.0.1\n"
                f"      port: {code_server_port}\n      location_name: rift\n",
                encoding="utf-8",
            )
    return workspace


def receiver(environment: Environment) -> Part:
    port = environment.settings.api_port
    command = (sys.executable, "-m", "ingestion.webhooks")
    return Part("receiver", command, environment.receiver(), port, "/api/v1/health/ready")


def hud(environment: Environment) -> Part:
    port = environment.settings.hud_port
    command = (
        sys.executable, "-m", "streamlit", "run", "hud/app.py",
        "--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true",
        "--browser.gatherUsageStats", "false",
    )  # fmt: skip
    return Part("hud", command, environment.hud(), port, "/_stcore/health")


def dagster(environment: Environment, code_server_port: int) -> list[Part]:
    """The code server, and the two that ask it: with one server for both, the definitions are in memory once."""
    workspace = str(prepare_dagster(environment, code_server_port))
    known = environment.warehouse()
    port = environment.settings.dagster_port
    python = (sys.executable, "-m")
    return [
        Part(
            "code-server",
            # Not `dagster code-server`: its second process ends for good when both stood still for 30 s (a machine that
            # slept), while the first one, which we see, lives on. Definitions that do not load are told to who asks.
            (*python, "dagster", "api", "grpc", "-m", "orchestration.definitions", "--lazy-load-user-code",
             "-h", "127.0.0.1", "-p", str(code_server_port), "--location-name", "rift"),
            environment.pulls() | known,  # it starts runs when the run server does not
            code_server_port,
        ),
        Part(
            "webserver",
            (*python, "dagster_webserver", "-h", "127.0.0.1", "-p", str(port), "-w", workspace),
            known,
            port,
            DEFINITIONS,
            after="code-server",
        ),
        Part(
            "daemon",
            (*python, "dagster._daemon", "run", "-w", workspace),
            known | HOLDS_CONNECTIONS,
            health=HEARTBEATS,
            health_port=port,
            after="code-server",
        ),
        *([_run_server(environment)] if sys.platform == "linux" else []),
    ]  # fmt: skip


def _run_server(environment: Environment) -> Part:
    """What runs begin in at once. Elsewhere than on Linux a fork is not safe, and each run is a process of its own."""
    return Part(
        "run-server",
        (sys.executable, "-m", "orchestration.lib.run_server", "orchestration.definitions"),
        environment.pulls() | environment.warehouse(),
        health=f"{SOCKET}{run_socket.path(environment.dagster_home)}",
        after="webserver",  # which says in plain words when the definitions cannot be loaded
    )


def simulation(environment: Environment) -> Part:
    known = environment.base() | {
        "WEBHOOK_SECRET": environment.webhook_secret,
        "RIFT_HUD_DSN": environment.database.dsn("hud"),
    }
    return Part("simulate", (sys.executable, "-m", "orchestration.stack.simulate"), known, after="receiver")
