"""The doors of those vendors that have a secret, by path; a vendor without one has no door."""

from ingestion.settings import ReceiverSettings
from ingestion.webhooks.answers import ASGIApp
from ingestion.webhooks.limits import RateLimit
from ingestion.webhooks.unverified import UnverifiedReads
from ingestion.webhooks.vendors.door import VendorDoor
from ingestion.webhooks.vendors.openapi import VENDOR_PATH
from ingestion.webhooks.vendors.spool import Spool
from ingestion.webhooks.writer import Writer


def make_doors(
    settings: ReceiverSettings, writer: Writer, spool: Spool, failure_limit: RateLimit, unverified: UnverifiedReads
) -> dict[str, ASGIApp]:
    """Path and door of each vendor that may send."""
    return {
        VENDOR_PATH.format(source=source): VendorDoor(
            source,
            secrets,
            writer,
            spool,
            failure_limit=failure_limit,
            unverified=unverified,
            public_url=settings.public_url,
        )
        for source, secrets in settings.vendor_secrets().items()
    }
