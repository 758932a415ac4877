"""The last part of docs/understand/scale.md: what the model assumes, with sources."""

from devstack.counting import measured
from devstack.reference.markdown import table
from devstack.scale import limits, pipeline
from devstack.scale.work import Work


def text() -> str:
    return "\n\n".join(
        [
            "**Limits of AWS** (us-east-1, November 2026)",
            sources(),
            "**Times**",
            times(),
            "**The pipeline** (from the template)",
            parameters(),
            ASSUMED.strip(),
        ]
    )


def sources() -> str:
    return table(["limit", "value", "source"], [[one.text, f"{one.value:,g}", f"<{one.source}>"] for one in limits.ALL])


def times() -> str:
    work = Work()
    named = {
        "SQS FIFO, from the send until a function has it": (work.sqs_hop, "published"),
        "SNS FIFO, from the publish until a function has it": (work.sns_hop, "published"),
        "a read of DynamoDB": (work.read, "assumed"),
        "a write": (work.write, "assumed"),
        "a transaction": (work.transaction, "assumed"),
        "a publish to the topic": (work.publish, "assumed"),
        "a send to a phone, with its connection": (work.send, "assumed"),
        "the deletion of a batch": (work.deletion, "assumed"),
        "a cold start": (work.cold_start, "assumed"),
    }
    rows = [
        [name, *(f"{latency.at(share) * 1e3:.0f}" for share in (0.1, 0.5, 0.9, 0.99)), kind]
        for name, (latency, kind) in named.items()
    ]
    return table(["milliseconds", "10 %", "median", "90 %", "99 %", ""], rows)


def parameters() -> str:
    head = ["queue", "kind", "batch", "window, s", "batches at once", "memory, MB", "receives", "delay, s"]
    rows = [
        [q.name, "FIFO" if q.fifo else "standard", q.batch, q.window, q.concurrency, q.memory, q.max_receives, q.delay]
        for q in pipeline.queues().values()
    ]
    return table(head, [[str(cell) for cell in row] for row in rows])


def measured_units() -> str:
    return ", ".join(f"{function} {each['write']:g}" for function, each in measured.units(10).items())


ASSUMED = f"""
- The hops are [Bite-Sized Serverless's measurements](https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/) of 1,024 messages each (eu-west-1, 2022), in which cold starts are
  among the slowest. Between the quantiles that are given, the logarithm of the time grows evenly; none is slower than the 99 %.
- CPU: {Work().cpu_batch * 1e3:g} ms a batch and {Work().cpu_record * 1e3:g} ms a record of a whole CPU, as matching takes in the [benchmarks](benchmarks.md), and {Work().cpu_counted * 1e3:g} ms for an event in statistics (assumed).
  A function has its memory's share of a CPU. TLS and the CPU of AWS may take more: the burst stands [above](#from-submission-to-the-customer) with all of this twice as slow, too.
- Calls of a request are those of [What it costs](cost.md), and so are its write units, in batches of ten: {measured_units()}.
  A refused write is tried again as the SDK does, and then fails its record.
- Not reached, and left out: [Lambda's scaling rate](https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html) of 1,000 environments every 10 seconds for a function, and
  [120,000 messages in flight](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html) on a queue.
- Left out, too: retries of SNS's own deliveries, burst credits of tables, bandwidth, and the carriers behind SNS.
"""
