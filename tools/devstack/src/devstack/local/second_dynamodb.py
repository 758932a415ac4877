"""A second implementation of DynamoDB, moto's server, with the template's tables: what a store relies on has to hold on both."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack.local.stack import LocalStack
from devstack.processes import answers, free_port, running
from devstack.project import ROOT
from devstack.template import resources, target, template


@contextmanager
def second_dynamodb() -> Iterator[LocalStack]:
    """Yields it as a stack that has tables only. It is gone afterwards; where the tests failed, its log stays."""
    stack = LocalStack(free_port(), "moto-")
    stack.home.mkdir(parents=True, exist_ok=True)
    server = [ROOT / ".venv-moto/bin/python", Path(__file__).with_name("moto_server.py"), str(stack.port)]
    with running(server, stack.home, stack.environment(), stack.engine_log, answers(f"{stack.endpoint}/moto-api/")):
        make_tables(stack)
        yield stack
    shutil.rmtree(stack.folder)


def make_tables(stack: LocalStack) -> None:
    dynamodb = stack.client("dynamodb")
    for name, table in resources("DynamoDB::Table").items():
        parts = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        keys = {part: table[part] for part in parts if part in table}
        dynamodb.create_table(TableName=name, **keys)
    outputs = {name: output["Value"] for name, output in template()["Outputs"].items()}
    tables = {name: target(value) for name, value in outputs.items() if name.endswith("TableName")}
    stack.outputs_file.write_text(json.dumps(tables))
