"""Who is to be forgotten: what may stand in the data of an SDR or a prospect, and what stands there afterwards.

Every replacement is drawn at random or fixed, so that it leads to nobody. In places that name other things (ids,
external_ids) different texts stay different, and the same text stays the same wherever it stands: so what belonged
together still does, and no score moves.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from ingestion.privacy.json_text import rewrite

REDACTED: Final = "[forgotten]"
LONGEST_PHONE: Final = 15
# The last nine digits tell phones apart, however country and area are written.
PHONE_DIGITS: Final = 9
SHORTEST_PHONE: Final = 7
SHORTEST_NAME: Final = 3
# Keys whose values name something: two different ones must not become the same.
_NAMES_SOMETHING: Final = re.compile(r"(^|_|\.)(id|reverses|key|uri|url)$|(Id|Key|Uri)$")
# Keys below which a vendor says who did it, so that a number there is a person's id.
_NAMES_SOMEBODY: Final = re.compile(r"(?i:user|owner|host|creat|modif|assign|member)|_by|By(?![a-z])")


class SubjectError(Exception):
    """What was given cannot be looked for; the message says what to give."""


@dataclass(frozen=True)
class Person:
    """An SDR: one stable pseudonym takes the place of id and name."""

    user_id: str
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    # By source: the ids that the roster gave for it, and those of items that are of the person's work.
    identities: dict[str, frozenset[str]] = field(default_factory=dict)
    # Where no roster knows the person: the source that does, and what it calls them. Their user_id is made of both.
    called: tuple[str, str] | None = None
    pseudonym: str = field(default_factory=lambda: f"forgotten-{secrets.token_hex(6)}")
    kind: str = "user"

    def text(self, value: str, *, is_name: bool = False) -> str:
        """A text without the person; `is_name`: it names something, so that different texts must stay different."""
        del is_name  # the pseudonym is nobody else's
        for number, email in enumerate(self.emails, start=1):
            value = _bounded(email, re.IGNORECASE).sub(self.address(number), value)
        value = _bounded(self.user_id).sub(self.pseudonym, value)
        for name in self.names:
            # One word is a word of other texts, too.
            value = _bounded(name, re.IGNORECASE if " " in name else 0).sub(self.pseudonym, value)
        return value

    def address(self, number: int) -> str:
        """What stands for an email: a vendor's item is still this person's when it is read again."""
        return f"{self._numbered(number)}@forgotten.invalid"

    def identity(self, source: str, value: str) -> str | None:
        """What stands for an id in a source, for each of several another one; None where it is not the person's."""
        ids = sorted(self.identities.get(source, ()))
        return self._numbered(ids.index(value) + 1) if value in ids else None

    def _numbered(self, number: int) -> str:
        return self.pseudonym if number == 1 else f"{self.pseudonym}-{number}"

    def member(self, path: str, value: str, source: str | None) -> str:
        """A value of a JSON document, by the keys that lead to it and the source that sent it."""
        if path == "user_id":
            return self.user(value)
        named = self.identity(source or "", value) if _NAMES_SOMEBODY.search(path) else None
        return named or self.text(value)

    def user(self, value: str) -> str:
        """A user_id: a person's own, or one that a source made of what it calls them."""
        is_own = value == self.user_id
        if is_own and self.called is None:
            return self.pseudonym
        source, name = self.called if is_own and self.called else value.partition(":")[::2]
        if named := self.identity(source, name):
            return f"{source}:{named}"
        return f"{source}:{self.address(self.emails.index(name.lower()) + 1)}" if name.lower() in self.emails else value

    def pattern(self) -> str:
        """A regular expression of Postgres, without regard to case, that finds every text which may hold the person."""
        return "|".join(map(_in_postgres, [self.user_id, *self.emails, *self.names]))

    def identity_pattern(self, source: str) -> str:
        """The same for the ids in one source, which may be short numbers: only as a whole value."""
        ids = map(_in_postgres, sorted(self.identities[source]))
        return "|".join(f'"{one}"|[:,\\[]\\s*{one}\\s*[],}}]' for one in ids)

    def whole_patterns(self) -> list[str]:
        """The same for what stands behind a source in the user_id of somebody whom the roster does not know."""
        ids = {one for names in self.identities.values() for one in names}
        return [_in_postgres(one) for one in sorted({*ids, *self.emails})] or ["\\A\\Z."]


@dataclass(frozen=True)
class Prospect:
    """Somebody who was called or written to, by any of their emails, phones and names."""

    values: tuple[str, ...]
    kind: str = "prospect"
    pseudonym: str | None = None
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def __post_init__(self) -> None:
        for value in self.values:
            if not (_is_email(value) or _is_phone(value)) and len(value.strip()) < SHORTEST_NAME:
                raise SubjectError(f"{value!r} is too short to look for. Give an email, a phone or a whole name.")

    def text(self, value: str, *, is_name: bool = False) -> str:
        for expression in self._expressions():
            value = expression.sub(lambda found: self._instead_of(found[0]) if is_name else REDACTED, value)
        return value

    def member(self, path: str, value: str, source: str | None) -> str:
        del source
        return self.text(value, is_name=bool(_NAMES_SOMETHING.search(path)))

    def pattern(self) -> str:
        return "|".join(
            r"[^0-9a-z]*".join(_digits(value)[-PHONE_DIGITS:]) if _is_phone(value) else _spaced(_in_postgres, value)
            for value in self.values
        )

    def _expressions(self) -> Iterable[re.Pattern[str]]:
        for value in self.values:
            if _is_phone(value):
                digits = r"[\s().\-/]*".join(_digits(value)[-PHONE_DIGITS:])
                yield re.compile(rf"(?<![0-9])(?:\+|00)?(?:[0-9()][\s().\-/]*){{0,6}}?{digits}(?![0-9])")
            else:
                yield re.compile(_bounds(_spaced(re.escape, value)), re.IGNORECASE)

    def _instead_of(self, found: str) -> str:
        """For a text that names something: another for each, and the same one wherever it stands."""
        return f"forgotten-{hmac.digest(self._key, found.encode('utf-8', 'surrogatepass'), 'sha256').hex()[:12]}"


Subject = Person | Prospect


def document(subject: Subject, text: str, source: str | None) -> str:
    """JSON text without the person."""
    return rewrite(text, lambda path, value: subject.member(path, value, source))


def _bounded(value: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(_bounds(re.escape(value)), flags)


def _bounds(expression: str) -> str:
    """As a word of its own: no letter or digit before or after it."""
    return rf"(?<![^\W_])(?:{expression})(?![^\W_])"


def _spaced(escape: Callable[[str], str], value: str) -> str:
    return r"\s+".join(escape(word) for word in value.split())


def _in_postgres(value: str) -> str:
    return re.sub(r"([\\.^$*+?()\[\]{}|])", r"\\\1", value)


def _is_email(value: str) -> bool:
    return "@" in value


def _is_phone(value: str) -> bool:
    plain = re.fullmatch(r"[0-9+().\-/\s]+", value) is not None
    return plain and SHORTEST_PHONE <= len(_digits(value)) <= LONGEST_PHONE


def _digits(value: str) -> str:
    return re.sub(r"[^0-9]", "", value)
