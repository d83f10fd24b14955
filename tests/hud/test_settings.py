"""Settings of the HUD: what is wrong is named, in plain words, without showing what was set."""

from pathlib import Path

import pytest
from sqlalchemy.pool import QueuePool
from streamlit.testing.v1 import AppTest

from hud.database import open_engine
from hud.settings import SettingsError, load_settings

APP = Path(__file__).parent.parent.parent / "hud" / "app.py"
SECRET = "postgresql://rift_hud:a-secret@127.0.0.1/rift"


@pytest.fixture(autouse=True)
def only_these_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("RIFT_HUD_DSN", "HUD_REFRESH_INTERVAL", "SOUND_VOLUME", "HUD_OPACITY", "HUD_POOL_SIZE"):
        monkeypatch.delenv(name, raising=False)


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFT_HUD_DSN", SECRET)
    settings = load_settings()
    assert settings.hud_refresh_interval == 1.0
    assert 0 <= settings.sound_volume <= 1
    assert 0 <= settings.hud_opacity <= 1
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
