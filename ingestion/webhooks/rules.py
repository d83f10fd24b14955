"""The rules API: what events are worth, its history, changing it, and trying a change out.

Reading needs no secret, like all reads; changing and trying out need an admin secret, checked before the body is read.
"""

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request

from ingestion.rules.change import Change, read_change
from ingestion.rules.changing import Changed, change_rule
from ingestion.rules.preview import preview, read_request
from ingestion.rules.reading import snapshot
from ingestion.webhooks.answers import RefusalError
from ingestion.webhooks.authentication import SecretHeader
from ingestion.webhooks.bodies import leaves_much_unread, read_body, require_json
from ingestion.webhooks.parser import UnusableError, parse
from ingestion.webhooks.reads import UNAVAILABLE, MartsInUse
from ingestion.webhooks.rule_schemas import (
    EventType,
    LandedVersion,
    PreviewAnswer,
    RuleChangeAnswer,
    RulesAnswer,
    RuleVersion,
)
from ingestion.webhooks.rules_openapi import CHANGE, PREVIEW, REFUSALS, UNKNOWN_TYPE
from ingestion.webhooks.threads import Threads

ADMIN_HEADER: Final = "X-RIFT-ADMIN-SECRET"
MAXIMUM_BODY_BYTES: Final = 16 * 1024
# The reading role's statements end after 5 s; a landing before that waits at most 1.5 s for its lock.
CHANGE_SECONDS: Final = 9
PREVIEW_SECONDS: Final = 6
# Threads, each with connections of its own, for these rare calls.
CHANGES: Final = 4
PREVIEWS: Final = 2

COLUMNS: Final = ", ".join(RuleVersion.model_fields)
IN_FORCE: Final = f"""
select {COLUMNS} from marts.dim_gamification_rules
where not is_superseded and (effective_to is null or effective_to > now())
order by event_type, effective_from nulls first
"""
HISTORY: Final = f"""
select {COLUMNS} from marts.dim_gamification_rules
where event_type = :event_type
order by effective_from nulls first, rule_version_id
"""

router = APIRouter(prefix="/api/v1/rules", tags=["rules"])


class RuleBook:
    """Changes rules and tries changes out, in threads of its own; nothing connects before it is asked."""

    def __init__(self, ingest_dsn: str, hud_dsn: str, admins: SecretHeader | None) -> None:
        self._ingest_dsn = ingest_dsn
        self._hud_dsn = hud_dsn
        self._admins = admins
        self._changes = Threads("rift rules", CHANGES, CHANGE_SECONDS)
        self._previews = Threads("rift rules", PREVIEWS, PREVIEW_SECONDS)

    async def document(self, request: Request) -> Any:  # noqa: ANN401  # any JSON value
        """The parsed body of a request by an administrator; raises `RefusalError` for everything else."""
        headers = request.scope["headers"]
        try:
            self._require_admin(request)
            require_json(headers)
            body = await read_body(headers, request.receive, MAXIMUM_BODY_BYTES, "Rules take less.")
        except RefusalError as refusal:
            if leaves_much_unread(headers, MAXIMUM_BODY_BYTES):
                refusal.headers = [*refusal.headers, (b"connection", b"close")]
            raise
        except ConnectionResetError:
            raise RefusalError(400, "no_body", "The request ended before its body.") from None
        return parse(body)

    def _require_admin(self, request: Request) -> None:
        if self._admins is None:
            raise RefusalError(
                403,
                "rules_are_read_only",
                "This receiver has no RIFT_ADMIN_SECRET, so nobody may do this through it. Set one and restart it, "
                "or use rift rules.",
            )
        self._admins.require(request.scope)

    async def change(self, change: Change) -> Changed:
        """What was landed, and the rows and events that it moved."""
        return await self._changes.run(lambda: change_rule(self._ingest_dsn, self._hud_dsn, change))

    async def preview(self, candidates: list[Change], weeks: int) -> list[dict[str, Any]]:
        """One row per SDR; see `ingestion.rules.preview`."""

        def compute() -> list[dict[str, Any]]:
            with snapshot(self._hud_dsn) as cursor:
                return preview(cursor, candidates, weeks)

        return await self._previews.run(compute)


def _rule_book(request: Request) -> RuleBook:
    rule_book: RuleBook = request.app.state.rule_book
    return rule_book


RuleBookInUse = Annotated[RuleBook, Depends(_rule_book)]


@router.get("", responses=UNAVAILABLE)
async def rules_in_force(marts: MartsInUse) -> RulesAnswer:
    """What events are worth: the version in force of each type, and those that begin later."""
    return RulesAnswer.model_validate({"rules": [dict(row) for row in await marts.rows(IN_FORCE, {})]})


@router.get("/{event_type}", responses=UNAVAILABLE | UNKNOWN_TYPE)
async def rule_history(marts: MartsInUse, event_type: str) -> RulesAnswer:
    """Every version of a type that was ever landed, in the order in which they hold."""
    rows = await marts.rows(HISTORY, {"event_type": event_type}) if event_type.isprintable() else []
    if not rows:
        raise RefusalError(404, "unknown_event_type", "No rule knows this event_type. GET /api/v1/rules lists them.")
    return RulesAnswer.model_validate({"rules": [dict(row) for row in rows]})


@router.put("/{event_type}", responses=REFUSALS, openapi_extra=CHANGE)
async def put_rule(rule_book: RuleBookInUse, request: Request, event_type: EventType) -> RuleChangeAnswer:
    """Land a new version of a rule.

    From the answer on, the marts score by it what occurred in its range, also what was there before: see rows_moved.
    """
    try:
        change = read_change(event_type, await rule_book.document(request))
        changed = await rule_book.change(change)
    except UnusableError as error:
        raise RefusalError(422, error.reason, error.detail, field=error.field) from None
    return RuleChangeAnswer(
        status="success",
        event_type=event_type,
        landed=[LandedVersion.model_validate(asdict(version)) for version in changed.versions],
        rows_moved=changed.rows_moved,
        events_moved=changed.events_moved,
        message="Rule landed" if changed.versions else "In force already over that whole range: nothing was landed",
    )


@router.post("/preview", responses=REFUSALS, openapi_extra=PREVIEW)
async def preview_rules(rule_book: RuleBookInUse, request: Request) -> PreviewAnswer:
    """Level, gold and rank of each SDR before and after candidate rules; nothing is written."""
    try:
        candidates, weeks = read_request(await rule_book.document(request))
        sdrs = await rule_book.preview(candidates, weeks)
    except UnusableError as error:
        raise RefusalError(422, error.reason, error.detail, field=error.field) from None
    return PreviewAnswer.model_validate({"weeks": weeks, "sdrs": sdrs})
