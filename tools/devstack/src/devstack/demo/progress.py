"""Where the run is, on one line that is written again on a terminal, or on a line now and then elsewhere."""

import sys
import time

EVERY_SECONDS = 3.0
UNCHANGED_SECONDS = 20.0


class Progress:
    """Standard error takes it, so that standard output is the report alone."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = 0.0
        self._text = ""

    def show(self, text: str) -> None:
        now = time.monotonic()
        if self._terminal:
            print(f"\r   {text:<76}", end="", file=sys.stderr, flush=True)
        elif now - self._last >= (UNCHANGED_SECONDS if text == self._text else EVERY_SECONDS):
            print(f"   {text}", file=sys.stderr, flush=True)
            self._last, self._text = now, text

    def done(self, text: str) -> None:
        start = "\r" if self._terminal else ""
        print(f"{start}── {text:<76}".rstrip(), file=sys.stderr, flush=True)
        self._last = time.monotonic()
