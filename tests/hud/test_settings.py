"""Settings of the HUD: what is wrong is named, in plain words, without showing what was set."""

from pathlib import Path

import pytest
from sqlalchemy.pool import QueuePool
from streamlit.testing.v1 import AppTest

from hud.database import open_engine
from hud.settings import Settings, SettingsError, load_settings

APP = Path(__file__).parent.parent.parent / "hud" / "app.py"
SECRET = "postgresql://rift_hud:a-secret@127.0.0.1/rift"


@pytest.fixture(autouse=True)
def only_these_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFT_HUD_DSN", SECRET)
    settings = load_settings()
    assert settings.hud_refresh_interval == 1.0
    assert settings.sound_volume == 0.6
    assert settings.hud_opacity == 0.85
    assert "a-secret" not in repr(settings)


def test_dotenv_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"RIFT_HUD_DSN={SECRET}\nSOUND_VOLUME=0.1\nUNKNOWN_TO_THE_HUD=1\n")
    assert load_settings().sound_volume == 0.1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOUND_VOLUME", "1.1"),
        ("SOUND_VOLUME", "nan"),
        ("SOUND_VOLUME", "loud"),
        ("HUD_OPACITY", "-0.1"),
        ("HUD_REFRESH_INTERVAL", "0"),
        ("HUD_POOL_SIZE", "0"),
        ("HUD_REFRESH_INTERVAL", "inf"),
        ("RIFT_HUD_DSN", ""),
        ("HUD_SESSION_HOURS", "0"),
        ("HUD_PUBLIC_URL", "hud.example.com"),
        ("RIFT_API_URL", "http://rift.example.com:8000"),
        ("RIFT_API_URL", "http://127.0.0.1.example.com"),
        ("RIFT_API_URL", "https://user@rift.example.com"),
        ("HUD_OIDC_METADATA_URL", "http://login.example.com/.well-known/openid-configuration"),
    ],
)
def test_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("RIFT_HUD_DSN", SECRET)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name} cannot be used") as caught:
        load_settings()
    assert "a-secret" not in str(caught.value)


def test_page_says_every_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUND_VOLUME", "loud")
    page = AppTest.from_file(str(APP), default_timeout=20).run()
    assert not page.exception
    texts = [element.value for element in page.text]
    assert texts[0] == "The HUD cannot start with these settings"
    assert any(text.startswith("RIFT_HUD_DSN is not set") for text in texts)
    assert any(text.startswith("SOUND_VOLUME cannot be used") for text in texts)


def test_the_pool_has_the_size_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFT_HUD_DSN", SECRET)
    monkeypatch.setenv("HUD_POOL_SIZE", "3")
    pool = open_engine(SECRET, load_settings().hud_pool_size).pool
    assert isinstance(pool, QueuePool)
    assert (pool.size(), pool._max_overflow) == (3, 0)  # noqa: SLF001  # it has no other name


SIGN_IN = {
    "HUD_OIDC_METADATA_URL": "https://login.example.com/.well-known/openid-configuration",
    "HUD_OIDC_CLIENT_ID": "rift",
    "HUD_OIDC_CLIENT_SECRET": "secret-of-the-client",
    "HUD_PUBLIC_URL": "https://hud.example.com/",
    "HUD_COOKIE_SECRET": "c" * 32,
    "RIFT_ADMIN_SECRET": "a" * 32,
    "HUD_ADMINS": "ada@example.com",
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"HUD_OIDC_CLIENT_SECRET": ""}, "HUD_OIDC_CLIENT_SECRET must be set too"),
        ({"HUD_OIDC_METADATA_URL": "", "HUD_OIDC_CLIENT_ID": ""}, "HUD_OIDC_METADATA_URL and HUD_OIDC_CLIENT_ID must"),
        ({"HUD_PUBLIC_URL": ""}, "HUD_PUBLIC_URL must be set too"),
        ({"HUD_PUBLIC_URL": "http://hud.example.com"}, "HUD_PUBLIC_URL must be an https address"),
        ({"HUD_COOKIE_SECRET": "short"}, "HUD_COOKIE_SECRET must have 32 or more characters"),
        (dict.fromkeys(list(SIGN_IN)[:4], ""), "HUD_ADMINS would have no effect"),
    ],
)
def test_half_a_sign_in_is_none(monkeypatch: pytest.MonkeyPatch, change: dict[str, str], words: str) -> None:
    monkeypatch.setenv("RIFT_HUD_DSN", SECRET)
    for name, value in (SIGN_IN | change).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=words) as caught:
        load_settings()
    assert "secret-of-the-client" not in str(caught.value)


def test_only_a_hud_that_people_sign_in_to_knows_the_admin_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFT_HUD_DSN", SECRET)
    for name, value in SIGN_IN.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.signs_in
    assert settings.rift_admin_secret is not None
    assert settings.hud_public_url == "https://hud.example.com"
    assert not {"secret-of-the-client", "c" * 32, "a" * 32} & set(repr(settings).split("'"))
    for name in (*list(SIGN_IN)[:5], "HUD_ADMINS"):
        monkeypatch.delenv(name)
    assert load_settings().rift_admin_secret is None
