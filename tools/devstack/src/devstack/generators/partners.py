"""The partners of the samples' story: one buys points, one has no account, one is on holiday (capacity 0); two more
for what is counted. The categories are their own, so that they meet no partner of the burst."""

from typing import Any

Partner = dict[str, Any]

WINDOWS: Partner = {
    "id": "windows-11-01",
    "name": "예시 맑은유리 01",
    "categories": ["window-cleaning"],
    "regions": ["KR-11"],
    "capacity": 20,
    "fee": 3000,
}
PIANOS: Partner = {
    "id": "pianos-49-01",
    "name": "예시 든든피아노 01",
    "categories": ["piano-moving"],
    "regions": ["KR-49"],
    "capacity": 5,
    "fee": 9000,
}
ROOFS: Partner = {
    "id": "roofs-42-01",
    "name": "예시 푸른지붕 01",
    "categories": ["roof-repair"],
    "regions": ["KR-42"],
    "capacity": 0,
    "fee": 6000,
}
FLOORS: Partner = {
    "id": "floors-26-01",
    "name": "예시 고운마루 01",
    "categories": ["floor-sanding"],
    "regions": ["KR-26"],
    "capacity": 10,
    "fee": 4500,
}
GARDENS: Partner = {
    "id": "gardens-11-01",
    "name": "예시 단비정원 01",
    "categories": ["garden-care"],
    "regions": ["KR-11"],
    "capacity": 10,
    "fee": 2000,
}
