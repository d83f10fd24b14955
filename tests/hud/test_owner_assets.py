"""The owner's fonts, icons and sounds in place of ours: served as what they are, and only when they are that."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from hud import owner_assets
from hud.owner_assets import STATIC, Files
from tests import landing
from tests.conftest import Database
from tests.hud.conftest import running_hud

# One pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccf50cf0000000500"
    "0133f7b1f00000000049454e44ae426082"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>document.title = "ran"</script></svg>'
FONT = STATIC / "fonts" / "barlow" / "barlow-latin-500-normal.woff2"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An owner's folder whose changes are seen at once."""
    monkeypatch.setattr(owner_assets, "LOOK_AGAIN_SECONDS", 0.0)
    place = tmp_path / "own"
    for name in ("emblems", "sounds", "fonts"):
        (place / name).mkdir(parents=True)
    return place


def content(files: Files, path: str) -> tuple[bytes, str]:
    found = files.find(path)
    assert found is not None
    return found.content, found.kind


def test_an_owners_file_takes_the_place_of_ours(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    files = Files(folder)
    ours, version = content(files, "emblems/3.svg"), files.version
    assert files.find("fonts/heading") is None
    (folder / "emblems" / "3.png").write_bytes(PNG)
    (folder / "emblems" / "4.SVG").write_bytes(SVG)
    (folder / "sounds" / "gold.mp3").write_bytes(b"ID3 and so on")
    (folder / "fonts" / "heading.woff2").write_bytes(FONT.read_bytes())
    (folder / "README.md").write_text("mine")
    (folder / ".DS_Store").write_bytes(b"\x00")
    assert files.version != version
    assert content(files, "emblems/3.svg") == (PNG, "image/png")
    assert content(files, "emblems/4.svg") == (SVG, "image/svg+xml")
    assert content(files, "sounds/gold.wav") == (b"ID3 and so on", "audio/mpeg")
    assert content(files, "fonts/heading") == (FONT.read_bytes(), "font/woff2")
    assert content(files, "emblems/5.svg")[0] == (STATIC / "emblems" / "5.svg").read_bytes()
    shutil.rmtree(folder)
    assert (content(files, "emblems/3.svg"), files.version) == (ours, version)
    assert caplog.text == ""


def test_icons_that_an_owner_does_not_draw_stay_ours(folder: Path) -> None:
    (folder / "icons.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><symbol id="coin" viewBox="0 0 9 9"><path d="M0 0"/></symbol></svg>'
    )
    drawn = content(Files(folder), "icons.svg")[0].decode()
    assert drawn.count('id="coin"') == 1
    assert 'viewBox="0 0 9 9"' in drawn
    assert drawn.count('id="mark"') == 1


def test_a_wrong_file_is_told_once_and_ours_is_used(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    secret = folder.parent / "secret.svg"
    secret.write_bytes(SVG)
    wrong = {
        "emblems/0.svg": b"<svg xmlns='http://www.w3.org/2000/svg'>",
        "emblems/1.svg": b'<!DOCTYPE svg [<!ENTITY a "a">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        "emblems/2.svg": b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
        "emblems/3.png": SVG,
        "emblems/4.svg": SVG + b" " * owner_assets.LARGEST_BYTES,
        "sounds/gold.wav": b"RIFF    WEBP",
        "fonts/text.ttf": b"<script>",
    }
    unknown = ("emblems/11.svg", "emblems/iron.png", "js/panel.js", "frame.html", "css/base.css", "icons.png")
    (folder / "js").mkdir()
    (folder / "css").mkdir()
    for name, bytes_ in (wrong | dict.fromkeys(unknown, SVG)).items():
        (folder / name).write_bytes(bytes_)
    (folder / "emblems" / "5.svg").symlink_to(secret)
    (folder / "emblems" / "6.svg").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "emblems" / "7.svg")
    (folder / "emblems" / "8.svg").mkdir()
    caplog.set_level(logging.WARNING)
    files = Files(folder)
    for order in range(10):
        assert content(files, f"emblems/{order}.svg")[0] == (STATIC / "emblems" / f"{order}.svg").read_bytes(), order
    for name in ("sounds/gold.wav", "js/panel.js", "frame.html", "css/base.css", "icons.svg"):
        assert content(files, name)[0] == (STATIC / name).read_bytes()
    assert files.find("fonts/text") is None
    assert files.find("../secret.svg") is None
    told = caplog.text
    assert all(told.count(f"{name!r}") == 1 for name in (*wrong, *unknown, "emblems/5.svg", "emblems/7.svg")), told
    assert "it leads out of the folder" in told
    (folder / "emblems" / "9.svg").write_bytes(SVG)
    assert content(files, "emblems/9.svg")[0] == SVG
    assert caplog.text == told


@pytest.fixture(scope="module")
def dressed(hud_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A HUD of an owner with own files, in the folder where rift looks for them."""
    landing.employ(hud_database, "dressed", name="Dressed")
    home = tmp_path_factory.mktemp("dressed")
    for name in ("emblems", "fonts", "sounds"):
        (home / "hud_assets" / name).mkdir(parents=True)
    (home / "hud_assets" / "emblems" / "0.png").write_bytes(PNG)
    (home / "hud_assets" / "emblems" / "1.svg").write_bytes(SVG)
    shutil.copyfile(FONT, home / "hud_assets" / "fonts" / "text.woff2")
    (home / "hud_assets" / "sounds" / "gold.wav").write_bytes(b"no sound")
    with running_hud(hud_database.dsn("hud"), home / "hud.log", RIFT_HOME=str(home)) as url:
        yield url, home


def test_a_browser_shows_the_owners_files(dressed: tuple[str, Path], page: Page) -> None:
    url, home = dressed
    page.goto(f"{url}/?user=dressed")
    page.locator(".rift[data-state=live]").wait_for()
    # The SDR has no meeting, so the emblem of the lowest tier stands there: the owner's pixel.
    emblem = page.locator('img[src*="emblems/0.svg"]').first
    emblem.wait_for(state="attached")
    assert emblem.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1
    page.wait_for_function(
        """[...document.fonts].some((face) => /Rift Text/.test(face.family) && face.status === "loaded")"""
    )
    fonts = page.locator(".name, .team").first.evaluate("(node) => getComputedStyle(node.closest('.rift')).fontFamily")
    assert fonts.startswith('"Rift Text"')

    # Opened by itself it is a document, and runs nothing.
    page.goto(f"{url}/app/static/emblems/1.svg")
    assert page.title() != "ran"
    page.goto("about:blank")

    answer = httpx.get(f"{url}/app/static/emblems/0.svg")
    assert (answer.headers["Content-Type"], answer.content) == ("image/png", PNG)
    assert httpx.get(f"{url}/app/static/sounds/gold.wav").content == (STATIC / "sounds" / "gold.wav").read_bytes()
    assert (home / "hud.log").read_text().count("'sounds/gold.wav' cannot be used") == 1


def test_a_folder_that_is_set_and_missing_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = owner_assets.files()
    try:
        owner_assets.use_folder(tmp_path / "none", is_expected=False)
        assert owner_assets.files().find("icons.svg") is not None
        assert caplog.text == ""
        owner_assets.use_folder(tmp_path / "none", is_expected=True)
        assert "HUD_ASSETS_DIR is no folder yet" in caplog.text
    finally:
        owner_assets._files[:] = [before]  # noqa: SLF001  # as it was for the other tests
