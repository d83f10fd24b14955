"""Local HTTP servers that page, limit and fail as vendors' APIs do, over objects that tests change meanwhile."""

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "pat-test-token-of-hubspot"


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    body: bytes
    token: str

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    # Announce more than is sent, as a connection that breaks does.
    breaks: bool = False


def as_json(document: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(document).encode(), headers)


class Server(ABC):
    """A vendor: `answer` in a subclass. `troubles` are answered first, one a request; `before` runs before each."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.troubles: list[Answer | None] = []
        self.before: Callable[[Request], None] | None = None
        self.url = ""
        self.lock = threading.RLock()

    @abstractmethod
    def answer(self, request: Request) -> Answer: ...

    def handle(self, request: Request) -> Answer:
        with self.lock:
            self.requests.append(request)
            if self.troubles and (trouble := self.troubles.pop(0)):
                return trouble
            if self.before:
                self.before(request)
            return self.answer(request)

    @contextmanager
    def running(self) -> Iterator[None]:
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _respond(self) -> None:
                url = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                token = str(self.headers.get("Authorization", "")).removeprefix("Bearer ")
                answer = vendor.handle(Request(self.command, url.path, query, body, token))
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(answer.body) + 100 * answer.breaks))
                for name, value in answer.headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(answer.body)
                self.close_connection = answer.breaks

            do_GET = do_POST = _respond  # noqa: N815 -- the names of the standard library

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


def milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def iso(at: int) -> str:
    """A time in ms, as HubSpot writes it."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


# What HubSpot has, and gives only when it is asked for.
PROPERTIES = {
    "hs_timestamp", "hs_createdate", "hubspot_owner_id", "hs_call_direction", "hs_call_disposition", "hs_call_duration",
    "hs_call_status", "hs_email_direction", "hs_email_status", "hs_meeting_outcome", "hs_meeting_start_time",
    "hs_meeting_end_time",
}  # fmt: skip


class HubSpot(Server):
    """Search by filters, paged by position and up to 10,000; lists of deleted objects; batch reads of at most 100."""

    def __init__(self, page: int = 3) -> None:
        super().__init__()
        self.page = page
        self.objects: dict[str, dict[str, dict[str, Any]]] = {"calls": {}, "emails": {}, "meetings": {}}
        # Texts in place of what an object would be written as.
        self.texts: dict[str, str] = {}
        # How many searches are answered with nothing, and more to come.
        self.empty_pages = 0

    def put(self, kind: str, number: int, at: int, *, archived: bool = False, **properties: object) -> None:
        """An object as it is since `at` (ms); properties None are left out, others replace what is usual."""
        usual = {"hs_timestamp": iso(at), "hs_createdate": iso(at), "hs_lastmodifieddate": iso(at),
                 "hs_object_id": str(number), "hubspot_owner_id": "67890"}  # fmt: skip
        special: dict[str, dict[str, Any]] = {
            "calls": {"hs_call_direction": "OUTBOUND", "hs_call_disposition": None, "hs_call_duration": "1000",
                      "hs_call_status": "COMPLETED"},
            "emails": {"hs_email_direction": "EMAIL", "hs_email_status": "SENT"},
            "meetings": {"hs_meeting_outcome": "SCHEDULED", "hs_meeting_start_time": iso(at),
                         "hs_meeting_end_time": iso(at)},
        }  # fmt: skip
        document: dict[str, Any] = {
            "id": str(number), "properties": usual | special[kind] | properties, "createdAt": iso(at),
            "updatedAt": iso(at), "archived": archived,
        }  # fmt: skip
        if archived:
            document["archivedAt"] = iso(at)
        with self.lock:
            self.objects[kind][str(number)] = document

    def versions(self, kind: str) -> set[tuple[str, int, bool]]:
        with self.lock:
            return {
                (name, milliseconds(one["properties"]["hs_lastmodifieddate"]), one["archived"])
                for name, one in self.objects[kind].items()
            }

    def answer(self, request: Request) -> Answer:
        if request.token != TOKEN:
            message = "The OAuth token used to make this call expired"
            return as_json({"status": "error", "message": message, "category": "EXPIRED_AUTHENTICATION"}, 401)
        kind = request.path.split("/")[4]
        wanted = request.document["properties"] if request.body else request.query["properties"].split(",")
        every = [
            one | {"properties": {name: value for name, value in one["properties"].items()
                                  if name in wanted or name not in PROPERTIES}}
            for one in self.objects[kind].values()
        ]  # fmt: skip
        if request.path.endswith("/search"):
            return self._search([one for one in every if not one["archived"]], request.document)
        if request.path.endswith("/batch/read"):
            archived = request.query.get("archived") == "true"
            ids = [given["id"] for given in request.document["inputs"]]
            assert len(ids) <= 100
            found = [one for one in every if one["id"] in ids and one["archived"] == archived]
            return Answer(200 if len(found) == len(ids) else 207, self._written(found, status="COMPLETE"))
        deleted = sorted((one for one in every if one["archived"]), key=lambda one: int(one["id"]))
        start = int(request.query.get("after", 0))
        shown = [one for one in deleted if int(one["id"]) > start][: self.page]
        more = bool(shown) and shown[-1] is not deleted[-1]
        return Answer(200, self._written(shown, **_paging(shown[-1]["id"] if more else None)))

    def _search(self, every: list[dict[str, Any]], asked: dict[str, Any]) -> Answer:
        (group,) = asked["filterGroups"]
        (order,) = asked["sorts"]
        for condition in group["filters"]:
            name, value = condition["propertyName"], int(condition["value"])
            keep = {"GTE": int.__ge__, "GT": int.__gt__, "EQ": int.__eq__}[condition["operator"]]
            every = [one for one in every if keep(_number(one, name), value)]
        every.sort(key=lambda one: _number(one, order["propertyName"]))
        start = int(asked.get("after", 0))
        assert start + self.page <= 10_000
        if self.empty_pages and every:
            self.empty_pages -= 1
            return as_json({"total": len(every), "results": [], **_paging(f"{start:0{3 + self.empty_pages}}")})
        shown = every[start : start + min(self.page, asked["limit"])]
        end = start + len(shown)
        return Answer(200, self._written(shown, total=len(every), **_paging(end if end < len(every) else None)))

    def _written(self, shown: list[dict[str, Any]], **rest: object) -> bytes:
        texts = [self.texts.get(one["id"]) or json.dumps(one) for one in shown]
        return f'{{"results": [{", ".join(texts)}], {json.dumps(rest)[1:]}'.replace(", }", "}").encode(
            "utf-8", "surrogateescape"
        )


def _number(one: dict[str, Any], name: str) -> int:
    value = one["properties"][name]
    return int(value) if name == "hs_object_id" else milliseconds(value)


def _paging(after: object) -> dict[str, object]:
    return {"paging": {"next": {"after": str(after), "link": "?after="}}} if after is not None else {}
