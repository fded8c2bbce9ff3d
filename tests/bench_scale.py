"""The part of `make bench` about other plans: an answer about one must not wait for the rows of others."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select

from db.engine import connect, writing
from db.models import (
    Action,
    Covered,
    DueKind,
    Lead,
    Measure,
    MeasureKind,
    Member,
    Plan,
    Progress,
    Role,
    Round,
    Section,
)
from tests.bench_clock import defaults
from tests.bench_serving import Testbed, median_round, spellings
from tests.benchmark_results import BenchmarkResult
from tests.cast import NOW, TODAY

PLANS, ACTIONS, MEMBERS = 200, 100_000, 10_000
# Many short rounds: whatever else the machine does lasts for seconds, and falls on both of a round or on few.
_ROUNDS, _SECONDS = 9, 2.0
# The sub-command in many spellings: each is asked as if after a change.
_ASKED = (
    ("/plan", "waiting", "jtai2016"),
    ("/plan", "summary", "jtai2016"),
    ("/action", "rounds", "jtai2016:2.3.4"),
    ("/action", "coverage", "jtai2016:2.2.6"),
)


@dataclass(frozen=True)
class Beside:
    """How much other plans hold: so many plans with so many actions, a round for each, and members."""

    plans: int
    actions: int
    members: int


def fill(url: str, beside: Beside) -> None:
    """Add other plans to the samples; the plan that is asked about has a register and rounds of its own."""
    engine = connect(url)
    with writing(engine) as session:
        connection = session.connection()
        actions = session.exec(select(Action.id, Action.ref).order_by(col(Action.id))).all()
        first = (actions[-1][0] or 0) + 1
        own = next(number or 0 for number, ref in actions if ref == "2.3.4")
        role = session.exec(select(Role.id)).first() or 0
        connection.execute(insert(Member), list(_members(beside.members)))
        connection.execute(insert(Round), [_round(own, n) for n in range(12)])
        each = beside.actions // beside.plans
        for number in range(beside.plans):
            for model, rows in _plan(number, range(first + number * each, first + (number + 1) * each), role):
                connection.execute(insert(model), rows)
    engine.dispose()


def _members(others: int) -> Iterator[dict[str, Any]]:
    registers = [("teams", 12), *((f"kind {n}", 500) for n in range(others // 500))]
    for kind, count in registers:
        for number in range(count):
            yield defaults(Member, kind=kind, name=f"{kind} {number}")


def _plan(number: int, ids: range, role: int) -> Iterator[tuple[type, list[dict[str, Any]]]]:
    plan, section = 1000 + number, 100_000 + number
    yield Plan, [defaults(Plan, id=plan, code=f"p{number}", title=f"Plan {number}")]
    yield Section, [defaults(Section, id=section, plan_id=plan, ref="1", title="All")]
    yield Action, [_action(one, plan, section, one - ids[0]) for one in ids]
    yield Lead, [{"action_id": one, "role_id": role, "position": 0} for one in ids]
    measure = {"kind": MeasureKind.THRESHOLD, "operator": ">=", "value": 75.0, "unit": "%", "of": "cases"}
    yield Measure, [defaults(Measure, action_id=one, text="75% of cases", **measure) for one in ids]
    yield Round, [_round(one, 0) for one in ids]
    stamp = {"covered_on": TODAY, "act": "a", "recorded_by": "U1", "recorded_at": NOW}
    yield Covered, [defaults(Covered, action_id=one, member_id=1, **stamp) for one in ids[:50]]


def _action(number: int, plan: int, section: int, place: int) -> dict[str, Any]:
    return defaults(
        Action,
        id=number,
        plan_id=plan,
        section_id=section,
        ref=f"1.{place + 1}",
        position=place,
        title=f"Do the work numbered {place}",
        recurrence="monthly",
        due=TODAY + timedelta(days=number % 600 - 300),
        due_kind=DueKind.BY,
        progress=Progress.COMPLETE if number % 3 == 0 else Progress.IN_PROGRESS,
        evidence="https://example.org/e" if number % 9 == 0 else None,
    )


def _round(action: int, number: int) -> dict[str, Any]:
    day = date(2015, 12, 15) + timedelta(days=30 * number)
    counts = {"numerator": 15, "denominator": 20, "operator": ">=", "pass_mark": 75.0}
    stamp = {"act": "a", "recorded_by": "U1", "recorded_at": NOW}
    return defaults(
        Round, action_id=action, measure="cases", period_start=day, period_end=day, **counts, **stamp
    )


def bench_scale(testbed: Testbed, sampled: Callable[[], str]) -> Iterator[BenchmarkResult]:
    """`sampled` makes a PostgreSQL database with the samples and returns its URL."""
    few, many = sampled(), sampled()
    fill(few, Beside(1, 500, 500))
    fill(many, Beside(PLANS, ACTIONS, MEMBERS))
    with ExitStack() as stack:
        ours, theirs = (stack.enter_context(testbed.serving(["bot", "web"], url)) for url in (many, few))
        for command, word, rest in _ASKED:
            lines = [f"{command} {one}" for one in spellings(word, rest, 2_000)]

            def medians(command_lines: Sequence[str] = lines) -> tuple[float, float]:
                large, small = (one.press(1, command_lines, _SECONDS) for one in (ours, theirs))
                return large.median, small.median

            large, small = median_round(medians, _ROUNDS)
            measured = f"{large * 1000:.1f} ms, {small * 1000:.1f} ms"
            name = (
                f"`{command} {word} {rest}` beside {PLANS} plans with {ACTIONS:,} actions, uncached: median"
            )
            yield BenchmarkResult(name, "beside one plan of 500", large / small, 1.3, measured)
