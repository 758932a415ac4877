"""The local stack: engine, functions, deploy, outputs. `python -m devstack.local` is its command line."""
