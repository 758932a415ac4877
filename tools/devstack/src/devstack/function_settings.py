"""The environment of a stack's functions, changed for a while."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from devstack.clients.stack import Stack


@contextmanager
def with_variables(stack: Stack, added: Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """Each of these functions has more variables meanwhile, or other values."""
    aws = stack.client("lambda")
    with ExitStack() as restored:
        for function, variables in added.items():
            name = stack.function(function)
            before = aws.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            aws.update_function_configuration(FunctionName=name, Environment={"Variables": before | variables})
            restored.callback(aws.update_function_configuration, FunctionName=name, Environment={"Variables": before})
        yield
