"""docs/reference/settings.md: the template's parameters, and what each environment sets."""

from typing import Any

from devstack.reference.markdown import code, table
from devstack.reference.markdown import page as markdown_page
from devstack.template import environments, overrides, template

INTRODUCTION = """
Template parameters. Set them in `samconfig.toml` (`parameter_overrides`), then `make deploy`.

A function checks its settings once, at start. A bad one stops it with one line that names the variable, before it takes any record.
"""


def page() -> str:
    parameters: dict[str, dict[str, Any]] = template()["Parameters"]
    rows = [[code(name), code(str(one["Default"])), allowed(one), one["Description"]] for name, one in parameters.items()]
    set_by = {environment: overrides(environment) for environment in environments()}
    names = [name for name in parameters if any(name in values for values in set_by.values())]
    differing = [[code(name), *(code(values.get(name, "")) for values in set_by.values())] for name in names]
    return markdown_page(
        "Settings",
        "template.yaml and samconfig.toml",
        INTRODUCTION,
        table(["parameter", "default", "allowed", "what it sets"], rows),
        "## Environments",
        "What `samconfig.toml` sets; `–` is the default.",
        table(["parameter", *set_by], differing),
    )


def allowed(parameter: dict[str, Any]) -> str:
    """The values that a parameter may have, in words."""
    if "AllowedValues" in parameter:
        return ", ".join(code(str(value)) for value in parameter["AllowedValues"])
    if "MinValue" in parameter:
        most = parameter.get("MaxValue")
        return f"{parameter['MinValue']} to {most}" if most is not None else f"from {parameter['MinValue']}"
    return code(parameter["AllowedPattern"]) if "AllowedPattern" in parameter else ""
