"""Which asset check each dbt data test is, and which of them are left to the nightly audit."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from orchestration.lib.translator import TRANSLATOR, Manifest

AUDIT = "audit"


def tests_by_check(manifest: Manifest) -> dict[dg.AssetCheckKey, str]:
    """The name of the data test behind each check."""
    return {
        key: node["name"]
        for unique_id, node in manifest["nodes"].items()
        if (key := get_asset_check_key_for_test(manifest, TRANSLATOR, test_unique_id=unique_id, project=None))
    }


def audits(manifest: Manifest) -> set[dg.AssetCheckKey]:
    """The checks that read history: what `dbt.AUDITS` selects."""
    names = {node["name"] for node in manifest["nodes"].values() if _reads_history(node, manifest["nodes"])}
    return {check for check, name in tests_by_check(manifest).items() if name in names}


def _reads_history(test: Mapping[str, Any], nodes: Mapping[str, Any]) -> bool:
    if test["resource_type"] != "test":
        return False
    read = [nodes[node] for node in test["depends_on"]["nodes"] if node in nodes]
    return any(AUDIT in node["tags"] for node in [test, *read])


def words_by_name(manifest: Manifest) -> dict[str, str]:
    """What each data test holds the warehouse to, in words, by its name; a name that says it all is not in it."""
    found = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and (words := _words(node, manifest["nodes"])):
            found[node["name"]] = words
    return found


def _words(test: Mapping[str, Any], nodes: Mapping[str, Any]) -> str:
    if test.get("description"):
        return str(test["description"])
    generic = test.get("test_metadata")
    if not generic or test.get("attached_node") not in nodes:
        return ""
    relation, said = nodes[test["attached_node"]]["name"], generic["kwargs"]
    column = test.get("column_name") or ", ".join(said.get("columns", []))
    sentences = {
        "unique": f"No {column} is in {relation} twice",
        "unique_together": f"No combination of {column} is in {relation} twice",
        "not_null": f"Every row of {relation} has its {column}",
        "relationships": f"Every {column} of {relation} is known",
        "accepted_values": f"Every {column} of {relation} is one of those that are known",
    }
    return sentences.get(generic["name"], "")
