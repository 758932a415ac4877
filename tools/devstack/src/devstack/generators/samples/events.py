"""The events of the samples: a handful of requests that all consumers' samples are about.

In one minute one request is matched and charged, one is refused, one is deferred, one is without a partner.
"""

import random
from datetime import datetime, timedelta

from devstack.events import Event, derived, match_id, utc
from devstack.generators.envelopes import KOREA, produced, published
from devstack.generators.partners import Partner
from devstack.generators.samples.partners import WINDOWS
from devstack.generators.samples.sqs import ACCOUNT, REGION

# A decision older than a day is not told, whenever the samples are handed in: these are dated ahead.
NEVER_TOO_LATE = datetime(2099, 3, 2, 9, 0, tzinfo=KOREA)
PUSH = f"arn:aws:sns:{REGION}:{ACCOUNT}:endpoint/GCM/matchflow/{derived('sample endpoint')}"

PURCHASE = 50_000


class SampleEvents:
    """The events, beginning at a time."""

    def __init__(self, start: datetime, seed: int) -> None:
        self.start = start
        self.rng = random.Random(seed)

    def at(self, seconds: float) -> datetime:
        return self.start + timedelta(seconds=seconds)

    def registered(self, partner: Partner) -> Event:
        return produced("partner.registered", "/partner-admin", partner.registration(), self.at(0), self.rng)

    def submitted(self, number: int, partner: Partner, **customer: str) -> Event:
        """A request for the work of a partner; a customer's phone unless something else is said."""
        contact = customer or {"phone": f"+82100000{9000 + number}", "locale": "ko-KR"}
        data = {
            "requestId": f"sample-{number:04}",
            "customer": {"id": f"sample-customer-{number:04}"} | contact,
            "category": partner.categories[0],
            "region": partner.regions[0],
            "details": {"memo": "오전이 좋아요", "rooms": 3},
        }
        return produced("request.submitted", "/intake-api", data, self.at(number % 60), self.rng)

    def unserved(self, number: int, **customer: str) -> Event:
        """A request from a region that no partner serves."""
        event = self.submitted(number, WINDOWS, **customer)
        event["data"]["region"] = "KR-46"
        return event

    def matched(self, request: Event, partner: Partner) -> Event:
        asked = request["data"]
        data = {
            "requestId": asked["requestId"],
            "matchId": match_id(asked["requestId"], 1),
            "attempt": 1,
            "customer": asked["customer"],
            "partner": {"id": partner.id, "name": partner.name},
            "fee": {"points": partner.fee},
            "category": asked["category"],
            "region": asked["region"],
            "submittedAt": self.time_of(request),
        }
        return published("request.matched", "matching", f"{asked['requestId']}/1", data, self.at(60), request)

    def unmatched(self, request: Event) -> Event:
        asked = request["data"]
        kept = {name: asked[name] for name in ("requestId", "customer", "category", "region")}
        data = kept | {"attempt": 1, "submittedAt": self.time_of(request), "reason": "no_partner"}
        return published("request.unmatched", "matching", f"{asked['requestId']}/1", data, self.at(60), request)

    def deferred(self, request: Event) -> Event:
        request_id = request["data"]["requestId"]
        data = {"requestId": request_id, "attempt": 1, "retryAt": utc(self.at(62))}
        return published("request.deferred", "matching", f"{request_id}/1", data, self.at(60), request)

    def purchased(self, number: int, partner: Partner) -> Event:
        data = {"purchaseId": f"sample-purchase-{number:02}", "partnerId": partner.id, "points": PURCHASE}
        return produced("points.purchased", "/payments", data, self.at(30), self.rng)

    def credited(self, purchase: Event) -> Event:
        bought = purchase["data"]
        transfer = derived("transfer", "purchase", bought["purchaseId"])
        data = bought | {"balance": PURCHASE, "sequence": 1, "transferId": transfer}
        return published("points.credited", "points", transfer, data, self.at(31), purchase)

    def deducted(self, matched: Event) -> Event:
        match = matched["data"]
        transfer = derived("transfer", "match", match["matchId"])
        points = match["fee"]["points"]
        data = {
            "requestId": match["requestId"],
            "matchId": match["matchId"],
            "partnerId": match["partner"]["id"],
            "points": points,
            "balance": PURCHASE - points,
            "sequence": 2,
            "transferId": transfer,
        }
        data |= {name: match[name] for name in ("submittedAt", "category", "region")}
        return published("points.deducted", "points", transfer, data, self.at(61), matched)

    def rejected(self, matched: Event) -> Event:
        match = matched["data"]
        data = {
            "requestId": match["requestId"],
            "matchId": match["matchId"],
            "partnerId": match["partner"]["id"],
            "points": match["fee"]["points"],
            "balance": 0,
            "sequence": 0,
            "reason": "unknown_account",
        }
        data |= {name: match[name] for name in ("submittedAt", "category", "region")}
        return published("points.rejected", "points", match["matchId"], data, self.at(61), matched)

    def sent(self, decision: Event) -> Event:
        return self._answer("notification.sent", decision, "sms")

    def not_sent(self, decision: Event) -> Event:
        return self._answer("notification.failed", decision, "none", reason="no_channel")

    def _answer(self, event_type: str, decision: Event, channel: str, **reason: str) -> Event:
        told, key = decision["data"], derived("notification", decision["id"], channel)
        data = {
            "notificationId": key,
            "requestId": told["requestId"],
            "customerId": told["customer"]["id"],
            "channel": channel,
            "cause": decision["type"],
        }
        data |= {name: told[name] for name in ("category", "region", "submittedAt")}
        data |= {"partnerId": told["partner"]["id"]} if "partner" in told else {}
        return published(event_type, "notification", key, data | reason, self.at(61.5), decision)

    def time_of(self, request: Event) -> str:
        return utc(datetime.fromisoformat(request["time"]))
