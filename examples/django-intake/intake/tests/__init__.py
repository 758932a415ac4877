import signal

signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the tests as Ctrl-C does, cleanups included
