"""Whether a part of the stack is well: asked of itself, or of Dagster's webserver, which knows what the others do."""

import http.client
import json
import socket
from typing import Any, Final

from orchestration.stack.errors import StackError
from orchestration.stack.parts import DEFINITIONS, HEARTBEATS, SOCKET, Part
from orchestration.stack.ports import ADDRESS

PROBE_SECONDS: Final = 3
# A code server that is just coming up: the webserver asks it again by itself.
NOT_YET: Final = "DagsterUserCodeUnreachableError"
ERROR: Final = "... on PythonError { className message causes { message } }"
LOCATIONS: Final = (
    "{ workspaceOrError { " + ERROR + " ... on Workspace { locationEntries { locationOrLoadError { __typename "
    "... on RepositoryLocation { name } " + ERROR + " } } } } }"
)
DAEMONS: Final = "{ instance { daemonHealth { allDaemonStatuses { required healthy lastHeartbeatTime } } } }"


def is_well(part: Part, since: float) -> bool:
    """Ask a part that was started at `since` (seconds of the epoch); raises `StackError` when it will never be well."""
    try:
        if part.health and part.health.startswith(SOCKET):
            return _accepts(part.health.removeprefix(SOCKET))
        port = part.health_port or part.port
        return port is None or _answers(part, port, since)
    except (OSError, http.client.HTTPException):
        return False


def _answers(part: Part, port: int, since: float) -> bool:
    if part.health is None:
        socket.create_connection((ADDRESS, port), PROBE_SECONDS).close()
        return True
    if part.health == DEFINITIONS:
        return _has_definitions(_ask_dagster(port, LOCATIONS)["workspaceOrError"])
    if part.health == HEARTBEATS:
        return _beats(_ask_dagster(port, DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"], since)
    return _request(port, "GET", part.health)[0] == http.HTTPStatus.OK


def _accepts(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PROBE_SECONDS)
        connection.connect(path)
    return True


def _request(port: int, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=PROBE_SECONDS)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _ask_dagster(port: int, query: str) -> dict[str, Any]:
    status, body = _request(port, "POST", "/graphql", json.dumps({"query": query}))
    if status != http.HTTPStatus.OK:
        raise ConnectionError
    data: dict[str, Any] = json.loads(body)["data"]
    return data


def _has_definitions(workspace: dict[str, Any]) -> bool:
    loaded = [entry["locationOrLoadError"] for entry in workspace.get("locationEntries", [])]
    for answer in (workspace, *filter(None, loaded)):
        if "message" in answer and answer["className"] != NOT_YET:
            reasons = [answer, *answer["causes"]]
            raise StackError("Dagster cannot load its definitions: " + "\n".join(one["message"] for one in reasons))
    # An entry without an answer is still being loaded.
    return bool(loaded) and all(answer and "name" in answer for answer in loaded)


def _beats(daemons: list[dict[str, Any]], since: float) -> bool:
    """Whether each daemon that is needed has worked since then: Dagster itself trusts a heartbeat for half an hour."""
    needed = [daemon for daemon in daemons if daemon["required"]]
    return bool(needed) and all(daemon["healthy"] and daemon["lastHeartbeatTime"] > since for daemon in needed)
