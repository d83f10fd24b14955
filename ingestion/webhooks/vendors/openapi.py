"""The vendors' doors in the OpenAPI document, by hand: FastAPI does not know these routes."""

from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from ingestion.webhooks.schemas import ErrorAnswer
from ingestion.webhooks.vendors.door import MAXIMUM_BODY_BYTES
from ingestion.webhooks.vendors.signatures import SCHEMES

VENDOR_PATH: Final = "/api/v1/webhook/{source}"
_REFERENCE: Final = "#/components/schemas/{model}"
_RETRY_AFTER: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_REFUSALS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "401": ("The signature is missing, unreadable, wrong, or its time is not now.", {}),
    "404": ("This source has no secret here (WEBHOOK_SECRET_<SOURCE>).", {}),
    "405": ("Only POST.", {"Allow": {"schema": {"type": "string"}}}),
    "408": ("The body did not come within 10 seconds.", {}),
    "413": (f"The body is larger than {MAXIMUM_BODY_BYTES} bytes.", {}),
    "429": ("Too many requests without a valid signature from this address, or large ones at once.", _RETRY_AFTER),
    "503": ("The database is away, and the spool takes no more.", _RETRY_AFTER),
}


class DeliveryAnswer(BaseModel):
    """What became of the items of a delivery; each is durable."""

    status: Literal["accepted", "ping"] = Field(description="ping: Nooks asked whether we are there.")
    landed: int = Field(description="New in the raw log.", ge=0)
    duplicates: int = Field(description="There before: a retry, or the same news again.", ge=0)
    rejected: int = Field(description="Could not be read; kept among the rejected events.", ge=0)
    spooled: int = Field(description="The database is away: on disk, landed once it is back.", ge=0)


def describe_vendor_doors(document: dict[str, Any]) -> dict[str, Any]:
    """Add the doors to FastAPI's document, which is returned."""
    schemas = document["components"]["schemas"]
    for model in (DeliveryAnswer, ErrorAnswer):
        schemas[model.__name__] = model.model_json_schema(ref_template=_REFERENCE)
    document["paths"][VENDOR_PATH] = {"post": _operation()}
    return document


def _operation() -> dict[str, Any]:
    headers = "; ".join(f"{source}: {scheme.header}" for source, scheme in SCHEMES.items())
    source = {"name": "source", "in": "path", "required": True, "schema": {"type": "string", "enum": list(SCHEMES)}}
    return {
        "tags": ["webhook"],
        "summary": "Take a vendor's delivery",
        "description": f"The vendor's own payload and signature over the raw bytes ({headers}). Once authenticated it "
        "is stored, and answered 200 whatever it holds.",
        "operationId": "take_delivery",
        "parameters": [source],
        # Any bytes: whatever is signed is taken.
        "requestBody": {"required": True, "content": {"application/json": {"schema": {}}}},
        "responses": {
            "200": _response("Durable.", DeliveryAnswer),
            **{
                status: _response(words, ErrorAnswer) | {"headers": more} for status, (words, more) in _REFUSALS.items()
            },
        },
    }


def _response(words: str, model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    return {"description": words, "content": {"application/json": {"schema": schema}}}
