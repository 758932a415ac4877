"""What takes half a minute: begun before all other tests, and checked after them."""

from sandbox import Sandbox


def test_without_capacity_in_all_attempts_it_is_unmatched_and_told(without_capacity: tuple[Sandbox, str]) -> None:
    sandbox, request = without_capacity
    unmatched = sandbox.one("request.unmatched", requestId=request)
    assert (unmatched["data"]["reason"], unmatched["data"]["attempt"]) == ("no_capacity", 15)
    assert len(sandbox.all("request.deferred", 14, requestId=request)) == 14
    sent = sandbox.one("notification.sent", requestId=request)
    assert sent["data"]["cause"] == "request.unmatched" and len(sandbox.texts()) == 1
