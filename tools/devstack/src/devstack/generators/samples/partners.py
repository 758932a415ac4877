"""The partners of the samples: one buys points, one has no account, one is on holiday (capacity 0); two more for what is
counted. The categories are their own, so that they meet no partner of the burst."""

from devstack.generators.partners import Partner

WINDOWS = Partner("windows-11-01", "예시 맑은유리 01", ("window-cleaning",), ("KR-11",), capacity=20, fee=3000)
PIANOS = Partner("pianos-49-01", "예시 든든피아노 01", ("piano-moving",), ("KR-49",), capacity=5, fee=9000)
ROOFS = Partner("roofs-42-01", "예시 푸른지붕 01", ("roof-repair",), ("KR-42",), capacity=0, fee=6000)
FLOORS = Partner("floors-26-01", "예시 고운마루 01", ("floor-sanding",), ("KR-26",), capacity=10, fee=4500)
GARDENS = Partner("gardens-11-01", "예시 단비정원 01", ("garden-care",), ("KR-11",), capacity=10, fee=2000)
