"""What the HUD's server adds to Streamlit: a page that can reach nobody, safe cookies, and files that are kept."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hud.owner_assets import files
from hud.protection import Protection
from tests import landing
from tests.conftest import Database
from tests.hud.conftest import wait_until


def test_every_answer_is_protected(hud: str) -> None:
    for path in ("/", "/arena", "/app/static/js/panel.js", "/_stcore/health", "/no/such/page", "/app/static/no.js"):
        headers = httpx.get(hud + path).headers
        policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'self'"
        # No other host, and no script that stands in the page, but Streamlit's own.
        assert not re.search(r"https?:|\*|'unsafe-eval'", " ".join(policy.values()))
        assert re.fullmatch(r"'self' blob:( 'sha256-[^']+')+", policy["script-src"])
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_files_are_kept_by_their_version(hud: str) -> None:
    address = f"{hud}/app/static/emblems/3.svg"
    assert "immutable" in httpx.get(f"{address}?v={files().version}").headers["Cache-Control"]
    for stale in (address, f"{address}?v=", f"{address}?v=another"):
        assert httpx.get(stale).headers["Cache-Control"] == "no-cache"
    first = httpx.get(address)
    again = httpx.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["Content-Type"] == "image/svg+xml"
    assert "sandbox" in first.headers["Content-Security-Policy"]
    for outside in ("../app.py", "%2e%2e/app.py", "..%2fapp.py", "/etc/passwd", "emblems", "emblems/../../app.py"):
        told = sent_as_it_is(hud, f"/app/static/{outside}")
        assert b"import streamlit" not in told, outside
        assert b"root:" not in told, outside


def sent_as_it_is(hud: str, path: str) -> bytes:
    """What comes back for a path that nobody folds on the way."""
    with closing(HTTPConnection(urlsplit(hud).netloc, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read()


def test_scripts_run_in_frames_of_their_own_or_not_at_all(
    hud: str, hud_database: Database, context: BrowserContext
) -> None:
    landing.employ(hud_database, "guarded", name="Guarded")
    page = context.new_page()
    violations: list[str] = []
    page.on("console", lambda told: violations.append(told.text) if "Content Security Policy" in told.text else None)
    page.goto(f"{hud}/?user=guarded")
    page.locator(".rift[data-state=live]").wait_for()
    page.locator(".allow").click()
    page.locator(".rift[data-audio=running]").wait_for()
    page.evaluate("document.fonts.ready")
    assert violations == [], "the policy stands in the way of our own page"

    page.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", "<img src='/no' onerror='window.ran = 1'>");
        const inline = document.createElement("script");
        inline.textContent = "window.ran = 2";
        document.body.append(inline);
        const foreign = document.createElement("img");
        foreign.src = "http://127.0.0.2/stolen";
        document.body.append(foreign);
    }""")
    page.wait_for_function("performance.getEntriesByName(new URL('/no', location).href).length > 0")
    # Events of the browser come in while it is asked something.
    wait_until(lambda: page.evaluate("window.ran") is not None or len(violations) >= 3, 30)
    assert page.evaluate("window.ran") is None
    assert len(violations) == 3

    # A whole document, such as a report, runs its scripts where they reach nothing. It is posted once.
    told = page.evaluate(
        """async (version) => {
            const { sandboxed } = await import(`/app/static/js/sandbox.js?v=${version}`);
            const source = `<!doctype html><script>(async () => {
                const tried = { ran: true };
                addEventListener("message", () => { tried.posted = "again" });
                await new Promise((resolve) => addEventListener("load", () => setTimeout(resolve, 300)));
                try { await fetch("/"); tried.fetched = true } catch {}
                try { tried.cookies = document.cookie } catch {}
                try { tried.above = parent.document.title } catch {}
                parent.postMessage(tried, "*");
            })()</` + "script>";
            const heard = new Promise((resolve) => {
                addEventListener("message", ({ data }) => data.ran && resolve(data));
            });
            document.body.append(sandboxed({ assets: (path) => `/app/static/${path}`, page: source, title: "Report" }));
            return heard;
        }""",
        files().version,
    )
    assert told == {"ran": True}
    page.close()


def test_nobody_puts_files_into_the_servers_memory(hud: str) -> None:
    address = f"{hud}/_stcore/upload_file/0b1c2d3e-0000-4000-8000-000000000000/file"
    for method in ("OPTIONS", "PUT", "DELETE", "GET"):
        answer = httpx.request(method, address, content=b"x" * 1000)
        assert (answer.status_code, answer.text) == (404, "Not found")
        assert "Content-Security-Policy" in answer.headers


def asked(path: str, host: str, public_url: str, *, names_are_known: bool = False) -> httpx.Response:
    """What a protected server answers to a request under this name."""

    def answer(_: Request) -> Response:
        response = PlainTextResponse("hello")
        response.set_cookie("session", "1", httponly=True, samesite="lax")
        response.set_cookie("other", "2")
        return response

    guard = Middleware(Protection, policy="default-src 'self'", public_url=public_url, names_are_known=names_are_known)
    app = Starlette(routes=[Route("/", answer), Route("/_stcore/health", answer)], middleware=[guard])

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8501") as client:
            return await client.get(path, headers={"Host": host})

    # In a thread of its own: Playwright's loop runs in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, ask()).result()


def test_cookies_travel_over_https_alone_behind_it() -> None:
    for address, is_secure in (("https://hud.example.com", True), ("", False)):
        cookies = asked("/", "127.0.0.1:8501", address).headers.get_list("set-cookie")
        assert len(cookies) == 2
        assert all(cookie.endswith("; Secure") == is_secure for cookie in cookies)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8501", 200),
        ("localhost", 200),
        ("[::1]:8501", 200),
        ("hud.example.com", 200),
        ("evil.example", 421),
        ("hud.example.com.evil.example", 421),
        ("", 421),
    ],
)
def test_a_hud_for_this_machine_answers_to_its_names_alone(host: str, status: int) -> None:
    public_url = "https://hud.example.com"
    assert asked("/", host, public_url, names_are_known=True).status_code == status
    assert asked("/_stcore/health", host, public_url, names_are_known=True).status_code == 200
    assert asked("/", host, "", names_are_known=False).status_code == 200
