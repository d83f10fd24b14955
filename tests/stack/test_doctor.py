"""`rift doctor`: each thing is really broken, found, and mended by the very command that is named."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg2
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._daemon.types import DaemonHeartbeat
from dagster_shared.error import SerializableErrorInfo

from ingestion.migrations import roles
from ingestion.webhooks.vendors.spool import Spool
from orchestration.lib import publication
from orchestration.stack import files
from orchestration.stack.database import Database
from orchestration.stack.doctor import (
    automation,
    configuration,
    home,
    landing,
    machine,
    meaning,
    notifications,
    processes,
    rights,
    runs,
    schema,
    server,
    transactions,
)
from orchestration.stack.doctor import installation as looking
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.examination import Probe, Report, examine
from orchestration.stack.doctor.finding import Finding, Severity
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.postgres import Cluster
from orchestration.stack.record import Record
from orchestration.stack.settings import Settings, load
from tests import landing as raw
from tests import vendors
from tests.conftest import STACK_PASSWORDS, Warehouse, drop_database
from tests.stack.conftest import Rift, at_work

Findings = Iterable[Finding]
SECRET = "hidden-value-of-the-tests"


def alerts(findings: Findings) -> list[str]:
    return [finding.alert.value for finding in findings]


def only(findings: Findings, alert: Alert) -> Finding:
    """The one finding of this kind."""
    found = [finding for finding in findings if finding.alert is alert]
    assert len(found) == 1, found
    return found[0]


@pytest.fixture
def environment(warehouse_environment: dict[str, str], warehouse: Warehouse) -> dict[str, str]:
    """A stack that has loaded its people and built its warehouse; nothing of it runs."""
    return at_work(warehouse_environment, warehouse)


@pytest.fixture
def installation(environment: dict[str, str], warehouse: Warehouse) -> Installation:
    path = Path(environment["RIFT_HOME"])
    (path / "role_passwords.json").chmod(0o600)
    path.chmod(0o711)
    files.make_home(path)
    ports = {name.lower(): int(value) for name, value in environment.items() if name.endswith("_PORT")}
    made = Installation(load(_env_file=None, rift_home=path, database_url=warehouse.owner_dsn, **ports))
    Database(made.settings).migrate()  # with the role and the database of Dagster
    return made


@pytest.fixture
def mend(environment: dict[str, str], warehouse: Warehouse, folder: Path) -> Callable[[Finding], None]:
    """Types the commands of a finding into a shell.

    A statement is run as the shell makes it, at once: `rift sql` takes seconds, and is typed whole in one test.
    """
    program = f"{shlex.quote(sys.executable)} -m orchestration.stack.cli"
    known = environment | {"PYTHONPATH": str(Path(__file__).parents[2])}

    def shell(script: str) -> str:
        return subprocess.run(
            ["bash", "-c", script], env=known, cwd=folder, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def run(finding: Finding) -> None:
        for command in finding.commands:
            if not command.startswith("rift sql --role owner "):
                shell(f'rift() {{ {program} "$@"; }}; {command}')
                continue
            with closing(psycopg2.connect(warehouse.owner_dsn)) as owner:
                owner.autocommit = True
                owner.cursor().execute(shell(f'rift() {{ printf %s "${{@: -1}}"; }}; {command}'))

    return run


def mended(probe: Callable[[], Findings], alert: Alert, mend: Callable[[Finding], None]) -> Finding:
    """What was found, after its own command has mended it."""
    finding = only(probe(), alert)
    mend(finding)
    assert alert not in {again.alert for again in probe()}
    return finding


def state(path: Path) -> dict[str, tuple[int, int, int]]:
    """Every file below a folder, with its mode, size and time of change."""
    found = {str(one): one.lstat() for one in (path, *path.rglob("*"))}
    return {name: (status.st_mode, status.st_size, status.st_mtime_ns) for name, status in found.items()}


def test_it_changes_nothing_and_says_just_what_is_wrong(rift: Rift, installation: Installation) -> None:
    before = state(installation.home)
    said = rift("doctor", "--json")
    assert said.returncode == 1, said.stderr
    found = json.loads(said.stdout)
    # Nothing runs, as is so here, and the event of March was never settled nor published.
    assert [one["alert"] for one in found["findings"] if one["severity"] == "broken"] == ["not-running"]
    assert {one["alert"] for one in found["findings"]} <= {
        "not-running", "tail-old", "week-unpublished", "packages-differ", "disk-low", "database-large"
    }  # fmt: skip
    assert found["unexamined"] == {}
    assert state(installation.home) == before
    with installation.connection() as cursor, pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        cursor.execute("create table public.left_behind ()")
    told = rift("doctor")
    assert "broken   Rift does not run" in told.stdout
    assert "docs/runbook.md#not-running" in told.stdout
    assert STACK_PASSWORDS["rift_hud"] not in said.stdout + told.stdout


def test_it_says_what_it_can_while_all_else_is_broken(environment: dict[str, str], folder: Path, rift: Rift) -> None:
    """Settings invalid, files open and damaged, and a server that takes connections and never answers."""
    path = folder / "elsewhere"
    path.mkdir(mode=0o777)
    path.chmod(0o777)
    (path / "role_passwords.json").write_text(json.dumps({"rift_hud": SECRET}))
    (path / "webhook_secret").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        started = time.monotonic()
        said = rift(
            "doctor", "--json", RIFT_HOME=str(path), DATABASE_URL=f"postgresql://u:{SECRET}@127.0.0.1:{port}/db",
            HUD_PORT="many", WEBHOOK_SECRET=SECRET, HUBSPOT_ACESS_TOKEN=SECRET,
        )  # fmt: skip
        assert time.monotonic() - started < 40
    assert said.returncode == 1
    found = {one["alert"] for one in json.loads(said.stdout)["findings"]}
    assert found >= {
        "setting-invalid", "setting-unknown", "home-open", "secret-exposed", "secret-damaged", "not-running",
        "database-away",
    }  # fmt: skip
    assert "HUBSPOT_ACCESS_TOKEN is one" in said.stdout
    assert SECRET not in said.stdout + said.stderr
    assert sorted(one.name for one in path.iterdir()) == ["role_passwords.json", "webhook_secret"]
    gone = rift("doctor", RIFT_HOME=str(folder / "nowhere"))
    assert (gone.returncode, "does not exist" in gone.stdout) == (1, True)
    assert not (folder / "nowhere").exists()
    assert environment["RIFT_HOME"] != str(path)


def test_one_that_hangs_or_breaks_takes_no_other_with_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "STATEMENT_SECONDS", 0.2)
    release = threading.Event()

    def hanging(_: Installation) -> Findings:
        release.wait(60)
        return []

    def breaking(_: Installation) -> Findings:
        raise ValueError(SECRET)

    def sleeping(examined: Installation) -> Findings:
        examined.ask("select pg_sleep(60)")
        return []

    started = time.monotonic()
    report = examine(installation, [hanging, breaking, sleeping, server.logins], seconds=2)
    assert time.monotonic() - started < 5
    release.set()
    assert alerts(report.findings) == ["probe-unanswered"] * 3
    assert SECRET not in repr(report)
    assert report.is_well(strict=False)
    assert not report.is_well(strict=True)


def test_settings(
    installation: Installation, folder: Path, mend: Callable[[Finding], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / ".env"
    file.write_text(
        f"API_PORT=8000\nHUBSPOT_ACESS_TOKEN={SECRET}\nCOMPOSE_PROJECT_NAME=x\nRIFT_TIMEZONE=Mars/Olympus\n"
    )
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("API_PORT", "8001")

    def probe() -> Findings:
        return list(configuration.settings(installation))

    assert sorted(alerts(probe())) == ["setting-invalid", "setting-shadowed", "setting-unknown"]
    mended(probe, Alert.SETTING_UNKNOWN, mend)
    assert list(configuration.misspelled({}, installation.environment.shell())) == []
    usable = configuration.usable_settings()
    assert (usable.rift_timezone, usable.api_port) == ("UTC", 8001)
    assert usable.hubspot_access_token is not None
    # Each by itself can be used: just the two together cannot.
    monkeypatch.setenv("HUD_PORT", "8001")
    monkeypatch.setenv("RIFT_TIMEZONE", "Europe/Berlin")
    assert "must be different ports" in only(probe(), Alert.SETTING_INVALID).sentence
    assert configuration.usable_settings().rift_timezone == "Europe/Berlin"
    contrary = {"webhook_secret_hubspot": SECRET, "salesforce_client_id": "id", "rift_drop_dir": str(folder / "drop")}
    contradicting = Installation(load(_env_file=None, api_port=8002, **contrary))
    found = list(configuration.contradictions(contradicting))
    assert alerts(found) == ["setting-contradicts"] * 3
    mend(found[-1])
    assert len(list(configuration.contradictions(contradicting))) == 2
    assert SECRET not in repr(found)


def test_the_folder_and_its_secrets(installation: Installation, mend: Callable[[Finding], None]) -> None:
    path = installation.home
    assert [*home.home(installation), *home.secrets(installation)] == []
    path.chmod(0o777)
    mended(lambda: list(home.home(installation)), Alert.HOME_OPEN, mend)
    (path / "notifications.yaml").write_text(f"urls: [{SECRET}\n")
    mended(lambda: list(home.secrets(installation)), Alert.SECRET_EXPOSED, mend)
    finding = only(notifications.notifications(installation), Alert.NOTIFICATIONS_UNREADABLE)
    assert "line 2" in finding.sentence
    assert SECRET not in repr(finding)
    (path / "notifications.yaml").write_text("channels:\n  - name: ops\n    urll: x\n    kinds: [rank_upp]\n")
    mistakes = only(notifications.notifications(installation), Alert.NOTIFICATIONS_UNREADABLE).sentence
    assert "line 3" in mistakes
    assert "line 4" in mistakes
    assert "\n" not in mistakes
    (path / "webhook_secret").write_text("")
    (path / "webhook_secret").chmod(0o600)
    assert only(home.secrets(installation), Alert.SECRET_DAMAGED).evidence == {"file": "webhook_secret"}
    os.chown(path, 12345, -1)
    mended(lambda: list(home.home(installation)), Alert.HOME_UNUSABLE, mend)
    (path / "role_passwords.json").rename(path / "kept")
    lost = only(home.secrets(installation), Alert.SECRET_MISSING)
    assert lost.commands == ("rift migrate --reset-passwords",)
    assert "logins" in examine(installation, [server.logins]).unexamined
    (path / "kept").rename(path / "role_passwords.json")


def note_checks(warehouse: Warehouse, job: str, *failures: dict[str, Any], is_finished: bool = True) -> None:
    """What a run of this job found, as checks_sensor notes it."""
    warned = sum(bool(failure["is_warning"]) for failure in failures)
    warehouse.execute(
        "insert into raw.check_runs (run_id, job_name, failures, passed_count, warned_count, failed_count, is_finished,"
        " started_at, ended_at) values (gen_random_uuid(), %s, %s, 1, %s, %s, %s, now(), clock_timestamp())",
        job, json.dumps(failures), warned, len(failures) - warned, is_finished,
    )  # fmt: skip


def test_notifications_that_do_not_get_through(installation: Installation, warehouse: Warehouse) -> None:
    assert list(notifications.undelivered(installation)) == []
    (installation.home / "address").write_text(f"slack{SECRET}")
    quiet = {"from": "12:00", "to": "11:59", "time_zone": "UTC"}
    channels = [
        {"name": "wall", "kinds": ["failed_run"], "url_file": "address"},
        {"name": "night", "kinds": ["failed_run"], "url": f"json://{SECRET}", "quiet_hours": quiet},
    ]
    files.write_private(installation.home / "notifications.yaml", json.dumps({"channels": channels}))
    (installation.home / "address").chmod(0o600)
    unreadable = only(notifications.notifications(installation), Alert.NOTIFICATIONS_UNREADABLE)
    assert unreadable.evidence == {"channel": "wall"}
    (installation.home / "address").write_text(f"json://{SECRET}")
    assert list(notifications.notifications(installation)) == []
    (told,) = warehouse.execute(
        "insert into raw.notifications (kind, happened_at) values ('failed_run', now()) returning notification_id::text"
    )

    def note(channel: str, outcome: str, attempt: int, minutes: int) -> None:
        warehouse.execute(
            "insert into raw.notification_deliveries (notification_id, channel, outcome, attempt, detail, noted_at)"
            " values (%s::uuid, %s, %s, %s, 'It answers 404.', now() - %s * interval '1 minute')",
            told[0], channel, outcome, attempt, minutes,
        )  # fmt: skip

    note("night", "due", 0, 20)
    assert list(notifications.undelivered(installation)) == []  # held until it is not quiet any more
    note("wall", "due", 0, 20)
    waiting = only(notifications.undelivered(installation), Alert.NOTIFICATIONS_UNDELIVERED)
    assert {**waiting.evidence, "seconds": 0} == {"channel": "wall", "waiting": 1, "seconds": 0}
    assert list(notifications.undelivered(installation, seconds=1800)) == []
    # What SDRs have reached waits while figures are in doubt, and a failed run does not.
    failed = {"name": "landed_events_are_counted", "words": "Counted", "is_warning": False}
    note_checks(warehouse, "build_job", failed)
    assert only(notifications.undelivered(installation), Alert.NOTIFICATIONS_UNDELIVERED) == waiting
    warehouse.execute("update raw.notifications set kind = 'rank_up'")
    assert list(notifications.undelivered(installation)) == []
    note_checks(warehouse, "build_job")
    note("wall", "given_up", 12, 0)
    given_up = only(notifications.undelivered(installation), Alert.NOTIFICATIONS_UNDELIVERED)
    assert given_up.evidence == {"channel": "wall", "given_up": 1}
    assert given_up.sentence.endswith("It answers 404.")
    assert SECRET not in repr([unreadable, waiting, given_up])


def test_the_disk(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    free = os.statvfs(installation.home)
    room = free.f_bavail * free.f_frsize
    low = only(home.room(installation.home, low_bytes=room * 2), Alert.DISK_LOW)
    assert low.severity is Severity.warning
    if free.f_files:
        assert alerts(home.room(installation.home, low_bytes=0, low_inodes=free.f_favail * 2)) == ["disk-low"]
    monkeypatch.setattr(files, "REQUIRED_BYTES", room * 2)
    assert only(home.room(installation.home, low_bytes=room * 2), Alert.DISK_FULL).severity is Severity.broken


@contextmanager
def supervised(installation: Installation, parts: dict[str, dict[str, Any]]) -> Iterator[None]:
    """A supervisor, which is this process, of these parts."""
    record = Record(installation.home)
    assert record.claim()
    record.write(parts, ready=True)
    yield
    record.release()


def test_processes_and_ports(installation: Installation, mend: Callable[[Finding], None]) -> None:
    port = installation.settings.hud_port
    listener = "import socket, time; s = socket.create_server(('127.0.0.1', %d)); print(1, flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", listener % port], stdout=subprocess.PIPE) as stranger:
        assert stranger.stdout is not None
        stranger.stdout.readline()
        taken = only(processes.taken_ports(installation), Alert.PORT_TAKEN)
        assert taken.evidence["pid"] == stranger.pid
        other = installation.settings.model_copy(update={"hud_port": taken.evidence["free_port"]})
        assert list(processes.taken_ports(Installation(other))) == []
        assert alerts(processes.parts(installation)) == ["not-running"]

        def part(pid: int, **more: object) -> dict[str, Any]:
            return {"pid": pid, "port": port, "health": "/", "restarts": 0, "log": "hud.log", **more}

        parts = {
            "hud": part(stranger.pid),  # takes connections and never answers
            "daemon": part(2**22 + 1, port=None, health=None),
            "receiver": part(stranger.pid, port=1, restarts=4),
        }
        with supervised(installation, parts):
            found = list(processes.parts(installation))
            assert alerts(found) == ["part-down", "part-down", "restart-loop"]
            assert ["does not answer" in found[0].sentence, "does not run" in found[1].sentence] == [True, True]
            # The receiver runs on another port than the setting says by now.
            changed = only(configuration.settings_in_force(installation), Alert.SETTING_NOT_IN_FORCE)
            assert changed.evidence == {"port": 1}
        stranger.kill()
    record = Record(installation.home)
    assert record.claim()
    with subprocess.Popen(["sleep", "600"], env={"RIFT_STACK_TOKEN": record.token}) as left:
        record._lock.release()  # noqa: SLF001  # as a supervisor that is killed does
        assert only(processes.parts(installation), Alert.LEFT_BEHIND).evidence == {"processes": 1}
        mend(only(processes.parts(installation), Alert.LEFT_BEHIND))
        assert left.poll() is not None
    assert alerts(processes.parts(installation)) == ["not-running"]


def test_this_machine_is_fit(installation: Installation) -> None:
    assert list(machine.python(installation)) == []
    assert list(machine.time_zones(installation)) == []
    assert {"python-unsupported"} == set(alerts(machine.python(installation, "3.9.1")))
    assert machine.needed() <= machine.locked().keys()
    assert Alert.PACKAGES_MISSING not in {finding.alert for finding in machine.packages(installation)}


def test_roles_and_their_rights(
    installation: Installation,
    warehouse: Warehouse,
    rift: Rift,
    mend: Callable[[Finding], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked: list[Probe] = [rights.rights, server.logins, server.role_settings, server.database]

    def found() -> list[Finding]:
        return examine(installation, checked).findings

    assert found() == []
    warehouse.execute(
        "grant select on raw.webhook_events to rift_hud; grant update on raw.gamification_rules to public"
    )
    warehouse.execute("grant select (email) on raw_roster.sdr_versions to rift_analyst")
    warehouse.execute("grant rift_transform to rift_analyst; alter role rift_hud createdb")
    warehouse.execute(
        "revoke select on marts.rpt_leaderboard from rift_hud; alter role rift_hud reset statement_timeout"
    )
    broken = found()
    assert sorted(alerts(broken)) == ["rights-missing", *["rights-too-wide"] * 5, "role-settings-differ"]
    typed = only((one for one in broken if "gamification_rules" in one.sentence), Alert.RIGHTS_TOO_WIDE)
    said = rift(*shlex.split(typed.commands[0])[1:])
    assert said.stdout == "REVOKE\n", said.stderr
    for finding in broken:
        mend(finding)
    assert found() == []
    as_reader = Installation(load(_env_file=None, rift_home=installation.home, database_url=warehouse.dsn("hud")))
    assert "must be able to create roles" in only(server.database(as_reader), Alert.DATABASE_UNSUITABLE).sentence
    ((name,),) = warehouse.execute("select current_database()")
    warehouse.execute(f"alter database {name} set synchronous_commit = off")
    lossy = only(server.database(installation), Alert.DATABASE_NOT_DURABLE)
    assert lossy.evidence == {"setting": "synchronous_commit"}
    warehouse.execute(f"alter database {name} reset synchronous_commit")
    monkeypatch.setattr(server, "BUSY", 0)
    assert only(server.database(installation), Alert.CONNECTIONS_USED_UP).severity is Severity.warning
    warehouse.execute("alter role rift_hud password 'another'")
    try:
        refused = only(server.logins(Installation(installation.settings)), Alert.ROLE_REFUSED)
        assert refused.evidence == {"role": "rift_hud"}
        mend(refused)
        assert list(server.logins(Installation(installation.settings))) == []
    finally:
        warehouse.execute(f"alter role rift_hud password '{STACK_PASSWORDS['rift_hud']}'")


def test_each_right_that_a_migration_grants_is_missed(
    installation: Installation, warehouse: Warehouse, mend: Callable[[Finding], None]
) -> None:
    granted = re.compile(r"^grant (insert|update \(\w+\)) on ((?:raw\.\w+(?:, )?)+) to (\w+);$", re.MULTILINE)
    migrations = Path(roles.__file__).parent.glob("*.sql")
    rows = [row for path in migrations for row in granted.findall(path.read_text(encoding="utf-8"))]
    wanted = {(role, right, relation) for right, relations, role in rows for relation in relations.split(", ")}
    assert len(wanted) > 8
    for role, right, relation in wanted:
        warehouse.execute(f"revoke {right} on {relation} from {role}")
    lacking = {(role, right, relation) for role, relation, right in installation.ask(rights.NEEDED, list(roles.ROLES))}
    assert lacking == wanted
    for finding in list(rights.rights(installation)):
        mend(finding)
    assert list(rights.rights(installation)) == []


def test_what_holds_postgres_back(
    installation: Installation, warehouse: Warehouse, mend: Callable[[Finding], None]
) -> None:
    def open_ones() -> list[Finding]:
        return list(transactions.open_transactions(installation, seconds=0.2, slot_bytes=-1))

    with closing(psycopg2.connect(warehouse.dsn("ingest"), application_name="a forgotten import")) as forgotten:
        forgotten.cursor().execute("select pg_current_xact_id()")
        time.sleep(0.3)
        long = mended(open_ones, Alert.TRANSACTION_LONG, mend)
        assert "rift_ingest (a forgotten import, idle in transaction)" in long.sentence
    warehouse.execute("select pg_create_physical_replication_slot('forgotten', true)")
    mended(open_ones, Alert.SLOT_HOLDS_BACK, mend)
    warehouse.execute("create table public.bloated as select n from generate_series(1, 1000) as n")
    warehouse.execute("alter table public.bloated set (autovacuum_enabled = false)")
    warehouse.execute("update public.bloated set n = n + 1; update public.bloated set n = n + 1")
    deadline = time.monotonic() + 10
    while not (found := list(transactions.vacuum(installation, dead_rows=1000))) and time.monotonic() < deadline:
        time.sleep(0.1)
    mended(lambda: list(transactions.vacuum(installation, dead_rows=1000)), Alert.TABLE_BLOATED, mend)
    assert alerts(found) == ["table-bloated"]
    assert alerts(transactions.vacuum(installation, old_ids=1)) == ["wraparound-near"]
    assert list(transactions.clock(installation)) == []
    assert [finding.severity.value for finding in (*transactions.skew(30), *transactions.skew(-300))] == [
        "warning",
        "broken",
    ]
    with closing(psycopg2.connect(warehouse.owner_dsn)) as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute("alter system set autovacuum = off")
            cursor.execute("select pg_reload_conf()")
        mended(lambda: list(transactions.vacuum(Installation(installation.settings))), Alert.AUTOVACUUM_OFF, mend)


def test_schema_and_models(installation: Installation, warehouse: Warehouse) -> None:
    checked: list[Probe] = [schema.migrations, schema.cluster, schema.models]
    assert examine(installation, checked).findings == []
    warehouse.execute("update raw.cluster set system_identifier = 1")
    restored = only(schema.cluster(installation), Alert.CLUSTER_RESTORED)
    assert restored.commands[0] == "rift migrate"
    Database(installation.settings).migrate()
    assert list(schema.cluster(installation)) == []
    raw.land(warehouse, raw.event("ann"))
    warehouse.execute("update raw.webhook_events set landed_xid = '9000000000000'")
    assert only(schema.cluster(installation), Alert.CLUSTER_RESTORED).commands[0] == "rift migrate"
    Database(installation.settings).migrate()
    assert list(schema.cluster(installation)) == []
    warehouse.execute("insert into raw.schema_migrations (name) values ('9999_future')")
    assert only(schema.migrations(installation), Alert.MIGRATIONS_NEWER).severity is Severity.broken
    warehouse.execute("delete from raw.schema_migrations where name >= '0015'")
    assert only(schema.migrations(installation), Alert.MIGRATIONS_MISSING).commands == ("rift migrate",)
    warehouse.execute("drop view marts.rpt_checks")
    files.write_private(installation.home / "warehouse.json", json.dumps({"fingerprint": "of another project"}))
    found = list(schema.models(installation))
    assert alerts(found) == ["warehouse-outdated", "models-missing"]
    assert "marts.rpt_checks" in found[1].sentence
    (installation.home / "dbt" / "manifest.json").write_text("{")
    assert "damaged" in only(schema.models(installation), Alert.MODELS_MISSING).sentence
    warehouse.execute("drop schema marts cascade")
    assert alerts(schema.models(installation)) == ["warehouse-missing"]
    report = examine(installation, [landing.tail, meaning.values])
    assert set(report.unexamined) == {"tail", "values"}


def test_what_lands_and_what_it_means(installation: Installation, warehouse: Warehouse) -> None:
    raw.land(warehouse, raw.event("who?"))
    raw.deliver(warehouse, vendors.outreach_call(tags=["a tag that nobody knows"], event="call.created"))
    assert set(alerts(landing.tail(installation, seconds=0, large=1))) == {"tail-old", "tail-large"}
    warehouse.settle()
    assert list(landing.tail(installation, seconds=0, large=1)) == []
    assert "who?" in only(meaning.people(installation), Alert.SDRS_UNKNOWN).sentence
    raw.employ(warehouse, "who?")
    assert list(meaning.people(installation)) == []
    assert only(meaning.values(installation), Alert.VALUES_UNMAPPED).evidence["values"] >= 1  # type: ignore[operator]
    assert only(meaning.weeks(installation), Alert.WEEK_UNPUBLISHED).commands == ("rift publish",)
    publication.publish(warehouse.dsn("transform"))
    assert list(meaning.weeks(installation)) == []
    warehouse.execute("update raw.published_ranks set published_at = published_at - interval '1 hour'")
    assert only(meaning.weeks(installation), Alert.WEEK_UNREPORTED).commands == ("rift report --week 2026-W10",)
    warehouse.execute(
        "insert into raw.rejected_events (rejected_id, door, reason, detail, body, verified_by, received_at)"
        " values (gen_random_uuid(), 'canonical', 'invalid_json', 'x', 'x', 'secret', now())"
    )
    assert only(landing.rejected(installation), Alert.EVENTS_REJECTED).evidence["rejected"] == 1
    late = list(meaning.late_checks(installation, dict.fromkeys(meaning.LIMITS, 0)))
    assert [finding.heading for finding in late] == ["build_job", "audit_job", "watch_job"]
    note_checks(
        warehouse,
        "build_job",
        {"name": "landed_events_are_counted", "words": "Landed events are counted", "is_warning": False},
    )
    assert list(meaning.late_checks(installation, {"build_job": 0})) == []
    assert only(meaning.checks(installation), Alert.CHECK_FAILED).heading == "landed_events_are_counted"
    note_checks(warehouse, "audit_job", is_finished=False)
    assert only(meaning.checks(installation), Alert.CHECKS_BROKEN_OFF).heading == "audit_job"
    # Two warnings of a run that passed; for the tail there is a probe.
    warned = [{"name": name, "words": "x", "is_warning": True} for name in ("tail_is_short", "fields_are_known")]
    warned.append(warned[1])
    note_checks(warehouse, "watch_job", *warned)
    silent = only(
        [one for one in meaning.checks(installation) if one.evidence["job"] == "watch_job"], Alert.CHECK_FAILED
    )
    assert (silent.heading, silent.severity) == ("fields_are_known", Severity.warning)
    assert list(meaning.late_checks(installation, {"watch_job": 0})) == []
    doors = Installation(
        installation.settings.model_copy(update={"webhook_secret_outreach": "s", "webhook_secret_nooks": "s"})
    )
    assert only(landing.silent_doors(doors), Alert.SOURCE_SILENT).evidence == {"door": "nooks"}


def test_the_spool(installation: Installation) -> None:
    assert list(landing.spool(installation)) == []
    kept = Spool(installation.home / "spool", installation.settings.webhook_spool_max_bytes)
    kept.keep([])
    kept.keep([])
    assert list(landing.spool(installation)) == []
    waiting = only(landing.spool(installation, seconds=0), Alert.SPOOL_WAITING)
    assert waiting.evidence["deliveries"] == 2
    kept.set_aside(kept.names()[0])
    small = Installation(installation.settings.model_copy(update={"webhook_spool_max_bytes": 10}))
    assert alerts(landing.spool(small)) == ["spool-full", "spool-damaged"]


@pytest.fixture
def dagster(installation: Installation, cluster: Cluster) -> Iterator[dg.DagsterInstance]:
    """An instance that keeps its state where that of the stack does."""
    storage = {"postgres": {"postgres_url": installation.dsn("dagster")}}
    with dg.instance_for_test(overrides={"storage": storage}) as instance:
        yield instance
    drop_database(cluster, installation.database.dagster_database)


@dg.op
def fails() -> None:
    raise ValueError(SECRET)


@dg.job
def build_job() -> None:
    fails()


def origin(name: str) -> RemoteInstigatorOrigin:
    server = GrpcServerCodeLocationOrigin(host="127.0.0.1", port=1, location_name="rift")
    return RemoteInstigatorOrigin(RemoteRepositoryOrigin(server, "__repository__"), name)


def tick(status: TickStatus, at: float) -> TickData:
    error = SerializableErrorInfo(SECRET, [], None) if status is TickStatus.FAILURE else None
    kind = InstigatorType.SENSOR
    return TickData("origin", "files_sensor", kind, status, at, run_ids=[], error=error, selector_id="selector")


def test_dagster_by_its_own_database(installation: Installation, dagster: dg.DagsterInstance) -> None:
    asked: list[Probe] = [automation.daemons, automation.automations, runs.runs, runs.dagster_size]
    assert examine(installation, asked) == Report()
    for name, kind, data in (
        ("webhook_sensor", InstigatorType.SENSOR, SensorInstigatorData()),
        ("pull_hubspot_schedule", InstigatorType.SCHEDULE, ScheduleInstigatorData("* * * * *")),
    ):
        dagster.add_instigator_state(InstigatorState(origin(name), kind, InstigatorStatus.STOPPED, data))
    stopped = only(automation.automations(installation), Alert.AUTOMATION_STOPPED)
    assert stopped.commands[0].startswith("rift exec dagster sensor start webhook_sensor -w ")
    now = time.time()
    for status, at in ((TickStatus.SUCCESS, now - 90), (TickStatus.FAILURE, now - 60), (TickStatus.FAILURE, now - 30)):
        dagster.create_tick(tick(status, at))
    failing = only(automation.automations(installation), Alert.AUTOMATION_FAILING)
    assert failing.evidence == {"name": "files_sensor", "failures": 2}
    dagster.create_tick(tick(TickStatus.SKIPPED, now))
    assert alerts(automation.automations(installation)) == ["automation-stopped"]

    beating = dict.fromkeys(automation.NEEDED, now) | {"SENSOR": now - 600}
    for daemon, at in beating.items():
        dagster.add_daemon_heartbeat(DaemonHeartbeat(timestamp=at, daemon_type=daemon, daemon_id="a", errors=[]))
    assert list(automation.daemons(installation)) == []  # nobody is meant to run
    with supervised(installation, {}):
        silent = only(automation.daemons(installation), Alert.DAEMON_SILENT)
        assert "sensor for 10 minutes" in silent.sentence
    error = SerializableErrorInfo(SECRET, [], None)
    dagster.add_daemon_heartbeat(DaemonHeartbeat(now, "SENSOR", "a", [error]))
    assert alerts(automation.daemons(installation)) == ["daemon-failing"]

    build_job.execute_in_process(instance=dagster, raise_on_error=False)
    failed = only(runs.runs(installation), Alert.RUN_FAILED)
    assert failed.heading == "build_job"
    dagster.create_run_for_job(build_job, status=dg.DagsterRunStatus.STARTING)
    assert alerts(runs.runs(installation)) == ["run-failed"]
    later = "update runs set {0} = {0} - interval '1 hour'"
    with closing(psycopg2.connect(installation.dsn("dagster"))) as theirs, theirs, theirs.cursor() as cursor:
        for column in ("create_timestamp", "update_timestamp"):
            cursor.execute(later.format(column))
    assert alerts(runs.runs(installation)) == ["run-stuck", "run-failed"]
    pulling = Installation(installation.settings.model_copy(update={"hubspot_access_token": "t"}))
    with supervised(installation, {}):
        late = only(runs.late_pulls(pulling), Alert.JOB_LATE)
        assert (late.heading, late.commands) == ("pull_hubspot_job", ("rift pull hubspot",))
        assert list(runs.late_pulls(pulling, shortest=86_400)) == []
    assert alerts(runs.dagster_size(installation, large=1)) == ["dagster-database-large"]
    assert SECRET not in repr(examine(installation, asked))
