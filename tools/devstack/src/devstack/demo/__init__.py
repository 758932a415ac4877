"""The demo: sends the burst of events/burst to a deployed stack, follows it, and reports what happened."""
