"""Table functions that dbt makes: who may call them, and when they are replaced."""

import psycopg2
import pytest

from tests.conftest import Warehouse

FUNCTIONS = """
select p.proname, p.oid, p.prosecdef, p.provolatile, p.proconfig, obj_description(p.oid)
from pg_proc as p where p.pronamespace = 'marts'::regnamespace order by 1
"""


def test_functions_are_called_by_readers_only_and_run_safely(warehouse: Warehouse) -> None:
    functions = warehouse.execute(FUNCTIONS)
    assert functions
    for name, oid, is_definer, volatility, settings, comment in functions:
        assert (is_definer, volatility, settings) == (True, "s", ["search_path=pg_catalog, pg_temp"]), name
        assert comment, name
        for role, may in [("hud", True), ("analyst", True), ("ingest", False)]:
            granted = warehouse.execute("select has_function_privilege(%s, %s::oid, 'execute')", f"rift_{role}", oid)
            assert granted == [(may,)], (name, role)


def test_a_function_works_in_a_copy_under_another_name(warehouse: Warehouse) -> None:
    bodies = warehouse.execute("select prosrc from pg_proc where pronamespace = 'marts'::regnamespace")
    (name,) = warehouse.execute("select current_database()")[0]
    assert all(f'"{name}"' not in body for (body,) in bodies)


def test_an_unchanged_function_is_left_alone_and_a_changed_signature_replaces_it(warehouse: Warehouse) -> None:
    def found() -> list[tuple[object, ...]]:
        return warehouse.execute(
            "select oid, xmin::text, pg_get_function_identity_arguments(oid) from pg_proc"
            " where pronamespace = 'marts'::regnamespace and proname = 'explain_score'"
        )

    run = ["run", "--select", "explain_score"]
    (built,) = found()
    warehouse.dbt(*run)
    assert found() == [built]
    # Another body: replaced in place.
    warehouse.execute(
        "update intermediate.built_views set definition_hash = left(definition_hash, 32) || 'another'"
        " where relation like '%explain_score%'"
    )
    warehouse.dbt(*run)
    (replaced,) = found()
    assert (replaced[0], replaced[1] != built[1]) == (built[0], True)
    # Other arguments: of one name there is one function.
    warehouse.execute(
        "drop function marts.explain_score; set role rift_transform;"
        " create function marts.explain_score(integer) returns integer language sql as 'select 1'"
    )
    warehouse.dbt(*run)
    (made_anew,) = found()
    assert made_anew[2] == built[2]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        warehouse.execute("select * from marts.explain_score('ann', current_date)", role="ingest")
    assert warehouse.execute("select * from marts.explain_score('ann', current_date)", role="analyst") == []
