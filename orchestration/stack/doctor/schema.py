"""The schema: migrations, a cluster that was restored, and models that are not those of the dbt project."""

import json
from collections.abc import Iterator
from typing import Final

from ingestion.migrations import has_ids_of_others, migration_names
from orchestration.stack import files
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.finding import Finding, broken, some, typed, warning
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.fingerprint import MARKER, fingerprint

BUILD: Final = "rift exec python -m orchestration.lib.warehouse"
REBUILD: Final = "rift rebuild"
# What dbt keeps as a relation of its own; functions and the like are none.
RELATIONS: Final = ("view", "table", "incremental", "seed", "materialized_view")


def migrations(installation: Installation) -> Iterator[Finding]:
    known = set(migration_names())
    has_any = installation.ask("select to_regclass('raw.schema_migrations') is not null") == [(True,)]
    done = {name for (name,) in installation.ask("select name from raw.schema_migrations")} if has_any else set()
    if newer := sorted(done - known):
        yield broken(
            Alert.MIGRATIONS_NEWER,
            f"A newer Rift has migrated this database ({', '.join(newer)}): this one does not know its tables.",
            "Run the version that did; migrations only go forwards.",
            migrations=len(newer),
        )
    elif missing := sorted(known - done):
        yield broken(
            Alert.MIGRATIONS_MISSING,
            f"The database lacks {len(missing)} of {len(known)} migrations, the first being {missing[0]}.",
            "Apply them; rift up does it, too.",
            "rift migrate",
            migrations=len(missing),
        )


def cluster(installation: Installation) -> Iterator[Finding]:
    """Transaction ids belong to one cluster: those of another, or of its own future, are not comparable."""
    with installation.connection() as cursor:
        if not has_ids_of_others(cursor):
            return
    for noted, now in installation.ask("select system_identifier, raw.system_identifier() from raw.cluster"):
        yield broken(
            Alert.CLUSTER_RESTORED,
            "This database was restored from another cluster, or from a later time of this one, and its "
            "transaction ids are still those: new events may count late, twice or not at all.",
            "Give the restored rows ids of this cluster, then compute everything again.",
            "rift migrate",
            "rift rebuild",
            noted=str(noted),
            cluster=str(now),
        )


def models(installation: Installation) -> Iterator[Finding]:
    """The warehouse is that of this dbt project."""
    if installation.ask("select to_regclass('marts.rpt_health') is not null") == [(False,)]:
        sentence = "The warehouse is not built: there are no marts to read."
        yield broken(Alert.WAREHOUSE_MISSING, sentence, "Start Rift, which builds it.", "rift up --detach")
        return
    noted = files.read_json(installation.home / MARKER).get("fingerprint")
    if noted != fingerprint(installation.settings, installation.database):
        yield warning(
            Alert.WAREHOUSE_OUTDATED,
            "The dbt project, its seeds or a setting of it has changed since the warehouse was built: marts may still "
            "say what they meant before.",
            "Build it: the next rift up does it, or this, while readers read.",
            REBUILD,
        )
    yield from _missing(installation)


def _missing(installation: Installation) -> Iterator[Finding]:
    path = installation.home / "dbt" / "manifest.json"
    if not path.exists():
        # Dagster parses the project again when it loads.
        return
    try:
        nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"].values()
    except (OSError, ValueError, KeyError):
        sentence = f"dbt's manifest ({path}) is damaged: Dagster cannot load its definitions."
        yield broken(Alert.MODELS_MISSING, sentence, "Delete it, and have it written anew.", f"rm {typed(path)}", BUILD)
        return
    names = [
        f"{node['schema']}.{node.get('alias') or node['name']}"
        for node in nodes
        if node["resource_type"] in ("model", "seed") and node["config"]["materialized"] in RELATIONS
    ]
    query = "select name from unnest(%s) as name where to_regclass(name) is null order by name"
    if missing := [name for (name,) in installation.ask(query, names)]:
        yield broken(
            Alert.MODELS_MISSING,
            f"{len(missing)} of {len(names)} models are not in the database: {some(missing)}.",
            "Build them.",
            BUILD,
            missing=len(missing),
        )
