"""Writes every generated file: `make reference`."""

from devstack.reference import generated

for path, contents in generated().items():
    path.write_text(contents)
