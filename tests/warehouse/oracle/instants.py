"""Times in the text of others: one that names its zone as an offset means one instant, any other means none."""

import re
from datetime import datetime
from typing import Final

INSTANT: Final = re.compile(
    r"(19|20|21)\d\d-\d\d-\d\d[Tt ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?([Zz]|[+-](0\d|1[0-4]):?[0-5]\d)",
    re.ASCII,
)


def instant(text: object) -> datetime | None:
    if not isinstance(text, str) or not INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None
