"""What takes half a minute: begun before all other tests, and looked at after them."""

from market import Market


def test_without_capacity_in_all_attempts_it_is_unmatched_and_told(hopeless: tuple[Market, str]) -> None:
    market, request = hopeless
    unmatched = market.one("request.unmatched", requestId=request)
    assert (unmatched["data"]["reason"], unmatched["data"]["attempt"]) == ("no_capacity", 15)
    assert len(market.all("request.deferred", 14, requestId=request)) == 14
    sent = market.one("notification.sent", requestId=request)
    assert sent["data"]["cause"] == "request.unmatched" and len(market.texts()) == 1
