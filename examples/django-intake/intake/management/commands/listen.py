"""Takes in what Matchflow publishes about our requests, until SIGTERM. Several may run at once."""

import logging

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake import aws, inbox
from intake.processes import Stop, pause

log = logging.getLogger("intake.listen")


class Command(BaseCommand):
    help = __doc__

    def handle(self, **_: object) -> None:
        if not settings.EVENTS_QUEUE_URL:
            raise CommandError("EVENTS_QUEUE_URL is not set")
        stop, sqs, failures = Stop(), aws.sqs(), 0
        log.info("listen is ready")
        while not stop:
            try:
                inbox.listen_once(sqs, settings.EVENTS_QUEUE_URL)
                failures = 0
            except (BotoCoreError, ClientError) as error:
                failures += 1
                log.warning("the queue cannot be read or deleted from: %s", error)
                stop.wait(pause(failures))
        log.info("listen ends")
