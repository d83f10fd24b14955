"""How the commands of `rift` talk: plain errors without a traceback, one line for each step."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console

from orchestration.stack import files, settings
from orchestration.stack.errors import StackError
from orchestration.stack.processes import StopRequestedError
from orchestration.stack.up import Stack

FAILED: Final = 1

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def plainly() -> Iterator[None]:
    """Show what an operator can mend as text, without a traceback; end quietly when told to stop."""
    try:
        yield
    except StopRequestedError:
        raise typer.Exit(FAILED) from None
    except StackError as error:
        errors.print(f"[red]error:[/] {literal(str(error))}")
        raise typer.Exit(FAILED) from None


def literal(text: str) -> str:
    return text.replace("[", r"\[")


def say(text: str) -> None:
    console.print(f"[yellow]▸[/] {literal(text)}")


def open_stack(**overrides: object) -> Stack:
    stack = Stack(settings.load(**overrides), say)
    files.make_home(stack.home)
    return stack
