"""Rules: what events are worth, what a change would do to each SDR, and changing it through the receiver's API."""

from typing import Any, Final

import streamlit as st
from pydantic import SecretStr

from hud import rules_form
from hud.access import may_open
from hud.components.live import live_panel
from hud.context import MAX_AGE_IN_INTERVALS, Hud, is_possible_id, ladder, shared
from hud.queries import rules
from hud.rules_api import RefusedError, RulesApi
from hud.rules_desk import Desk
from hud.rules_preview import Preview

# A type that was changed often has a long chronicle.
MOST_CHRONICLES: Final = 200
CHOSEN: Final = "rift_rule"


def page(hud: Hud) -> None:
    st.fragment(_live, run_every=hud.settings.hud_refresh_interval)(hud)


def _live(hud: Hud) -> None:
    interval, engine = hud.settings.hud_refresh_interval, hud.engine
    desk = st.session_state.setdefault("rift_desk", Desk())
    book = shared("rules", lambda _: rules.book(engine), interval * MAX_AGE_IN_INTERVALS).get("")
    chosen = str(st.session_state.get(CHOSEN) or (book.value[0]["event_type"] if book.value else ""))
    versions = shared(
        "rule", lambda kind: rules.chronicle(engine, kind), interval * MAX_AGE_IN_INTERVALS, MOST_CHRONICLES
    )
    work = desk.tell()
    details = {
        "rules": book.value or [],
        "chosen": chosen,
        "chronicle": versions.get(chosen).value or [] if chosen else [],
        "needs_secret": _own_secret(hud) is None,
        "work": work,
        "preview": _shown(desk),
    }
    result = live_panel(
        hud, "rules", book, "choose", "preview", "save", "look", interval_seconds=interval, details=details
    )
    if _act(hud, desk, result):
        st.rerun(scope="fragment")


def _shown(desk: Desk) -> dict[str, Any] | None:
    preview = desk.preview
    return {**preview.about, "summary": preview.summary, **preview.page(desk.words, desk.number)} if preview else None


def _act(hud: Hud, desk: Desk, result: Any) -> bool:  # noqa: ANN401  # Streamlit's own result type is private
    """Do what the reader asked for; whether anything was."""
    if isinstance(result.choose, str) and is_possible_id(result.choose):
        st.session_state[CHOSEN] = result.choose
    if isinstance(result.look, dict):
        number = result.look.get("number")
        desk.look(rules_form.text(result.look, "words", 200), number if isinstance(number, int) else 0)
    for kind in ("preview", "save"):
        if isinstance(result[kind], dict):
            _begin(hud, desk, kind, result[kind])
    return any(result[name] is not None for name in ("choose", "look", "preview", "save"))


def _begin(hud: Hud, desk: Desk, kind: str, document: dict[str, Any]) -> None:
    ticket = document.get("ticket")
    # Asked again at every request: rights end while a page is open. An open HUD's API asks for the admin secret.
    if not may_open(hud.viewer, "rules"):
        return
    try:
        secret = _own_secret(hud) or SecretStr(rules_form.text(document, "secret", rules_form.LONGEST_SECRET))
        proposal = rules_form.read(document)
    except RefusedError as refusal:
        desk.refuse(ticket, kind, refusal)
        return
    api = RulesApi(hud.settings.api_url)
    if kind == "save":
        body = proposal.change(_signed_by(hud, document))
        desk.take(ticket, kind, lambda: api.change(secret, proposal.event_type, body))
        return
    tiers = [tier["rank_tier"] for tier in ladder(hud.engine).value or []]
    about = {
        "event_type": proposal.event_type,
        "weeks_asked": proposal.weeks,
        "is_dated": bool(proposal.effective_from),
    }
    desk.take(ticket, kind, lambda: Preview(api.preview(secret, proposal.candidate(), proposal.weeks), tiers, about))


def _own_secret(hud: Hud) -> SecretStr | None:
    """The process' secret, for somebody who signed in as an administrator; everybody else must know it themselves."""
    secret = hud.settings.rift_admin_secret
    if hud.viewer.role != "admin" or secret is None:
        return None
    first = secret.get_secret_value().split(",")[0].strip()
    return SecretStr(first) if first else None


def _signed_by(hud: Hud, document: dict[str, Any]) -> str:
    """Who changes it, for the record: who signed in, else what they call themselves."""
    known = hud.viewer.name or hud.viewer.user_id or ""
    if hud.viewer.role == "open":
        known = rules_form.text(document, "changed_by", rules_form.LONGEST_NAME)
    printable = "".join(sign for sign in known if sign.isprintable()).strip()
    return printable[: rules_form.LONGEST_NAME] or "hud"
