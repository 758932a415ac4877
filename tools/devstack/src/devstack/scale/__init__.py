"""A discrete-event model of a deployed stack: how fast it is, what it bears, what saturates first. `make scale` writes docs/understand/scale.md."""
