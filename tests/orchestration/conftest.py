"""An ephemeral Dagster instance, and our definitions as the code server loads them."""

from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType

import dagster as dg
import pytest

from tests.conftest import Warehouse, environment

Load = Callable[[str], ModuleType]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as temporary:
        yield temporary


@pytest.fixture
def load(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Imports a module of definitions, with the project parsed below RIFT_HOME."""
    for name, value in environment(warehouse, warehouse.home).items():
        monkeypatch.setenv(name, value)
    return import_module
