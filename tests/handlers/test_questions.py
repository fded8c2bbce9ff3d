"""Questions in people's own words, asked of the real app through the surface where each would be asked."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.questions import LEAST_RIGHT, ask_all

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "own_words.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.soak
def test_most_are_right_at_once_and_none_is_wrong(size: Callable[[int, int], int]) -> None:
    asked = QUESTIONS[:: size(8, 1)]

    found = ask_all(asked)

    verdicts = Counter(verdict for verdict, _ in found.values())
    assert verdicts["wrong"] == 0, [one for one in found.items() if one[1][0] == "wrong"]
    assert verdicts["right"] >= LEAST_RIGHT * len(asked), [
        one for one in found.items() if one[1][0] != "right"
    ]
