"""Three requests, told with their times: one that went straight, one whose partner could not pay, one that waited."""

from collections.abc import Callable

from devstack.demo.journal import Request, Seen, moment

_WORDS: dict[str, Callable[[Seen], str]] = {
    "request.matched": lambda seen: f"matched with {seen.data['partner']['name']} (decision {seen.data['attempt']})",
    "request.deferred": lambda seen: f"nobody free: tried again later (decision {seen.data['attempt']})",
    "request.unmatched": lambda seen: f"nobody found: {seen.data['reason']}",
    "points.deducted": lambda seen: f"{seen.data['points']:,} points charged, {seen.data['balance']:,} left",
    "points.rejected": lambda seen: (
        f"charge of {seen.data['points']:,} refused: {seen.data['reason']}, {seen.data['balance']:,} there"
    ),
    "notification.sent": lambda seen: f"customer told by {seen.data['channel']} ({seen.data['cause']})",
    "notification.failed": lambda seen: f"customer not told by {seen.data['channel']}: {seen.data['reason']}",
}


def three(requests: list[Request]) -> list[tuple[str, Request]]:
    """One of each kind that occurred, the shortest of its kind."""
    kinds: list[tuple[str, Callable[[Request], bool]]] = [
        (
            "Straight through",
            lambda one: bool(one.charge) and len(one.of("request.matched")) == 1 and not one.of("request.deferred"),
        ),
        ("Refused, then matched again", lambda one: bool(one.charge) and bool(one.of("points.rejected"))),
        ("Nobody free at first", lambda one: bool(one.charge) and bool(one.of("request.deferred"))),
        ("Nobody there", lambda one: bool(one.of("request.unmatched"))),
    ]
    told: list[tuple[str, Request]] = []
    for title, fits in kinds:
        fitting = [one for one in requests if fits(one) and one not in [other for _, other in told]]
        if fitting:
            told.append((title, min(fitting, key=lambda one: len(one.events))))
    return told[:3]


def lines(request: Request) -> list[str]:
    events = sorted(request.events, key=lambda seen: (seen.time, seen.at))
    news = [seen for seen in events if "submittedAt" in seen.data]
    start = moment(news[0].data["submittedAt"])
    made = ["0.000  submitted"]
    return made + [f"{seen.time - start:.3f}  {_WORDS[seen.type](seen)}" for seen in events]


def place(request: Request) -> str:
    news = next(seen for seen in request.events if "submittedAt" in seen.data)
    return f"{news.data['category']} in {news.data['region']}"
