"""The part of `make bench` about KPIs: one answered among many, an import, a chart."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta
from openpyxl import Workbook, load_workbook
from sqlalchemy import insert

from db import schema
from db.audit_log import Author
from db.engine import connect, garbage_collection_paused, writing
from db.models import (
    Disclosure,
    Frequency,
    Kpi,
    KpiKind,
    Observation,
    PeriodType,
    Polarity,
    Unit,
    ValueStatus,
)
from documents.kpi_apply import apply_kpis
from documents.kpi_reader import DEFINITIONS, VALUES, read_kpis
from messages import charts
from tests.bench_serving import MANY, ROUNDS, ServerUnderTest, Testbed, median_round, spellings
from tests.benchmark_results import BenchmarkResult
from tests.cast import NOW, TODAY
from tests.load import answer_of

KPIS, FEW, PERIODS, BREAKDOWNS = 1_000, 10, 120, 5
VALUES_READ = 100_000
CHART_MS = 400
COMMAND = "/kpi measure number 7"
# So that the last period has ended by the day on which the figures are read.
_FIRST = date(2006, 12, 1)


def kpi_row(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"kpi-{number}",
        "name": f"Measure number {number}",
        "aliases": f"measure {number}; m{number}",
        "definition": "Counted each month",
        **dict.fromkeys(("numerator", "denominator", "owner_role", "source", "note"), ""),
        "unit": Unit.PERCENT,
        "polarity": Polarity.HIGH,
        "kind": KpiKind.PERFORMANCE,
        "frequency": Frequency.MONTHLY,
        "period_type": PeriodType.FLOW,
        "lag_days": 30,
        "disclosure": Disclosure.OPEN,
    }


def _observation(kpi: int, month: int, breakdown: int) -> dict[str, Any]:
    starts = _FIRST + relativedelta(months=month)
    return {
        "kpi_id": kpi,
        "period_start": starts,
        "period_end": starts + relativedelta(months=1) - timedelta(days=1),
        "breakdown": f"Area: {breakdown}" if breakdown else "",
        "value": 50 + (kpi * 7 + month * 3 + breakdown) % 20,
        "status": ValueStatus.FINAL,
        "source": "bench",
        "note": "",
        "recorded_by": "bench",
        "recorded_at": NOW,
    }


def _fill(url: str, count: int) -> None:
    engine = connect(url)
    schema.upgrade(engine)
    with writing(engine) as session:
        connection = session.connection()
        connection.execute(insert(Kpi), [kpi_row(number) for number in range(1, count + 1)])
        for kpi in range(1, count + 1):
            rows = itertools.product([kpi], range(PERIODS), range(BREAKDOWNS))
            connection.execute(insert(Observation), [_observation(*row) for row in rows])
    engine.dispose()


def bench_kpis(testbed: Testbed, folder: Path, database: Callable[[], str]) -> Iterator[BenchmarkResult]:
    """`database` makes an empty PostgreSQL database with a name and returns its URL."""
    few, most = database(), database()
    _fill(few, FEW)
    _fill(most, KPIS)
    name = f"`/kpi NAME` among {KPIS:,} KPIs of {PERIODS} periods and {BREAKDOWNS} breakdowns"
    with ExitStack() as stack:
        bare = stack.enter_context(testbed.serving(["tests.bare_app"], most))
        many, some = (stack.enter_context(testbed.serving(["bot", "web"], url)) for url in (most, few))
        answer = str(answer_of(many.url, many.request(COMMAND)))
        assert "Measure number 7" in answer, answer
        yield _throughput(name, many, bare)
        for how, commands in (("", (COMMAND,)), (", first asked after a change", _lines())):
            yield _beside_few(f"{name}{how}", many, some, commands)
    yield from _reading(folder, database())
    yield _drawing()


def _lines() -> list[str]:
    return [f"/kpi {line}" for line in spellings("measure", "number 7")]


def _throughput(name: str, many: ServerUnderTest, bare: ServerUnderTest) -> BenchmarkResult:
    ours, theirs = median_round(lambda: (many.press(MANY, (COMMAND,)).rate, bare.press(MANY).rate))
    measured = f"{ours:.0f}/s, {theirs:.0f}/s"
    return BenchmarkResult(
        f"{name}, {MANY} clients: throughput", "bare Bolt's", ours / theirs, 0.5, measured, at_least=True
    )


def _beside_few(
    name: str, many: ServerUnderTest, some: ServerUnderTest, commands: Sequence[str]
) -> BenchmarkResult:
    ours, theirs = median_round(lambda: (many.press(1, commands).median, some.press(1, commands).median))
    measured = f"{ours * 1000:.2f} ms, {theirs * 1000:.2f} ms"
    return BenchmarkResult(f"{name}: median", f"among {FEW}", ours / theirs, 1.2, measured)


def _workbook(path: Path) -> Path:
    book = Workbook(write_only=True)
    definitions, values = book.create_sheet("definitions"), book.create_sheet("values")
    definitions.append(DEFINITIONS)
    values.append(VALUES)
    kpis = VALUES_READ // (PERIODS * BREAKDOWNS) + 1
    for number in range(1, kpis + 1):
        row = kpi_row(number)
        definitions.append([str(row.get(name) or "") for name in DEFINITIONS[:12]])
    rows = itertools.product(range(1, kpis + 1), range(PERIODS), range(BREAKDOWNS))
    for kpi, month, breakdown in itertools.islice(rows, VALUES_READ):
        one = _observation(kpi, month, breakdown)
        period = (one["period_start"], one["period_end"])
        values.append(
            [f"kpi-{kpi}", *period, one["breakdown"], one["value"], None, None, "final", "bench", ""]
        )
    book.save(path)
    return path


def _reading(folder: Path, url: str) -> Iterator[BenchmarkResult]:
    """Compare an import into an empty store with reading the workbook alone, once each in every round."""
    path = _workbook(folder / "values.xlsx")
    pairs = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        for sheet in load_workbook(path, read_only=True, data_only=True).worksheets:
            for _ in sheet.iter_rows(values_only=True):
                pass
        reading_seconds = time.perf_counter() - started
        engine = connect(f"sqlite:///{folder / f'values{number}.db'}")
        schema.upgrade(engine)
        started = time.perf_counter()
        with garbage_collection_paused(), writing(engine) as session:
            done = apply_kpis(session, Author("import:bench", NOW), read_kpis(path), TODAY)
        pairs.append((time.perf_counter() - started, reading_seconds))
        assert done.figures == VALUES_READ
        engine.dispose()
    ours, reading_seconds = sorted(pairs, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    name = f"import of {VALUES_READ:,} KPI values from Excel into SQLite"
    measured = f"{ours:.2f} s, {reading_seconds:.2f} s"
    yield BenchmarkResult(name, "openpyxl just reading them", ours / reading_seconds, 0.7, measured)


def _drawing() -> BenchmarkResult:
    """Draw a chart with the most points that a chart has."""
    labels = tuple(f"{n} Mar 2019" for n in range(20))
    plot = charts.Plot("Seen in time", "%", labels, tuple(40.0 + n for n in range(20)), (("Target", 75.0),))
    charts.picture(plot)
    milliseconds = []
    for _ in range(9):
        started = time.perf_counter()
        charts.picture(plot)
        milliseconds.append((time.perf_counter() - started) * 1000)
    middle = statistics.median(milliseconds)
    measured = f"{middle:.0f} ms, {CHART_MS} ms"
    return BenchmarkResult("a chart as a picture: median", f"{CHART_MS} ms", middle / CHART_MS, 1, measured)
