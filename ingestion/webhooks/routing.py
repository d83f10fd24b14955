"""What FastAPI leaves open about addresses: which methods one takes, and a parameter that is given twice."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Any

from fastapi import HTTPException, Request
from starlette.routing import compile_path

from ingestion.webhooks.answers import RefusalError
from ingestion.webhooks.parser import shorten


class Addresses:
    """The methods of each address, by the OpenAPI document; FastAPI itself names those of the first route only."""

    def __init__(self, document: Callable[[], dict[str, Any]]) -> None:
        self._document = document

    def methods(self, path: str) -> list[str]:
        """What it takes; nothing when the document does not know it."""
        # An address that is written out is not also a value of another's parameter.
        if path in self._methods:
            return self._methods[path]
        return next((self._methods[template] for pattern, template in self._patterns if pattern.match(path)), [])

    @cached_property
    def _methods(self) -> dict[str, list[str]]:
        return {path: sorted(method.upper() for method in item) for path, item in self._document()["paths"].items()}

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        return [(compile_path(path)[0], path) for path in self._methods if "{" in path]


async def require_clear_address(request: Request) -> None:
    """Refuse a method that the address does not take, and parameters that are given twice.

    Of several values FastAPI would take the last: whoever sends two should learn that one is not heeded.
    """
    addresses: Addresses = request.app.state.addresses
    if request.method not in addresses.methods(request.url.path):
        raise HTTPException(405, "Method Not Allowed")
    times = Counter(name for name, _ in request.query_params.multi_items())
    if twice := [name for name, count in times.items() if count > 1]:
        message = f"{shorten(twice[0])} is given more than once. Give it once."
        raise RefusalError(422, "invalid_parameter", message, field=twice[0][:200])
