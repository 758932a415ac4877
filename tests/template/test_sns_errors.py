"""The errors of SNS's `Publish` as the code knows them are those of the service model, which botocore brings."""

import json
from typing import Any

from botocore.loaders import Loader
from devstack.project import ROOT

ERRORS = json.loads((ROOT / "functions/notification/tests/publish_errors.json").read_text())


def test_every_error_of_publish_is_classified_by_its_wire_code() -> None:
    model: dict[str, Any] = Loader().load_service_model("sns", "service-2")
    errors = [model["shapes"][error["shape"]]["error"] for error in model["operations"]["Publish"]["errors"]]
    assert {code: row["status"] for code, row in ERRORS.items()} == {error["code"]: error["httpStatusCode"] for error in errors}
