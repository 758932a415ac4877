"""Everything at rest is under one key; who may use it, and through which service."""

from typing import Any

import pytest
from devstack.template import Consumer, consumers, resources, statements, target
from policies import of_role

EACH = pytest.mark.parametrize("consumer", consumers(), ids=lambda consumer: consumer.name)


def test_everything_at_rest_is_under_the_key() -> None:
    for name, queue in resources("SQS::Queue").items():
        assert target(queue["KmsMasterKeyId"]) == "Key", name
        assert queue["KmsDataKeyReusePeriodSeconds"] == 3600, name
    assert target(resources("SNS::Topic")["EventsTopic"]["KmsMasterKeyId"]) == "Key"
    for name, table in resources("DynamoDB::Table").items():
        encryption = table["SSESpecification"]
        assert (encryption["SSEEnabled"], encryption["SSEType"]) == (True, "KMS"), name
        assert target(encryption["KMSMasterKeyId"]) == "Key", name
    assert resources("KMS::Key")["Key"]["EnableKeyRotation"] is True


@EACH
def test_a_function_uses_the_key_through_the_services_and_as_each_of_them_needs(consumer: Consumer) -> None:
    role = of_role(consumer)
    messages = role["UseTheKeyForMessages"]
    assert target(messages["Resource"]) == "Key"
    assert messages["Condition"] == through("sqs", *(["sns"] if consumer.publishes else []))
    assert set(messages["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    if consumer.table:
        table = role["UseTheKeyThroughTheTable"]
        assert (target(table["Resource"]), table["Condition"]) == ("Key", through("dynamodb"))
        # What DynamoDB asks of the user of a table under a customer's key.
        rest = {"kms:DescribeKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
        assert set(table["Action"]) == set(messages["Action"]) | rest


def through(*services: str) -> dict[str, Any]:
    names = [{"Fn::Sub": f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"} for service in services]
    return {"StringEquals": {"kms:ViaService": names if len(names) > 1 else names[0]}}


def test_the_key_serves_the_topic_of_this_account_alone() -> None:
    key = {s["Sid"]: s for s in statements(resources("KMS::Key")["Key"]["KeyPolicy"])}
    conditions = key["TheTopicDeliversToEncryptedQueues"]["Condition"]
    name = resources("SNS::Topic")["EventsTopic"]["TopicName"]["Fn::Sub"]
    assert conditions["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(f":${{AWS::AccountId}}:{name}")
    assert conditions.keys() == {"ArnEquals"}, "a key that a request does not bring refuses it, and every delivery with it"
    for sender in (
        "ProducersSendToTheIntakeQueue",
        "ThePartnerAdminSendsToThePartnersQueue",
        "ThePaymentSystemSendsToThePointsQueue",
    ):
        assert key[sender]["Condition"] == through("sqs")
