"""The project's own tools around the functions, which the Makefile calls and the Python tests import.

- `local`: the local stack on an engine of its own (build, start, deploy, invoke, the engine's differences from AWS)
- `clients`: clients of a deployed stack, that send, receive and read as other teams' programs do
- `generators`: events/, the sample SQS events and the burst
- `demo`: what `make local` sends and shows
- `integrations`: the runner of the Django and Spring examples
- `verification`: `make guards` and `make mutants`
- `reference`: the generated pages of docs/
- `wiring`, `template`: what template.yaml deploys, as the tests use it
"""
