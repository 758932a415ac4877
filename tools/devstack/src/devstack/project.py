"""The project's folder and what it holds."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
