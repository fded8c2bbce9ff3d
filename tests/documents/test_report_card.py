"""A theme's report card: its numbers, explanations and actions are read back from the Word file."""

import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from sqlalchemy import Engine

from db import plans, updates
from db.audit_log import Author
from db.engine import reading, writing
from db.explanations import add_explanation
from db.kpis import Figure, kpi_by_code, save_figures
from db.models import Progress, Unit
from db.report_card import load_report_card
from documents.draft import DocumentError
from documents.report_card import write_card
from messages.charts import pictures
from tests.cast import COORDINATOR, LONDON
from tests.conftest import Program

THEME = "Increase in child protection activity"
CODES = ("cp-plans", "cp-rate", "s47-growth", "cin-plans", "lac-number", "cp-neglect", "activity-change")
DAY = date(2015, 11, 5)


def _at(day: date) -> Author:
    return Author(COORDINATOR, datetime(day.year, day.month, day.day, 10, tzinfo=LONDON))


def _write(
    engine: Engine,
    path: Path,
    day: date = DAY,
    codes: tuple[str, ...] = CODES,
    *,
    board: bool = False,
    charts: bool = False,
) -> None:
    with reading(engine) as session:
        wanted = [kpi for code in codes if (kpi := kpi_by_code(session, code))]
        assert len(wanted) == len(codes)
        card = load_report_card(session, THEME, wanted, day, LONDON, board=board)
        write_card(card, path, pictures(card.readings) if charts else {})


def _explain(engine: Engine, code: str, text: str, day: date) -> None:
    with writing(engine) as session:
        kpi = kpi_by_code(session, code)
        assert kpi is not None
        add_explanation(session, _at(day), kpi, text)


def _texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in Document(str(path)).paragraphs]


def _rows(path: Path, title: str) -> list[list[str]]:
    """The rows of the table under a heading, without its header row."""
    document, heading = Document(str(path)), ""
    tables = iter(document.tables)
    for element in document.element.body:
        if element.tag == qn("w:p"):
            heading = "".join(one.text or "" for one in element.iter(qn("w:t"))) or heading
        elif element.tag == qn("w:tbl"):
            table = next(tables)
            if heading == title:
                return [[cell.text for cell in row.cells] for row in table.rows[1:]]
    return []


def test_the_committee_s_card_of_november_2015_has_its_numbers(sampled: Engine, tmp_path: Path) -> None:
    _explain(sampled, "cin-plans", "planning in need happens less often than it did", date(2015, 10, 20))
    _explain(sampled, "cin-plans", "said after the committee", date(2015, 11, 6))
    file = tmp_path / "card.docx"
    _write(sampled, file)
    texts, numbers = _texts(file), {row[0]: row for row in _rows(file, "Numbers")}

    assert texts[:2] == [f"{THEME}: report card", "As at 5 Nov 2015"]
    assert (
        "Children on a child protection plan: from 422 (at 31 Jul 2013) to 626 (at 31 Jul 2015), up 48.3%."
        in texts
    )
    assert "The newest of these figures is for Oct 2015." in texts
    assert "A later figure for Child protection plan rate is overdue." in texts
    assert "None of them has a target." in texts
    in_need, neglect = "Children on a child in need plan", "Child protection plans for neglect"
    assert numbers[f"{in_need} *"][1:4] == ["2,451, at 31 Jul 2013", "1,801, at 31 Jul 2015", "down 26.5%"]
    # None of them has a target, so there is no such column.
    assert numbers[f"{neglect} *"][1:] == [
        "–",
        "56%, at 31 Mar 2015",
        "–",
        "Statistical neighbours, 2013/14: 47%\nNational, 2013/14: 43%",
    ]
    shift = "Shift in social care activity, July 2013 to July 2015"
    groups = {row[0].partition(": ")[2]: row[2] for row in numbers.values() if row[0].startswith(shift)}
    assert {name.removesuffix(" *"): figure.partition(",")[0] for name, figure in groups.items()} == {
        "child protection plan": "48.3%",
        "looked after": "30%",
        "child in need plan": "-26.5%",
    }
    # What explains a figure stands under it.
    told = texts[texts.index("The figures one by one") :]
    at = told.index(in_need)
    said = told.index("Planning in need happens less often than it did (20 Oct 2015)")
    assert at < said < told.index("Looked-after children")
    assert told[said + 1].startswith("The pack measures the fall of 26.5% from July 2013")
    months = "At 31 Jul 2014; at 31 Jul 2013: Month given, not the day: last day of July used."
    assert months in told[said:]
    assert not any("said after" in text for text in texts)
    found = _rows(file, "What inspections and reports say")
    assert [row[1] for row in found] == ["Nov 2015"]
    assert "56%" in found[0][2]
    assert texts[-1] == "The meeting is asked to note this report card."


def test_what_is_to_be_done_are_the_open_actions_that_the_figures_measure(
    sampled: Engine, tmp_path: Path
) -> None:
    early, late = tmp_path / "early.docx", tmp_path / "late.docx"
    with writing(sampled) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        action = next(one for one in plans.actions_of(session, plan) if one.ref == "3.1.1")
        author = _at(date(2016, 12, 1))
        updates.set_progress(
            session, author, action, Progress.IN_PROGRESS, date(2016, 12, 1), "teams are set up"
        )
        text = action.text
    _write(sampled, early)
    _write(sampled, late, date(2016, 12, 17))

    # The plan was approved in July 2016.
    assert _rows(early, "What needs to be done") == []
    assert "No action of a plan is linked to these figures." in _texts(early)
    [row] = _rows(late, "What needs to be done")
    assert row[0] == "JTAI 2016 3.1.1"
    assert "carry too many cases" in row[1]
    assert row[2:] == [text, "Deputy Director CSC", "Feb 2017", "in progress. 1 Dec 2016: teams are set up"]


def test_the_card_of_a_day_says_the_same_a_year_later(sqlite_sampled: Engine, tmp_path: Path) -> None:
    first, again = tmp_path / "first.docx", tmp_path / "again.docx"
    _explain(sqlite_sampled, "cp-plans", "more referrals become plans", date(2015, 10, 1))
    _write(sqlite_sampled, first, charts=True)
    _explain(sqlite_sampled, "cp-plans", "fewer referrals become plans", date(2016, 10, 1))
    with writing(sqlite_sampled) as session:
        kpi = kpi_by_code(session, "cp-plans")
        assert kpi is not None
        new = Figure(date(2016, 7, 31), date(2016, 7, 31), 571)
        save_figures(session, _at(date(2016, 8, 20)), [(kpi, new)])
    _write(sqlite_sampled, again, charts=True)

    with zipfile.ZipFile(first) as one, zipfile.ZipFile(again) as other:
        assert one.namelist() == other.namelist()
        assert [name for name in one.namelist() if one.read(name) != other.read(name)] == []


def test_small_counts_are_hidden_and_so_is_a_note_that_tells_one(
    sqlite_sampled: Engine, tmp_path: Path
) -> None:
    open_, own = tmp_path / "open.docx", tmp_path / "board.docx"
    told = "two children came into police protection"
    _explain(sqlite_sampled, "lac-legal-status", told, date(2015, 10, 1))
    codes = ("lac-legal-status",)
    _write(sqlite_sampled, open_, codes=codes, charts=True)
    _write(sqlite_sampled, own, codes=codes, board=True, charts=True)

    protection = "police or emergency protection"
    assert any("Two children came into police protection" in text for text in _texts(own))
    assert any(re.search(rf"{protection} 2\b", text) for text in _texts(own))
    with zipfile.ZipFile(open_) as package:
        parts = [package.read(name).decode("utf-8") for name in package.namelist() if name.endswith(".xml")]
    assert not any(told[3:] in part or re.search(rf"{protection}:? 2\b", part) for part in parts)
    assert any("Hidden, because it may tell a small number" in text for text in _texts(open_))


def test_an_earlier_number_is_not_told_as_the_latest(sqlite_sampled: Engine, tmp_path: Path) -> None:
    file = tmp_path / "card.docx"
    with writing(sqlite_sampled) as session:
        plans_of_protection, signed = kpi_by_code(session, "cp-plans"), kpi_by_code(session, "cin-plans")
        assert plans_of_protection is not None
        assert signed is not None
        signed.unit = Unit.YES_NO
        day, last = date(2015, 9, 30), date(2015, 10, 31)
        new = [
            (plans_of_protection, Figure(day, day, None, "c")),
            (signed, Figure(day, day, 1)),
            (signed, Figure(last, last, 0)),
        ]
        save_figures(session, _at(date(2015, 11, 1)), new)
    _write(sqlite_sampled, file, codes=("cp-plans", "cin-plans"))
    texts, rows = _texts(file), _rows(file, "Numbers")

    assert "The latest figure for Children on a child protection plan is not shown." in texts
    assert rows[0][1:4] == ["–", "confidential, at 30 Sep 2015", "–"]
    assert rows[1][2:4] == ["no, at 31 Oct 2015", "–"]
    assert not any("100" in text for text in texts)


def test_an_archived_plan_has_nothing_to_be_done(sqlite_sampled: Engine, tmp_path: Path) -> None:
    file = tmp_path / "card.docx"
    with writing(sqlite_sampled) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        plan.archived_on = date(2016, 12, 10)
    _write(sqlite_sampled, file, date(2016, 12, 15))
    assert _rows(file, "What needs to be done") == []


def test_the_command_writes_it(run: Program, tmp_path: Path) -> None:
    run.on_samples()
    wanted = ("kpi", "report", THEME, "--kpi", "cp-plans", "--kpi", "cin-plans", "--at", "2015-11-05")
    ran = run(*wanted, "--out", "card.docx")
    assert (ran.code, ran.err) == (0, "")
    assert "The report card of 2 KPIs as at 5 Nov 2015 is written to card.docx" in ran.out
    assert _texts(tmp_path / "card.docx")[0] == f"{THEME}: report card"
    assert "does not end in .docx" in run(*wanted, "--out", "card.pdf").err
    assert "no KPI has the code" in run("kpi", "report", THEME, "--kpi", "cp-plan", "--out", "c.docx").err
    assert "has not come yet" in run(*wanted[:-1], "2999-01-01", "--out", "c.docx").err


def test_another_ending_is_refused(sampled: Engine, tmp_path: Path) -> None:
    with reading(sampled) as session:
        kpi = kpi_by_code(session, "cp-plans")
        assert kpi is not None
        card = load_report_card(session, THEME, [kpi], DAY, LONDON, board=False)
    with pytest.raises(DocumentError, match="a report card is a Word file"):
        write_card(card, tmp_path / "card.xlsx", {})
