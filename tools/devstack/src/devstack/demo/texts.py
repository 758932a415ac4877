"""Where the texts are that customers got: the local engine keeps them for inspection."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

from devstack.demo.deployed import Stack


def where(stack: Stack) -> Iterator[str]:
    if stack.endpoint is None:
        yield "Texts went out by SNS: its delivery logs have them, if the account keeps any."
        return
    address = f"{stack.endpoint}/_ministack/sns/sms-messages?region={stack.region}"
    by_phone = _fetch(address)
    sent = [text for texts in by_phone.values() for text in texts]
    yield f"Texts: the engine kept {len(sent)} since it started, see  curl -s '{address}'"
    for korean in (True, False):
        example = next((one["Message"] for one in reversed(sent) if _is_korean(one["Message"]) == korean), None)
        if example is not None:
            yield f"  {example}"


def _is_korean(text: str) -> bool:
    """More Hangul than Latin letters: a partner's name is in Hangul in either language."""
    return sum("가" <= letter <= "힣" for letter in text) > sum(
        letter.isascii() and letter.isalpha() for letter in text
    )


def _fetch(address: str) -> dict[str, list[dict[str, Any]]]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        messages: dict[str, list[dict[str, Any]]] = json.load(answer)["sms_messages"]
    return messages
