"""The work of the functions: which calls a batch makes, one after the other or side by side, and which of its records fail."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from devstack.scale.functions.matching import matching, outcomes
from devstack.scale.functions.notification import notification
from devstack.scale.functions.points import points
from devstack.scale.functions.statistics import statistics
from devstack.scale.functions.steps import Failed
from devstack.scale.pipeline import QueueSettings
from devstack.scale.queues import Message

if TYPE_CHECKING:
    from devstack.scale.stack import Stack

Handler = Callable[["Stack", QueueSettings, list[Message]], Failed]

HANDLERS: dict[str, Handler] = {
    "intake": matching,
    "deferred": matching,
    "outcomes": outcomes,
    "points": points,
    "notification": notification,
    "statistics": statistics,
}
