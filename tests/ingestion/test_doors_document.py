"""docs/doors.md: its examples run and answer what it says, and every code that a door may answer is in it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ingestion.webhooks
from tests.conftest import Database
from tests.ingestion.conftest import SECRET, SIGNING_KEY

DOCUMENT = (Path(__file__).parents[2] / "docs" / "doors.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(bash|python)\n(.*?)^```\n+^```json\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
# What the doors answer with; the other modules are about rules and reads.
MODULES = [
    "answers", "arrays", "authentication", "batch", "bodies", "door", "entrance", "events", "items", "landing",
    "parser", "session", "unverified",
]  # fmt: skip
CODE = re.compile(
    r'(?:UnusableError|RefusalError|Refused)\(\s*(?:[0-9]{3},\s*)?"([a-z_]+)"|code = "(\w+)" .* else "(\w+)"'
)
EVENT_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def numbered(answer: object) -> Any:
    """The answer with its ids numbered, in the order in which they first come."""
    text = json.dumps(answer)
    ids = list(dict.fromkeys(match[0] for match in EVENT_ID.finditer(text)))
    return json.loads(EVENT_ID.sub(lambda match: f"id {ids.index(match[0])}", text))


def test_the_examples_answer_what_the_document_says(
    start_receiver: Callable[..., Any], database: Database, tmp_path: Path
) -> None:
    secret = tmp_path / ".rift" / "webhook_secret"
    secret.parent.mkdir()
    secret.write_text(SECRET)
    given = []
    with start_receiver(database) as receiver:
        for language, code, _ in EXAMPLES:
            program = ["bash", "-euc"] if language == "bash" else [sys.executable, "-c"]
            output = subprocess.run(
                [*program, code.replace("http://localhost:8000", receiver.url)],
                cwd=tmp_path,
                env={"PATH": os.environ["PATH"], "SIGNING_SECRET": SIGNING_KEY},
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            given.append(json.loads(output))
    assert len(given) == 3
    assert numbered(given) == numbered([json.loads(answer) for _, _, answer in EXAMPLES])


def test_every_code_is_in_the_table_and_none_besides() -> None:
    folder = Path(str(ingestion.webhooks.__file__)).parent
    answered = {
        code
        for module in MODULES
        for match in CODE.finditer((folder / f"{module}.py").read_text(encoding="utf-8"))
        for code in match.groups()
        if code
    }
    rows = re.findall(r"^\| [0-9]{3} \| (.*?) \|", DOCUMENT, re.MULTILINE)
    documented = {code for row in rows for code in re.findall("`([a-z_]+)`", row)}
    assert documented == answered
