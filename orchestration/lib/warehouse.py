"""Builds the warehouse once, with progress: `python -m orchestration.lib.warehouse`.

What `rift up` runs before anything serves, and what anybody may run at any time: readers are not disturbed.
"""

import sys

from orchestration.lib import dbt


def build() -> None:
    """Run `dbt build` without the audit, with progress. Raises `dbt.DbtError` when a model or test failed."""

    def show(event: dbt.Event) -> None:
        if event["info"]["name"] in {"LogModelResult", "LogSeedResult"}:
            data = event["data"]
            print(f"  {data['index']:>3}/{data['total']}  {data['node_info']['node_name']}", flush=True)

    dbt.invoke(dbt.BUILD, show)


if __name__ == "__main__":
    sys.exit(dbt.exit_code(build))
