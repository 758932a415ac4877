"""Sample SQS events by consumer, and the burst's day."""
