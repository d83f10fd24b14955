"""`rift backup` and `rift restore`: an installation in one file, and back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.stack import files
from orchestration.stack.console import console, literal, open_stack, plainly, say
from orchestration.stack.errors import StackError
from orchestration.stack.processes import stop_on_signals
from orchestration.stack.up import Stack

if TYPE_CHECKING:
    from orchestration.stack.backup.restoring import Restored

app = typer.Typer()


@app.command(
    epilog="Examples: rift backup · rift backup --to /mnt/backups --keep 14 · rift backup --to before-upgrade.tar · "
    "docs/backup.md says what is in it, and what to do after a disaster"
)
def backup(
    *,
    to: Annotated[
        Path | None, typer.Option(help="A folder, or a file that ends with .tar. Default: RIFT_HOME/backups.")
    ] = None,
    verify: Annotated[
        bool, typer.Option(help="Restore it into a scratch database and compare every table and mart.")
    ] = True,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Then delete all but the newest so many of this database in that folder.")
    ] = None,
    with_secrets: Annotated[
        bool,
        typer.Option("--with-secrets", help="Also generated secrets and notifications.yaml of RIFT_HOME; not .env."),
    ] = False,
) -> None:
    """Write one file that holds everything, while events arrive and everybody works."""
    # They import more than any other command needs.
    from orchestration.stack.backup import keeping, making  # noqa: PLC0415

    with _alone() as stack:
        started = time.monotonic()
        path = keeping.target(to, stack.home)
        with stack.database.running():
            told = making.make(stack, path, say, verify=verify, with_secrets=with_secrets)
        if keep is not None:
            removed, unreadable = keeping.remove_older(path, told, keep)
            for old in removed:
                say(f"deleted {old}")
            for old in unreadable:
                say(f"left {old}: it cannot be read as a backup")
        size = making.megabytes(path.stat().st_size)
        tried = "restored and compared" if verify else "not tried (--no-verify)"
        console.print(
            f"{literal(str(path))}: {told.event_count:,} accepted items, {size}, {tried}, "
            f"{time.monotonic() - started:.0f} s"
        )


@app.command(
    epilog="Examples: rift down && rift restore /mnt/backups/rift-20261123T020000Z.tar && rift up · "
    "rift restore --drop rift_before_20261123t091500"
)
def restore(
    file: Annotated[Path | None, typer.Argument(help="What rift backup wrote.")] = None,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Although the database holds events; it is kept under another name.")
    ] = False,
    drop: Annotated[str | None, typer.Option(help="Delete a database that an earlier restore has put aside.")] = None,
) -> None:
    """Bring a backup back, into this database or that of a new machine. Rift must be stopped."""
    from orchestration.stack.backup import restoring  # noqa: PLC0415  # see backup

    with _alone() as stack:
        if (file is None) == (drop is None):
            raise StackError("Name either a file to restore, or a database to --drop.")
        if drop is not None:
            with stack.database.running():
                restoring.drop_kept(stack.database, drop)
            console.print(f"{literal(drop)} is deleted.")
        elif file is not None:
            _tell(restoring.restore(stack, file.expanduser().absolute(), say, replace=replace))


def _tell(done: "Restored") -> None:
    for folder, count in done.brought.items():
        say(f"brought {count} files of {folder} back")
    if done.kept:
        console.print(
            f"What was there is the database {literal(done.kept)} now. When nobody needs it any more: "
            f"rift restore --drop {literal(done.kept)}"
        )
    if done.forgotten_count:
        console.print(
            f"[yellow]Since that backup somebody was forgotten ({done.forgotten_count} times), and is back: "
            "run rift forget for them again.[/]"
        )
    console.print(
        f"Restored as of {done.manifest.made_at:%F %T} UTC: {done.manifest.event_count:,} accepted items. "
        "Start with rift up."
    )


@contextmanager
def _alone() -> Iterator[Stack]:
    """The stack, while no other backup or restore of this RIFT_HOME is under way."""
    with plainly():
        stack = open_stack()
        stop_on_signals()
        lock = files.Lock(stack.home / "run" / "backup.lock")
        if not lock.acquire():
            raise StackError("Another rift backup or rift restore is under way on this RIFT_HOME. Wait for its end.")
        try:
            yield stack
        finally:
            lock.release()
