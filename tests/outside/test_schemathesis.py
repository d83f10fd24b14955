"""The receiver keeps to its OpenAPI document, whatever schemathesis makes of that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.stack.settings import ROOT
from tests.ingestion.conftest import Receiver
from tests.outside.hooks import SECRETS

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
RUN = "from schemathesis.cli import schemathesis; schemathesis()"


def check(receiver: Receiver, folder: Path, *options: str) -> None:
    command = [sys.executable, "-c", RUN, "--config-file", str(CONFIGURATION), "run", f"{receiver.url}/openapi.json"]
    done = subprocess.run(
        [*command, "--no-color", "--max-examples", *options],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | SECRETS | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert receiver.process.poll() is None
    assert "Traceback" not in receiver.log.read_text(errors="replace")


def test_it_answers_as_its_document_says(outside: Receiver, tmp_path: Path) -> None:
    # Always the same requests: a build is not red for what nobody changed.
    check(outside, tmp_path, "20", "--seed", "1")


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_it_answers_as_its_document_says_at_length(outside: Receiver, tmp_path: Path) -> None:
    check(outside, tmp_path, "500")
