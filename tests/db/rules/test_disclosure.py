"""Small counts by audience: shown to a board, kept back elsewhere, and no way round."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from db.engine import reading
from db.models import FEWER, WITHHELD, Disclosure, Kpi, Observation, Unit
from db.rules.disclosure import disclosed, disclosed_baseline, disclosed_history
from documents.audit_log_export import export_entries
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, COORDINATOR, LEAD, OUTSIDER, PLAN_CHANNEL, SCHOOL_CHANNEL
from tests.conftest import Ran, Running

_WHEN = datetime(2020, 1, 1, tzinfo=UTC)
_DAY = date(2015, 3, 31)


def _kpi(unit: Unit = Unit.NUMBER) -> Kpi:
    return Kpi(code="x", name="X", unit=unit, disclosure=Disclosure.SMALL_COUNTS)


def _row(breakdown: str, value: float, of: tuple[float | None, float] | None = None) -> Observation:
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
        ([20, 3, 9, 8], [20, WITHHELD, 9, WITHHELD]),
        ([20, 3, 4, 13], [20, FEWER, FEWER, 13]),
        ([20, 0, 12, 8], [20, 0, 12, 8]),
        ([12, 3, 9], [12, WITHHELD, WITHHELD]),
        # Two that come to 2 are both 1, and two that come to 10 both 5.
        ([14, 1, 1, 12], [14, WITHHELD, WITHHELD, WITHHELD]),
        ([10, 5, 5], [WITHHELD, FEWER, FEWER]),
        # Which of the two is the small one is not told.
        ([30, 1, 6, 23], [30, WITHHELD, WITHHELD, 23]),
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
    assert not [part for part in parts if isinstance(part, int | float) and 1 <= part <= 5]
    caps = [5 if part == FEWER else 1000 for part in parts if isinstance(part, str)]
    if caps and not isinstance(whole, str):
        left = (whole or 0) - sum(part for part in parts if isinstance(part, int | float))
        for at, cap in enumerate(caps):
            rest = [other for place, other in enumerate(caps) if place != at]
            least, most = max(1, left - sum(rest)), min(cap, left - len(rest))
            assert least < most, "only one way to have it"


def _quarter(number: int, value: float) -> Observation:
    row = _row("", value)
    row.period_start = (
        date(2014, 4, 1) if number < 1 else date(2014 + (number == 4), (4, 7, 10, 1)[number - 1], 1)
    )
    row.period_end = (date(2015, 3, 31), date(2014, 6, 30), date(2014, 9, 30), date(2014, 12, 31))[number % 4]
    return row


def test_a_year_does_not_tell_one_of_its_quarters() -> None:
    rows = [_quarter(0, 33), *(_quarter(at, value) for at, value in enumerate((3, 10, 9, 11), start=1))]

    assert _shown(rows) == [33, WITHHELD, 10, WITHHELD, 11]


def test_a_baseline_and_a_share_of_few_without_its_numerator() -> None:
    kpi = _kpi()
    kpi.baseline = 3
    assert (disclosed_baseline(kpi, board=False), disclosed_baseline(kpi, board=True)) == (None, 3)
    assert _shown([_row("", 50, (None, 4))], Unit.PERCENT) == [FEWER]


def test_what_was_replaced_does_not_tell_what_was_small() -> None:
    """A whole of 20 with 3 in the city, counted anew as 27 with 10: 27 less 20 would tell the 3."""
    rows = [_row("", 20), _row("Area: City", 3), _row("", 27), _row("Area: City", 10)]
    for row in rows[:2]:
        row.replaced_at = _WHEN
    told = disclosed_history(_kpi(), rows, board=False)

    assert [row.symbol or row.value for row in told] == [WITHHELD, WITHHELD, 27, 10]
    assert [row.replaced_at for row in told] == [_WHEN, _WHEN, None, None]


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


def test_neither_undo_nor_the_auditors_file_tells_a_small_count(slack: Running, tmp_path: Path) -> None:
    slack.ask(COORDINATOR, "/kpi record threshold-audit-below 2 31 Oct 2015: recounted")
    assert "2 " not in slack.ask(COORDINATOR, "/action undo").text.split("Undone:")[1].replace("2015", "")
    with reading(slack.engine) as session:
        export_entries(session, tmp_path / "kept.csv", board=False)
        export_entries(session, tmp_path / "all.csv")
    lines = (tmp_path / "kept.csv").read_text("utf-8-sig").splitlines()
    rows = [row for row in csv.reader(lines) if SMALL in str(row)]
    assert rows
    assert not [cell for row in rows for cell in row if cell.startswith(("2 final", "4 final"))]
    assert "2 revised" in (tmp_path / "all.csv").read_text("utf-8-sig")


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
