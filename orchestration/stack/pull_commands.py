"""`rift pull`: what Dagster's schedules do, by hand and at once."""

import subprocess
import sys
from enum import StrEnum
from typing import Annotated

import typer

from orchestration.stack.console import open_stack, plainly
from orchestration.stack.processes import stop_on_signals

app = typer.Typer()


class Source(StrEnum):
    hubspot = "hubspot"
    salesforce = "salesforce"


@app.command(
    epilog="Examples: rift pull hubspot · rift pull hubspot calls meetings · rift pull hubspot --ids calls:88123 · "
    "rift pull salesforce tasks"
)
def pull(
    source: Annotated[Source, typer.Argument(help="From where.")],
    resources: Annotated[list[str] | None, typer.Argument(help="Which objects; all, unless given.")] = None,
    ids: Annotated[str | None, typer.Option(help="HubSpot: just these, such as calls:88123,meetings:99001.")] = None,
) -> None:
    """Pull what has changed there since the last pull. Doing it twice lands nothing twice."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        with stack.database.running():
            stack.database.migrate()
            command = [sys.executable, "-m", f"ingestion.sources.{source.value}", *(resources or [])]
            command += ["--ids", ids] if ids else []
            code = subprocess.run(command, check=False, env=stack.environment.pulls()).returncode
    raise typer.Exit(code)
