"""A load test of the local stack: many requests at once, followed until every one has its answer. `make load`."""
