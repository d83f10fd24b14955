"""Who is calling: a secret in one header, compared in constant time, and how often each caller may call."""

from collections.abc import Sequence
from hmac import compare_digest
from typing import Final, NoReturn

from ingestion.webhooks.answers import RefusalError, Scope, retry_after
from ingestion.webhooks.limits import RateLimit
from ingestion.webhooks.unverified import address

# Where nothing else is limited, guessing secrets still is; and nobody mistypes one more often than the second.
FAILURES_PER_MINUTE: Final = 60
MOST_FAILURES_PER_MINUTE: Final = 1000


class Admission:
    """Counts callers: those who are known, and by their address those who are not."""

    def __init__(self, limit: RateLimit, failure_limit: RateLimit) -> None:
        self._limit = limit
        self._failure_limit = failure_limit

    def admit(self, caller: int) -> None:
        """Count a call of a known caller; raises `RefusalError` (429) beyond the limit."""
        _require_patience(self._limit.retry_after(caller))

    def refuse(self, scope: Scope, message: str, challenge: str) -> NoReturn:
        """Count a call of an unknown one, and raise `RefusalError`: 401, beyond the limit 429."""
        _require_patience(self._failure_limit.retry_after(address(scope)))
        raise RefusalError(401, "unauthorized", message, headers=[(b"www-authenticate", challenge.encode())])


class SecretHeader:
    """Knows the secrets that one header may carry. The callers' numbers begin with 0, in the order of the secrets."""

    def __init__(self, name: str, what: str, secrets: Sequence[str], admission: Admission) -> None:
        self._name = name
        self._what = what
        self._header = name.lower().encode()
        self._secrets = [secret.encode() for secret in secrets]
        self._admission = admission

    def require(self, scope: Scope) -> None:
        """Raise `RefusalError` (401 or 429) unless the request carries one of the secrets, once."""
        given = [value for name, value in scope["headers"] if name == self._header]
        if len(given) == 1:
            # Every secret is compared, in constant time: how long this takes tells nothing.
            matches = [compare_digest(given[0], secret) for secret in self._secrets]
            if True in matches:
                self._admission.admit(matches.index(True))
                return
        message = f"Send the {self._what} secret, once, in the header {self._name}."
        self._admission.refuse(scope, message, f'Rift-Secret header="{self._name}"')


def _require_patience(seconds: int | None) -> None:
    if seconds is not None:
        raise RefusalError(
            429, "rate_limited", f"Too many requests. Wait {seconds} s, then go on.", headers=retry_after(seconds)
        )
