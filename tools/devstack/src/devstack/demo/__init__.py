"""The demo: sends the day of events/burst to a deployed stack, follows it, and reports."""
