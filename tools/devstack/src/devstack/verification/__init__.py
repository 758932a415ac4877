"""What shows that the guarantees hold."""
