"""Small counts by audience: shown to a board, kept back elsewhere, and no way round."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from db.disclosure import disclosed
from db.models import FEWER, WITHHELD, Disclosure, Kpi, Observation, Unit
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, COORDINATOR, LEAD, OUTSIDER, PLAN_CHANNEL, SCHOOL_CHANNEL
from tests.conftest import Ran, Running

_WHEN = datetime(2020, 1, 1, tzinfo=UTC)
_DAY = date(2015, 3, 31)


def _kpi(unit: Unit = Unit.NUMBER) -> Kpi:
    return Kpi(code="x", name="X", unit=unit, disclosure=Disclosure.SMALL_COUNTS)


def _row(breakdown: str, value: float, of: tuple[float, float] | None = None) -> Observation:
    part, whole = of or (None, None)
    return Observation(
        kpi_id=1,
        period_start=_DAY,
        period_end=_DAY,
        breakdown=breakdown,
        value=value,
        numerator=part,
        denominator=whole,
        recorded_at=_WHEN,
    )


def _shown(rows: list[Observation], unit: Unit = Unit.NUMBER) -> list[float | str | None]:
    told = disclosed(_kpi(unit), rows, board=False)
    return [row.symbol if row.value is None else row.value for row in told]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        # The whole first, then the parts of one table.
        ([20, 3, 9, 8], [20, FEWER, 9, WITHHELD]),
        ([20, 3, 4, 13], [20, FEWER, FEWER, 13]),
        ([20, 0, 12, 8], [20, 0, 12, 8]),
        ([12, 3, 9], [12, FEWER, WITHHELD]),
        # With nothing else to hide behind but a 0, the whole is not told.
        ([3, 3, 0], [FEWER, FEWER, 0]),
        ([6, 6, 0], [6, 6, 0]),
        ([4, 2, 2], [FEWER, FEWER, FEWER]),
    ],
)
def test_a_small_count_and_what_would_tell_it(counts: list[float], shown: list[float | str]) -> None:
    rows = [_row("" if at == 0 else f"Age: {at}", count) for at, count in enumerate(counts)]

    assert _shown(rows) == shown


def test_a_share_of_few_is_as_telling_as_the_count() -> None:
    rows = [
        _row("Area: A", 50, (3, 6)),
        _row("Area: B", 60, (60, 100)),
    ]
    assert _shown(rows, Unit.PERCENT) == [FEWER, 60]
    # Who is not counted is a count too.
    assert _shown([_row("", 97, of=(97, 100))], Unit.PERCENT) == [FEWER]


def test_a_board_is_shown_all_and_what_is_open_is_open() -> None:
    rows = [_row("", 20), _row("Age: 1", 3)]

    assert [row.value for row in disclosed(_kpi(), rows, board=True)] == [20, 3]
    open_kpi = Kpi(code="x", name="X", unit=Unit.NUMBER)
    assert [row.value for row in disclosed(open_kpi, rows, board=False)] == [20, 3]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_no_table_lets_a_small_count_be_worked_out(counts: list[int]) -> None:
    """Whatever its parts: one that is small is hidden, and no whole less the rest tells it."""
    rows = [_row("", sum(counts)), *(_row(f"Age: {at}", count) for at, count in enumerate(counts))]
    whole, *parts = _shown([*rows])
    hidden = [count for count, part in zip(counts, parts, strict=True) if isinstance(part, str)]

    assert not [part for part in parts if isinstance(part, int | float) and 1 <= part <= 5]
    if hidden and not isinstance(whole, str):
        left = (
            whole - sum(part for part in parts if isinstance(part, int | float)) if whole is not None else 0
        )
        assert len(hidden) > 1, "one alone is what is left"
        assert left == sum(hidden)


SMALL = "threshold-audit-below"


def _tables(slack: Running, name: str) -> list[Message]:
    """The same question in a school's channel, in the plan's, and in the board's."""
    return [slack.ask(LEAD, name, channel) for channel in (SCHOOL_CHANNEL, PLAN_CHANNEL, BOARD_CHANNEL)]


@pytest.mark.parametrize(
    "command",
    ["/kpi threshold audit below", "/kpi history threshold audit below", "/kpi board", "/kpi list"],
)
def test_a_school_and_a_plan_channel_are_told_fewer_than_6_and_the_board_the_count(
    slack: Running, command: str
) -> None:
    school, plan, board = (message.text for message in _tables(slack, command))

    assert "fewer than 6" in school
    assert "fewer than 6" in plan
    assert "fewer than 6" not in board


def test_an_outsider_is_told_nothing_at_all(slack: Running) -> None:
    told = slack.ask(OUTSIDER, "/kpi threshold audit below").text

    assert "not open to" in told
    assert "fewer" not in told


def test_a_coordinator_marks_a_channel_and_takes_it_back(slack: Running) -> None:
    assert "A coordinator says" in slack.ask(LEAD, "/plan board here").text
    assert "are kept back in this channel" in slack.ask(LEAD, "/plan board").text
    assert "are now shown" in slack.ask(COORDINATOR, "/plan board here").text
    assert "fewer than 6" not in slack.ask(LEAD, "/kpi threshold audit below").text
    assert "are now kept back" in slack.ask(COORDINATOR, "/plan board off").text
    assert "fewer than 6" in slack.ask(LEAD, "/kpi threshold audit below").text


def test_what_is_shared_from_the_board_is_shared_in_the_board(slack: Running) -> None:
    answer = slack.ask(LEAD, "/kpi threshold audit below", PLAN_CHANNEL)
    [shared] = slack.press(LEAD, answer, "share")

    assert shared.channel == PLAN_CHANNEL
    assert "fewer than 6" in shared.text


@pytest.mark.parametrize("board", [False, True])
def test_an_export_keeps_them_back_unless_a_board_asks(
    run: Callable[..., Ran], tmp_path: Path, board: bool
) -> None:
    run("migrate")
    run("sample")
    out = tmp_path / "kpis.xlsx"
    told = run("kpi", "export", str(out), *(["--board"] if board else []))
    assert ("small counts are kept back" in told.out) is not board
    rows = list(load_workbook(out)["values"].iter_rows(values_only=True))
    cells = {str(row[4]) for row in rows if row[0] == SMALL}

    assert ("fewer than 6" in cells) is not board
    again = run("kpi", "import", str(out))
    assert "Nothing changed." in again.out
    assert ("were kept back" in again.out) is not board


def test_a_figure_of_the_past_is_kept_back_as_it_would_be_now(slack: Running) -> None:
    """Revised from a small count to a larger one: history still tells the small one to the board alone."""
    slack.ask(COORDINATOR, "/kpi record threshold-audit-below 9 31 Oct 2015: recounted")
    told = [message.text for message in _tables(slack, "/kpi history threshold audit below")]

    assert "fewer than 6" in told[0]
    assert "fewer than 6" not in told[2]


def test_a_question_about_a_figure_quotes_no_small_count(slack: Running) -> None:
    question = slack.ask(COORDINATOR, "/kpi record threshold-audit-below 45 31 Oct 2016: recounted")
    assert "it does not fit the figures held, which are kept back" in question.text
    assert "45 at" not in question.text

    slack.press(COORDINATOR, question, "kpi_confirm")
    told = slack.ask(LEAD, "/kpi history threshold audit below").text
    assert "fewer than 6" in told
    assert "ten times" not in slack.ask(LEAD, "/kpi threshold audit below").text
