"""The canonical door's entry in the OpenAPI document, by hand: FastAPI does not know that route."""

from typing import Any, Final

from pydantic import BaseModel

from ingestion.webhooks.schemas import ErrorAnswer, EventAnswer, EventRequest

DOOR_PATH: Final = "/api/v1/webhook/ingest"
_REFERENCE: Final = "#/components/schemas/{model}"
_RETRY_AFTER: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_EVENT_ID: Final = "01990f3c-6b1e-7c5a-9d2e-4f6a8b0c1d2e"

_REFUSALS: Final[dict[str, tuple[str, str, dict[str, Any]]]] = {
    "401": ("No secret, a wrong one or several; the body was not read.", "unauthorized", {}),
    "405": ("Only POST.", "method_not_allowed", {"Allow": {"schema": {"type": "string"}}}),
    "413": ("The body is larger than {limit} bytes.", "body_too_large", {}),
    "415": ("The content type is missing or not JSON in UTF-8.", "unsupported_media_type", {}),
    "422": ("Not an event that can be scored; kept among the rejected events.", "unknown_event_type", {}),
    "429": (
        "Too many requests with this secret, or too many wrong secrets from this address.",
        "rate_limited",
        _RETRY_AFTER,
    ),
    "503": ("The database is away; nothing was acknowledged.", "database_unavailable", _RETRY_AFTER),
}


def describe_door(document: dict[str, Any], max_body_bytes: int) -> dict[str, Any]:
    """Add the door to FastAPI's document, which is returned."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for model in (EventRequest, EventAnswer, ErrorAnswer):
        schemas[model.__name__] = model.model_json_schema(ref_template=_REFERENCE)
    components["securitySchemes"] = {
        "webhookSecret": {"type": "apiKey", "in": "header", "name": "X-RIFT-SECRET"},
        "adminSecret": {"type": "apiKey", "in": "header", "name": "X-RIFT-ADMIN-SECRET"},
    }
    document["paths"][DOOR_PATH] = {"post": _operation(max_body_bytes)}
    return document


def _operation(max_body_bytes: int) -> dict[str, Any]:
    success = {"status": "success", "event_id": _EVENT_ID, "gold_earned": 100, "xp_earned": 200, "duplicate": False}
    copy = success | {"gold_earned": 0, "xp_earned": 0, "duplicate": True, "message": "Duplicate event: counted once"}
    success["message"] = "Event processed successfully"
    refusals = {
        status: _response(
            words.format(limit=max_body_bytes),
            ErrorAnswer,
            {"status": "error", "error": code, "message": words},
            headers,
        )
        for status, (words, code, headers) in _REFUSALS.items()
    }
    return {
        "tags": ["webhook"],
        "summary": "Land an event",
        "description": "The answer is sent when the event is durable: from then on it is in the live marts, once.",
        "operationId": "ingest_event",
        "security": [{"webhookSecret": []}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _reference(EventRequest)}},
        },
        "responses": {
            "201": _response("Landed.", EventAnswer, success),
            "200": _response("A copy of an event that landed before: nothing counted.", EventAnswer, copy),
            **refusals,
        },
    }


def _response(
    words: str, model: type[BaseModel], example: dict[str, Any], headers: dict[str, Any] | None = None
) -> dict[str, Any]:
    content = {"application/json": {"schema": _reference(model), "example": example}}
    return {"description": words, "content": content} | ({"headers": headers} if headers else {})


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}
