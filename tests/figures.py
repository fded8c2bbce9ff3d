"""A figure of `make bench`, and the page of them."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Figure:
    """A ratio to a yardstick of the same run; `seen` is both in plain units. One without a limit informs."""

    what: str
    yardstick: str
    ratio: float
    limit: float | None
    seen: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def row(self) -> str:
        bound = "" if self.limit is None else f"{'≥' if self.at_least else '≤'} {self.limit:g}"
        holds = "" if self.limit is None else "yes" if self.holds else "**no**"
        return f"| {' | '.join([self.what, self.yardstick, f'{self.ratio:.2f}', bound, self.seen, holds])} |"


def page(figures: Sequence[Figure], notes: str) -> str:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Made by `make bench`. Each figure is a ratio to its yardstick, measured in the same run,",
            "because machines are shared and noisy; what was seen is only there to give an idea.",
            "",
            f"Last run {datetime.now(UTC):%d %B %Y}, {machine}.",
            "",
            "| what | against | ratio | limit | seen: ours, theirs | holds |",
            "|---|---|---|---|---|---|",
            *(one.row() for one in figures),
            "",
            notes,
        ]
    )
