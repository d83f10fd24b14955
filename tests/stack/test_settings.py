"""Settings: each mistake is named, no secret is shown, and each setting is documented."""

import re
from pathlib import Path

import pytest

from orchestration.stack.errors import StackError
from orchestration.stack.settings import ROOT, Settings, load


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_PORT", "0"),
        ("HUD_PORT", "65536"),
        ("DAGSTER_PORT", "three thousand"),
        ("POSTGRES_PORT", "-1"),
        ("DATABASE_URL", "mysql://user:hidden-value@host/db"),
        ("DATABASE_URL", "postgresql://user:hidden-value@host"),
        ("DATABASE_URL", "postgresql://user:hidden-value@[::1/db"),
        ("WEBHOOK_SECRET", "hidden-value"),
        ("WEBHOOK_SECRET", "x" * 32 + ",hidden-value"),
        ("WEBHOOK_SECRET", "hidden-value" + "ä" * 32),
        ("RIFT_ADMIN_SECRET", "hidden-value"),
        ("RIFT_ADMIN_SECRET", "hidden-value" + "x" * 32 + ","),
        ("WEBHOOK_SECRET_OUTREACH", "hidden-value,short"),
        ("WEBHOOK_SECRET_NOOKS", "hidden-value,"),
        ("WEBHOOK_SECRET_HUBSPOT", "hidden-value-ä"),
        ("RIFT_PUBLIC_URL", "rift.example.com"),
        ("RIFT_PUBLIC_URL", "https://rift.example.com/?a=b"),
        ("WEBHOOK_SPOOL_MAX_BYTES", "4096"),
        ("RATE_LIMIT_PER_MINUTE", "-1"),
        ("CORS_ORIGINS", "example.com"),
        ("CORS_ORIGINS", "https://example.com/page"),
        ("API_POOL_SIZE", "0"),
        ("WEBHOOK_QUEUE_SIZE", "0"),
        ("WEBHOOK_MAX_BODY_BYTES", "1"),
        ("RIFT_TIMEZONE", "Mars/Olympus"),
        ("RIFT_TIMEZONE", "../../etc/passwd"),
        ("HUD_REFRESH_INTERVAL", "0"),
        ("SOUND_VOLUME", "1.1"),
        ("HUD_OPACITY", "nan"),
        ("HUD_POOL_SIZE", "0"),
        ("WEEK_GRACE_HOURS", "-1"),
        ("DEFAULT_USER_ID", "x" * 201),
        ("HUBSPOT_ACCESS_TOKEN", "hidden-value ä"),
        ("HUBSPOT_BASE_URL", "http://api.hubapi.com"),
        ("RIFT_API_URL", "http://rift.example.com:8000"),
        ("HUBSPOT_START_DATE", "yesterday"),
        ("HUBSPOT_POLL_MINUTES", "0"),
        ("SALESFORCE_BASE_URL", "https://user:x@acme.my.salesforce.com"),
        ("SALESFORCE_CLIENT_SECRET", "hidden-value ä"),
        ("SALESFORCE_API_VERSION", "62.0/query"),
        ("RIFT_KEEP_RUNS_HOURS", "0"),
        ("RIFT_KEEP_RUNS_DAYS", "0"),
    ],
)
def test_a_mistake_is_named_and_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StackError) as refused:
        load()
    message = str(refused.value)
    assert message.startswith(f"{name} must be ")
    assert message.endswith("Change it in the environment or in .env.")
    assert "hidden-value" not in message
    assert refused.value.__cause__ is None


def test_every_mistake_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "x")
    monkeypatch.setenv("SOUND_VOLUME", "loud")
    with pytest.raises(StackError, match=r"API_PORT(.|\n)*SOUND_VOLUME"):
        load()


def test_two_parts_cannot_share_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "8501")
    with pytest.raises(StackError, match="API_PORT and HUD_PORT must be different"):
        load()


def test_an_empty_setting_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "")
    monkeypatch.setenv("API_PORT", "")
    assert load().webhook_secret is None
    assert load().api_port == 8000


def test_a_relative_home_starts_at_the_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RIFT_HOME", "data")
    assert load().rift_home == ROOT / "data"


def test_secrets_may_be_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", f"{'a' * 32} , {'b' * 32}")
    secret = load().webhook_secret
    assert secret is not None
    assert secret.get_secret_value() == f"{'a' * 32},{'b' * 32}"


@pytest.mark.parametrize("name", ["WEBHOOK_SECRET", "WEBHOOK_SIGNING_SECRET", "WEBHOOK_SECRET_CALENDLY"])
def test_a_sender_is_no_administrator(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    both = f"whsec_{'b' * 32}"
    monkeypatch.setenv(name, f"whsec_{'a' * 32},{both}")
    monkeypatch.setenv("RIFT_ADMIN_SECRET", f"{'c' * 32}, {both}")
    with pytest.raises(StackError, match=f"{name} and RIFT_ADMIN_SECRET must have no secret in common") as refused:
        load()
    assert "bbb" not in str(refused.value)


def test_each_setting_is_documented_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert set(documented) == {name.upper() for name in Settings.model_fields}
    for name in ("api_port", "hud_port", "dagster_port", "postgres_port", "rate_limit_per_minute", "api_pool_size",
                 "webhook_queue_size", "webhook_max_body_bytes", "webhook_spool_dir", "webhook_spool_max_bytes",
                 "rift_timezone", "week_grace_hours", "sound_volume",
                 "hud_refresh_interval", "hud_opacity", "hud_pool_size", "default_user_id",
                 "hud_oidc_groups_claim", "hud_oidc_verified_email", "hud_session_hours",
                 "hubspot_base_url", "hubspot_start_date", "hubspot_poll_minutes",
                 "salesforce_api_version", "salesforce_start_date", "salesforce_poll_minutes",
                 "rift_keep_runs_hours", "rift_keep_runs_days"):  # fmt: skip
        assert documented[name.upper()] == str(Settings.model_fields[name].default)
