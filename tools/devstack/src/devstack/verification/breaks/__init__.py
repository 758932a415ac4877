"""All guards that can be taken out."""

from devstack.verification.breaks.pipeline import PIPELINE
from devstack.verification.breaks.stores import STORES

BREAKS = PIPELINE + STORES
