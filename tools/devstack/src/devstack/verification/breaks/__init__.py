"""All guards that can be taken out."""

from devstack.verification.breaks.batch import BATCH
from devstack.verification.breaks.matching import MATCHING
from devstack.verification.breaks.notification import NOTIFICATION
from devstack.verification.breaks.points import POINTS
from devstack.verification.breaks.statistics import STATISTICS
from devstack.verification.breaks.stores import STORES

BREAKS = BATCH + MATCHING + POINTS + NOTIFICATION + STATISTICS + STORES
