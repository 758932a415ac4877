"""moto's server on a port of loopback, run by .venv-moto's Python. It handles one request at a time: moto's transactions copy whole
tables and put the copies back where they fail, so that two at once would break each other."""

import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

moto = DomainDispatcherApplication(create_backend_app)
busy = threading.Lock()


def serial(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    with busy:
        return moto(environ, start_response)


run_simple("127.0.0.1", int(sys.argv[1]), serial, threaded=True)
