"""Stores the events that Matchflow publishes about our requests, until SIGTERM. Several may run at once."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake import aws, inbox
from intake.processes import run_until_stopped


class Command(BaseCommand):
    help = __doc__

    def handle(self, **_: object) -> None:
        if not settings.EVENTS_QUEUE_URL:
            raise CommandError("EVENTS_QUEUE_URL is not set")
        self.sqs = aws.sqs_client()
        run_until_stopped("listen", self.step)

    def step(self) -> float:
        inbox.listen_once(self.sqs, settings.EVENTS_QUEUE_URL)
        return 0  # its long poll has waited already
