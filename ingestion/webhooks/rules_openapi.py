"""What the OpenAPI document says of the rules API beyond FastAPI's own: bodies that the routes read themselves."""

from typing import Any, Final

from ingestion.webhooks.rule_schemas import PreviewRequest, RuleChangeRequest
from ingestion.webhooks.schemas import ErrorAnswer

_RETRY_AFTER: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
Responses = dict[int | str, dict[str, Any]]

UNKNOWN_TYPE: Final[Responses] = {404: {"model": ErrorAnswer, "description": "No rule knows this type."}}
REFUSALS: Final[Responses] = {
    401: {"model": ErrorAnswer, "description": "No admin secret, a wrong one or several; the body was not read."},
    403: {"model": ErrorAnswer, "description": "The receiver has no RIFT_ADMIN_SECRET."},
    413: {"model": ErrorAnswer, "description": "The body is too large."},
    415: {"model": ErrorAnswer, "description": "The content type is missing or not JSON in UTF-8."},
    422: {"model": ErrorAnswer, "description": "Not a rule that can hold; nothing was landed."},
    429: {
        "model": ErrorAnswer,
        "description": "Too many requests, or too many wrong secrets.",
        "headers": _RETRY_AFTER,
    },
    503: {"model": ErrorAnswer, "description": "The database is away, or took too long.", "headers": _RETRY_AFTER},
}


def _operation(schema: dict[str, Any], examples: dict[str, dict[str, Any]]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema, "examples": examples}}
    return {"security": [{"adminSecret": []}], "requestBody": {"required": True, "content": content}}


def _schema(model: type[RuleChangeRequest | PreviewRequest]) -> dict[str, Any]:
    """The model's schema with what it refers to in line, since FastAPI keeps no component of it."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    for member in schema.get("properties", {}).values():
        reference = member.get("items", {}).get("$ref", "")
        if reference:
            member["items"] = parts[reference.rpartition("/")[2]]
    return schema


CHANGE: Final = _operation(
    _schema(RuleChangeRequest),
    {
        "from now on": {"value": {"gold_value": 120, "xp_value": 250, "rank_points": 1}},
        "backdated, gold alone": {"value": {"gold_value": 120, "effective_from": "2026-11-16T00:00:00+01:00"}},
        "for one week": {
            "value": {
                "xp_value": 400,
                "effective_from": "2026-11-16T00:00:00+01:00",
                "effective_to": "2026-11-23T00:00:00+01:00",
            }
        },
        "a new type": {"value": {"gold_value": 10, "xp_value": 20, "rank_points": 0, "new_type": True}},
    },
)
PREVIEW: Final = _operation(
    _schema(PreviewRequest),
    {
        "two rules, the last eight weeks": {
            "value": {
                "weeks": 8,
                "rules": [
                    {"event_type": "meeting_booked", "gold_value": 200},
                    {"event_type": "call_connect", "xp_value": 80},
                ],
            }
        }
    },
)
