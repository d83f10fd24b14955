"""Who answers for what: one name of a team, said alike by Dagster and by dbt's documentation.

The names stand where a thing is described: in groups.yml, in the YAML of sources and exposures, and here for what dbt
does not know.
"""

from typing import Final


def team(name: str) -> str:
    """The team's name as an owner in Dagster: "Sales ops" is `team:sales-ops`."""
    return f"team:{'-'.join(name.lower().split())}"


# Lands, runs and restores: doors, pipelines, Postgres, Dagster.
DATA_PLATFORM: Final = team("Data platform")
# Says what the game is: rules, seeds, roster, publications, and the systems that SDRs work in.
SALES_OPS: Final = team("Sales ops")
