"""What make_events.py writes: sample SQS events by consumer, and the burst's day."""
