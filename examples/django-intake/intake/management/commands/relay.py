"""Sends the outbox's events to Matchflow's intake queue, until SIGTERM. Several may run at once."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake import aws, outbox
from intake.processes import run_until_stopped

POLL_SECONDS = 0.1  # between two queries while there is nothing to send
PRUNE_SECONDS = 60.0


class Command(BaseCommand):
    help = __doc__

    def handle(self, **_: object) -> None:
        if not settings.INTAKE_QUEUE_URL:
            raise CommandError("INTAKE_QUEUE_URL is not set")
        self.sqs, self.prune_at = aws.sqs_client(), 0.0
        run_until_stopped("relay", self.step)

    def step(self) -> float:
        if time.monotonic() >= self.prune_at:
            outbox.prune()
            self.prune_at = time.monotonic() + PRUNE_SECONDS
        return 0 if outbox.relay_once(self.sqs, settings.INTAKE_QUEUE_URL) else POLL_SECONDS
