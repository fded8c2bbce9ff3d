"""How much processor time a command of the program takes before it does anything."""

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence

from tests.benchmark_results import BenchmarkResult

_BASELINE = (sys.executable, "-c", "import sqlmodel, typer")
_PROGRAM = (sys.executable, "-m", "bot")
_TIMES = 5


def _processor_seconds(words: Sequence[str], url: str) -> float:
    """The median of user and system time of a command, in seconds."""
    seconds = []
    for _ in range(_TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "DATABASE_URL": url})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return statistics.median(seconds)


def bench_startup(url: str) -> Iterator[BenchmarkResult]:
    """Compare commands with a bare import of SQLModel and Typer, which every one of them needs."""
    baseline = _processor_seconds(_BASELINE, url)
    for words in (("--help",), ("plan", "list")):
        ours = _processor_seconds((*_PROGRAM, *words), url)
        yield BenchmarkResult(
            f"`partnership-bot {' '.join(words)}`: processor time",
            "importing sqlmodel and typer",
            ours / baseline,
            3,
            f"{ours:.2f} s, {baseline:.2f} s",
        )
