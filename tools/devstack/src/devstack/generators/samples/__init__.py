"""The sample SQS events of every consumer."""
