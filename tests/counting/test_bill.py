"""A run's bill, by hand."""

from collections import Counter

import pytest
from devstack.counting import prices
from devstack.counting.bill import Run, bill
from devstack.counting.counts import Counts
from devstack.counting.peer import charge_of, charge_of_peer
from devstack.counting.publications import published
from devstack.scale import bounds, pipeline
from devstack.scale.work import Work

ENTRY = "PublishBatchRequestEntries.member"
BATCH = {
    "Action": "PublishBatch",
    f"{ENTRY}.1.Id": "0",
    f"{ENTRY}.1.Message": "한",
    f"{ENTRY}.1.MessageGroupId": "not billed",
    f"{ENTRY}.1.MessageAttributes.entry.1.Name": "eventType",
    f"{ENTRY}.1.MessageAttributes.entry.1.Value.DataType": "String",
    f"{ENTRY}.1.MessageAttributes.entry.1.Value.StringValue": "request.matched",
    f"{ENTRY}.2.Id": "1",
    f"{ENTRY}.2.Message": "{}",
    f"{ENTRY}.2.MessageAttributes.entry.1.Name": "eventType",
    f"{ENTRY}.2.MessageAttributes.entry.1.Value.DataType": "String",
    f"{ENTRY}.2.MessageAttributes.entry.1.Value.StringValue": "request.matched",
}


def test_a_batch_publishes_its_messages_with_their_attributes() -> None:
    attribute = len("eventType" + "String" + "request.matched")
    assert published(BATCH) == (Counter({"request.matched": 2}), 3 + 2 + 2 * attribute)


def test_a_message_to_a_phone_is_not_the_topics() -> None:
    assert published({"Action": "Publish", "PhoneNumber": "+82100", "Message": "hello"}) == (Counter(), 0)


def charged(requests: int, batch: int) -> Run:
    """Requests whose charges are counted, as many a batch as it takes."""
    batches = requests // batch
    counts = Counts(
        Counter({"sns.PublishBatch": batches}), write=8.0 * requests, read=1.0 * batches, invocations=batches, logged=1000 * batches,
        events=Counter({"points.deducted": requests}), published=500 * requests,
    )  # fmt: skip
    return Run(batch, requests, {"points": counts})


def test_the_bill_is_what_was_counted_at_the_list_prices() -> None:
    found = bill(charged(100, 10))
    subscriptions, fifo, standard = pipeline.subscriptions(), prices.FIFO_REQUEST.million, prices.STANDARD_REQUEST.million
    assert subscriptions == 5
    assert found["DynamoDB"] == pytest.approx(8 * 0.625 + 0.1 * 0.125)
    assert found["SNS"] == pytest.approx(0.1 * 0.30 + 500 * 0.017e-3 + subscriptions * (0.01 + 500 * 0.001e-3))
    # Sent by the producer in batches, delivered to outcomes and statistics one by one, received and deleted by points in batches.
    assert found["SQS"] == pytest.approx(0.1 * fifo + fifo + standard + 2 * 0.1 * fifo)
    duration = bounds.invocations(Work(), 10)["points"]
    assert found["Lambda"] == pytest.approx(0.1 * (0.20 + duration * 0.25 * 13.3334))
    assert found["logs"] == pytest.approx(100 * 0.50e-3)


def test_a_peer_pays_for_each_record_and_for_idempotency_if_it_has_it() -> None:
    ten = charged(100, 10)
    ours, bare, idempotent = charge_of(ten), charge_of_peer(ten, idempotent=False), charge_of_peer(ten, idempotent=True)
    assert bare["DynamoDB"] == pytest.approx(4 * 0.625 + 1 * 0.125)
    assert idempotent["DynamoDB"] == pytest.approx(6 * 0.625 + 1 * 0.125)
    assert idempotent["Lambda"] > bare["Lambda"] > ours["Lambda"]
    for peers in (bare, idempotent):
        assert peers["SNS"] - ours["SNS"] == pytest.approx(0.9 * 0.30)
        assert peers["SQS"] == ours["SQS"]
