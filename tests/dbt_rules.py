"""What dbt-score asks of this project beyond its own rules (see [tool.dbt-score])."""

import re

from dbt_score import Exposure, Model, RuleViolation, Seed, Severity, Source, rule

MARTS = "marts"


@rule(severity=Severity.HIGH)
def states_its_grain(model: Model) -> RuleViolation | None:
    """The first words of a model's description are its grain."""
    if not re.match(r"One row(,|:| per | for )|Rows ", model.description):
        return RuleViolation(f'"{model.description[:40]}…" does not begin with "One row per …".')
    return None


@rule(severity=Severity.HIGH)
def has_its_grain_tested(model: Model) -> RuleViolation | None:
    """A mart of several rows that is no function tests that no two rows share what identifies them."""
    is_function = model.config.get("materialized") == "function"
    if model.schema != MARTS or is_function or re.match(r"One row[,:]", model.description):
        return None
    by_column = any(test.type == "unique" for column in model.columns for test in column.tests)
    if not by_column and not any(test.type == "unique_together" for test in model.tests):
        return RuleViolation("Neither a column is tested as unique nor several as unique_together.")
    return None


@rule(severity=Severity.HIGH)
def has_no_null_in_its_key(model: Model) -> RuleViolation | None:
    """What a mart tests as unique together is tested as not null, unless its description says when it is null."""
    if model.schema != MARTS:
        return None
    needed = {name for test in model.tests if test.type == "unique_together" for name in test.kwargs["columns"]}
    sound = {
        column.name
        for column in model.columns
        if "null" in column.description or any(test.type == "not_null" for test in column.tests)
    }
    if missing := sorted(needed - sound):
        return RuleViolation(f"Not tested as not_null: {', '.join(missing)}.")
    return None


@rule
def describes_its_key(model: Model) -> RuleViolation | None:
    """A model of any layer describes at least the columns that identify a row."""
    if not model.columns:
        return RuleViolation("No column is described.")
    return None


@rule(severity=Severity.HIGH)
def belongs_to_a_group(model: Model) -> RuleViolation | None:
    """Every model has a group, and through it an owner."""
    return None if model.group else RuleViolation("The model is in no group.")


@rule(severity=Severity.HIGH)
def is_public_under_contract(model: Model) -> RuleViolation | None:
    """A mart is public under an enforced contract with a type for each column; nothing else is public."""
    is_mart = model.schema == MARTS
    if is_mart != (model.access == "public"):
        return RuleViolation(f"A model of {model.schema} is {model.access}.")
    if is_mart and not (model.config["contract"]["enforced"] and all(column.data_type for column in model.columns)):
        return RuleViolation("No enforced contract, or a column without a type.")
    return None


@rule
def describes_in_sentences(model: Model) -> RuleViolation | None:
    """Descriptions of columns end with a full stop, and say more than the column's name."""
    for column in model.columns:
        words = re.sub(r"[^a-z]+", " ", column.description.lower()).strip()
        if not column.description.rstrip().endswith(".") or words == column.name.replace("_", " "):
            return RuleViolation(f"{column.name}: {column.description!r}.")
    return None


@rule
def source_is_read_by_staging(source: Source) -> RuleViolation | None:
    """A table of a source is read, and in staging only."""
    readers = {child.schema if isinstance(child, Model) else type(child).__name__ for child in source.children}
    if readers != {"staging"}:
        return RuleViolation(f"Read by: {', '.join(sorted(readers)) or 'nobody'}.")
    return None


@rule
def seed_has_column_types(seed: Seed) -> RuleViolation | None:
    """A seed's types are stated, not guessed from its rows."""
    if {column.name for column in seed.columns} != set(seed.config.get("column_types") or {}):
        return RuleViolation("column_types does not name exactly the described columns.")
    return None


@rule(severity=Severity.HIGH)
def exposure_reads_marts(exposure: Exposure) -> RuleViolation | None:
    """What people use stands on public models alone."""
    if not exposure.parents or any(getattr(parent, "schema", "") != MARTS for parent in exposure.parents):
        return RuleViolation("Depends on nothing, or on something that is no mart.")
    return None
