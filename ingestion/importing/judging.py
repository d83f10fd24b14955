"""Which events of a chunk are to land: the door's rules, asked for all of them at once.

Not the door's in one point: an event without an external_id is a copy of whatever says the same, `occurred_at`
included, whenever that landed. The door knows only copies of the last five minutes: its senders need not say when.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg2 import extensions

from ingestion.importing.copying import texts_of
from ingestion.importing.reading import Chunk, Keys
from ingestion.webhooks.events import Rejection
from ingestion.webhooks.parser import UnusableError

# Between the texts of a list; no field that is asked for can hold it.
SEPARATOR: Final = "\x1f"
# Scalar subqueries, not joins: while the log looks empty to the planner, it would read all of it for each chunk.
EARLIER_NAMED: Final = """
select item.position - 1
from unnest(string_to_array(%s, chr(31)), string_to_array(%s, chr(31)))
    with ordinality as item (source, external_id, position)
where (
    select landed.raw_id from raw.webhook_events as landed
    where landed.door = 'canonical' and landed.external_id is not null
    and landed.source = item.source and landed.external_id = item.external_id
    limit 1
) is not null
"""
EARLIER_ALIKE: Final = """
select item.position - 1
from unnest(string_to_array(%s, chr(31)), string_to_array(%s, chr(31)))
    with ordinality as item (source, dedup_key, position)
where (
    select landed.raw_id from raw.webhook_events as landed
    where landed.source = item.source and landed.dedup_key = item.dedup_key and landed.door = 'canonical'
    limit 1
) is not null
"""
RULES: Final = """
select event_type, greatest(effective_from, '1900-01-01 00:00+00'), least(effective_to, '9000-01-01 00:00+00')
from raw.gamification_rule_versions
where effective_from < effective_to
"""
NAMED_EVENTS: Final = """
select raw_id::text from raw.webhook_events where door = 'canonical' and raw_id = any(%(named)s::uuid[])
union
select raw.vendor_event(named)::text from unnest(%(named)s) as named
"""
UNKNOWN_TYPE: Final = UnusableError(
    "unknown_event_type",
    "No rule scores this event_type at that time. Check its spelling, or add a rule for it.",
    "event_type",
)

Rules = dict[str, list[tuple[datetime, datetime]]]


@dataclass(slots=True)
class Judged:
    """The positions of what is to land, and which event of ours each reversal among it names."""

    positions: list[int]
    named: dict[int, str]
    rejections: list[tuple[int, Rejection]]
    duplicate_count: int


def judge(cursor: extensions.cursor, chunk: Chunk) -> Judged:
    """Compare a chunk with what has landed; the caller holds its locks, taken in an earlier statement."""
    landed = {*_landed(cursor, EARLIER_NAMED, chunk.named), *_landed(cursor, EARLIER_ALIKE, chunk.alike)}
    new = [position for position in range(len(chunk.lines)) if position not in landed]
    rules = _rules(cursor)
    rejections = list(chunk.rejections)
    if not all(_is_known(rules, event_type, *times) for event_type, times in chunk.times.items()):
        unknown = {position: texts for position in new if (texts := _unknown(rules, chunk.copy_lines[position]))}
        rejections += [
            (chunk.lines[position], _rejection(chunk, position, texts)) for position, texts in unknown.items()
        ]
        new = [position for position in new if position not in unknown]
    return Judged(new, _named(cursor, chunk.taken_back), rejections, chunk.duplicate_count + len(landed))


def _landed(cursor: extensions.cursor, query: str, wanted: Keys) -> list[int]:
    """The positions of the events that are copies."""
    if not wanted.keys:
        return []
    cursor.execute(query, [SEPARATOR.join(wanted.sources), SEPARATOR.join(wanted.keys)])
    return [wanted.positions[found] for (found,) in cursor.fetchall()]


def _rules(cursor: extensions.cursor) -> Rules:
    rules: Rules = {}
    cursor.execute(RULES)
    for event_type, begin, end in cursor.fetchall():
        rules.setdefault(event_type, []).append((begin, end))
    return rules


def _is_known(rules: Rules, event_type: str, first: datetime, last: datetime | None = None) -> bool:
    """Whether one version of a rule scores events of this type, from the first to the last."""
    return any(begin <= first and (last or first) < end for begin, end in rules.get(event_type, ()))


def _unknown(rules: Rules, copy_line: str) -> dict[str, str] | None:
    """What an event says that no rule scores."""
    texts = texts_of(copy_line)
    return None if _is_known(rules, texts["event_type"], datetime.fromisoformat(texts["occurred_at"])) else texts


def _rejection(chunk: Chunk, position: int, texts: dict[str, str]) -> Rejection:
    received_at = datetime.fromisoformat(texts["received_at"])
    body = texts["payload"].encode()
    return chunk.rejection(chunk.lines[position], texts["source"], UNKNOWN_TYPE, body, received_at)


def _named(cursor: extensions.cursor, wanted: dict[int, str]) -> dict[int, str]:
    """The events of ours that reversals name, as the door finds them: what is none is an id of the sender's."""
    if not wanted:
        return {}
    cursor.execute(NAMED_EVENTS, {"named": list(wanted.values())})
    found = {event_id for (event_id,) in cursor.fetchall()}
    return {position: event_id for position, event_id in wanted.items() if event_id in found}
