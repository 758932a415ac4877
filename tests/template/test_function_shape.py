"""All functions are of one shape (ARCHITECTURE.md): each part of one is found where it is in the others."""

import re
from pathlib import Path

import pytest
from devstack.project import ROOT

FUNCTIONS = sorted(manifest.parent for manifest in ROOT.glob("functions/*/Cargo.toml"))
EACH = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)


def source(function: Path, file: str) -> str:
    return (function / "src" / file).read_text()


def has_a_table(function: Path) -> bool:
    return "own_table(" in source(function, "main.rs")


def test_there_are_functions() -> None:
    assert len(FUNCTIONS) >= 4


@EACH
def test_main_only_puts_the_function_together(function: Path) -> None:
    main = source(function, "main.rs")
    assert len(main.splitlines()) <= 30
    assert re.findall(r"fn (\w+)", main) == ["main"]
    steps = ["init_tracing(", "Environment::of_process()", "load_config(", "connect_queues(", "Consumer::new(", "batch::run("]
    assert [step for step in steps if step not in main.split("async fn main", 1)[1]] == []


@EACH
def test_lib_is_a_table_of_contents(function: Path) -> None:
    lib = source(function, "lib.rs")
    assert "pub const QUEUES: &[InputQueue]" in lib
    assert re.findall(r"^(?:pub )?(?:struct|enum|trait|impl|type)\b.*", lib, re.M) == []
    modules = set(re.findall(r"^(?:pub )?mod (\w+);", lib, re.M))
    assert {"domain", "handler"} <= modules
    assert ("store" in modules) == has_a_table(function)


@EACH
def test_the_handler_implements_the_port_of_batch(function: Path) -> None:
    handler = source(function, "handler.rs")
    assert re.search(r"^impl<.*> (?:batch::)?Handler for \w+<", handler, re.M)
    assert "pub fn new(" in handler


@EACH
def test_settings_are_read_in_one_place(function: Path) -> None:
    for file in (function / "src").rglob("*.rs"):
        if "Environment" in file.read_text():
            assert file.name in ("main.rs", "settings.rs")
    if (function / "src/settings.rs").exists():
        assert "pub fn read<" in source(function, "settings.rs")


@EACH
def test_the_domain_is_pure(function: Path) -> None:
    assert (function / "src/domain/mod.rs").exists()
    impure = r"\basync\b|\baws\w*::|\bbatch::|\btokio::|::now\(|\bstd::(?:env|fs|net|thread)\b|\bcrate::(?!domain\b)"
    for file in (function / "src/domain").rglob("*.rs"):
        lines = [line for line in file.read_text().splitlines() if not line.lstrip().startswith("//")]
        assert [line for line in lines if re.search(impure, line)] == [], file


@EACH
def test_the_store_is_a_port_with_one_adapter(function: Path) -> None:
    of_dynamodb = [file for file in (function / "src").rglob("*.rs") if "aws_sdk_dynamodb" in file.read_text()]
    if not has_a_table(function):
        assert of_dynamodb == []
        return
    assert "pub trait Store {" in source(function, "store/mod.rs")
    assert "impl Store for DynamoDb {" in source(function, "store/dynamodb.rs")
    assert "    table: Table," in source(function, "store/dynamodb.rs")
    assert {file.parent for file in of_dynamodb} == {function / "src/store"}
    assert "aws_sdk" not in source(function, "store/mod.rs"), "a port says nothing of its adapter"


@EACH
def test_its_tests_stand_beside_it(function: Path) -> None:
    tests = {path.stem for path in (function / "tests").iterdir()}
    assert "handler" in tests
    assert ({"dynamodb", "store"} <= tests) == has_a_table(function)
