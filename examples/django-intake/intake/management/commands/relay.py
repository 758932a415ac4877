"""Sends what is in the outbox to Matchflow's intake queue, until SIGTERM. Several may run at once."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake import aws, outbox
from intake.processes import repeat

POLL = 0.1  # seconds between two looks into an outbox with nothing to send
PRUNE = 60.0


class Command(BaseCommand):
    help = __doc__

    def handle(self, **_: object) -> None:
        if not settings.INTAKE_QUEUE_URL:
            raise CommandError("INTAKE_QUEUE_URL is not set")
        self.sqs, self.prune_at = aws.sqs(), 0.0
        repeat("relay", self.step)

    def step(self) -> float:
        if time.monotonic() >= self.prune_at:
            outbox.prune()
            self.prune_at = time.monotonic() + PRUNE
        return 0 if outbox.relay_once(self.sqs, settings.INTAKE_QUEUE_URL) else POLL
