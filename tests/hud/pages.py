"""Every page of the HUD, by one line each: where it is, and what shows that it has drawn what it should."""

from dataclasses import dataclass
from typing import Final

# The SDR at whom the pages that are about one look; in the crowd the one with the worst name.
SOMEBODY: Final = "sdr-001"


@dataclass(frozen=True)
class Visit:
    """A page to open. `ready` is there when it has drawn figures, `empty` while there are none."""

    name: str
    address: str
    ready: str
    empty: str
    # Whether it is another page when there are more people.
    has_people: bool = True

    def __str__(self) -> str:
        return self.name


VISITS: Final = (
    Visit("my_hud", f"/?user={SOMEBODY}", ready=".events li", empty=".message h2:visible"),
    Visit("overlay", f"/?user={SOMEBODY}&overlay=1", ready=".gold-value", empty=".message h2:visible"),
    Visit("picker", "/", ready=".people li", empty=".found:has-text('Nobody is on the roster')"),
    Visit("arena", f"/arena?user={SOMEBODY}", ready=".arena-page .who-name", empty=".arena-page .nothing:visible"),
    Visit("history", f"/history?user={SOMEBODY}", ready=".past .plot svg", empty=".message h2:visible"),
    Visit(
        "reports",
        "/reports",
        ready=".reports-page .archive button, .reports-page .archive a",
        empty=".reports-page .none h2:visible",
        has_people=False,
    ),
    Visit("rules", "/rules", ready=".book .leaves li", empty=".book .leaves li", has_people=False),
    Visit("health", "/health", ready=".card .sentence", empty="[data-card=fresh][data-level=rest]"),
    Visit("tv", "/tv?seconds=600", ready=".leader .who", empty=".nothing"),
)
SIZES: Final = ((390, 844), (1366, 768), (3840, 2160))
