"""Who is calling: a secret in one header, compared in constant time, and how often each caller may call."""

from collections.abc import Sequence
from hmac import compare_digest
from typing import Final

from ingestion.webhooks.answers import RefusalError, Scope, retry_after
from ingestion.webhooks.limits import RateLimit

# Where nothing else is limited, guessing secrets still is.
FAILURES_PER_MINUTE: Final = 60


class SecretHeader:
    """Knows the secrets that one header may carry; several gates may share the limit on wrong ones."""

    def __init__(
        self, name: str, what: str, secrets: Sequence[str], *, limit_per_minute: int, failure_limit: RateLimit
    ) -> None:
        self._name = name
        self._what = what
        self._header = name.lower().encode()
        self._secrets = [secret.encode() for secret in secrets]
        self._limit = RateLimit(limit_per_minute)
        self._failure_limit = failure_limit

    def require(self, scope: Scope) -> None:
        """Raise `RefusalError` (401 or 429) unless the request carries one of the secrets, once."""
        given = [value for name, value in scope["headers"] if name == self._header]
        caller = None
        if len(given) == 1:
            # Every secret is compared, in constant time: how long this takes tells nothing.
            matches = [compare_digest(given[0], secret) for secret in self._secrets]
            caller = f"secret {matches.index(True)}" if True in matches else None
        if caller is None:
            seconds = self._failure_limit.retry_after((scope.get("client") or ["unknown"])[0])
        else:
            seconds = self._limit.retry_after(caller)
        if seconds is not None:
            raise RefusalError(
                429, "rate_limited", f"Too many requests. Wait {seconds} s, then go on.", headers=retry_after(seconds)
            )
        if caller is None:
            raise RefusalError(
                401,
                "unauthorized",
                f"Send the {self._what} secret, once, in the header {self._name}.",
                headers=[(b"www-authenticate", f'Rift-Secret header="{self._name}"'.encode())],
            )
