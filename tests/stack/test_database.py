"""The operator's own Postgres: what is wrong with it is said, and a plain owner is enough."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from orchestration.stack.database import Database
from orchestration.stack.errors import StackError
from orchestration.stack.postgres import Cluster
from orchestration.stack.settings import load
from tests.conftest import Database as Migrated
from tests.conftest import create_database, free_port

PASSWORD = "hidden%2Fvalue"


def database_at(url: str, home: Path) -> Database:
    home.mkdir(exist_ok=True)
    return Database(load(_env_file=None, database_url=url, rift_home=home))


def refusal(url: str, home: Path) -> str:
    with pytest.raises(StackError) as refused:
        database_at(url, home).start()
    message = str(refused.value)
    assert message.startswith("DATABASE_URL")
    assert PASSWORD not in message
    assert "hidden/value" not in message
    return message


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot connect" in refusal(f"postgresql://u:{PASSWORD}@127.0.0.1:{free_port()}/db", tmp_path)


def test_a_wrong_password_and_a_wrong_database(cluster: Cluster, tmp_path: Path) -> None:
    url = urlsplit(cluster.owner_dsn)
    wrong = urlunsplit(url._replace(netloc=f"rift_owner:{PASSWORD}@127.0.0.1:{url.port}"))
    assert "password authentication failed" in refusal(wrong, tmp_path)
    assert "does not exist" in refusal(urlunsplit(url._replace(path="/no_such")), tmp_path)


def test_a_url_that_libpq_cannot_read(tmp_path: Path) -> None:
    message = refusal("postgresql://u:%zz@127.0.0.1/db", tmp_path)
    assert "libpq" in message
    assert "%zz" not in message


def test_a_user_without_rights(cluster: Cluster, database: Migrated, tmp_path: Path) -> None:
    database.execute("drop role if exists powerless")
    database.execute("create role powerless login password 'x'")
    url = urlsplit(database.owner_dsn)._replace(netloc=f"powerless:x@127.0.0.1:{cluster.port}")
    assert 'alter role "powerless" createrole createdb' in refusal(urlunsplit(url), tmp_path)


@pytest.fixture
def old_server() -> Iterator[int]:
    """A server that greets as Postgres 13."""
    listener = socket.create_server(("127.0.0.1", 0))

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!i", len(body) + 4) + body

    def greet() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client:
                    while struct.unpack("!ii", client.recv(1024)[:8])[1] != 3 << 16:
                        client.sendall(b"N")  # neither TLS nor GSSAPI
                    told = {b"server_version": b"13.14", b"client_encoding": b"UTF8", b"DateStyle": b"ISO, MDY",
                            b"standard_conforming_strings": b"on", b"integer_datetimes": b"on"}  # fmt: skip
                    client.sendall(
                        message(b"R", struct.pack("!i", 0))
                        + b"".join(message(b"S", key + b"\0" + value + b"\0") for key, value in told.items())
                        + message(b"Z", b"I")
                    )
                    client.recv(1024)

    thread = threading.Thread(target=greet, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_a_server_that_is_too_old(old_server: int, tmp_path: Path) -> None:
    message = refusal(f"postgresql://u:{PASSWORD}@127.0.0.1:{old_server}/db", tmp_path)
    assert "Postgres 13" in message
    assert "14 or newer" in message


def test_urls_of_roles_keep_the_address_and_its_options(tmp_path: Path) -> None:
    url = "postgres://me:p%40ss@[::1]:6432/sales%20db?sslmode=verify-full&sslrootcert=/ca.pem&user=me&password=x"
    own = database_at(url, tmp_path)
    hud = urlsplit(own.dsn("hud"))
    assert (hud.hostname, hud.port, hud.path, hud.username) == ("::1", 6432, "/sales%20db", "rift_hud")
    assert hud.query == "sslmode=verify-full&sslrootcert=%2Fca.pem"
    assert urlsplit(own.dsn("dagster")).path == "/rift_dagster"
    variables = own.connection_variables()
    assert variables["RIFT_DB_NAME"] == "sales db"
    assert variables["PGSSLMODE"] == "verify-full"
    assert own.dsn("owner") == url


def test_an_owner_that_is_no_superuser_is_enough(
    folder: Path, make_cluster: Callable[[Path], Cluster], tmp_path: Path
) -> None:
    cluster = make_cluster(folder / "home")
    cluster.start()
    admin = Migrated(cluster.owner_dsn)
    admin.execute("create role plain login createrole createdb password 'x'")
    name = create_database(cluster, "sales")
    admin.execute("grant create on database sales to plain")
    admin.execute("alter database sales owner to plain")
    url = urlunsplit(urlsplit(name.owner_dsn)._replace(netloc=f"plain:x@127.0.0.1:{cluster.port}"))
    own = database_at(url, tmp_path)
    own.start()
    assert own.migrate()
    assert own.migrate() == []
    for role in ("ingest", "transform", "hud", "analyst", "dagster"):
        psycopg2.connect(own.dsn(role)).close()
    assert own.question("select 1", "hud") == (1,)
