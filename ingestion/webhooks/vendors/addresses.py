"""Under which addresses a vendor may know us: HubSpot signs the one that it calls."""

import re
from collections.abc import Sequence
from typing import Final

from ingestion.webhooks.answers import Scope

# What HubSpot decodes in an address before it signs.
_DECODED: Final = {b"%%%02X" % letter: bytes([letter]) for letter in b":/?@!$'()*,;"}
_ENCODED: Final = re.compile(b"|".join(_DECODED), re.IGNORECASE)


def spellings(scope: Scope, public_url: str) -> Sequence[bytes]:
    """The addresses of this request as its sender may have signed them.

    Behind a proxy only `public_url` says what the sender called. Without it, the Host header does; the scheme may be
    the proxy's, which is https wherever a vendor calls.
    """
    if public_url:
        bases = [public_url.encode()]
    else:
        hosts = [value for name, value in scope["headers"] if name == b"host"][:1]
        bases = [scheme + b"://" + host for host in hosts for scheme in (b"https", b"http")]
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    addresses = [base + scope["raw_path"] + query for base in bases]
    decoded = [_ENCODED.sub(lambda match: _DECODED[match[0].upper()], address) for address in addresses]
    return list(dict.fromkeys(addresses + decoded))
