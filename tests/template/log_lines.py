"""What the functions log of a batch, by a sample that the code writes (shared/aws/src/logging/sample.rs): it has everything there can be."""

import json
from typing import Any

from devstack.project import ROOT

*RECORDS, SUMMARY = json.loads((ROOT / "shared/aws/log_lines.json").read_text())
MESSAGES: set[str] = {line["message"] for line in (*RECORDS, SUMMARY)}
FIELDS = {field for line in (*RECORDS, SUMMARY) for field in line}

DIRECTIVE: dict[str, Any]
(DIRECTIVE,) = SUMMARY["_aws"]["CloudWatchMetrics"]
NAMESPACE: str = DIRECTIVE["Namespace"]
DIMENSIONS: list[str]
(DIMENSIONS,) = DIRECTIVE["Dimensions"]
METRICS = {metric["Name"] for metric in DIRECTIVE["Metrics"]}
