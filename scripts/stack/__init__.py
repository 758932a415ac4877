"""The local stack: engine, functions, deploy, outputs. scripts/local.py is its command line."""
