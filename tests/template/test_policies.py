"""Every policy of the template: no star without a reason, no other kind of policy, no single partition."""

import re

from devstack.project import ROOT
from devstack.template import consumers, template
from policies import policies

# Every star there is, by the policy's owner and the statement's Sid, with its reason.
STARS = {
    ("Key", "TheAccountGovernsItsKeyThroughIam"): "a key policy names its own key by *, and an account that may not do"
    " everything with its key may lose it",
    ("Key", "TheTopicDeliversToEncryptedQueues"): "a key policy names its own key by *",
    ("Key", "ProducersSendToTheIntakeQueue"): "a key policy names its own key by *",
    ("Key", "ThePartnerAdminSendsToThePartnersQueue"): "a key policy names its own key by *",
    ("Key", "ThePaymentSystemSendsToThePointsQueue"): "a key policy names its own key by *",
    ("EventsTopicPolicy", "NothingButQueuesSubscribe"): "a refusal, for everyone",
    ("EventsTopicPolicy", "NoQueueOfAnotherAccountSubscribes"): "a refusal, for everyone",
    **{
        (f"{queue}QueuePolicy", "NobodyElseSends"): "a refusal, for everyone but those whom it names"
        for queue in ("Partners", "Outcomes", "Deferred", "Points", "Notification", "Statistics", "Undelivered")
    },
    **{
        (f"{dead_letters}Policy", "NobodyElseSends"): "a refusal, for everyone but those whom it names"
        for consumer in consumers()
        for dead_letters in consumer.dead_letter_queues.values()
    },
    ("ReleaseRole", "MoveTheAlias"): "the function, and its alias after a colon",
    ("ReleaseRole", "SeeWhetherAnAlarmRings"): "a list of alarms has no ARN",
    **{(f"{consumer.name}Role", "Trace"): "X-Ray has no resource to name" for consumer in consumers()},
    ("NotificationRole", "Text"): "a phone number has no ARN: everything but what has one",
    ("NotificationRole", "Push"): "an endpoint is made for each device",
}


def test_no_star_but_those_with_a_reason() -> None:
    parts = ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal")
    starred = {
        (owner, statement.get("Sid"))
        for owner, statement in policies()
        if "*" in str([statement.get(part) for part in parts])
    }
    assert starred == STARS.keys()


def test_nothing_is_tied_to_one_partition_of_aws() -> None:
    """In China ARNs begin otherwise, and domains end otherwise; services as principals are called the same."""
    text = re.sub(r"^ *AllowedPattern: .*|Service: (sns|lambda|codedeploy)\.amazonaws\.com$", "", (ROOT / "template.yaml").read_text(), flags=re.M)
    assert re.findall(r".*(?:arn:aws|amazonaws).*", text) == []


def test_no_resource_brings_a_policy_of_another_kind() -> None:
    kinds = {body["Type"] for body in template()["Resources"].values()}
    known = {"AWS::IAM::Role", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"}
    assert {kind for kind in kinds if "Policy" in kind or "IAM" in kind or "Permission" in kind} == known
