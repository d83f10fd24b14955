"""Who is looking, and what they may see."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["open", "sdr", "manager", "admin"]


@dataclass(frozen=True)
class Viewer:
    """Somebody at a screen. `open`: nobody signs in here, and everybody sees everything but what an admin does."""

    role: Role
    user_id: str | None = None
    name: str = ""


OPEN = Viewer("open")
