"""Salesforce's REST API as far as pulling needs it: tokens that end, SOQL on two objects, pages by a locator."""

import re
from typing import Any
from urllib.parse import parse_qs

from tests.ingestion.vendor_server import Answer, Request, Server, as_json, iso, milliseconds

CLIENT_ID = "client-id-of-the-tests"
CLIENT_SECRET = "client-secret-of-the-tests"
REFRESH_TOKEN = "refresh-token-of-the-tests"
QUERY = re.compile(r"SELECT ([A-Za-z, ]+) FROM (Task|Event) WHERE SystemModstamp >= (\S+Z) ORDER BY SystemModstamp ASC")


class Salesforce(Server):
    def __init__(self, page: int = 3) -> None:
        super().__init__()
        self.page = page
        self.objects: dict[str, dict[str, dict[str, Any]]] = {"Task": {}, "Event": {}}
        self.missing: set[str] = set()
        self.locators: dict[str, tuple[str, list[str], list[dict[str, Any]]]] = {}
        self.tokens = 0

    @property
    def token(self) -> str:
        return f"access-token-{self.tokens}-of-the-tests"

    def put(self, entity: str, number: int, at: int, **fields: object) -> None:
        name = f"00T{number:012d}AAA"
        stamp = iso(at).replace("Z", "+0000")
        usual: dict[str, Any] = {
            "Id": name, "SystemModstamp": stamp, "LastModifiedDate": stamp, "CreatedDate": stamp, "IsDeleted": False,
            "OwnerId": "005xx0000000001AAA", "WhoId": None, "Subject": "Call", "ActivityDate": "2026-01-12",
            "CreatedById": "005xx0000000001AAA",
        }  # fmt: skip
        special: dict[str, dict[str, Any]] = {
            "Task": {
                "Status": "Completed", "TaskSubtype": "Call", "CallType": "Outbound", "CallDurationInSeconds": 142,
                "CallDisposition": "Meeting Set", "CallObject": None, "IsClosed": True, "CompletedDateTime": stamp,
            },
            "Event": {"Type": "Meeting", "EventSubtype": "Event", "StartDateTime": stamp, "EndDateTime": stamp},
        }  # fmt: skip
        with self.lock:
            self.objects[entity][name] = usual | special[entity] | fields

    def versions(self, entity: str) -> set[tuple[str, int, bool]]:
        with self.lock:
            return {
                (name, milliseconds(one["SystemModstamp"]), one["IsDeleted"])
                for name, one in self.objects[entity].items()
            }

    def end_session(self) -> None:
        """The token that was given out is none any more."""
        self.tokens += 1

    def answer(self, request: Request) -> Answer:
        if request.path == "/services/oauth2/token":
            return self._give_token(request)
        if request.token != self.token:
            return as_json([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}], 401)
        if request.path.startswith("/services/data/v62.0/query/"):
            locator = request.path.rsplit("/", 1)[1]
            if locator not in self.locators:
                return as_json([{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}], 400)
            return self._page(*self.locators.pop(locator))
        assert request.path == "/services/data/v62.0/queryAll"
        return self._query(request.query["q"])

    def _give_token(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if form == {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "client_credentials"} or (
            form.get("refresh_token") == REFRESH_TOKEN and form["grant_type"] == "refresh_token"
        ):
            self.tokens += 1
            return as_json({"access_token": self.token, "instance_url": "https://elsewhere.example.com"})
        return as_json({"error": "invalid_client", "error_description": f"invalid: {request.body.decode()}"}, 400)

    def _query(self, query: str) -> Answer:
        asked = QUERY.fullmatch(query)
        assert asked is not None, query
        names, entity, begin = asked[1].split(", "), asked[2], milliseconds(asked[3])
        for name in names:
            if name in self.missing:
                message = f"\nSELECT Id\n^\nERROR at Row:1:Column:8\nNo such column '{name}' on entity '{entity}'."
                return as_json([{"message": message, "errorCode": "INVALID_FIELD"}], 400)
        found = [one for one in self.objects[entity].values() if milliseconds(one["SystemModstamp"]) >= begin]
        found.sort(key=lambda one: (milliseconds(one["SystemModstamp"]), one["Id"]))
        return self._page(entity, names, found)

    def _page(self, entity: str, names: list[str], found: list[dict[str, Any]]) -> Answer:
        shown, rest = found[: self.page], found[self.page :]
        records = [
            {"attributes": {"type": entity, "url": f"/{one['Id']}"}, **{name: one.get(name) for name in names}}
            for one in shown
        ]
        document = {"totalSize": len(found), "done": not rest, "records": records}
        if rest:
            locator = f"01gxx{len(self.requests):012d}-{self.page}"
            self.locators[locator] = (entity, names, rest)
            document["nextRecordsUrl"] = f"/services/data/v62.0/query/{locator}"
        return as_json(document)
