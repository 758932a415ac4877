"""What taking a guard out of the sources means."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """A guard taken out: `old` becomes `new` in a file."""

    name: str
    file: str
    old: str
    new: str
    package: str = ""
    """Whose own tests have to notice; the simulation, if there is none."""
