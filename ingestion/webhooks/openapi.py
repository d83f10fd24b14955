"""The canonical doors' entries in the OpenAPI document, by hand: FastAPI does not know those routes."""

from typing import Any, Final

from pydantic import BaseModel

from ingestion.webhooks.schemas import (
    BatchAnswer,
    ErrorAnswer,
    EventAnswer,
    EventRequest,
    ItemLanded,
    ItemRefused,
    UnfinishedBatchAnswer,
)

DOOR_PATH: Final = "/api/v1/webhook/ingest"
BATCH_PATH: Final = f"{DOOR_PATH}/batch"
_REFERENCE: Final = "#/components/schemas/{model}"
_RETRY_AFTER: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_EVENT_ID: Final = "01990f3c-6b1e-7c5a-9d2e-4f6a8b0c1d2e"
_MODELS: Final = (
    EventRequest, EventAnswer, ErrorAnswer, BatchAnswer, UnfinishedBatchAnswer, ItemLanded, ItemRefused,
)  # fmt: skip
_SECURITY: Final[list[dict[str, list[str]]]] = [
    {"webhookSecret": []},
    {"webhookId": [], "webhookTimestamp": [], "webhookSignature": []},
]
_SECURITY_SCHEMES: Final = {
    "webhookSecret": "X-RIFT-SECRET",
    "webhookId": "webhook-id",
    "webhookTimestamp": "webhook-timestamp",
    "webhookSignature": "webhook-signature",
    "adminSecret": "X-RIFT-ADMIN-SECRET",
}

# Words, code and headers.
Refusal = tuple[str, str, dict[str, Any]]
_REFUSALS: Final[dict[str, Refusal]] = {
    "401": (
        "No secret, a wrong one or several (the body was not read); or no signature by a key that is known, of now.",
        "unauthorized",
        {},
    ),
    "405": ("Only POST.", "method_not_allowed", {"Allow": {"schema": {"type": "string"}}}),
    "408": ("The body of a signed request did not come within 10 seconds.", "too_slow", {}),
    "413": ("The body is larger than {limit} bytes.", "body_too_large", {}),
    "415": ("The content type is missing or not JSON in UTF-8.", "unsupported_media_type", {}),
    "429": (
        "Too many requests with this secret or key, wrong ones from this address, or large ones at once.",
        "rate_limited",
        _RETRY_AFTER,
    ),
}
_UNAVAILABLE: Final[Refusal] = ("The database is away; nothing was acknowledged.", "database_unavailable", _RETRY_AFTER)
_UNUSABLE_EVENT: Final[Refusal] = (
    "Not an event that can be scored; kept among the rejected events.",
    "unknown_event_type",
    {},
)
_ANYTHING: Final = {"description": "What is no event is answered with a 422 of its own."}
_UNUSABLE_BATCH: Final[Refusal] = (
    "Not an array of 1 to 1,000 elements; nothing landed, and the body is kept among the rejected events.",
    "not_an_array",
    {},
)


def describe_doors(document: dict[str, Any], max_body_bytes: int, max_batch_bytes: int) -> dict[str, Any]:
    """Add the doors to FastAPI's document, which is returned."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for model in _MODELS:
        schemas[model.__name__] = model.model_json_schema(ref_template=_REFERENCE)
        schemas[model.__name__].pop("$defs", None)
    components["securitySchemes"] = {
        name: {"type": "apiKey", "in": "header", "name": header} for name, header in _SECURITY_SCHEMES.items()
    }
    document["paths"][DOOR_PATH] = {"post": _single(max_body_bytes)}
    document["paths"][BATCH_PATH] = {"post": _batch(max_batch_bytes)}
    return document


def _single(max_body_bytes: int) -> dict[str, Any]:
    success, copy = _landed(), _landed(duplicate=True)
    return _operation(
        "ingest_event",
        "Land an event",
        "The answer is sent when the event is durable: from then on it is in the live marts, once.",
        _reference(EventRequest),
        {
            "201": _response("Landed.", EventAnswer, success),
            "200": _response("A copy of an event that landed before: nothing counted.", EventAnswer, copy),
            **_refusals(_REFUSALS | {"422": _UNUSABLE_EVENT, "503": _UNAVAILABLE}, max_body_bytes),
        },
    )


def _batch(max_batch_bytes: int) -> dict[str, Any]:
    refused = _error("unknown_event_type", "No rule scores this event_type at that time.") | {"field": "event_type"}
    results = [{"status_code": 201, **_landed()}, {"status_code": 422, **refused}]
    done = {"status": "success", "landed": 1, "duplicates": 0, "rejected": 1, "results": results}
    words, code, headers = _UNAVAILABLE
    away = _error(code, words)
    unfinished = away | {"landed": 0, "duplicates": 0, "rejected": 0, "results": [{"status_code": 503, **away}]}
    return _operation(
        "ingest_batch",
        "Land up to 1,000 events",
        "One result for each event, in order, as the door for one would have answered it; sent when all of them are "
        "durable. A batch counts as one request to the limit.",
        {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"anyOf": [_reference(EventRequest), _ANYTHING]}},
        {
            "200": _response("Every event was judged: see the status_code of each.", BatchAnswer, done),
            **_refusals(_REFUSALS | {"422": _UNUSABLE_BATCH}, max_batch_bytes),
            "503": _response(
                "The database was away for some of the events, or all; see the status_code of each.",
                UnfinishedBatchAnswer,
                unfinished,
                headers,
            ),
        },
    )


def _operation(
    name: str, summary: str, description: str, schema: dict[str, Any], responses: dict[str, Any]
) -> dict[str, Any]:
    return {
        "tags": ["webhook"],
        "summary": summary,
        "description": description,
        "operationId": name,
        "security": _SECURITY,
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": responses,
    }


def _refusals(described: dict[str, Refusal], limit: int) -> dict[str, Any]:
    return {
        status: _response(words.format(limit=limit), ErrorAnswer, _error(code, words.format(limit=limit)), headers)
        for status, (words, code, headers) in sorted(described.items())
    }


def _landed(*, duplicate: bool = False) -> dict[str, Any]:
    return {
        "status": "success",
        "event_id": _EVENT_ID,
        "gold_earned": 0 if duplicate else 100,
        "xp_earned": 0 if duplicate else 200,
        "message": "Duplicate event: counted once" if duplicate else "Event processed successfully",
        "duplicate": duplicate,
    }


def _error(code: str, message: str) -> dict[str, Any]:
    return {"status": "error", "error": code, "message": message}


def _response(
    words: str, model: type[BaseModel], example: dict[str, Any], headers: dict[str, Any] | None = None
) -> dict[str, Any]:
    content = {"application/json": {"schema": _reference(model), "example": example}}
    return {"description": words, "content": content} | ({"headers": headers} if headers else {})


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}
