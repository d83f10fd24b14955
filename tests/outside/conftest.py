"""A receiver with every door open, on a database with marts, for what others have written to break such programs."""

from collections.abc import Iterator

import pytest

from orchestration.stack.postgres import Cluster
from tests.conftest import Database, Warehouse, clone
from tests.ingestion.conftest import Receiver, running_receiver
from tests.outside.hooks import SECRETS


@pytest.fixture(scope="package")
def outside_database(cluster: Cluster, template: Warehouse) -> Database:  # noqa: ARG001  # cloned by its name
    return clone(cluster, "outside")


@pytest.fixture(scope="package")
def outside(outside_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    folder = tmp_path_factory.mktemp("outside")
    # Room for wrong secrets, too, so that they are refused as wrong and not as too many.
    settings = SECRETS | {"RATE_LIMIT_PER_MINUTE": "1000000"}
    with running_receiver(outside_database.dsn("ingest"), outside_database.dsn("hud"), folder, **settings) as running:
        yield running
