"""The part of `make bench` about people's own words: reading a sentence among many names."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

from sqlalchemy import insert

from db import plans, schema
from db.audit_log import Author
from db.engine import connect, reading, writing
from db.models import Kpi, Plan
from db.rules.typed_dates import DateNotRead
from documents.plan_apply import apply_plan
from documents.plan_diff import diff_plan
from documents.plan_files import read_plan_file
from handlers.own_words.lexicon import Lexicon, load_lexicon
from handlers.own_words.readings import understand
from tests.bench_kpis import kpi_row
from tests.benchmark_results import BenchmarkResult
from tests.cast import LEAD, NOW, PLAN_CHANNEL, TODAY
from tests.files import excel_rows

NAMES, MS = 1_000, 10
_SENTENCES = Path(__file__).parent / "own_words.jsonl"
_WHAT = (
    *("audits", "training", "supervision", "referrals", "assessments"),
    *("visits", "reviews", "surveys", "plans", "calls"),
)
_OF = (
    *("managers", "schools", "families", "teams", "partners"),
    *("carers", "practitioners", "nurses", "officers", "boards"),
)
_HOW = (
    *("in time", "by quarter", "of good quality", "with feedback", "after an assessment"),
    *("in the north", "in the south", "for under fives", "at night", "per month"),
)


def _names() -> list[str]:
    return [f"{what.capitalize()} of {of} {how}" for what, of, how in product(_WHAT, _OF, _HOW)]


def _rows() -> Iterator[list[str]]:
    for at, name in enumerate(_names()):
        section, number = at // 50 + 1, at % 50 + 1
        yield [f"{section}.{number}", f"Section {section}", name, "06/2017", f"Head of Service {at % 40}"]


def bench_own_words(folder: Path) -> Iterator[BenchmarkResult]:
    """Read every question that the tests hold, among a thousand actions and a thousand KPIs."""
    engine = connect(f"sqlite:///{folder / 'words.db'}")
    schema.upgrade(engine)
    path = excel_rows(folder / "words.xlsx", [["Ref", "Section", "Action", "When", "Lead"], *_rows()])
    with writing(engine) as session:
        merge = diff_plan(session, Plan(code="big", title="Big"), read_plan_file(path))
        apply_plan(session, merge, Author("bench", NOW), TODAY)
        named = [{**kpi_row(at), "name": name} for at, name in enumerate(_names(), start=1)]
        session.connection().execute(insert(Kpi), named)
    with reading(engine) as session:
        lexicon = load_lexicon(session, *plans.channel_plans(session, PLAN_CHANNEL), TODAY)
    engine.dispose()
    sentences = [json.loads(line)["text"] for line in _SENTENCES.read_text("utf-8").splitlines()]
    understand(sentences[0], lexicon, TODAY, LEAD)
    taken = sorted(_milliseconds(text, lexicon) for text in sentences)
    slow = taken[int(len(taken) * 0.95)]
    name = f"understanding a sentence among {NAMES:,} actions and {NAMES:,} KPIs: 95th percentile"
    measured = f"{slow:.1f} ms (median {taken[len(taken) // 2]:.1f} ms), {MS} ms"
    yield BenchmarkResult(name, f"{MS} ms", slow / MS, 1, measured)


def _milliseconds(text: str, lexicon: Lexicon) -> float:
    begun = time.perf_counter()
    with suppress(DateNotRead):
        understand(text, lexicon, TODAY, LEAD)
    return (time.perf_counter() - begun) * 1000
