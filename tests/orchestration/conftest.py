"""An ephemeral Dagster instance, and our definitions as the code server loads them."""

from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType

import dagster as dg
import pytest
from dagster._core.storage.defs_state.base import set_defs_state_storage

from tests.conftest import Warehouse, environment

Load = Callable[[str], ModuleType]


@pytest.fixture(autouse=True)
def nothing_of_an_instance_left() -> Iterator[None]:
    """The context that a test builds for a sensor or a schedule enters an instance, and may never leave it."""
    with set_defs_state_storage(None):
        yield


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
