"""Whether the tests notice broken code: guards taken out, and mutants."""
