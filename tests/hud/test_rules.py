"""Rules: previewed as the API says, saved once and after a question, and the secret nowhere but in its request."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, expect
from pydantic import SecretStr

from hud import rules_form
from hud.access import Viewer
from hud.context import Hud
from hud.rules_api import RefusedError, RulesApi, WrongSecretError
from hud.rules_desk import Desk
from hud.rules_preview import PAGE_LENGTH, Preview
from hud.settings import Settings
from hud.views import rules
from orchestration.stack.postgres import Cluster
from tests import landing
from tests.conftest import Database, Warehouse, clone
from tests.hud.conftest import panel, polls, running_hud, wait_until
from tests.hud.proxy import Proxy
from tests.ingestion.conftest import Receiver, running_receiver

ADMIN = "admin-secret-of-the-rules-page-0123456789"
VERSIONS = "select count(*) from raw.gamification_rules"
HOSTILE = "<img src=x onerror=alert(1)> **bold**"
LADDER = ["Iron", "Bronze", "Silver", "Gold"]
SHADOWS = """() => [...document.querySelectorAll('*')].map((one) => one.shadowRoot?.innerHTML ?? '').join('')
  + document.documentElement.outerHTML + location.href + JSON.stringify({...localStorage, ...sessionStorage})"""


@pytest.fixture(scope="module")
def rules_database(cluster: Cluster, template: Warehouse) -> Database:  # noqa: ARG001  # cloned by its name
    database = clone(cluster, "hud_rules")
    for user, name in (("ann", HOSTILE), ("bob", "Bob"), ("cy", "Cy")):
        landing.employ(database, user, name=name)
    landing.land(database, *(landing.event("ann", "meeting_booked") for _ in range(3)))
    landing.land(database, landing.event("bob", "meeting_booked"), landing.event("cy", "call_dial"))
    return database


@pytest.fixture(scope="module")
def receiver(rules_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    folder = tmp_path_factory.mktemp("receiver")
    dsns = (rules_database.dsn("ingest"), rules_database.dsn("hud"))
    with running_receiver(*dsns, folder, RIFT_ADMIN_SECRET=f"{ADMIN},another-{ADMIN}") as running:
        yield running


@pytest.fixture(scope="module")
def wire(receiver: Receiver) -> Iterator[Proxy]:
    """Between the HUD and the receiver; a test may cut it."""
    with Proxy(receiver.port) as running:
        yield running


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rules") / "hud.log"


@pytest.fixture(scope="module")
def address(rules_database: Database, wire: Proxy, log: Path) -> Iterator[str]:
    # That the process knows a secret gives nobody a right who has not signed in.
    known = {"RIFT_API_URL": f"http://127.0.0.1:{wire.port}/", "RIFT_ADMIN_SECRET": f"processes-own-{ADMIN}"}
    with running_hud(rules_database.dsn("hud"), log, None, HUD_REFRESH_INTERVAL="0.3", **known) as running:
        yield running


@pytest.fixture
def book(page: Page, address: str, rules_database: Database) -> Page:
    """The rule book that every installation begins with, open at meetings booked."""
    rules_database.execute("delete from raw.gamification_rules where changed_by <> 'seed'")
    panel(page, f"{address}/rules")
    page.locator("[data-type=meeting_booked]").click()
    expect(page.get_by_role("heading", name="Meeting booked")).to_be_visible()
    return page


def fill(page: Page, values: dict[str, str]) -> None:
    for label, value in values.items():
        page.get_by_label(label).fill(value)


def test_a_preview_is_the_apis_and_a_save_lands_once(
    book: Page, address: str, receiver: Receiver, rules_database: Database, log: Path
) -> None:
    frames: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(frame))  # noqa: PLW0108  # it looks into it

    book.on("websocket", listen)
    book.reload()
    book.locator("[data-type=meeting_booked]").click()
    before = rules_database.execute(VERSIONS)
    signed = {"Admin secret": ADMIN, "Changed by": "Ada <b>Admin</b>"}
    fill(book, {"Gold": "120", "XP": "1200", "Rank points": "2"} | signed)
    book.get_by_label("always").check()
    book.get_by_role("button", name="Preview").click()

    rows = book.locator(".outcome tbody tr")
    expect(rows).to_have_count(3)
    candidate = {"event_type": "meeting_booked", "gold_value": 120, "xp_value": 1200, "rank_points": 2}
    candidate |= {"effective_from": "2000-01-01T00:00:00Z"}
    said = RulesApi(receiver.url).preview(SecretStr(ADMIN), candidate, 8)
    for row, sdr in zip([rows.nth(place) for place in range(3)], said, strict=True):
        text = row.inner_text()
        for value in (sdr["gold_before"], sdr["gold_after"], sdr["xp_after"], sdr["level_after"]):
            assert f"{value:,}" in text
        assert sdr["rank_after"] in text
    expect(rows.first.locator("th strong")).to_have_text(HOSTILE)
    expect(book.locator(".outcome th img")).to_have_count(0)
    expect(book.locator(".tiles dd").first).to_have_text("2 SDRs")
    book.get_by_label("Search SDRs").fill("cy")
    expect(rows).to_have_count(1)
    assert rules_database.execute(VERSIONS) == before, "a preview writes nothing"

    # Escape leaves the question, and everything as it was entered; then it is answered twice at once.
    book.get_by_role("button", name="Save\u2026").click()
    expect(book.get_by_role("dialog")).to_contain_text("100 \u2192 120")
    expect(book.get_by_role("dialog")).to_contain_text("Save this change?")
    expect(book.get_by_role("dialog")).to_contain_text("It holds always, without an end")
    book.keyboard.press("Escape")
    expect(book.get_by_role("dialog")).to_have_count(0)
    book.get_by_role("button", name="Save\u2026").click()
    book.get_by_role("button", name="Save it").dblclick()
    expect(book.locator(".said")).to_contain_text("Landed: 120 gold, 1,200 XP, 2 rank points, always")
    expect(book.locator(".said")).to_contain_text("2 rows (SDR and day) moved, with 4 events in them.")
    expect(book.locator(".versions li.current")).to_contain_text("Ada <b>Admin</b>")
    expect(book.locator(".held")).to_contain_text("Worth 120 gold")
    assert rules_database.execute(VERSIONS) == [(before[0][0] + 1,)]

    # The figures are others at once.
    hud = book.context.new_page()
    panel(hud, f"{address}/?user=ann")
    expect(hud.locator("[data-field=gold]")).to_have_text("360 gold")

    # The secret went into the requests, and is nowhere else.
    assert ADMIN not in book.evaluate(SHADOWS)
    assert ADMIN not in log.read_text() + receiver.log.read_text()
    assert frames
    assert not [one for one in frames if ADMIN in (one if isinstance(one, str) else one.decode(errors="replace"))]
    book.get_by_role("link", name="Health").click()
    expect(book.locator(".rift.health")).to_be_visible()
    book.get_by_role("link", name="Rules").click()
    expect(book.get_by_label("Admin secret")).to_have_value("")


def test_what_is_wrong_is_said_beside_its_field_and_nothing_entered_is_lost(
    book: Page, wire: Proxy, rules_database: Database
) -> None:
    before = rules_database.execute(VERSIONS)
    gold, preview = book.get_by_label("Gold"), book.get_by_role("button", name="Preview")
    preview.click()
    expect(book.locator(".secret .problem")).to_have_text("Enter the admin secret.")
    book.get_by_label("Admin secret").fill("wrong")
    gold.fill("12.5")
    preview.click()
    expect(book.locator(".gold_value .problem")).to_have_text("Gold is a whole number: 0, or more.")
    expect(gold).to_have_attribute("aria-invalid", "true")
    gold.fill("77")
    preview.click()
    expect(book.locator(".secret .problem")).to_contain_text("That is not the admin secret.")
    book.get_by_label("Admin secret").fill(ADMIN)
    # What only the receiver knows: an end where no beginning can be.
    book.get_by_label("only for a time").check()
    book.get_by_label("Up to").fill("2001-01-01T00:00")
    book.get_by_role("button", name="Save\u2026").click()
    book.get_by_role("button", name="Save it").click()
    expect(book.locator(".effective_to .problem")).to_contain_text("The end is not after the beginning")
    book.get_by_label("only for a time").uncheck()
    wire.cut()
    try:
        preview.click()
        expect(book.get_by_role("alert")).to_contain_text("The receiver does not answer at")
        book.get_by_role("button", name="Save\u2026").click()
        book.get_by_role("button", name="Save it").click()
        expect(book.get_by_role("alert")).to_contain_text("whether it was saved is not known")
    finally:
        wire.mend()
    expect(gold).to_have_value("77")
    assert rules_database.execute(VERSIONS) == before
    preview.click()
    expect(book.locator(".outcome")).to_be_visible()
    expect(book.locator(".about")).to_contain_text("As if it had held in the last 8 weeks")


def test_a_lost_connection_takes_nothing_that_was_entered(page: Page, address: str) -> None:
    with Proxy(urlsplit(address).port or 0) as way:
        panel(page, f"http://127.0.0.1:{way.port}/rules")
        page.locator("[data-type=call_dial]").click()
        fill(page, {"Gold": "77", "Admin secret": ADMIN})
        with page.expect_websocket():
            way.cut()
            way.mend()
        polls(page, 2)
        expect(page.get_by_role("heading", name="Call dialled")).to_be_visible()
        expect(page.get_by_label("Gold")).to_have_value("77")
        expect(page.get_by_label("Admin secret")).to_have_value(ADMIN)


def test_a_new_type_and_a_later_rule_by_keyboard(book: Page, rules_database: Database) -> None:
    book.set_viewport_size({"width": 390, "height": 844})
    book.get_by_role("button", name="A new type").press("Enter")
    expect(book.get_by_role("button", name="Preview")).to_be_disabled()
    fill(book, {"Name of the new type": "demo_held", "Gold": "7", "XP": "8", "Rank points": "0", "Admin secret": ADMIN})
    book.get_by_label("Admin secret").press("Enter")
    expect(book.get_by_role("dialog")).to_contain_text("A new type: demo_held")
    book.keyboard.press("Tab")
    book.keyboard.press("Enter")
    expect(book.locator(".said")).to_contain_text("Landed: 7 gold, 8 XP, 0 rank points, from")
    expect(book.get_by_role("heading", name="demo_held")).to_be_visible()
    assert rules_database.execute(
        "select gold_value, changed_by from marts.dim_gamification_rules where event_type = 'demo_held'"
    ) == [(7, "hud")]
    later = datetime.now(UTC) + timedelta(days=3)
    book.get_by_label("from a date").check()
    book.get_by_label("Beginning").fill(later.strftime("%Y-%m-%dT09:00"))
    book.get_by_label("Gold").fill("9")
    book.get_by_role("button", name="Save\u2026").click()
    expect(book.get_by_role("dialog")).to_contain_text("Nothing that was earned so far changes")
    book.get_by_role("button", name="Save it").click()
    expect(book.locator(".leaves")).to_contain_text("9 gold, 8 XP, 0 rank points")
    expect(book.locator(".versions li.coming")).to_have_count(1)
    assert book.evaluate("document.documentElement.scrollWidth") == 390


# Who may


def hud_of(viewer: Viewer, secret: str) -> Hud:
    settings = Settings(
        rift_hud_dsn=SecretStr("x"),
        rift_admin_secret=SecretStr(secret),
        hud_public_url="https://hud.example.com",
        hud_oidc_metadata_url="https://id.example.com/.well-known/openid-configuration",
        hud_oidc_client_id="hud",
        hud_oidc_client_secret=SecretStr("x"),
        hud_cookie_secret=SecretStr("c" * 64),
    )
    return Hud(settings, lambda: viewer, "rules", (), lambda _: None)


def test_the_process_secret_is_an_administrators_alone() -> None:
    admin = hud_of(Viewer("admin", name="Ada\nLindqvist"), f"{ADMIN},another")
    secret = rules._own_secret(admin)  # noqa: SLF001  # what decides it
    assert secret is not None
    assert secret.get_secret_value() == ADMIN
    assert rules._signed_by(admin, {"changed_by": "somebody else"}) == "AdaLindqvist"  # noqa: SLF001
    for viewer in (Viewer("open"), Viewer("manager"), Viewer("sdr", "ann")):
        assert rules._own_secret(hud_of(viewer, ADMIN)) is None  # noqa: SLF001


@pytest.mark.parametrize("role", ["sdr", "manager"])
def test_who_is_no_administrator_saves_nothing_even_from_a_page_that_is_still_open(role: Any) -> None:
    desk = Desk()
    rules._begin(hud_of(Viewer(role), ADMIN), desk, "save", {"ticket": "t", "secret": ADMIN})  # noqa: SLF001
    assert desk.tell() is None


# The parts behind the page


def test_a_ticket_counts_once_and_one_call_at_a_time() -> None:
    calls: list[str] = []
    goes_on = threading.Event()

    def call(name: str) -> dict[str, Any]:
        calls.append(name)
        goes_on.wait(10)
        return {"landed": []}

    desk = Desk()
    desk.take("one", "save", lambda: call("first"))
    desk.take("one", "save", lambda: call("replayed"))
    desk.take("two", "save", lambda: call("at the same time"))
    for ticket in (None, "", "x" * 65, 5):
        desk.take(ticket, "save", lambda: call("no ticket"))
    assert (desk.tell() or {})["state"] == "running"
    goes_on.set()
    wait_until(lambda: (desk.tell() or {})["state"] == "done", 30)
    desk.take("one", "save", lambda: call("replayed later"))
    assert calls == ["first"]
    desk.take("three", "save", lambda: call(ADMIN) and 1 / 0)
    wait_until(lambda: (desk.tell() or {})["state"] == "failed", 30)
    assert (desk.tell() or {})["error"] == "That failed inside the HUD: see its log."


def test_ten_thousand_sdrs_are_pages_of_twenty() -> None:
    week = {"week_start_date": "2026-03-02", "rank_points_before": 0, "rank_points_after": 1}
    sdrs = [
        {
            "user_id": f"sdr-{n}", "display_name": f"Name {n}", "team_name": None,
            "gold_before": 0, "gold_after": n, "xp_before": 5, "xp_after": 5, "level_before": 1, "level_after": 1,
            "rank_before": "Iron", "rank_after": "Bronze" if n == 77 else "Iron", "weeks_changed": n == 77,
            "weeks": [week | {"rank_before": "Iron", "rank_after": "Bronze" if n == 77 else "Iron"}],
        }
        for n in range(10_000)
    ]  # fmt: skip
    preview = Preview(sdrs, LADDER, {})
    first = preview.page("", 0)
    assert [len(first["rows"]), first["last"], first["count"]] == [PAGE_LENGTH, 499, 10_000]
    assert [row["user_id"] for row in first["rows"][:3]] == ["sdr-77", "sdr-9999", "sdr-9998"]
    assert preview.page("", 10**9)["number"] == 499
    assert preview.page("NAME 123", -5)["count"] == 11
    assert preview.summary | {"gold": 0} == {
        "gaining": 9_999, "losing": 0, "levels_up": 0, "levels_down": 0, "ranks_up": 1, "ranks_down": 0,
        "gold": 0, "xp": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "event_type"),
        ({"event_type": ["call_dial"]}, "event_type"),
        ({"event_type": "../../x"}, "event_type"),
        ({"event_type": "call_dial", "gold_value": 5}, "gold_value"),
        ({"event_type": "call_dial", "gold_value": "-1"}, "gold_value"),
        ({"event_type": "call_dial", "gold_value": "\u0665"}, "gold_value"),
        ({"event_type": "call_dial", "gold_value": "1", "xp_value": "1000001"}, "xp_value"),
        ({"event_type": "call_dial", "gold_value": "1", "xp_value": "1", "rank_points": "x" * 10**6}, "rank_points"),
    ],
)
def test_whatever_a_browser_sends_is_read_as_it_is(sent: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        rules_form.read(sent)
    assert refused.value.field == field


class Stranger(BaseHTTPRequestHandler):
    """What is no receiver: answers by the path, and keeps what it was sent."""

    seen: list[tuple[str, str | None]] = []  # noqa: RUF012  # one for the test

    def do_PUT(self) -> None:
        self.seen.append((self.path, self.headers.get("X-RIFT-ADMIN-SECRET")))
        kind = self.path.rsplit("/", 1)[1]
        self.send_response({"moved": 302, "busy": 503, "odd": 418}.get(kind, 200))
        self.send_header("Location", "/elsewhere")
        self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_: object) -> None:
        pass


def test_answers_of_what_is_no_receiver_are_told_in_words(receiver: Receiver) -> None:
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        api = RulesApi(f"http://127.0.0.1:{server.server_port}")
        words = {
            "moved": "answered 302",
            "busy": "Try again in 7 s",
            "odd": "answered 418",
            "page": "no receiver of Rift",
        }
        for kind, said in words.items():
            with pytest.raises(RefusedError, match=said):
                api.change(SecretStr(ADMIN), kind, {})
        server.shutdown()
    assert [path.rsplit("/", 1)[1] for path, _ in Stranger.seen] == list(words), "no redirect is followed"
    for secret in ("", "two\nlines", "\u00fc"):
        with pytest.raises(RefusedError, match="printable signs"):
            api.change(SecretStr(secret), "call_dial", {})
    with pytest.raises(RefusedError, match="Nothing was done"):
        api.change(SecretStr(ADMIN), "call_dial", {})
    own = RulesApi(receiver.url)
    with pytest.raises(RefusedError, match=r"Gold|gold") as refused:
        own.change(SecretStr(ADMIN), "call_dial", {"gold_value": -1})
    assert refused.value.field == "gold_value"
    # Guessing ends, and keeps out nobody who knows the secret; it is the last thing that this receiver is asked.
    guesses = []
    for _ in range(70):
        with pytest.raises(RefusedError) as guess:
            own.change(SecretStr("wrong"), "call_dial", {})
        guesses.append(guess.value.message)
    assert "That is not the admin secret" in guesses[0]
    assert "Too many tries. Nothing was done; try again in" in guesses[-1]
    with pytest.raises(RefusedError) as refused:
        own.change(SecretStr(ADMIN), "call_dial", {"gold_value": -1})
    assert refused.value.field == "gold_value"


def test_five_wrong_secrets_in_a_minute_are_enough_for_a_session() -> None:
    now = 0.0
    calls: list[int] = []

    def guess(number: int) -> None:
        calls.append(number)
        raise WrongSecretError("wrong", "secret")

    desk = Desk(clock=lambda: now)
    others = Desk(clock=lambda: now)

    def ask(desk: Desk, number: int, call: Callable[[int], Any]) -> dict[str, Any]:
        desk.take(str(number), "save", lambda: call(number))
        wait_until(lambda: (desk.tell() or {}).get("state") != "running", 30)
        return desk.tell() or {}

    for number in range(5):
        now += 1.0
        assert ask(desk, number, guess)["error"] == "wrong"
    now = 31.0
    told = ask(desk, 5, guess)
    assert told["error"] == "5 wrong secrets within a minute. Nothing was done; try again in 30 s."
    assert told["field"] == "secret"
    assert ask(others, 6, calls.append)["state"] == "done", "another session waits for nobody's mistakes"
    now = 61.0
    assert ask(desk, 7, calls.append)["state"] == "done"
    assert calls == [0, 1, 2, 3, 4, 6, 7]
