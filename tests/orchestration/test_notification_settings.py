"""The settings file of notifications, quiet hours over a change of clocks, names as text, and what is no news."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.lib.notifications import failures, plain, secrets, settings_file
from orchestration.lib.notifications.channels import ChannelsError, Links
from orchestration.lib.notifications.failures import Finding, Said
from orchestration.lib.notifications.messages import Writer
from orchestration.lib.notifications.quiet import QuietHours
from orchestration.lib.notifications.reading import Subject

URL = "slack://hidden/value/token"
GOOD = f"name: wall, url: '{URL}', kinds: [rank_up]"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "notifications.yaml"
    path.touch(0o600)
    return path


def test_a_file_is_read(file: Path) -> None:
    assert settings_file.read(file.parent / "none.yaml").channels == ()
    (file.parent / "secret_url").touch(0o600)
    (file.parent / "secret_url").write_text(f"{URL}\n")
    file.write_text(
        f"""
channels:
  - name: wall
    url: {URL}
    kinds: [rank_up, failed_run]
    teams: [Blue]
    quiet_hours: {{from: 19:00, to: 7:30, time_zone: Europe/Berlin, then: drop}}
  - {{name: ops, url_file: secret_url, kinds: [failed_run], attach_report: no}}
links: {{dagster: "https://dagster.example.com"}}
"""
    )
    settings = settings_file.read(file)
    wall, ops = settings.channels
    assert wall.quiet == QuietHours(time(19), time(7, 30), ZoneInfo("Europe/Berlin"), is_dropped=True)
    assert (settings.address(wall), settings.address(ops)) == (URL, URL)
    assert (ops.attach_report, wall.attach_report, ops.quiet) == (False, None, None)
    asked = [("rank_up", "Blue"), ("rank_up", "Red"), ("rank_up", None), ("failed_run", None), ("level_up", "Blue")]
    assert [wall.wants(kind, team) for kind, team in asked] == [True, False, False, True, False]
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file must be a list of channels"),
        ("channels:\n  - url: slack://hidden\n    kinds: [rank_up]", "line 2: name is missing: a short name"),
        (f"channels:\n  - {{{GOOD}, colour: red}}", "line 2: there is no setting colour here."),
        (f"channels:\n  - {{{GOOD}}}\n  - {{{GOOD}}}", "line 3: a second channel wall."),
        (
            "channels:\n  - name: a\n    kinds:\n      - rank_up\n      - rank\n    url: x://hidden",
            "line 5: kinds must be a",
        ),
        ("channels:\n  - name: a\n    kinds: [rank_up]", "line 2: a channel needs either url or url_file."),
        (f"channels:\n  - {{{GOOD}, url_file: x}}", "line 2: a channel needs either url or url_file."),
        ("channels:\n  - name: a\n    kinds: [rank_up]\n    url: hidden-value", "line 4: url must be an Apprise URL"),
        (
            "channels:\n  - name: a\n    kinds: [rank_up]\n    url: slack://${hidden}",
            "line 4: url must be an Apprise URL",
        ),
        ("channels:\n  - name: a\n    name: hidden", "line 3: name stands here twice: keep one."),
        ("channels:\n  - name: a\n   url: slack://hidden", "line 3: this is not YAML"),
        ("channels: [*hidden]", "line 1: an alias"),
        (
            f"channels:\n  - {{{GOOD}, quiet_hours: {{from: 25:00, to: 7:00, time_zone: UTC}}}}",
            "line 2: from must be a time",
        ),
        (
            f"channels:\n  - {{{GOOD}, quiet_hours: {{from: 1:00, to: 7:00, time_zone: X/Y}}}}",
            "time_zone must be a time zone",
        ),
        (f"channels:\n  - {{{GOOD}, quiet_hours: {{from: 1:00, to: 7:00}}}}", "line 2: time_zone is missing"),
        (
            f"channels:\n  - {{{GOOD}, quiet_hours: {{from: 7:00, to: '07:00', time_zone: UTC}}}}",
            "line 2: quiet_hours begin and end at the same time",
        ),
    ],
)
def test_a_mistake_is_named_by_its_line_and_no_secret_is_shown(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(ChannelsError) as refused:
        settings_file.read(file)
    assert said in str(refused.value)
    assert "hidden" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_that_others_may_read_is_refused(file: Path) -> None:
    file.write_text(f"channels:\n  - {{{GOOD}}}")
    file.chmod(0o640)
    with pytest.raises(ChannelsError, match="chmod 600"):
        settings_file.read(file)


def test_quiet_hours_follow_the_clock_on_the_wall() -> None:
    """In Berlin clocks went forward on 29 March 2026 at 2:00, and back on 25 October at 3:00."""
    night = QuietHours(time(22), time(7), ZoneInfo("Europe/Berlin"))
    winter, summer = timedelta(hours=1), timedelta(hours=2)
    ends = {"2026-03-28": winter, "2026-03-29": summer, "2026-10-24": summer, "2026-10-25": winter}
    for day, offset in ends.items():
        seven = datetime.fromisoformat(f"{day}T07:00+00:00") - offset
        assert night.holds(seven - timedelta(seconds=1)), day
        assert not night.holds(seven), day
    quiet = [night.holds(datetime(2026, 3, 28, 21, tzinfo=UTC) + timedelta(minutes=step)) for step in range(20 * 60)]
    assert sum(quiet) == 8 * 60, "the night is an hour shorter"
    noon = QuietHours(time(12), time(13), ZoneInfo("UTC"))
    assert [noon.holds(datetime(2026, 1, 1, hour, tzinfo=UTC)) for hour in (11, 12, 13)] == [False, True, False]


def test_names_are_text_in_every_chat() -> None:
    hostile = "<!channel> @everyone **Ann**\n[x](http://e) `c` _i_ ~s~ ||s|| \u202egnp \x07" + "y" * 100
    shown = plain.name(hostile, in_chat=True)
    assert not set(shown) & set("<>@*[]`_~|\\\n\x07\u202e")
    assert "://" not in shown
    assert len(shown) == len(plain.name(hostile, in_chat=False)) == plain.LONGEST_NAME
    for name in ("Ann O'Brien-Smith", "שרה לוי 🦊", "Zoë (EMEA) & Söhne"):
        assert plain.name(name, in_chat=True) == plain.name(name, in_chat=False) == name
    assert plain.error("int_user_days_settled: @here", in_chat=True) == "int_user_days_settled: \uff20here"


def test_secrets_are_taken_out_of_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-eu1-hidden")
    for text in (
        "401 for pat-eu1-hidden",
        "connect to postgresql://rift:hidden@db/x failed",
        "GET https://api.example.com/v1?apikey=hidden failed",
        "password=hidden host=x",
        '{"client_secret": "hidden"}',
        "Authorization: Bearer hidden-hidden",
        "https://hooks.example.com/T1/hidden-token failed",
    ):
        line = secrets.without_secrets(text, secrets.parts_of("slack://T1/hidden-token"))
        assert "hidden" not in line.replace(secrets.HIDDEN, ""), text
    assert secrets.without_secrets("relation x does not exist") == "relation x does not exist"


@pytest.mark.parametrize(
    ("name", "section"),
    [("settle_job", "settle_job"), ("backfill_days_job 2026-01-01", "backfill_days_job"), ("my_job", "failed_run")],
)
def test_a_failed_run_leads_to_the_section_of_its_job(name: str, section: str) -> None:
    writer = Writer(Links(), "http://dagster", "http://hud", in_chat=True, reported={})
    at = datetime(2026, 1, 1, tzinfo=UTC)
    failed = Subject("x", "failed_run", name, "why", None, "run", None, is_recovery=False, week=None, happened_at=at)
    assert writer.one(failed).body.endswith(f"What to do: docs/runbook.md#{section}")


def test_what_goes_on_failing_is_not_said_each_minute() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    said: dict[tuple[str, str], Said] = {}
    held: list[Finding] = []
    told = []
    # It fails for 90 minutes, is well, fails for two minutes, is well, fails, and does not run for long.
    states = [False] * 90 + [True] * 2 + [False] * 2 + [True] * 2 + [False] + [None] * 20
    for minute, is_well in enumerate(states):
        now = start + timedelta(minutes=minute)
        found = [] if is_well is None else [Finding("failed_run", "build_job", "x", is_well, now)]
        # As the cursor keeps them.
        held = [Finding.read(json.loads(json.dumps(one.write()))) for one in held]
        news, held = failures.sort_out([*held, *found], said, now)
        for one in news:
            told.append((minute, one.is_well, (one.at - start) // timedelta(minutes=1)))
            said["failed_run", "build_job"] = Said(one.is_well, one.at)
    # The last failure is said when ten minutes have passed since it was well for the last time that was said.
    assert told == [(0, False, 0), (60, False, 60), (90, True, 90), (100, False, 96)]
    assert held == []
    assert not failures.is_news(Finding("failed_run", "build_job", "x", is_well=True, at=start), None)
