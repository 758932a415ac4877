"""Where the texts are that customers got: the local engine keeps them for inspection."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

from day.deployed import Stack


def where(stack: Stack) -> Iterator[str]:
    if stack.endpoint is None:
        yield "Texts went out by SNS: its delivery logs have them, if the account keeps any."
        return
    address = f"{stack.endpoint}/_ministack/sns/sms-messages?region={stack.region}"
    by_phone = _fetch(address)
    sent = [text for texts in by_phone.values() for text in texts]
    yield f"Texts: the engine kept {len(sent)}, see  curl -s '{address}'"
    for language in ("ko", "en"):
        example = next(
            (one["Message"] for one in reversed(sent) if one["Message"].isascii() == (language == "en")), None
        )
        if example is not None:
            yield f"  {example}"


def _fetch(address: str) -> dict[str, list[dict[str, Any]]]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        messages: dict[str, list[dict[str, Any]]] = json.load(answer)["sms_messages"]
    return messages
