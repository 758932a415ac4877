"""The line of counts that ends each batch, by a sample that the code writes (shared/aws/src/logging/sample.rs): it has everything there can be."""

import json
from typing import Any

from devstack.project import ROOT

SUMMARY: dict[str, Any] = json.loads((ROOT / "shared/aws/summary.json").read_text())
(DIRECTIVE,) = SUMMARY["_aws"]["CloudWatchMetrics"]
NAMESPACE: str = DIRECTIVE["Namespace"]
(DIMENSIONS,) = DIRECTIVE["Dimensions"]
UNITS = {metric["Name"]: metric.get("Unit") for metric in DIRECTIVE["Metrics"]}
