"""What the functions log of a batch, by a sample that the code writes (shared/aws/src/logging/sample.rs): it has everything there can be."""

import json
from devstack.project import ROOT

*RECORDS, SUMMARY = json.loads((ROOT / "shared/aws/log_lines.json").read_text())
MESSAGES: set[str] = {line["message"] for line in (*RECORDS, SUMMARY)}
FIELDS = {field for line in (*RECORDS, SUMMARY) for field in line}

DIRECTIVES = SUMMARY["_aws"]["CloudWatchMetrics"]
NAMESPACE: str
(NAMESPACE,) = {directive["Namespace"] for directive in DIRECTIVES}
METRICS: dict[str, str] = {
    metric["Name"]: dimension for directive in DIRECTIVES for (dimension,) in directive["Dimensions"] for metric in directive["Metrics"]
}
"""The one dimension of each metric."""
