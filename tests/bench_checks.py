"""Whether the check of a text takes a time in proportion to its length, whatever somebody types."""

import time
from collections.abc import Iterator

from db.rules.harm import describes_harm
from db.rules.personal_data import LONGEST, find_personal_data
from tests.benchmark_results import BenchmarkResult

_SHORT = 2_000
_TIMES = 7
# What makes careless patterns try again and again: the beginnings of a match, without its end.
_PARTS = (
    "the plan was agreed with partners and 12 teams. ",
    *(
        "1",
        "12 ",
        "1.",
        "0 ",
        "A ",
        "AB1 ",
        "Jamie ",
        "Jamie, ",
        "4 May ",
        "dob ",
        "born ",
        "aged ",
        "a@",
        "_",
        "(",
    ),
    *(
        "9 year old ",
        "a child says he is hit by his dad ",
        "<https://a|",
        "https://a/",
        "&amp;",
        "\u200b9",
        "insta ",
    ),
)


def bench_checks() -> Iterator[BenchmarkResult]:
    """Compare the longest text that may be stored with a short one, for the worst of several texts."""
    find_personal_data("Jamie is 9")
    ratio, part, short, long = max(_compare(part) for part in _PARTS)
    yield BenchmarkResult(
        f"checking a text of {LONGEST:,} characters, time for each (worst: “{part.strip()[:20]}”)",
        f"one of {_SHORT:,}",
        ratio,
        2,
        f"{long:.1f} µs, {short:.1f} µs",
    )


def _compare(part: str) -> tuple[float, str, float, float]:
    short, long = (_microseconds_each((part * length)[:length]) for length in (_SHORT, LONGEST))
    return long / short, part, short, long


def _microseconds_each(text: str) -> float:
    """The best of several times, for each character."""
    best = float("inf")
    for _ in range(_TIMES):
        begun = time.perf_counter()
        find_personal_data(text)
        describes_harm(text)
        best = min(best, time.perf_counter() - begun)
    return best / len(text) * 1e6
