"""Who sees what: signing in at a local provider, in a real browser, and what is refused to whom."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, Page, WebSocket, expect
from streamlit.testing.v1 import AppTest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from hud.access import Person, Policy, Refused, Role, Viewer, entries, identify, may_open, may_see
from tests import landing
from tests.conftest import Database, free_port
from tests.hud import contrast, looks
from tests.hud.conftest import running_hud
from tests.hud.oidc_provider import CLIENT_ID, CLIENT_SECRET, Lie, Provider, running_provider
from tests.hud.pages import SIZES
from tests.outside import suites

COOKIE_SECRET = "cookies of the tests are signed with this secret"
ADMIN_SECRET = "admin-secret-of-the-signed-in-0123456789"
SESSION_COOKIE = "_streamlit_user"
HOURS = 12
OTHER = "Zoë Unseen"
LEAVER = "Lou Leaver"


@dataclass
class Place:
    """A HUD that people sign in to, and its provider."""

    url: str
    provider: Provider
    logs: Path
    database: Database

    def come_in(self, page: Page, name: str, path: str = "/") -> None:
        """Sign in as somebody, whoever was there before."""
        page.context.clear_cookies()
        page.goto(self.url + path)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name=name, exact=True).click()
        page.locator(".rift[data-state]:not([data-state=signed_out])").wait_for()


@pytest.fixture(scope="module")
def place(hud_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    landing.employ(hud_database, "own", email="Own@Example.com", name="Ada Own")
    landing.employ(hud_database, "other", email="other@example.com", name=OTHER)
    landing.employ(hud_database, "twin-1", email="twin@example.com")
    landing.employ(hud_database, "twin-2", email="TWIN@example.com")
    landing.employ(hud_database, "leaver", email="leaver@example.com", name=LEAVER)
    landing.employ(hud_database, "gone", email="gone@example.com", ended_on="2020-01-31")
    port = free_port()
    logs = tmp_path_factory.mktemp("access") / "hud.log"
    url = f"http://127.0.0.1:{port}"
    with running_provider() as provider:
        settings = {
            "HUD_OIDC_METADATA_URL": f"{provider.url}/.well-known/openid-configuration",
            "HUD_OIDC_CLIENT_ID": CLIENT_ID,
            "HUD_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "HUD_PUBLIC_URL": url,
            "HUD_COOKIE_SECRET": COOKIE_SECRET,
            "HUD_MANAGERS": "lead@example.com, Sales-Leads",
            "HUD_ADMINS": "Admin@example.com",
            "RIFT_ADMIN_SECRET": ADMIN_SECRET,
            "HUD_REFRESH_INTERVAL": "0.3",
        }
        with running_hud(hud_database.dsn("hud"), logs, port, **settings):
            yield Place(url, provider, logs, hud_database)


@pytest.fixture
def visitor(page: Page) -> Iterator[Page]:
    """A page of which no other test knows who has signed in: cookies are a machine's, whatever the port."""
    yield page
    page.context.clear_cookies()


def heard_by(page: Page) -> list[bytes]:
    """Everything that the server sends to the page from its next load on."""
    frames: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(frame if isinstance(frame, bytes) else frame.encode()))

    page.on("websocket", listen)
    return frames


def rail(page: Page) -> list[str]:
    return page.locator(".rail a").all_inner_texts()


def test_an_sdr_sees_the_own_figures_and_never_those_of_another(place: Place, visitor: Page) -> None:
    place.provider.add("Ada", email="own@example.COM")
    page = visitor
    place.come_in(page, "Ada")
    frames = heard_by(page)
    expect(page.locator("h1.name")).to_have_text("Ada Own")
    assert rail(page) == ["My HUD", "Arena", "History", "Reports", "TV board"]
    assert page.locator(".sign-out").is_visible()
    assert not page.get_by_role("button", name="Change SDR").is_visible()

    for path in ("", "history"):
        page.goto(f"{place.url}/{path}?user=other")
        expect(page.locator("h1.name")).to_have_text("Ada Own")
        expect(page.locator(".notice")).to_have_text("Everybody here sees their own figures. These are yours.")
        assert "user=own" in page.url

    for path, whom in (("health", "managers and admins"), ("rules", "admins")):
        page.goto(f"{place.url}/{path}?user=other")
        expect(page.locator(".message h2")).to_have_text(re.compile(f"is for {whom}$"))
    # What was sent is compressed by nobody: a name that was sent would be found.
    assert any(b"Ada Own" in frame for frame in frames)
    assert not any(OTHER.encode() in frame for frame in frames)

    cookies = page.context.cookies()
    page.locator(".sign-out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    assert place.provider.logouts == 1
    assert SESSION_COOKIE not in {cookie["name"] for cookie in page.context.cookies()}
    # A cookie that was kept is no way back.
    page.context.add_cookies([
        {"name": str(one["name"]), "value": str(one["value"]), "url": place.url} for one in cookies
    ])  # fmt: skip
    page.goto(f"{place.url}/?user=own")
    page.locator(".gate[data-state=signed_out]").wait_for()


def test_leads_see_all_and_only_admins_the_rules(place: Place, visitor: Page) -> None:
    place.provider.add("Lead", email="someone@example.com", groups=["sales-leads"])
    page = visitor
    place.come_in(page, "Lead", "/?user=other")
    page.goto(f"{place.url}/?user=other")
    expect(page.locator("h1.name")).to_have_text(OTHER)
    assert "Health" in rail(page)
    assert page.get_by_role("button", name="Change SDR").is_visible()
    page.goto(f"{place.url}/rules")
    expect(page.locator(".message h2")).to_have_text("Rules is for admins")

    place.provider.add("Admin", email="admin@example.com")
    place.come_in(page, "Admin")
    page.locator(".rail").wait_for()
    assert {"Rules", "Health"} <= set(rail(page))
    page.goto(f"{place.url}/rules")
    page.locator(".book .leaves li").first.click()
    expect(page.get_by_label("Gold")).to_be_visible()
    # The HUD knows the secret, and an administrator need not.
    expect(page.get_by_label("Admin secret")).to_be_hidden()


def test_who_is_not_let_in_reads_why(place: Place, visitor: Page) -> None:
    page = visitor
    for claims, state, words in (
        ({"email": "who@example.com"}, "unknown", "Ask admin@example.com."),
        ({"email": "gone@example.com"}, "unknown", "gone@example.com"),
        ({"email": "admin@example.com", "email_verified": False}, "unverified", "Verify admin@example.com"),
        ({"email": "twin@example.com"}, "ambiguous", "more than once"),
    ):
        place.provider.add("Visitor", **claims)
        for cookie in sign_in(place, "Visitor").cookies.jar:
            value = (cookie.value or "").strip('"')
            page.context.add_cookies([{"name": cookie.name, "value": value, "url": place.url}])
        page.goto(f"{place.url}/?user=own")
        page.locator(f".gate[data-state={state}]").wait_for()
        assert words in page.locator(".advice").inner_text()
        assert page.locator(".rail").count() == 0
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()


def test_who_leaves_and_whose_session_ends_lose_the_figures_of_an_open_page(
    place: Place, visitor: Page, browser: Browser
) -> None:
    place.provider.add("Leaver", email="leaver@example.com")
    leavers = visitor
    place.come_in(leavers, "Leaver")
    expect(leavers.locator("h1.name")).to_have_text(LEAVER)
    landing.employ(place.database, "leaver", email="leaver@example.com", name=LEAVER, ended_on="2020-01-31")

    # Time enough to come in on a busy machine; beside the roster, which is asked every ten seconds, it costs little.
    place.provider.add("Late", email="own@example.com", iat=int(time.time()) - HOURS * 3600 + 12)
    with browser.new_context(reduced_motion="reduce") as own:
        page = own.new_page()
        place.come_in(page, "Late")
        page.locator(".my_hud").wait_for()

        leavers.locator(".gate[data-state=unknown]").wait_for()
        assert leavers.locator(".my_hud").count() == 0
        assert LEAVER not in leavers.locator("body").inner_text()
        assert leavers.locator(".rail").count() == 0

        page.locator(".gate[data-state=ended]").wait_for()
        assert page.get_by_role("button", name="Sign in").is_visible()


def test_the_door_looks_right_and_is_for_everybody(place: Place, visitor: Page) -> None:
    """Both sides of it, and what is shown in place of a page for others: what the matrix of pages cannot open."""
    axe = suites.axe_core()
    place.provider.add("Ada", email="own@example.com")
    place.provider.add("Stranger", email=f"{'stranger' * 12}@example.com")
    page = visitor
    for name, path, ready in (
        ("", "/", ".gate[data-state=signed_out]"),
        ("Stranger", "/", ".gate[data-state=unknown]"),
        ("Ada", "/rules", ".message h2:visible"),
    ):
        if name:
            place.come_in(page, name)
        page.goto(place.url + path)
        page.locator(ready).wait_for()
        for width, height in SIZES:
            looks.resize(page, width, height)
            assert looks.faults(page) == [], f"{ready} at {width} pixels"
        page.set_viewport_size({"width": 1366, "height": 768})
        assert looks.violations(page, axe) == [], ready
        assert contrast.too_faint(page) == [], ready
        assert looks.unreached(page) == [], ready


def test_a_forged_cookie_opens_nothing(place: Place, visitor: Page) -> None:
    client = sign_in(place, "Ada")
    genuine = client.cookies[SESSION_COOKIE].strip('"')
    swapped = ("A" if genuine[20] != "A" else "B").join((genuine[:20], genuine[21:]))
    visitor.context.add_cookies([{"name": SESSION_COOKIE, "value": swapped, "url": place.url}])
    visitor.goto(f"{place.url}/?user=own")
    visitor.locator(".gate[data-state=signed_out]").wait_for()


def sign_in(place: Place, name: str) -> httpx.Client:
    """Sign in without a browser, as far as the provider's answers carry."""
    place.provider.people.setdefault("Ada", {"email": "own@example.com", "email_verified": True, "name": "Ada"})
    token = jwt.encode(
        {"alg": "HS256"}, {"provider": "default", "exp": int(time.time()) + 60}, OctKey.import_key(COOKIE_SECRET)
    )
    client = httpx.Client(timeout=10)
    at_provider = client.get(f"{place.url}/auth/login", params={"provider": token})
    assert at_provider.status_code == 302
    back = client.get(f"{at_provider.headers['location']}&as={name}")
    client.get(back.headers["location"])
    return client


def test_only_what_the_provider_signed_for_us_counts(place: Place) -> None:
    for lie in get_args(Lie):
        place.provider.lie = lie
        try:
            assert SESSION_COOKIE not in sign_in(place, "Ada").cookies, lie
        finally:
            place.provider.lie = None
    assert SESSION_COOKIE in sign_in(place, "Ada").cookies
    place.provider.rotate_key()
    assert SESSION_COOKIE in sign_in(place, "Ada").cookies
    assert place.provider.complaints == []


def test_sockets_are_for_our_own_pages(place: Place) -> None:
    address = place.url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, origin=Origin(place.url)):
        pass
    for origin in ("https://evil.example", "http://127.0.0.1:1", "http://localhost", "null"):
        with pytest.raises(InvalidStatus) as refused:
            connect(address, origin=Origin(origin))
        assert refused.value.response.status_code == 403
    # A page whose own name was made to point at this machine.
    with pytest.raises(InvalidStatus):
        connect(address, origin=Origin("http://evil.example"), additional_headers={"Host": "evil.example"})
    answer = httpx.get(place.url, headers={"Host": "evil.example"})
    assert (answer.status_code, "HUD_PUBLIC_URL" in answer.text) == (421, True)


def test_no_secret_is_told(place: Place) -> None:
    sign_in(place, "Ada")
    told = place.logs.read_text(errors="replace") + httpx.get(place.url).text
    for secret in (CLIENT_SECRET, COOKIE_SECRET, ADMIN_SECRET, place.database.dsn("hud")):
        assert secret not in told


def test_an_open_hud_says_so(hud: str, hud_database: Database, page: Page) -> None:
    landing.employ(hud_database, "somebody", name="Some Body")
    page.goto(f"{hud}/?user=somebody")
    expect(page.locator(".notice")).to_have_text(re.compile("^This HUD is open"))
    assert {"Rules", "Health"} <= set(rail(page))
    assert page.locator(".sign-out").is_hidden()


@pytest.mark.parametrize(
    ("viewer", "asked", "shown"),
    [
        (Viewer("sdr", "own"), "other", "own"),
        (Viewer("sdr", "own"), "", "own"),
        (Viewer("manager", "own"), "other", "other"),
        (Viewer("open"), "other", "other"),
        (Viewer("open"), "", ""),
    ],
)
def test_whatever_a_poll_asks_for_an_sdr_is_shown_the_own(viewer: Viewer, asked: str, shown: str) -> None:
    """A poll carries the address too, and whoever writes polls by hand writes any."""

    def script(viewer: "Viewer") -> None:
        import streamlit as st  # noqa: PLC0415  # Streamlit runs this by its text

        from hud.context import Hud  # noqa: PLC0415

        hud = Hud(None, lambda: viewer, "my_hud", (), lambda _: None)  # type: ignore[arg-type]  # needs no settings
        st.text(f"[{hud.user_id}]")

    app = AppTest.from_function(script, args=(viewer,))
    app.query_params["user"] = asked
    assert app.run().text[0].value == f"[{shown}]"


@pytest.mark.parametrize(
    ("page", "query", "is_said"),
    [
        ("my_hud", {}, True),
        ("arena", {}, True),
        ("tv", {}, False),
        ("my_hud", {"overlay": "1"}, False),
        ("my_hud", {"overlay": "0"}, True),
        ("arena", {"overlay": "1"}, True),
    ],
)
def test_a_wall_and_an_overlay_are_left_alone(page: str, query: dict[str, str], is_said: bool) -> None:
    def script(page: str) -> None:
        import streamlit as st  # noqa: PLC0415  # Streamlit runs this by its text

        from hud.access import OPEN  # noqa: PLC0415
        from hud.components.live import notice  # noqa: PLC0415
        from hud.context import Hud  # noqa: PLC0415

        st.text(f"[{notice(Hud(None, lambda: OPEN, page, (), lambda _: None), OPEN)}]")  # type: ignore[arg-type]

    app = AppTest.from_function(script, args=(page,))
    for name, value in query.items():
        app.query_params[name] = value
    assert (app.run().text[0].value != "[]") == is_said


POLICY = Policy(entries("lead@x.example,Leads"), entries("admin@x.example"), "roles", True, 3600)  # noqa: FBT003
ROSTER = {"sdr@x.example": [Person("s", "S")], "lead@x.example": [Person("l", "L")]}


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({"email": " SDR@x.example"}, Viewer("sdr", "s", "S")),
        ({"email": "sdr@x.example", "email_verified": "true"}, Viewer("sdr", "s", "S")),
        ({"email": "lead@x.example"}, Viewer("manager", "l", "L")),
        ({"email": "admin@x.example", "name": "Boss"}, Viewer("admin", None, "Boss")),
        ({"email": "a@x.example", "roles": "leads"}, Viewer("manager", None, "a@x.example")),
        ({"email": "a@x.example", "roles": ["admin@x.example"]}, Refused("unknown", "a@x.example")),
        ({"email": "a@x.example", "roles": {"leads": 1}}, Refused("unknown", "a@x.example")),
        ({"email": "sdr@x.example", "email_verified": 1}, Refused("unverified", "sdr@x.example")),
        ({"email": "sdr@x.example", "email_verified": None}, Refused("unverified", "sdr@x.example")),
        ({"email": ["sdr@x.example"]}, Refused("no_email")),
        ({"email": "sdr@x.example", "iat": 0}, Refused("ended", "sdr@x.example")),
        ({"email": "sdr@x.example", "iat": True}, Refused("ended", "sdr@x.example")),
        ({"email": "sdr@x.example", "iat": None}, Refused("ended", "sdr@x.example")),
        ({"email": "sdr@x.example", "iat": 12_000}, Refused("ended", "sdr@x.example")),
    ],
)
def test_claims_decide(claims: dict[str, object], found: Viewer | Refused) -> None:
    assert identify({"email_verified": True, "iat": 9_000, **claims}, ROSTER, POLICY, now=10_000) == found


def test_without_a_roster_only_leads_come_in() -> None:
    claims = {"email_verified": True, "iat": 9_000}
    assert identify(claims | {"email": "sdr@x.example"}, None, POLICY, 10_000) == Refused("away", "sdr@x.example")
    assert identify(claims | {"email": "lead@x.example"}, None, POLICY, 10_000) == Viewer(
        "manager", None, "lead@x.example"
    )


def test_roles_open_pages() -> None:
    def opened(role: Role) -> set[str]:
        pages = ("my_hud", "arena", "history", "reports", "tv", "rules", "health", "no such page")
        return {page for page in pages if may_open(Viewer(role, "own"), page)}

    everybody = {"my_hud", "arena", "history", "reports", "tv"}
    assert opened("sdr") == everybody
    assert opened("manager") == everybody | {"health"}
    assert opened("admin") == opened("open") == everybody | {"health", "rules"}
    assert may_see(Viewer("sdr", "own"), "own")
    assert not may_see(Viewer("sdr", "own"), "other")
    assert not may_see(Viewer("sdr", "own"), "")
    assert may_see(Viewer("manager"), "other")
