"""Writes the documentation of the warehouse as one page: `python -m orchestration.lib.documentation`.

Every model, column, test and line of lineage, with the types that the database really has, in a file that needs no
server and no network.
"""

import os
import shutil
import sys
from pathlib import Path

import psycopg2

from orchestration.lib import dbt, warehouse


def write() -> Path:
    """Write the page below RIFT_HOME, say where it is and return its path. Raises `dbt.DbtError` when dbt fails."""
    if not _is_built():
        warehouse.build()
    dbt.invoke(["docs", "generate", "--static"])
    page = dbt.target_path().parent / "docs" / "index.html"
    page.parent.mkdir(exist_ok=True)
    shutil.copyfile(dbt.target_path() / "static_index.html", page)
    print(f"The documentation is in {page}")
    return page


def _is_built() -> bool:
    connection = psycopg2.connect(os.environ["RIFT_TRANSFORM_DSN"], connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select to_regclass('marts.rpt_health') is not null")
            return cursor.fetchone() == (True,)
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(dbt.exit_code(write))
