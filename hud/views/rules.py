"""Rules."""

from hud.context import Hud


def page(hud: Hud) -> None:
    raise NotImplementedError
