"""How long calls and work take. The hops are published measurements; the rest are assumptions, which the page says and varies."""

from dataclasses import dataclass, replace

from devstack.scale import limits
from devstack.scale.latency import Latency, published

# From a message's send (or publish) until a function has it, cold starts among the slowest:
# https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/ (1,024 messages each, eu-west-1, September 2022).
SQS_HOP = published(21.9, 28.1, 61.2, 645)
SNS_HOP = published(32.8, 40.1, 67.8, 497)


@dataclass(frozen=True)
class Work:
    """Latencies in seconds; CPU in seconds of a whole CPU, of which a function has its memory's share."""

    sqs_hop: Latency = SQS_HOP
    sns_hop: Latency = SNS_HOP
    read: Latency = published(2, 3, 6, 15)
    write: Latency = published(3, 5, 9, 25)
    transaction: Latency = published(7, 10, 18, 50)
    publish: Latency = published(8, 12, 25, 80)
    send: Latency = published(20, 30, 60, 200)  # a text or push, with its new connection
    deletion: Latency = published(4, 6, 12, 40)  # of a batch's messages, by the poller
    cold_start: Latency = published(90, 120, 200, 400)
    cpu_batch: float = 0.0008
    cpu_record: float = 0.0002
    cpu_counted: float = 0.0002  # of an event in statistics

    def cpu(self, memory: int, records: int, each: float | None = None) -> float:
        """Of a batch, in seconds of the clock."""
        share = min(1.0, memory / limits.MEMORY_OF_A_CPU.value)
        return (self.cpu_batch + records * (self.cpu_record if each is None else each)) / share

    def slower(self, factor: float) -> "Work":
        """All that is assumed takes so many times as long."""
        assumed = ("read", "write", "transaction", "publish", "send", "deletion", "cold_start")
        latencies = {name: stretched(getattr(self, name), factor) for name in assumed}
        return replace(
            self,
            **latencies,
            cpu_batch=self.cpu_batch * factor,
            cpu_record=self.cpu_record * factor,
            cpu_counted=self.cpu_counted * factor,
        )


def stretched(latency: Latency, factor: float) -> Latency:
    return Latency(tuple((share, seconds * factor) for share, seconds in latency.quantiles))
