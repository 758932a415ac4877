"""What the processes that run for ever have in common: how they end, and how long they pause after failures."""

import logging
import random
import signal
import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError
from django.db import OperationalError, connection

LONGEST_PAUSE = 60.0


class Stop:
    """True once SIGTERM or SIGINT came: what is being done is finished first."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True

    def __bool__(self) -> bool:
        return self.asked

    def wait(self, seconds: float) -> None:
        """Sleeps, but not past a stop."""
        end = time.monotonic() + seconds
        while not self and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))


def repeat(name: str, step: Callable[[], float]) -> None:
    """Does this step, then rests for as many seconds as it gives back, until it is to stop.

    Neither an SQS nor a database that cannot be reached ends it.
    """
    log, stop, failures = logging.getLogger(f"intake.{name}"), Stop(), 0
    log.info("%s is ready", name)
    while not stop:
        try:
            rest, failures = step(), 0
        except (BotoCoreError, ClientError, OperationalError) as error:
            failures += 1
            rest = pause(failures)
            log.warning("%s rests for %.1f s after %s: %s", name, rest, type(error).__name__, error)
            connection.close()  # a broken one would stay so
        stop.wait(rest)
    log.info("%s ends", name)


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubled each time, half of it random."""
    full = min(2.0 ** min(failures, 10), LONGEST_PAUSE)
    return full / 2 + random.uniform(0, full / 2)
