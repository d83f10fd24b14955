"""What every door does first: who is calling, what is sent, and how much of it; only then is a body anybody's event."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NoReturn

from ingestion.webhooks.answers import Receive, RefusalError, Scope
from ingestion.webhooks.authentication import Admission, SecretHeader
from ingestion.webhooks.bodies import RequestHeaders, read_body, require_json
from ingestion.webhooks.items import Origin
from ingestion.webhooks.standard_webhooks import Message, SigningKeys, is_signed, read_message
from ingestion.webhooks.unverified import UnverifiedReads

SENDERS_HEADER: Final = "X-RIFT-SECRET"


@dataclass(slots=True)
class Admitted:
    """A body, and what is known of it from elsewhere."""

    body: bytes
    origin: Origin


class Entrance:
    """Lets in who sends the secret, or signs the body by Standard Webhooks."""

    def __init__(  # noqa: PLR0913  # each is a part or a setting of its own
        self,
        secrets: SecretHeader,
        keys: SigningKeys,
        *,
        first_key: int,
        admission: Admission,
        unverified: UnverifiedReads,
        default_user_id: str,
    ) -> None:
        self._secrets = secrets
        self._keys = keys
        # Keys are counted as callers behind the secrets.
        self._first_key = first_key
        self._admission = admission
        self._unverified = unverified
        self._default_user_id = default_user_id

    async def admit(self, scope: Scope, receive: Receive, limit: int, remedy: str) -> Admitted:
        """The body of a request that may come in; raises `RefusalError` for every other one.

        A secret is checked before the body is read. A signature is over the body, so of that no more than `limit` is
        read, by `UnverifiedReads`, and none when the headers alone show that it cannot be right.
        """
        if scope["method"] != "POST":
            raise RefusalError(
                405, "method_not_allowed", "This address takes events: use POST.", headers=[(b"allow", b"POST")]
            )
        headers = scope["headers"]
        message = None
        if _has_secret(headers) or not (self._keys and is_signed(headers)):
            self._secrets.require(scope)
        else:
            message = read_message(headers) or self._refuse(scope)
        require_json(headers)
        if message is None:
            body = await read_body(headers, receive, limit, remedy)
            return Admitted(body, Origin(datetime.now(UTC), self._default_user_id))
        body = await self._unverified.read(scope, receive, limit, remedy)
        received_at = datetime.now(UTC)
        self._require_signer(scope, message, body)
        return Admitted(body, Origin(received_at, self._default_user_id, "signature", message.message_id))

    def _require_signer(self, scope: Scope, message: Message, body: bytes) -> None:
        signer = self._keys.signer(message, body)
        if signer is None:
            self._refuse(scope)
        self._admission.admit(self._first_key + signer)

    def _refuse(self, scope: Scope) -> NoReturn:
        self._admission.refuse(
            scope,
            "This is not signed as Standard Webhooks says: webhook-id, webhook-timestamp (now, within 5 minutes) and "
            "webhook-signature, each once, the last made with a key of WEBHOOK_SIGNING_SECRET over the body as sent.",
            "Standard-Webhooks",
        )


def _has_secret(headers: RequestHeaders) -> bool:
    return any(name == b"x-rift-secret" for name, _ in headers)
