"""What FastAPI leaves open about addresses: all methods that one takes, and a parameter that is given twice."""

from collections import Counter

from fastapi import Request
from starlette.routing import Route

from ingestion.webhooks.answers import RefusalError
from ingestion.webhooks.parser import shorten


def methods(request: Request) -> list[str]:
    """What this address takes; Starlette names the methods of the first route only, and each method has its own."""
    path = request.url.path
    routes = [route for route in request.app.routes if isinstance(route, Route) and route.path_regex.match(path)]
    exact = [route for route in routes if route.path == path]
    return sorted({method for route in exact or routes for method in route.methods or ()})


async def require_parameters_once(request: Request) -> None:
    """Of several values FastAPI would take the last: whoever sends two should learn that one is not heeded."""
    times = Counter(name for name, _ in request.query_params.multi_items())
    if twice := [name for name, count in times.items() if count > 1]:
        message = f"{shorten(twice[0])} is given more than once. Give it once."
        raise RefusalError(422, "invalid_parameter", message, field=twice[0][:200])
