"""`make examples` leaves nothing running, also where it is ended itself."""

import signal
import subprocess
import sys

import psutil

PROGRAM = """
import os, signal, sys
from pathlib import Path
from devstack.local.stack import exit_on_sigterm
from devstack.processes import finished
signal.signal(signal.SIGTERM, exit_on_sigterm)
child = "import subprocess, time; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); time.sleep(600)"
finished([sys.executable, "-c", child], Path("/"), os.environ)
"""


def test_what_is_ended_takes_all_that_it_started_with_it() -> None:
    program = subprocess.Popen([sys.executable, "-B", "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
    assert program.stdout
    grandchild = psutil.Process(int(program.stdout.readline()))
    family = [grandchild, *psutil.Process(program.pid).children()]
    program.send_signal(signal.SIGTERM)
    assert program.wait(30) == 1
    _, left = psutil.wait_procs(family, 5)
    for process in left:
        process.kill()
    assert not left
