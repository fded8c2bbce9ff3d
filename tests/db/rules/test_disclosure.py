"""Small counts by audience: shown to a board, hidden elsewhere, and not revealed by other figures."""

import csv
import json
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
from documents.kpi_reader import HIDDEN_WORDS
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, COORDINATOR, LEAD, OUTSIDER, PLAN_CHANNEL, SCHOOL_CHANNEL
from tests.conftest import Program, Running

_WHEN = datetime(2020, 1, 1, tzinfo=UTC)
_DAY = date(2015, 3, 31)


def _kpi(unit: Unit = Unit.NUMBER) -> Kpi:
    return Kpi(code="x", name="X", unit=unit, disclosure=Disclosure.SMALL_COUNTS)


def _row(breakdown: str, value: float, of: tuple[float | None, float] | None = None) -> Observation:
    numerator, denominator = of or (None, None)
    return Observation(
        kpi_id=1,
        period_start=_DAY,
        period_end=_DAY,
        breakdown=breakdown,
        value=value,
        numerator=numerator,
        denominator=denominator,
        recorded_at=_WHEN,
    )


def _shown(rows: list[Observation], unit: Unit = Unit.NUMBER) -> list[float | str | None]:
    shown = disclosed(_kpi(unit), rows, board=False)
    return [row.symbol if row.value is None else row.value for row in shown]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        # The total first, then the parts of one table.
        ([20, 3, 9, 8], [20, WITHHELD, 9, WITHHELD]),
        ([20, 3, 4, 13], [20, FEWER, FEWER, 13]),
        ([20, 0, 12, 8], [20, 0, 12, 8]),
        ([12, 3, 9], [12, WITHHELD, WITHHELD]),
        # Two hidden parts that add up to 2 are both 1, and two small ones that add up to 10 are both 5.
        ([14, 1, 1, 12], [14, WITHHELD, WITHHELD, WITHHELD]),
        ([10, 5, 5], [10, WITHHELD, WITHHELD]),
        # The symbols do not show which of the two is small.
        ([30, 1, 6, 23], [30, WITHHELD, WITHHELD, 23]),
        # The only other part is 0, so the total is hidden.
        ([3, 3, 0], [FEWER, FEWER, 0]),
        ([6, 6, 0], [6, 6, 0]),
        ([4, 2, 2], [FEWER, FEWER, FEWER]),
    ],
)
def test_a_small_count_is_hidden_with_the_figures_that_would_reveal_it(
    counts: list[float], shown: list[float | str]
) -> None:
    rows = [_row("" if at == 0 else f"Age: {at}", count) for at, count in enumerate(counts)]

    assert _shown(rows) == shown


def test_a_percentage_of_a_small_number_is_hidden_like_the_count() -> None:
    rows = [
        _row("Area: A", 50, (3, 6)),
        _row("Area: B", 60, (60, 100)),
    ]
    assert _shown(rows, Unit.PERCENT) == [FEWER, 60]
    # The number of people who are not counted is a count too.
    assert _shown([_row("", 97, of=(97, 100))], Unit.PERCENT) == [WITHHELD]


def test_a_board_sees_every_figure_and_everyone_sees_an_open_kpi() -> None:
    rows = [_row("", 20), _row("Age: 1", 3)]

    assert [row.value for row in disclosed(_kpi(), rows, board=True)] == [20, 3]
    open_kpi = Kpi(code="x", name="X", unit=Unit.NUMBER)
    assert [row.value for row in disclosed(open_kpi, rows, board=False)] == [20, 3]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_no_table_lets_a_small_count_be_worked_out(counts: list[int]) -> None:
    """A small part is hidden, and the total less the parts shown does not give its value."""
    rows = [_row("", sum(counts)), *(_row(f"Age: {at}", count) for at, count in enumerate(counts))]
    total, *parts = _shown([*rows])
    assert not [part for part in parts if isinstance(part, int | float) and 1 <= part <= 5]
    caps = [5 if part == FEWER else 1000 for part in parts if isinstance(part, str)]
    if caps and not isinstance(total, str):
        left = (total or 0) - sum(part for part in parts if isinstance(part, int | float))
        for at, cap in enumerate(caps):
            rest = [other for place, other in enumerate(caps) if place != at]
            least, most = max(1, left - sum(rest)), min(cap, left - len(rest))
            assert least < most, "only one value is possible"


def _quarter(number: int, value: float) -> Observation:
    row = _row("", value)
    row.period_start = (
        date(2014, 4, 1) if number < 1 else date(2014 + (number == 4), (4, 7, 10, 1)[number - 1], 1)
    )
    row.period_end = (date(2015, 3, 31), date(2014, 6, 30), date(2014, 9, 30), date(2014, 12, 31))[number % 4]
    return row


def test_a_year_does_not_reveal_one_of_its_quarters() -> None:
    rows = [_quarter(0, 33), *(_quarter(at, value) for at, value in enumerate((3, 10, 9, 11), start=1))]

    assert _shown(rows) == [33, WITHHELD, 10, WITHHELD, 11]


def test_a_small_baseline_and_a_small_percentage_without_its_numerator_are_hidden() -> None:
    kpi = _kpi()
    kpi.baseline = 3
    assert (disclosed_baseline(kpi, board=False), disclosed_baseline(kpi, board=True)) == (None, 3)
    assert _shown([_row("", 50, (None, 4))], Unit.PERCENT) == [FEWER]


def test_a_replaced_figure_does_not_reveal_a_small_count() -> None:
    """A total of 20 with 3 in the city is revised to 27 with 10: 27 less 20 would reveal the 3."""
    rows = [_row("", 20), _row("Area: City", 3), _row("", 27), _row("Area: City", 10)]
    for row in rows[:2]:
        row.replaced_at = _WHEN
    shown = disclosed_history(_kpi(), rows, board=False)

    assert [row.symbol or row.value for row in shown] == [WITHHELD, WITHHELD, 27, 10]
    assert [row.replaced_at for row in shown] == [_WHEN, _WHEN, None, None]


SMALL = "threshold-audit-below"


def _tables(slack: Running, name: str) -> list[Message]:
    """The same question in a school's channel, in the plan's, and in the board's."""
    return [slack.ask(LEAD, name, channel) for channel in (SCHOOL_CHANNEL, PLAN_CHANNEL, BOARD_CHANNEL)]


@pytest.mark.parametrize(
    "command",
    ["/kpi threshold audit below", "/kpi history threshold audit below", "/kpi board", "/kpi list"],
)
def test_school_and_plan_channels_show_fewer_than_6_and_the_boards_channel_shows_the_count(
    slack: Running, command: str
) -> None:
    school, plan, board = (message.text for message in _tables(slack, command))

    assert "fewer than 6" in school
    assert "fewer than 6" in plan
    assert "fewer than 6" not in board


def test_a_person_from_another_workspace_sees_no_figure(slack: Running) -> None:
    text = slack.ask(OUTSIDER, "/kpi threshold audit below").text

    assert "not open to" in text
    assert "fewer" not in text


def test_a_coordinator_marks_a_boards_channel_and_unmarks_it(slack: Running) -> None:
    assert "Only a coordinator" in slack.ask(LEAD, "/plan board here").text
    assert "are hidden in this channel" in slack.ask(LEAD, "/plan board").text
    assert "are now shown" in slack.ask(COORDINATOR, "/plan board here").text
    assert "fewer than 6" not in slack.ask(LEAD, "/kpi threshold audit below").text
    assert "are now hidden" in slack.ask(COORDINATOR, "/plan board off").text
    assert "fewer than 6" in slack.ask(LEAD, "/kpi threshold audit below").text


def test_neither_undo_nor_the_auditors_file_reveals_a_small_count(slack: Running, tmp_path: Path) -> None:
    slack.ask(COORDINATOR, "/kpi record threshold-audit-below 2 31 Oct 2015: recounted")
    assert "2 " not in slack.ask(COORDINATOR, "/action undo").text.split("Undone:")[1].replace("2015", "")
    with reading(slack.engine) as session:
        export_entries(session, tmp_path / "public.csv", board=False)
        export_entries(session, tmp_path / "all.csv")
    lines = (tmp_path / "public.csv").read_text("utf-8-sig").splitlines()
    rows = [row for row in csv.reader(lines) if SMALL in str(row)]
    assert rows
    assert not [cell for row in rows for cell in row if cell.startswith(("2 final", "4 final"))]
    assert "2 revised" in (tmp_path / "all.csv").read_text("utf-8-sig")


def test_a_shared_answer_hides_what_its_channel_may_not_see(slack: Running) -> None:
    answer = slack.ask(LEAD, "/kpi threshold audit below", PLAN_CHANNEL)
    [shared] = slack.press(LEAD, answer, "share")

    assert shared.channel == PLAN_CHANNEL
    assert "fewer than 6" in shared.text


@pytest.mark.parametrize("board", [False, True])
def test_an_export_hides_small_counts_unless_it_is_for_a_board(
    run: Program, tmp_path: Path, board: bool
) -> None:
    run.on_samples()
    out = tmp_path / "kpis.xlsx"
    exported = run("kpi", "export", str(out), *(["--board"] if board else []))
    assert ("small counts are hidden" in exported.out) is not board
    rows = list(load_workbook(out)["values"].iter_rows(values_only=True))
    cells = {str(row[4]) for row in rows if row[0] == SMALL}

    assert ("fewer than 6" in cells) is not board
    again = run("kpi", "import", str(out))
    assert "Nothing changed." in again.out
    assert ("hidden in the file" in again.out) is not board


def test_an_earlier_small_figure_is_hidden_in_the_history(slack: Running) -> None:
    """A small count is revised to a larger one: the history shows the small one only to the board."""
    slack.ask(COORDINATOR, "/kpi record threshold-audit-below 9 31 Oct 2015: recounted")
    school, _, board = (message.text for message in _tables(slack, "/kpi history threshold audit below"))

    assert "fewer than 6" in school
    assert "fewer than 6" not in board


def test_a_question_about_a_figure_does_not_quote_a_small_count(slack: Running) -> None:
    question = slack.ask(COORDINATOR, "/kpi record threshold-audit-below 45 31 Oct 2016: recounted")
    assert "does not fit the figures recorded, which are hidden" in question.text
    assert "45 at" not in question.text

    slack.press(COORDINATOR, question, "kpi_confirm")
    history = slack.ask(LEAD, "/kpi history threshold audit below").text
    assert "fewer than 6" in history
    assert "ten times" not in slack.ask(LEAD, "/kpi threshold audit below").text


_PARTS = "2014-04-01,2015-03-31"
_FILES = {
    "definitions": "code,name,unit,baseline\nexclusions,Exclusions,number,4\n",
    "values": "code,period_start,period_end,breakdown,value,source,note\n"
    f"exclusions,{_PARTS},,40,Return of 3 May 2015,\n"
    f"exclusions,{_PARTS},Area: North,3,Return: 3 children,the three were seen\n"
    f"exclusions,{_PARTS},Area: South,17,,\n"
    f"exclusions,{_PARTS},Area: West,20,,\n",
    "comparators": "code,comparator,year,value\n",
}


def test_a_count_is_protected_by_default_and_every_way_out_hides_the_same(
    run: Program, tmp_path: Path
) -> None:
    for name, text in _FILES.items():
        (tmp_path / f"k-{name}.csv").write_text(text)
    run.on_empty_database()
    run("kpi", "import", str(tmp_path / "k.csv"))
    shown = json.loads(run("kpi", "show", "exclusions", "--format", "json").out)["values"]
    run("kpi", "export", str(tmp_path / "out.csv"))
    exported = list(csv.DictReader((tmp_path / "out-values.csv").read_text("utf-8-sig").splitlines()))

    assert {row["breakdown"]: row["value"] for row in shown} == {
        "": 40,
        "Area: North": None,
        "Area: South": None,
        "Area: West": 20,
    }
    assert [row["breakdown"] for row in exported if row["value"] in HIDDEN_WORDS] == [
        "Area: North",
        "Area: South",
    ]
    assert "three" not in str(exported)
    assert "3 children" not in str(exported) + str(shown)
    assert "Nothing changed." in run("kpi", "import", str(tmp_path / "out.csv")).out
