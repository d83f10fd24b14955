"""Events that a person enters: judged and landed by the door's own code, without a receiver."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from ingestion.webhooks.items import Origin, read_item
from ingestion.webhooks.landing import Outcome
from ingestion.webhooks.parser import UnusableError, parse
from ingestion.webhooks.session import Session

_MEMBER: Final = re.compile(r"(?P<name>[^=:]+)(?P<kind>:?=)(?P<value>.*)", re.DOTALL)
_WITHOUT_SECONDS: Final = re.compile(r"(?<=T)([0-9]{2}:[0-9]{2})(?=[Zz+-])")


def land_by_hand(dsn: str, fields: Mapping[str, str], metadata: Sequence[str]) -> Outcome:
    """What became of an event; raises `UnusableError` for metadata in no form, `UnavailableError` without a database.

    Each member of the metadata is `name=text` or `name:=json`. A time may leave out its seconds.
    """
    origin = Origin(datetime.now(UTC), "", verified_by="manual")
    session = Session(dsn)
    try:
        [outcome] = session.outcomes([read_item(_body(fields, metadata), origin)])
    finally:
        session.close()
    return outcome


def _body(fields: Mapping[str, str], metadata: Sequence[str]) -> bytes:
    texts = dict(fields)
    if "occurred_at" in texts:
        texts["occurred_at"] = _WITHOUT_SECONDS.sub(r"\1:00", texts["occurred_at"])
    members = [f"{_text(name)}: {_text(value)}" for name, value in texts.items()]
    if metadata:
        members.append(f'"metadata": {{{", ".join(map(_member, metadata))}}}')
    return f"{{{', '.join(members)}}}".encode("utf-8", "surrogatepass")


def _member(given: str) -> str:
    match = _MEMBER.fullmatch(given)
    if match is None:
        raise UnusableError("invalid_field", f"metadata {given!r} is neither name=text nor name:=json.", "metadata")
    name, kind, value = match.group("name", "kind", "value")
    if kind == "=":
        return f"{_text(name)}: {_text(value)}"
    try:
        parse(value.encode("utf-8", "surrogatepass"))
    except UnusableError as error:
        # In words of its own: the value is no body.
        raise UnusableError(
            error.reason, f"metadata {given!r} is no JSON behind the :=. For text, write name=text.", "metadata"
        ) from None
    return f"{_text(name)}: {value}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
