"""A preview as the Rules page shows it: counts of who gains and loses, and the SDRs in pages that can be searched."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

PAGE_LENGTH: Final = 20
PAIRS: Final = ("gold", "xp", "level", "rank")
Row = dict[str, Any]


class Preview:
    """What one proposal would do to each SDR, kept small: of the weeks only those whose rank becomes another one."""

    def __init__(self, sdrs: Sequence[Mapping[str, Any]], ladder: Sequence[str], about: Mapping[str, object]) -> None:
        self._orders = {tier: order for order, tier in enumerate(ladder)}
        self.about = dict(about)
        self._rows = sorted((self._row(sdr) for sdr in sdrs), key=_place)
        self._texts = [f"{row['name']}\n{row['team']}\n{row['user_id']}".casefold() for row in self._rows]
        self.summary = self._summary()

    def page(self, words: str, number: int) -> dict[str, Any]:
        """One page of those whose name, team or id holds `words`, and how many there are."""
        wanted = words.casefold()
        found = [row for row, text in zip(self._rows, self._texts, strict=True) if wanted in text]
        last = max(0, (len(found) - 1) // PAGE_LENGTH)
        number = min(max(0, number), last)
        rows = found[number * PAGE_LENGTH : (number + 1) * PAGE_LENGTH]
        return {"rows": rows, "number": number, "last": last, "count": len(found), "words": words}

    def _row(self, sdr: Mapping[str, Any]) -> Row:
        row: Row = {name: [sdr[f"{name}_before"], sdr[f"{name}_after"]] for name in PAIRS}
        row["order"] = [self._orders.get(tier, 0) for tier in row["rank"]]
        row["weeks"] = [
            [week["week_start_date"], week["rank_before"], week["rank_after"]]
            for week in sdr["weeks"]
            if week["rank_before"] != week["rank_after"]
        ]
        return row | {
            "user_id": sdr["user_id"],
            "name": sdr["display_name"] or sdr["user_id"],
            "team": sdr["team_name"] or "",
        }

    def _summary(self) -> dict[str, int]:
        def count(name: str, sign: int) -> int:
            return sum((row[name][1] > row[name][0]) - (row[name][1] < row[name][0]) == sign for row in self._rows)

        return {
            "gaining": sum(row["gold"][1] > row["gold"][0] or row["xp"][1] > row["xp"][0] for row in self._rows),
            "losing": sum(row["gold"][1] < row["gold"][0] or row["xp"][1] < row["xp"][0] for row in self._rows),
            "levels_up": count("level", 1),
            "levels_down": count("level", -1),
            "ranks_up": count("order", 1),
            "ranks_down": count("order", -1),
            "gold": sum(row["gold"][1] - row["gold"][0] for row in self._rows),
            "xp": sum(row["xp"][1] - row["xp"][0] for row in self._rows),
        }


def _place(row: Row) -> tuple[bool, int, int, int]:
    """Whose rank of this week changes comes first, then who has most weeks that change, then who moves most."""
    moved = [abs(row[name][1] - row[name][0]) for name in ("xp", "gold")]
    return (row["order"][0] == row["order"][1], -len(row["weeks"]), -moved[0], -moved[1])
