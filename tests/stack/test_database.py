"""The operator's own Postgres: what is wrong with it is said, and a plain owner is enough."""

import contextlib
import shutil
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
    assert urlsplit(own.dsn("dagster")).path == "/sales%20db_dagster"
    variables = own.connection_variables()
    assert variables["RIFT_DB_NAME"] == "sales db"
    assert variables["PGSSLMODE"] == "verify-full"
    assert own.dsn("owner") == url


def test_a_name_that_leaves_no_room_for_dagsters_is_refused(tmp_path: Path) -> None:
    own = database_at(f"postgresql://u:x@127.0.0.1/{'d' * 56}", tmp_path)
    with pytest.raises(StackError, match=r"DATABASE_URL: .* too long"):
        own.dsn("dagster")


def test_what_is_said_hides_the_password_and_nothing_else(tmp_path: Path, cluster: Cluster) -> None:
    url = urlunsplit(urlsplit(cluster.owner_dsn)._replace(netloc=f"rift_owner:e@127.0.0.1:{cluster.port}"))
    with pytest.raises(StackError, match='password authentication failed for user "rift_owner"'):
        database_at(url, tmp_path).start()


@pytest.fixture
def server(folder: Path, make_cluster: Callable[[Path], Cluster]) -> Cluster:
    """A server of its own: roles belong to the whole server."""
    cluster = make_cluster(folder / "server")
    cluster.start()
    return cluster


ROLES = ("ingest", "transform", "hud", "analyst", "dagster")


def test_a_user_with_just_the_rights_that_are_asked_for_is_enough(server: Cluster, tmp_path: Path) -> None:
    admin = Migrated(server.owner_dsn)
    admin.execute("create role plain login password 'x'")
    database = create_database(server, "sales")
    url = urlunsplit(urlsplit(database.owner_dsn)._replace(netloc=f"plain:x@127.0.0.1:{server.port}"))
    asked = refusal(url, tmp_path).partition("As a superuser, run: ")[2]
    admin.execute(asked)
    own = database_at(url, tmp_path)
    own.start()
    assert own.migrate()
    assert own.migrate() == []
    for role in ROLES:
        assert own.question("select 1", role) == (1,)
    assert own.question("select current_database()", "dagster") == ("sales_dagster",)


def test_two_homes_on_one_server_do_not_cut_each_other_off(server: Cluster, tmp_path: Path) -> None:
    homes = [database_at(create_database(server, name).owner_dsn, tmp_path / name) for name in ("first", "second")]
    first, second = homes
    first.migrate()
    with pytest.raises(StackError, match=rf"role rift_\w+ cannot log in.*{tmp_path}.*--reset-passwords") as refused:
        second.migrate()
    assert second.passwords()["rift_ingest"] not in str(refused.value)
    shutil.copy(first.home / "role_passwords.json", second.home)
    second.migrate()
    first.migrate()
    for role in ROLES:
        databases = [home.question("select current_database()", role) for home in homes]
        suffix = "_dagster" if role == "dagster" else ""
        assert databases == [(f"first{suffix}",), (f"second{suffix}",)]


def test_passwords_are_reset_on_request_and_never_sent_in_clear(server: Cluster, tmp_path: Path) -> None:
    url = server.owner_dsn
    first, second = (database_at(url, tmp_path / name) for name in ("first", "second"))
    Migrated(url).execute("alter role rift_owner set log_statement = 'all'")
    first.migrate()
    second.migrate(reset_passwords=True)
    for role in ROLES:
        assert second.question("select 1", role) == (1,)
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            first.question("select 1", role)
    log = server.log.read_text()
    assert "alter role" in log
    assert [password for home in (first, second) for password in home.passwords().values() if password in log] == []


def test_two_first_commands_agree_on_the_passwords(tmp_path: Path) -> None:
    own = database_at("postgresql://u:x@127.0.0.1/db", tmp_path)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: own.passwords(), range(8)))
    assert found == [found[0]] * 8
