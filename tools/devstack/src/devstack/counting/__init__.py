"""Counts what the functions' calls cost: calls, items and capacity units of a run of requests on the local stack."""
