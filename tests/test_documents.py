"""What the documents point to is there."""

import re
from pathlib import Path

import pytest

from tests.hud.screenshots import SHOTS

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
TARGET = re.compile(r"\]\(\s*<?([^)\s>]+)|(?:src|href)=[\"']([^\"']+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    found = TARGET.findall(CODE.sub("", document.read_text(encoding="utf-8")))
    targets = {(linked or embedded).partition("#")[0] for linked, embedded in found}
    relative = {target for target in targets if target and not re.match(r"[a-z]+:", target)}
    assert [target for target in sorted(relative) if not (document.parent / target).exists()] == []


def test_pictures_are_shown_and_those_that_are_taken() -> None:
    """A picture that no document shows is carried by every clone for nothing; one that nobody takes grows old."""
    told = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    pictures = {file.name for file in (ROOT / "docs" / "images").iterdir()}
    assert [name for name in sorted(pictures) if f"images/{name}" not in told] == []
    by_hand = {"dagster.png"}  # Dagster's own page
    assert pictures - by_hand == {f"{name}.png" for name in SHOTS}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in ("hud", "arena", "tv") if f"images/{name}.png" not in readme] == []
