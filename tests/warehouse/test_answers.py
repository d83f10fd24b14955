"""What the door answers and what the marts count are computed in two places: here both meet."""

import json
from datetime import UTC, datetime

import psycopg2
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingestion.webhooks.events import read_event
from ingestion.webhooks.landing import Landed, land
from ingestion.webhooks.statements import SESSION
from tests.conftest import Warehouse

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
NAMES = ["x1", "x2", "x3"]
BOOK = {"event_type": "meeting_booked", "external_id": "x1"}
CANCEL = {"event_type": "meeting_cancelled", "reverses": "x1"}
# A reversal may also name an event by the event_id that the door has answered: the number says which answer.
ITEMS = st.fixed_dictionaries(
    {
        "event_type": st.sampled_from(["call_dial", "meeting_booked", "meeting_cancelled", "meeting_no_show"]),
        "user_id": st.sampled_from(["ann", "bob"]),
        "source": st.sampled_from(["crm", "crm", "dialler"]),
    },
    optional={"external_id": st.sampled_from(NAMES), "reverses": st.sampled_from(NAMES) | st.integers(0, 5)},
)


def post(
    warehouse: Warehouse, batch: list[dict[str, object]], known: list[str], received_at: datetime = NOW
) -> list[Landed]:
    """Land a batch as one transaction of the door."""
    events = []
    for number, item in enumerate(batch):
        body = {"source": "crm", "metadata": {"n": number % 2}} | item
        if isinstance(body.get("reverses"), int):
            body["reverses"] = known[int(str(body["reverses"])) % len(known)].upper() if known else "x1"
        events.append(read_event(json.dumps(body).encode(), received_at, "ann"))
    connection = psycopg2.connect(warehouse.dsn("ingest"))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(SESSION)
            outcomes = land(cursor, events)
    finally:
        connection.close()
    assert all(isinstance(outcome, Landed) for outcome in outcomes)
    return [outcome for outcome in outcomes if isinstance(outcome, Landed)]


@given(st.lists(st.lists(ITEMS, min_size=1, max_size=4), min_size=1, max_size=6))
@example([[CANCEL], [BOOK], [CANCEL | {"event_type": "meeting_no_show"}]])
@example([[BOOK, CANCEL, CANCEL | {"user_id": "bob"}], [BOOK]])
@example([[BOOK | {"external_id": "x2"}], [CANCEL | {"reverses": 0}], [CANCEL | {"reverses": "x2"}]])
@example([[CANCEL | {"source": "dialler"}], [BOOK], [CANCEL | {"external_id": "x3"}], [CANCEL | {"reverses": "x3"}]])
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_answers_add_up_to_the_marts(warehouse: Warehouse, batches: list[list[dict[str, object]]]) -> None:
    warehouse.execute("truncate raw.webhook_events, raw.rejected_events, intermediate.int_user_days_settled")
    warehouse.execute("delete from intermediate.settle_watermarks")
    answers: list[Landed] = []
    for batch in batches:
        answers += post(warehouse, batch, [answer.event_id for answer in answers])
        counted = warehouse.execute(
            "select coalesce(sum(total_gold), 0), coalesce(sum(total_xp), 0) from marts.dim_user_stats", role="hud"
        )
        assert counted == [(sum(answer.gold for answer in answers), sum(answer.xp for answer in answers))]
    landed, kept = warehouse.execute(
        "select (select count(*) from marts.fct_sales_events), (select count(*) from raw.rejected_events)"
    )[0]
    assert (landed, kept) == (
        sum(not answer.duplicate for answer in answers),
        sum(answer.duplicate for answer in answers),
    )
