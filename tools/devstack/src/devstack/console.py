"""Progress on standard error: standard output is for results."""

import sys
import time

EVERY_SECONDS = 3.0
UNCHANGED_SECONDS = 20.0


def log(text: str) -> None:
    print(f"── {text}", file=sys.stderr, flush=True)


class Progress:
    """One line that is written again and again on a terminal, elsewhere a line every few seconds."""

    def __init__(self) -> None:
        self.is_terminal = sys.stderr.isatty()
        self.last_time = 0.0
        self.last_text = ""

    def show(self, text: str) -> None:
        now = time.monotonic()
        if self.is_terminal:
            print(f"\r   {text:<76}", end="", file=sys.stderr, flush=True)
        elif now - self.last_time >= (UNCHANGED_SECONDS if text == self.last_text else EVERY_SECONDS):
            print(f"   {text}", file=sys.stderr, flush=True)
            self.last_time, self.last_text = now, text

    def done(self, text: str) -> None:
        start = "\r" if self.is_terminal else ""
        print(f"{start}── {text:<76}".rstrip(), file=sys.stderr, flush=True)
        self.last_time = time.monotonic()
