"""The oracle of what an operator looks through: values of vendors that no mapping names."""

from collections import defaultdict
from typing import Any

from tests.warehouse.oracle.facts import Facts
from tests.warehouse.oracle.vendor_meaning import fields
from tests.warehouse.oracle.vendor_things import UNREADABLE, Thing
from tests.warehouse.oracle.vendors import event_types, known_things

UNMAPPED = "source, object_type, field, value, item_count, newest_at"
Value = tuple[str, str, str, str]


def rpt_unmapped_values(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: `UNMAPPED`."""
    received: dict[Value, list[Any]] = defaultdict(list)
    for thing in known_things(facts.vendor_items):
        for field, value in _unmapped(thing, facts):
            received[thing.source, thing.kind, field, value].append(thing.newest.received_at)
    return [(*value, len(moments), max(moments)) for value, moments in received.items()]


def _unmapped(thing: Thing, facts: Facts) -> set[tuple[str, str]]:
    kind = (thing.source, thing.kind)
    mapped = {(field, value) for *of, field, value, _ in facts.meanings.mappings if tuple(of) == kind}
    said = fields(thing)
    if not said and not mapped:
        return {("object_type", thing.kind)}
    is_unreadable = thing.newest.payload is UNREADABLE and not event_types(thing, facts.meanings)
    if thing.is_deleted or is_unreadable or "*" in {value for _, value in mapped}:
        return set()
    return {(field, value) for field, values in said.items() for value in values} - mapped
