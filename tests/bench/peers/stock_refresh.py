"""The stock near-real-time refresh, as the peer that Rift's refresh is timed against, built literally.

A sensor (1 s minimum interval) sees a new row in stock_peer.events and launches a run that calls `dbt build` through
DbtCliResource, as the Dagster and dbt tutorials do. Prints, per event, the seconds from its commit until the mart shows
it, and the CPU seconds that the daemon and its children spent on it.

    DATABASE_URL=postgresql://... python stock_refresh.py [EVENTS]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlparse

import psutil
import psycopg2

EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
URL = os.environ["DATABASE_URL"]

PROFILES = """
stock:
  target: dev
  outputs:
    dev: {{type: postgres, host: '{host}', port: {port}, user: '{user}', password: '{password}', dbname: '{name}',
           schema: stock_peer, threads: 4}}
"""

FILES = {
    "dbt_project/dbt_project.yml": """
name: stock
version: '1.0'
profile: stock
models: {stock: {+materialized: table}}
flags: {send_anonymous_usage_stats: false}
""",
    "dbt_project/models/stg_sales_events.sql": """
{{ config(materialized='view') }}
select * from stock_peer.events
""",
    "dbt_project/models/fct_user_daily.sql": """
{{ config(materialized='incremental', unique_key=['user_id', 'day', 'event_type'],
    incremental_strategy='delete+insert') }}
select user_id, occurred_at::date as day, event_type, count(*) as n, sum(gold) as gold, sum(xp) as xp
from {{ ref('stg_sales_events') }}
{% if is_incremental() %} where occurred_at >= current_date - 1 {% endif %}
group by 1, 2, 3
""",
    "dbt_project/models/dim_user_stats.sql": """
select user_id, sum(gold) as gold, sum(xp) as xp, floor(sum(xp) / 1000) + 1 as level,
    sum(n) filter (where event_type = 'meeting_booked' and day >= date_trunc('week', now())) as weekly
from {{ ref('fct_user_daily') }}
group by 1
""",
    "dbt_project/models/models.yml": """
models:
  - name: dim_user_stats
    columns:
      - name: user_id
        data_tests: [unique, not_null]
""",
    "stock.py": '''
import os
from pathlib import Path

import dagster as dg
import psycopg2
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

FOLDER = Path(__file__).parent / "dbt_project"
project = DbtProject(project_dir=FOLDER, profiles_dir=FOLDER)


@dbt_assets(manifest=project.manifest_path)
def models(context: dg.AssetExecutionContext, dbt: DbtCliResource):
    yield from dbt.cli(["build"], context=context).stream()


job = dg.define_asset_job("refresh", selection="*", executor_def=dg.in_process_executor)


@dg.sensor(job=job, minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING)
def landed(context):
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(event_id), 0) from stock_peer.events")
        newest = str(cursor.fetchone()[0])
    connection.close()
    if newest != (context.cursor or "0"):
        context.update_cursor(newest)
        yield dg.RunRequest(run_key=newest)


defs = dg.Definitions(
    assets=[models], jobs=[job], sensors=[landed], resources={"dbt": DbtCliResource(project_dir=project)}
)
''',
    "home/dagster.yaml": """
telemetry: {enabled: false}
run_coordinator: {module: dagster._core.run_coordinator, class: DefaultRunCoordinator}
""",
}
SCHEMA = """
drop schema if exists stock_peer cascade;
create schema stock_peer;
create table stock_peer.events (
    event_id bigint generated always as identity primary key, user_id text, event_type text, gold int, xp int,
    occurred_at timestamptz);
insert into stock_peer.events (user_id, event_type, gold, xp, occurred_at)
select 'sdr-' || i % 200, 'call_dial', 5, 10, now() - random() * interval '365 days'
from generate_series(1, 100000) i;
"""
INSERT = """
insert into stock_peer.events (user_id, event_type, gold, xp, occurred_at)
values (%s, 'meeting_booked', 100, 200, now())
"""


class Watched:
    """The daemon with all that it ever started, and the CPU seconds of them."""

    def __init__(self, daemon):
        self.daemon = psutil.Process(daemon.pid)
        self.seen = {}

    def cpu_seconds(self):
        for process in [self.daemon, *self.daemon.children(recursive=True)]:
            try:
                times = process.cpu_times()
                self.seen[(process.pid, process.create_time())] = times.user + times.system
            except psutil.NoSuchProcess:
                pass
        return sum(self.seen.values())


def write_project(home):
    url = urlparse(URL)
    profiles = PROFILES.format(
        host=url.hostname,
        port=url.port or 5432,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        name=url.path.lstrip("/"),
    )
    for name, text in (FILES | {"dbt_project/profiles.yml": profiles}).items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)


def shows(cursor, user_id):
    cursor.execute("select 1 from stock_peer.dim_user_stats where user_id = %s", (user_id,))
    return cursor.fetchone() is not None


def time_event(cursor, watched, user_id):
    before, started = watched.cpu_seconds(), time.time()
    cursor.execute(INSERT, (user_id,))
    while time.time() - started < 120 and not shows(cursor, user_id):
        watched.cpu_seconds()
        time.sleep(0.1)
    seconds = time.time() - started
    for _ in range(40):
        watched.cpu_seconds()
        time.sleep(0.1)
    return seconds, watched.cpu_seconds() - before


def main(home):
    write_project(home)
    connection = psycopg2.connect(URL)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(SCHEMA)
    project = home / "dbt_project"
    known = {"DAGSTER_HOME": str(home / "home"), "DBT_PROFILES_DIR": str(project), "PYTHONPATH": str(home)}
    environment = os.environ | known
    subprocess.run(["dbt", "build", "-q", "--project-dir", str(project)], env=environment, cwd=project, check=True)
    daemon = subprocess.Popen(
        ["dagster-daemon", "run", "-m", "stock"],
        env=environment,
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        watched = Watched(daemon)
        # The first event's run also warms every cache; it is not counted.
        time_event(cursor, watched, "warm")
        time.sleep(8)
        figures = []
        for number in range(EVENTS):
            figures.append(time_event(cursor, watched, f"probe-{number}"))
            print("event {}: in the mart after {:.1f} s, {:.1f} CPU s".format(number, *figures[-1]), flush=True)
        seconds, cpu = zip(*figures, strict=True)
        print(f"stock refresh: median {median(seconds):.1f} s, {median(cpu):.1f} CPU s")
    finally:
        daemon.terminate()
        daemon.wait(30)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="stock-refresh-") as folder:
        main(Path(folder))
