"""`make examples` leaves no process running, also when it is terminated."""

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


def test_a_terminated_run_ends_every_process_that_it_started() -> None:
    program = subprocess.Popen([sys.executable, "-B", "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
    assert program.stdout
    grandchild = psutil.Process(int(program.stdout.readline()))
    descendants = [grandchild, *psutil.Process(program.pid).children()]
    program.send_signal(signal.SIGTERM)
    assert program.wait(30) == 1
    _, alive = psutil.wait_procs(descendants, 5)
    for process in alive:
        process.kill()
    assert not alive
