"""The results of `make bench`, and the page that lists them."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class BenchmarkResult:
    """A ratio to a baseline measured in the same run.

    `measured` gives both in plain units. A result without a limit is for information.
    """

    name: str
    baseline: str
    ratio: float
    limit: float | None
    measured: str
    at_least: bool = False

    @property
    def passes(self) -> bool:
        if self.limit is None:
            return True
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def row(self) -> str:
        bound = "" if self.limit is None else f"{'≥' if self.at_least else '≤'} {self.limit:g}"
        passes = "" if self.limit is None else "yes" if self.passes else "**no**"
        return (
            f"| {' | '.join([self.name, self.baseline, f'{self.ratio:.2f}', bound, self.measured, passes])} |"
        )


def page(results: Sequence[BenchmarkResult], notes: str) -> str:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "`make bench` writes this page. Each result is a ratio to a baseline measured in the same run,",
            "because machines are shared and noisy. The measured values only give an idea.",
            "",
            f"Last run {datetime.now(UTC):%d %B %Y}, {machine}.",
            "",
            "| what | compared with | ratio | limit | measured: ours, theirs | passes |",
            "|---|---|---|---|---|---|",
            *(one.row() for one in results),
            "",
            notes,
        ]
    )
