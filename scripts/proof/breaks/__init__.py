"""All guards that can be taken out."""

from proof.breaks.pipeline import PIPELINE
from proof.breaks.stores import STORES

BREAKS = PIPELINE + STORES
