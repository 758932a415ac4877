"""Sends what is in the outbox to Matchflow's intake queue, until SIGTERM. Several may run at once."""

import logging
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake import aws, outbox
from intake.processes import Stop

POLL = 0.1  # seconds between two looks into an outbox with nothing to send
PRUNE = 60.0

log = logging.getLogger("intake.relay")


class Command(BaseCommand):
    help = __doc__

    def handle(self, **_: object) -> None:
        if not settings.INTAKE_QUEUE_URL:
            raise CommandError("INTAKE_QUEUE_URL is not set")
        stop, sqs, prune_at = Stop(), aws.sqs(), 0.0
        log.info("relay is ready")
        while not stop:
            if not outbox.relay_once(sqs, settings.INTAKE_QUEUE_URL):
                stop.wait(POLL)
            if time.monotonic() >= prune_at:
                outbox.prune()
                prune_at = time.monotonic() + PRUNE
        log.info("relay ends")
