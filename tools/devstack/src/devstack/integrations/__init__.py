"""The runner of the integrations in examples/: tests them against a local stack, and sends one request through both."""
