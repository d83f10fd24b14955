"""The weekly rank report: its numbers are those of the marts, it opens anywhere, it is made once, and of each week."""

import csv
import html
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from types import ModuleType

import dagster as dg
import psycopg2
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ingestion.privacy.forgetting import forget_user
from orchestration.lib import tail
from orchestration.lib.publication import PUBLICATION_LOCK, publish
from orchestration.lib.report import figures, folder, making, spreadsheet, weeks
from orchestration.lib.report.resources import LIBRARY_MARKER
from tests import landing, reports
from tests.conftest import Warehouse
from tests.hud import looks
from tests.hud.conftest import CHROMIUM, CHROMIUM_FLAGS, wait_until
from tests.orchestration.conftest import Load
from tests.outside import suites
from tests.reports import EARLIER, NAMES, WEEK, opened

MONDAY = date.fromisoformat(WEEK)
STANDINGS = """
select ranks.user_id, ranks.published_rank_position::text, ranks.published_rank_tier,
    ranks.published_meetings_booked::text, ranks.published_rank_points::text
from marts.fct_weekly_ranks as ranks
where week_start_date = %s and published_rank_tier is not null
order by 1
"""
TEAMS = """
select team_id, coalesce(position::text, chr(8211)), headcount::text, meetings_booked::text,
    to_char(points_per_head, 'FM990.00')
from marts.fct_team_weekly
where week_start_date = %s
order by 1
"""
AS_OF = r"[Aa]s of \d\d \w{3} \d{4}, \d\d:\d\d UTC"
WAITING = """
select count(*) from pg_locks
where not granted and {} and database = (select oid from pg_database where datname = current_database())
"""


# Not for the whole module: Dagster's runs want an event loop of their own.
@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture
def published(warehouse: Warehouse) -> Warehouse:
    reports.published(warehouse)
    return warehouse


def made(warehouse: Warehouse, week: str = WEEK) -> making.Report:
    return making.make(warehouse.dsn("transform"), date.fromisoformat(week))


def lines(report: making.Report, section: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(report.csv)))
    return [row for row in rows if row["section"] == section]


def cells(page: Page, table: str, key: str, *classes: str) -> list[tuple[str, ...]]:
    """What the rows of a table say, by the id that they carry."""
    rows = [
        (row.get_attribute(key) or "", *(row.locator(name).inner_text().strip() for name in classes))
        for row in page.locator(f"{table} tbody tr").all()
    ]
    return sorted(rows)


def test_its_numbers_are_those_of_the_marts(published: Warehouse, browser: Browser, tmp_path: Path) -> None:
    report = made(published)
    standings = published.execute(STANDINGS, MONDAY)
    path, table = folder.write(report, tmp_path)
    assert [oct(file.stat().st_mode & 0o777) for file in (path, table)] == ["0o600", "0o600"]
    with opened(browser, path) as page:
        shown = cells(page, ".standings", "data-sdr", ".place", ".rank span >> nth=0", ".meetings", ".points")
        assert [
            (user, place, tier.split("\n")[0].split(" ")[0], *rest) for user, place, tier, *rest in shown
        ] == standings
        teams = cells(page, ".teams", "data-team", ".place", "td:nth-of-type(3)", ".meetings", "td:nth-of-type(5)")
        assert teams == published.execute(TEAMS, MONDAY)
        # Bob rose from Bronze to Emerald and took the first place of Ann, who fell.
        assert page.locator("[data-sdr=bob] .move").text_content() == "▲up 2"
        assert "rose from Bronze" in page.locator("[data-sdr=bob]").inner_text()
        assert "fell from Platinum" in page.locator("[data-sdr=ann]").inner_text()
        assert page.locator(".champion bdi").all_inner_texts() == [NAMES["bob"]]
        assert "more than ever before: it was 4" in page.locator(".records .ever").first.inner_text()
        assert looks.violations(page, suites.axe_core()) == []
    by_user = {row["user_id"]: row for row in lines(report, "standing")}
    told = ("position", "rank_tier", "meetings_booked", "rank_points")
    assert sorted((user, *(row[name] for name in told)) for user, row in by_user.items()) == standings
    assert (by_user["bob"]["movement"], by_user["ann"]["movement"]) == ("2", "-1")


def test_records_are_those_of_the_week_though_later_ones_are_better(published: Warehouse) -> None:
    bests = "select user_id, metric, period, best_value::text, previous_best_value::text from marts.fct_personal_bests"
    live = set(published.execute(f"{bests} where reached_date >= %s and previous_best_value > 0", MONDAY))
    report = made(published)
    told = ("user_id", "metric", "period", "value", "value_before")
    assert live
    assert {tuple(row[name] for name in told) for row in lines(report, "personal_best")} == live
    published.execute("delete from raw.weekly_reports")
    landing.land(
        published, *(landing.event("bob", "meeting_booked", f"2026-03-10 {hour}:00+00") for hour in range(10, 20))
    )
    assert lines(made(published), "personal_best") == lines(report, "personal_best")


def test_names_are_text(published: Warehouse, browser: Browser, tmp_path: Path) -> None:
    report = made(published)
    path, _ = folder.write(report, tmp_path)
    for width in (390, 1200):
        with opened(browser, path, width) as page:
            for user, name in NAMES.items():
                assert page.locator(f".standings [data-sdr={user}] .who").text_content() == name
            assert page.title() == "Weekly Rank Report 2026-W10"
            assert page.locator("img, script:not([nonce]):not([type='application/json']), a[href]").count() == 0
            assert page.locator("svg b, svg i, svg a").count() == 0
            chart = page.locator("#chart-standings").text_content() or ""
            assert "<img src=x onerror=" in chart
            assert page.evaluate("document.documentElement.scrollWidth") == width
    formulas = [row["name"] for row in csv.DictReader(io.StringIO(report.csv)) if row["name"].lstrip("'")[:1] in "=+"]
    assert {f"'{NAMES['cyd']}", "'+Red"} <= set(formulas)
    assert all(name.startswith("'") for name in formulas if name)


def test_it_carries_its_fonts_and_prints_in_full(published: Warehouse, browser: Browser, tmp_path: Path) -> None:
    path, table = folder.write(made(published), tmp_path)
    assert table.read_bytes().startswith(b"\xef\xbb\xbfsection,")
    with opened(browser, path) as page:
        assert page.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)")
        assert page.locator(".chart svg.main-svg").count() >= 4
        # As wide as A4 within its margins: no part of the page is cut off, and its ground is white.
        page.emulate_media(media="print")
        page.evaluate("document.body.style.width = '702px'")
        wide = "[...document.querySelectorAll('.page *')].filter(e => e.getBoundingClientRect().right > 703).length"
        assert page.evaluate(wide) == 0
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.pdf(format="A4").startswith(b"%PDF")
    with opened(browser, path, scripts=False) as page:
        assert page.locator(".standings tbody tr").count() == len(NAMES)
        assert not page.locator("#chart-standings").is_visible()


def test_a_report_is_made_once_and_is_the_same_each_time(published: Warehouse) -> None:
    first = made(published)
    assert first.document.count(LIBRARY_MARKER) == 1
    assert len(first.document) < 500_000
    landing.employ(published, "bob", name="Robert", team="Green")
    assert made(published) == first
    assert published.execute("select count(*) from raw.weekly_reports") == [(1,)]
    assert published.execute("select iso_week, champion_names, meetings_booked from marts.rpt_weekly_reports") == [
        ("2026-W10", [NAMES["bob"]], 10)
    ]
    landing.employ(published, "bob", name=NAMES["bob"], team="Blue <i>&")
    published.execute("delete from raw.weekly_reports")
    again = made(published)
    assert again.csv == first.csv
    assert again.figures | {"read_at": first.figures["read_at"]} == first.figures
    assert re.sub(AS_OF, "", again.document) == re.sub(AS_OF, "", first.document)


def test_a_restatement_is_told_by_the_next_report_and_by_no_other(published: Warehouse) -> None:
    first, second = made(published, EARLIER), made(published)
    reports.restate(published)
    landing.land(published, landing.event("ann", "meeting_booked", "2026-03-10 12:00+00"))
    publish(published.dsn("transform"))
    third = made(published, "2026-03-09")
    (told,) = lines(third, "restatement")
    expected = ("2026-W09", "dee", "1", "0", "Bronze", "Iron", "event")
    names = ("week", "user_id", "rank_points", "rank_points_before", "rank_tier", "rank_tier_before", "caused_by")
    assert tuple(told[name] for name in names) == expected
    landing.land(published, landing.event("ann", "meeting_booked", "2026-03-17 12:00+00"))
    publish(published.dsn("transform"))
    assert lines(made(published, "2026-03-16"), "restatement") == []
    assert (made(published, EARLIER), made(published)) == (first, second)
    counts = "select iso_week, restatement_count, restated_since_count from marts.rpt_weekly_reports order by 1"
    assert published.execute(counts) == [("2026-W09", 0, 1), ("2026-W10", 0, 0), ("2026-W11", 1, 0), ("2026-W12", 0, 0)]


def test_a_report_made_after_a_restatement_says_what_is_as_announced_and_what_is_not(
    published: Warehouse, browser: Browser, tmp_path: Path
) -> None:
    landing.land(published, landing.event("dee", "meeting_booked", "2026-03-04 12:00+00"))
    report = made(published)
    announced = {row["user_id"]: row["meetings_booked"] for row in report.figures["standings"]}
    (blue,) = [row for row in report.figures["teams"] if row["team_name"] == "Blue <i>&"]
    assert (announced["bob"], announced["dee"], announced["fay"], blue["meetings_booked"]) == (5, 1, 0, 7)
    assert report.figures["read_at"] > report.figures["published_at"]
    path, _ = folder.write(report, tmp_path)
    with opened(browser, path) as page:
        standings = page.locator(".standings caption").inner_text()
        assert re.fullmatch(rf"Places, .* as announced; .* Teams, gold and XP {AS_OF}.*", standings)
        for told in (page.locator(".teams caption"), page.locator(".bests caption"), page.locator("#h-records + p")):
            assert re.search(AS_OF, told.inner_text(), re.IGNORECASE)


def test_whoever_is_forgotten_leaves_the_reports(published: Warehouse) -> None:
    made(published)
    forgotten = forget_user(published.owner_dsn, "eve", dry_run=False)
    assert forgotten.rewritten["raw.weekly_reports"] == 1
    assert [str(week) for week, _ in making.unreported(published.dsn("transform"))] == [EARLIER, WEEK]
    again = made(published)
    assert NAMES["eve"] not in again.document + again.csv + str(again.figures)
    assert str(forgotten.subject.pseudonym) in again.document


def test_a_report_that_is_being_made_holds_nobody_who_is_forgotten_meanwhile(published: Warehouse) -> None:
    def somebody_waits(lock: str) -> bool:
        return bool(published.execute(WAITING.format(lock))[0][0])

    with ThreadPoolExecutor() as pool:
        # The figures are read, and the report is not stored yet, for as long as this is open.
        with closing(psycopg2.connect(published.owner_dsn)) as holding:
            holding.cursor().execute("lock table raw.weekly_reports in share mode")
            making_it = pool.submit(made, published)
            wait_until(lambda: somebody_waits("relation = 'raw.weekly_reports'::regclass"), 30)
            forgetting = pool.submit(forget_user, published.owner_dsn, "eve", dry_run=False)
            wait_until(lambda: forgetting.done() or somebody_waits("locktype = 'advisory'"), 30)
        assert NAMES["eve"] in making_it.result(60).document
        assert forgetting.result(60).rewritten["raw.weekly_reports"] == 1
    assert published.execute("select count(*) from raw.weekly_reports") == [(0,)]
    assert NAMES["eve"] not in made(published).document


def test_a_report_of_what_is_no_publication_any_more_is_not_stored(published: Warehouse) -> None:
    dsn = published.dsn("transform")
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        outdated = figures.read(cursor, MONDAY)
    assert outdated
    forget_user(published.owner_dsn, "eve", dry_run=False)
    making.store(dsn, outdated)
    assert published.execute("select count(*) from raw.weekly_reports") == [(0,)]
    # Nor do files come into being while somebody is forgotten.
    with making.kept(dsn, MONDAY):
        assert published.execute("select pg_try_advisory_lock(%s)", PUBLICATION_LOCK) == [(False,)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " ="])
def test_no_spreadsheet_takes_a_name_for_a_formula(start: str) -> None:
    assert spreadsheet._cell(f"{start}1") == f"'{start}1"  # noqa: SLF001  # what every cell goes through


@pytest.mark.parametrize("text", ["2026-W10", "2026W10", "2026-w10", " 2026-03-02 ", "2026-03-08"])
def test_a_week_is_written_in_several_ways(text: str) -> None:
    assert weeks.parse(text) == MONDAY
    assert (weeks.iso_week(MONDAY), weeks.in_words(date(2025, 12, 29))) == (
        "2026-W10",
        "29 December 2025 \u2013 4 January 2026",
    )


@pytest.mark.parametrize("text", ["", "W10", "2026-W54", "2026-13-01", "last week", "2026-W1x", "2026-W00"])
def test_what_is_no_week_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="Write an ISO week such as 2026-W46"):
        weeks.parse(text)


@pytest.fixture
def definitions(load: Load) -> ModuleType:
    return load("orchestration.definitions")


def sense(instance: dg.DagsterInstance, warehouse: Warehouse, definitions: ModuleType) -> list[dg.RunRequest]:
    """What a tick of the sensor asks for, as Dagster's daemon takes it; without a request it says why, once."""
    from orchestration.defs.reports.sensors import report_sensor  # noqa: PLC0415  # after its environment is set

    tail_resource = tail.Warehouse(dsn=warehouse.dsn("transform"))
    context = dg.build_sensor_context(
        instance=instance, resources={"warehouse": tail_resource}, definitions=definitions.defs
    )
    tick = report_sensor.evaluate_tick(context)
    asked = list(tick.run_requests or [])
    assert bool(tick.skip_message) != bool(asked)
    return asked


def judge(instance: dg.DagsterInstance, check: dg.AssetChecksDefinition, *, passed: bool) -> None:
    """What a check of ours says from now on."""
    key = check.check_key
    instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(asset_key=key.asset_key, check_name=key.name, passed=passed, metadata={})
    )


def run(definitions: ModuleType, instance: dg.DagsterInstance, week: str, **tags: str) -> dg.ExecuteInProcessResult:
    job = definitions.defs.resolve_job_def("report_job")
    assert job.tags["rift/writes"] == "reports"
    result: dg.ExecuteInProcessResult = job.execute_in_process(
        partition_key=week, instance=instance, raise_on_error=False, tags=tags
    )
    return result


def test_each_published_week_gets_its_report(
    definitions: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    assert sense(instance, warehouse, definitions) == []
    reports.published(warehouse)
    # Not while figures may be wrong; the newest evaluation counts.
    for check in ("landed_events_are_counted", "sampled_rows_equal_raw"):
        judge(instance, getattr(definitions, check), passed=False)
        assert sense(instance, warehouse, definitions) == []
        judge(instance, getattr(definitions, check), passed=True)
    requests = sense(instance, warehouse, definitions)
    assert [request.partition_key for request in requests] == [EARLIER, WEEK]
    for request in requests:
        result = run(definitions, instance, str(request.partition_key), **dict(request.tags))
        (event,) = result.get_asset_materialization_events()
        metadata = event.materialization.metadata
        page = Path(str(metadata["page"].value))
        assert page.name == f"{weeks.iso_week(date.fromisoformat(str(request.partition_key)))}.html"
        assert metadata["file"].value == page.as_uri()
        assert str(metadata["hud"].value).endswith(f"/reports?week={page.stem}")
        assert metadata["rows"].value == len(NAMES)
        assert LIBRARY_MARKER not in page.read_text(encoding="utf-8")
        told = html.unescape(str(metadata))
        assert "| Blue <i>& | 3 |" in told, metadata["preview"]
        # Dagster keeps what it is told, whoever is forgotten.
        assert [name for name in NAMES.values() if name in told] == []
        assert "<" not in str(metadata["preview"].value)
        assert "![" not in str(metadata["preview"].value)
    assert sense(instance, warehouse, definitions) == []


def attempt(instance: dg.DagsterInstance, request: dg.RunRequest, status: dg.DagsterRunStatus, times: int) -> None:
    """Runs for what was asked for, none of which made the report."""
    job = dg.JobDefinition(name="report_job", graph_def=dg.GraphDefinition(name="report_job"))
    for _ in range(times):
        instance.create_run_for_job(job, tags=dict(request.tags), status=status)


def test_weeks_that_wait_hide_no_other(
    definitions: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports.published(warehouse)
    first, second = sense(instance, warehouse, definitions)
    attempt(instance, first, dg.DagsterRunStatus.FAILURE, times=3)
    assert sense(instance, warehouse, definitions) == [second]
    monkeypatch.setattr("orchestration.defs.reports.sensors.AT_ONCE", 1)
    assert sense(instance, warehouse, definitions) == [second]
    attempt(instance, second, dg.DagsterRunStatus.STARTED, times=1)
    assert sense(instance, warehouse, definitions) == []


def test_an_unpublished_week_fails_and_says_when(
    definitions: ModuleType, instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    reports.play(warehouse)
    for passed in (False, True):
        judge(instance, definitions.sampled_objects_equal_items, passed=passed)
        asked = definitions.publish_schedule(
            dg.build_schedule_context(instance=instance), warehouse=tail.Warehouse(dsn=warehouse.dsn("transform"))
        )
        assert isinstance(asked, dg.RunRequest) == passed
    (failure,) = [event for event in run(definitions, instance, WEEK).all_node_events if event.is_step_failure]
    assert "2026-W10 is over, and not published yet" in str(failure.step_failure_data.user_failure_data)
    (failure,) = [event for event in run(definitions, instance, "2019-01-07").all_node_events if event.is_step_failure]
    assert "Nobody was at work in 2019-W02" in str(failure.step_failure_data.user_failure_data)
