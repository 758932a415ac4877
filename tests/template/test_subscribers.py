"""Who may subscribe to the topic, whatever IAM allows."""

from fnmatch import fnmatchcase
from typing import Any

from devstack.template import resources, statements


def test_only_queues_of_this_account_and_of_the_listed_ones_subscribe() -> None:
    topic = {s["Sid"]: s for s in statements(resources("SNS::TopicPolicy")["EventsTopicPolicy"]["PolicyDocument"])}
    assert topic.keys() == {
        "TheAccountGovernsItsTopicThroughIam",
        "ListedAccountsSubscribe",
        "NothingButQueuesSubscribe",
        "NoQueueOfAnotherAccountSubscribes",
    }
    listed = topic["ListedAccountsSubscribe"]
    assert (listed["Principal"], listed["Action"]) == ({"AWS": {"Ref": "SubscriberAccounts"}}, "sns:Subscribe")
    # Two statements: the conditions of one are joined by "and", and either alone must refuse.
    for sid in ("NothingButQueuesSubscribe", "NoQueueOfAnotherAccountSubscribes"):
        assert (topic[sid]["Effect"], topic[sid]["Principal"], topic[sid]["Action"]) == ("Deny", "*", "sns:Subscribe")
    assert topic["NothingButQueuesSubscribe"]["Condition"] == {"StringNotEquals": {"sns:Protocol": "sqs"}}
    condition = topic["NoQueueOfAnotherAccountSubscribes"]["Condition"]["StringNotLike"]["sns:Endpoint"]
    own, *others = ("1" * 12, "2" * 12, "3" * 12)
    assert accounts_taken(condition, own, [""]) == {own}
    assert accounts_taken(condition, own, others) == {own, *others}
    assert accounts_taken(listed["Condition"]["StringLike"]["sns:Endpoint"], own, others) == {*others}


def accounts_taken(condition: dict[str, Any], own: str, listed: list[str]) -> set[str]:
    """The accounts whose queues fit a condition on the endpoint."""
    patterns = endpoint_patterns(condition, own, listed)
    queues = {account: f"arn:aws:sqs:ap-northeast-2:{account}:reviews" for account in ("1" * 12, "2" * 12, "3" * 12)}
    return {account for account, queue in queues.items() if any(fnmatchcase(queue, pattern) for pattern in patterns)}


def endpoint_patterns(split: dict[str, Any], account: str, listed: list[str]) -> list[str]:
    """The patterns of the allowed endpoints, as CloudFormation makes them of this account's id and the parameter."""
    separator, joined = split["Fn::Split"]
    text, variables = joined["Fn::Sub"]
    delimiter, parameter = variables["Listed"]["Fn::Join"]
    assert parameter == {"Ref": "SubscriberAccounts"}
    return text.replace("${AWS::AccountId}", account).replace("${Listed}", delimiter.join(listed)).split(separator)
