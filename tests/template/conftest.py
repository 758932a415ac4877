"""The scripts are tested here too: appended, so that no other test's module is hidden."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
