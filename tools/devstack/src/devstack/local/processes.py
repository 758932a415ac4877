"""Ending a process with all that it started."""

import psutil


def end(process: psutil.Process, within: float) -> None:
    """SIGTERM, then SIGKILL; whatever it started is found before it goes, since orphans have another parent."""
    family = [process, *process.children(recursive=True)]
    process.terminate()
    _, left = psutil.wait_procs(family, within)
    for one in left:
        one.kill()
    psutil.wait_procs(left, within)
