"""The loop of the processes that run forever, relay and listener: it ends on a signal, and backs off after failures."""

import logging
import random
import signal
import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError
from django.db import OperationalError, connection

MAX_BACKOFF_SECONDS = 60.0


class StopSignal:
    """Whether SIGTERM or SIGINT was received. The signal itself interrupts no step."""

    def __init__(self) -> None:
        self.received = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._receive)

    def _receive(self, *_: object) -> None:
        self.received = True

    def wait(self, seconds: float) -> None:
        """Sleeps, but not past the signal."""
        end = time.monotonic() + seconds
        while not self.received and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))


def run_until_stopped(name: str, step: Callable[[], float]) -> None:
    """Repeats this step, waiting each time for the seconds that it returns, until a stop signal.

    If SQS or the database cannot be reached, the step is tried again after a backoff.
    """
    log, stop, failures = logging.getLogger(f"intake.{name}"), StopSignal(), 0
    log.info("%s is ready", name)
    while not stop.received:
        try:
            delay, failures = step(), 0
        except (BotoCoreError, ClientError, OperationalError) as error:
            failures += 1
            delay = backoff_seconds(failures)
            log.warning("%s failed, next try in %.1f s: %s: %s", name, delay, type(error).__name__, error)
            connection.close()  # a broken connection is not replaced otherwise
        stop.wait(delay)
    log.info("%s ends", name)


def backoff_seconds(failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubled each time, half of it random."""
    full = min(2.0 ** min(failures, 10), MAX_BACKOFF_SECONDS)
    return full / 2 + random.uniform(0, full / 2)
