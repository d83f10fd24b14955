"""What the browser is given: our own emblems and sounds as their scripts make them, and fonts with their licences."""

import base64
import re
import tomllib
import wave
from io import BytesIO
from itertools import combinations
from pathlib import Path
from statistics import correlation

import pytest
from PIL import Image
from playwright.sync_api import Browser

from hud.assets import make_emblems, make_sounds

HUD = Path(make_emblems.__file__).parent.parent
STATIC = HUD / "static"
# Of the brightness of the pixels of two tiers; the same drawing twice has 1.
MOST_ALIKE = 0.8


def test_emblems_are_what_the_script_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_emblems, "FOLDER", tmp_path)
    make_emblems.main()
    for order in range(10):
        kept = (STATIC / "emblems" / f"{order}.svg").read_text(encoding="utf-8")
        assert kept == (tmp_path / f"{order}.svg").read_text(encoding="utf-8"), "run python -m hud.assets.make_emblems"


def test_tiers_differ_in_more_than_colour() -> None:
    shapes = set()
    for order, (*_, draw) in enumerate(make_emblems.TIERS):
        shapes.add(re.sub(r"#[0-9a-f]{6}", "", draw()))
        assert make_emblems.pips(order, "#ffffff").count(make_emblems.NIGHT) == 2 * order
    assert len(shapes) == 10


def test_tiers_differ_at_24_pixels_without_colour(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 240, "height": 24})
    pictures = "".join(f"<img src='data:image/svg+xml;base64,{picture(order)}' width=24>" for order in range(10))
    page.set_content(f"<body style='margin:0;background:#04121f;font-size:0;filter:grayscale(1)'>{pictures}")
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    with Image.open(BytesIO(page.screenshot())) as shot:
        grey = shot.convert("L")
    page.close()
    tiers = [grey.crop((24 * order, 0, 24 * order + 24, 24)).tobytes() for order in range(10)]
    alike = {(a, b): correlation(tiers[a], tiers[b]) for a, b in combinations(range(10), 2)}
    assert max(alike.values()) < MOST_ALIKE, max(alike, key=alike.__getitem__)


def picture(order: int) -> str:
    return base64.b64encode((STATIC / "emblems" / f"{order}.svg").read_bytes()).decode()


def test_sounds_are_heard_and_small() -> None:
    total = 0
    for name in make_sounds.SOUNDS:
        file = STATIC / "sounds" / f"{name}.wav"
        total += file.stat().st_size
        with wave.open(str(file)) as sound:
            samples = memoryview(sound.readframes(sound.getnframes())).cast("h")
        assert max(abs(sample) for sample in samples) == round(make_sounds.PEAK * 32_767)
        assert abs(samples[-1]) < 400, "a sound must not end in a click"
    assert total < 300_000


@pytest.mark.parametrize("name", make_sounds.SOUNDS)
def test_sounds_are_what_the_script_plays(name: str) -> None:
    with wave.open(str(STATIC / "sounds" / f"{name}.wav")) as sound:
        kept = memoryview(sound.readframes(sound.getnframes())).cast("h")
    made = memoryview(make_sounds.render(make_sounds.SOUNDS[name])).cast("h")
    # Mathematics libraries may differ in the last bit.
    assert len(kept) == len(made)
    assert max(abs(one - two) for one, two in zip(kept, made, strict=True)) <= 1


def test_fonts_are_open_and_local() -> None:
    config = tomllib.loads((HUD / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for face in config["theme"]["fontFaces"]:
        file = HUD / face["url"].removeprefix("app/")
        assert file.is_file()
        assert "SIL OPEN FONT LICENSE" in (file.parent / "OFL.txt").read_text(encoding="utf-8")


def test_no_file_names_another_host() -> None:
    namespaces = {"http://www.w3.org/2000/svg"}
    for file in STATIC.rglob("*"):
        if file.suffix in {".js", ".css", ".svg"}:
            assert set(re.findall(r"https?://[^\"' )]+", file.read_text(encoding="utf-8"))) <= namespaces, file.name


def test_collector_does_not_run_after_each_poll() -> None:
    config = tomllib.loads((HUD / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["runner"]["postScriptGC"] is False
    assert config["browser"]["gatherUsageStats"] is False
