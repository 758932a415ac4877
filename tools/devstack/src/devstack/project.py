"""The project's folder and what it holds."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
EVENTS = ROOT / "events"
SCHEMAS = ROOT / "shared/contract/schemas"
FUNCTIONS = tuple(sorted(manifest.parent.name for manifest in ROOT.glob("functions/*/Cargo.toml")))
EVENT_TYPES = frozenset(schema.stem for schema in SCHEMAS.glob("*.json"))
