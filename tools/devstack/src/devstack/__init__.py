"""The project's own tools around the functions: a local stack, clients of a stack, samples, a demo, and verification."""
