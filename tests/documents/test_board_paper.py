"""A plan's paper for its board: every row and fact of it is read back from the Word file."""

import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import select

from db import coverage, meetings, plans, updates
from db.audit_log import Author
from db.board_paper import load_paper
from db.board_requests import add_request
from db.engine import reading, writing
from db.errors import Refused
from db.kpis import figures_of_kpi, kpi_by_code
from db.models import Action, Disclosure, Progress
from db.plan_edits import DueBy
from db.registers import on_register
from db.roles import role_by_name
from db.rounds import Result, record_result
from db.rules.rounds import counted_measures
from documents.board_paper_file import write_paper
from documents.draft import DocumentError
from messages.charts import pictures
from tests.cast import COORDINATOR, LEAD, LONDON
from tests.conftest import Program

DAY = date(2016, 12, 17)


def _at(text: str) -> Author:
    return Author(LEAD, datetime.fromisoformat(text).replace(tzinfo=LONDON))


def _action(session: Any, ref: str) -> Action:
    plan = plans.plan_by_code(session, "jtai2016")
    assert plan is not None
    return next(one for one in plans.actions_of(session, plan) if one.ref == ref)


def _term(engine: Engine) -> None:
    """What a term leaves behind: updates, a result, coverage, meetings, a decision, a request, a sign-up."""
    with writing(engine) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        coordinator = Author(COORDINATOR, _at("2016-09-15T10:00").at)
        first = meetings.add_meeting(session, coordinator, plan, date(2016, 9, 15), "Executive Group")
        meetings.add_meeting(session, coordinator, plan, DAY, "Executive Group")
        meetings.add_decision(session, coordinator, plan, first, "Buy the audit tool in January")
        meetings.record_sign_up(session, coordinator, plan, "MASH Steering Group", date(2016, 7, 5))
        meetings.record_sign_up(session, coordinator, plan, "Oxford Health", None)
        role = role_by_name(session, "Principal Social Worker")
        assert role is not None
        due = DueBy(date(2016, 11, 30), "30 Nov 2016")
        add_request(session, coordinator, plan, [role], due, "Say what happens after an exclusion", "")
        templates, audits = _action(session, "2.3.5"), _action(session, "2.3.4")
        link = "https://example.org/templates"
        done, day = _at("2016-12-09T10:00"), date(2016, 12, 9)
        updates.set_progress(session, done, templates, Progress.COMPLETE, day, "issued to all teams", link)
        wanted = Result(16, 20)
        counted = counted_measures(audits.measures)[0]
        record_result(session, _at("2016-12-12T10:00"), audits, counted, wanted, date(2016, 12, 12), "fine")
        stuck = _action(session, "2.3.1")
        updates.set_progress(session, done, stuck, Progress.BLOCKED, day, "no trainer until March")
        schools = on_register(session, "schools", DAY)[:2]
        matrix = _action(session, "1.8")
        coverage.record_covered(session, done, matrix, "schools", schools, day)


def _write(
    engine: Engine,
    path: Path,
    code: str = "jtai2016",
    day: date = DAY,
    *,
    board: bool = False,
    charts: bool = False,
) -> None:
    """Write a paper; with its charts, which take a second or two, only where a test is about them."""
    with reading(engine) as session:
        plan = plans.plan_by_code(session, code)
        assert plan is not None
        meeting = meetings.next_meeting(session, plan, day)
        paper = load_paper(session, plan, day, LONDON, meeting=meeting, board=board)
        write_paper(paper, path, pictures(paper.kpis) if charts else {})


def _texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in Document(str(path)).paragraphs]


def _tables(path: Path) -> dict[str, list[list[str]]]:
    """The tables by the heading above each."""
    document, found, heading = Document(str(path)), {}, ""
    tables = iter(document.tables)
    for element in document.element.body:
        if element.tag == qn("w:p"):
            heading = "".join(one.text or "" for one in element.iter(qn("w:t"))) or heading
        elif element.tag == qn("w:tbl"):
            found[heading] = [[cell.text for cell in row.cells] for row in next(tables).rows]
    return found


def test_the_paper_of_december_2016_has_every_row_and_fact(sampled: Engine, tmp_path: Path) -> None:
    _term(sampled)
    file = tmp_path / "paper.docx"
    _write(sampled, file)
    texts, tables = _texts(file), _tables(file)

    assert texts[:2] == ["JTAI 2016: progress", "Executive Group, 17 Dec 2016; as at 17 Dec 2016"]
    assert (
        "On 17 Dec 2016 the plan has 24 actions: 1 complete, 1 in progress, 1 blocked and 21 not started."
        in texts
    )
    assert "11 are overdue, 1 of them blocked. None is due within the next 30 days." in texts
    assert "No outcome has been assessed yet. None has been signed off." in texts
    changed = next(text for text in texts if text.startswith("Since the Executive Group of 15 Sep 2016"))
    assert set(re.findall(r"\b\d\.\d(?:\.\d)?", changed.split(":")[1])) == {"1.8", "2.3.1", "2.3.4", "2.3.5"}
    assert "2.3.4: 16 of 20 cases: fine" in texts
    assert "1.8: covered: Hilltop Primary School, Meadow Lane School" in texts
    plan_rows = {row[0]: row for title, rows in tables.items() if re.match(r"\d", title) for row in rows[1:]}
    with reading(sampled) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        stored = {one.ref: one for one in plans.actions_of(session, plan)}
    assert list(plan_rows) == list(stored)
    for ref, row in plan_rows.items():
        one = stored[ref]
        assert one.title in row[1]
        assert (row[2], row[3]) == (one.outcome_text, one.measure_text)
        assert all(name in row[5] for name in [lead.role.name for lead in one.leads])
    assert "complete, 9 Dec 2016" in plan_rows["2.3.5"][6]
    assert "9 Dec 2016: issued to all teams" in plan_rows["2.3.5"][6]
    assert "Evidence: https://example.org/templates" in plan_rows["2.3.5"][6]
    exceptions = {row[0]: row for row in tables["Exceptions"][1:]}
    assert exceptions["2.3.1"][4:] == ["17 days overdue, blocked", "no trainer until March"]
    assert exceptions["2.2.6"][5] == "No update recorded"
    assert "2.3.5" not in exceptions
    assert tables["Results of rounds"][1] == [
        "2.3.4",
        "16 of 20 cases",
        "80%",
        "75%",
        "met",
        "12 Dec 2016",
        "30 Nov 2017",
    ]
    assert tables["Coverage"][1][2:] == ["2 of 3", "66.7%", "not met", "Riverside School"]
    assert tables["Requests"][1][4] == "17 days overdue"
    assert tables["Sign-up"][1:] == [["MASH Steering Group", "5 Jul 2016"], ["Oxford Health", "not yet"]]
    assert "Buy the audit tool in January" in texts
    assert texts[-1] == "The meeting is asked to note the progress as at 17 Dec 2016."


def test_the_paper_of_november_2015_does_not_say_that_an_outcome_was_reached_that_was_not(
    sampled: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "paper.docx"
    _write(sampled, file, "ofsted2014", date(2015, 11, 5))
    texts, tables = _texts(file), _tables(file)

    how_far = "7 complete, 2 complete with exception and 1 in progress."
    assert f"On 5 Nov 2015 the plan has 10 actions: {how_far}" in texts
    assert "No action has a date to be done by, so none counts as overdue." in texts
    assert "How will we know" not in {cell for rows in tables.values() for cell in rows[0]}
    rows = {row[0]: row for title, rows in tables.items() if re.match(r"\d", title) for row in rows[1:]}
    assert len(rows) == 10
    assert "Outcome: not stated" in rows["1.2"][-1]
    assert "Outcome: achieved" in rows["1.1"][-1]
    assert "Outcome: on track (end of 2015)" in rows["2.2"][-1]
    assert {row[0] for row in tables["Exceptions"][1:]} == {"2.1", "6.2"}
    schools = next(text for text in texts if text.startswith("Latest: 86%, at 31 Oct 2015."))
    assert re.search(r"By group: looked-after children \d+%; .*, at 31 Oct 2015\.", schools, re.IGNORECASE)


def test_a_share_is_never_rounded_to_a_pass_mark_that_it_does_not_reach(
    sampled: Engine, tmp_path: Path
) -> None:
    with writing(sampled) as session:
        audits = _action(session, "2.3.4")
        counted = counted_measures(audits.measures)[0]
        day = date(2016, 12, 12)
        record_result(session, _at("2016-12-12T10:00"), audits, counted, Result(2_999, 4_000), day)
    file = tmp_path / "paper.docx"
    _write(sampled, file)

    row = _tables(file)["Results of rounds"][1]
    assert (row[2], row[4]) == ("just under 75%", "not met")


def test_what_the_meeting_is_asked_stands_at_the_end(sampled: Engine, tmp_path: Path) -> None:
    _term(sampled)
    with writing(sampled) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        meeting = meetings.meetings_of(session, plan)[-1]
        for text in ("To agree a new date for 2.3.1", "To fund a trainer"):
            author = Author(COORDINATOR, _at("2016-12-12T10:00").at)
            meetings.add_recommendation(session, author, plan, meeting, text)
    file = tmp_path / "paper.docx"
    _write(sampled, file)

    asked = ["The meeting is asked:", "To agree a new date for 2.3.1", "To fund a trainer"]
    assert _texts(file)[-3:] == asked


def test_it_is_made_for_every_reader(sqlite_sampled: Engine, tmp_path: Path) -> None:
    """Real headings, header rows that repeat, words beside pictures, landscape, page numbers."""
    file = tmp_path / "paper.docx"
    _write(sqlite_sampled, file, charts=True)
    document = Document(str(file))

    styles = [one.style.name for one in document.paragraphs if one.style is not None]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == 6
    headers = [table.rows[0]._tr.get_or_add_trPr() for table in document.tables]
    assert all(one.find(qn("w:tblHeader")) is not None for one in headers)
    pictures_in_it = [shape._inline.docPr for shape in document.inline_shapes]
    assert len(pictures_in_it) > 3
    assert all(len(one.get("descr")) > 20 for one in pictures_in_it)
    page = document.sections[0]
    assert page.orientation is WD_ORIENT.LANDSCAPE
    assert "PAGE" in page.footer._element.xml
    assert document.core_properties.language == "en-GB"


def test_the_paper_of_a_day_says_the_same_a_year_later(sqlite_sampled: Engine, tmp_path: Path) -> None:
    _term(sqlite_sampled)
    first, again = tmp_path / "first.docx", tmp_path / "again.docx"
    _write(sqlite_sampled, first, charts=True)
    with writing(sqlite_sampled) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        later = _at("2017-12-01T10:00")
        updates.set_progress(
            session, later, _action(session, "2.3.1"), Progress.COMPLETE, later.at.date(), "held"
        )
        audits = _action(session, "2.3.4")
        counted = counted_measures(audits.measures)[0]
        record_result(session, later, audits, counted, Result(12, 20), later.at.date())
        updates.add_note(session, later, _action(session, "2.2.6"), "all told")
        held = meetings.meetings_of(session, plan)
        meetings.add_decision(session, later, plan, held[0], "Something that was written down late")
        meetings.add_meeting(session, later, plan, date(2017, 12, 17), "Executive Group")
        meetings.record_sign_up(session, later, plan, "Oxford Health", date(2017, 1, 9))
        request = session.exec(select(Action).where(Action.ref == "R1")).one()
        updates.set_progress(session, later, request, Progress.COMPLETE, later.at.date(), "answered")
    _write(sqlite_sampled, again, charts=True)

    with zipfile.ZipFile(first) as one, zipfile.ZipFile(again) as other:
        assert one.namelist() == other.namelist()
        differing = [name for name in one.namelist() if one.read(name) != other.read(name)]
    assert differing == []


def test_small_counts_are_hidden_but_for_a_board(sqlite_sampled: Engine, tmp_path: Path) -> None:
    open_, own = tmp_path / "open.docx", tmp_path / "board.docx"
    with writing(sqlite_sampled) as session:
        kpi = kpi_by_code(session, "cin-unallocated")
        assert kpi is not None
        kpi.disclosure = Disclosure.SMALL_COUNTS
        for row in figures_of_kpi(session, kpi):
            row.value = {"North": 3, "South": 37, "Central": 17}[row.category]
    _write(sqlite_sampled, open_, charts=True)
    _write(sqlite_sampled, own, board=True, charts=True)

    assert any(re.search(r"North 3\b", text) for text in _texts(own))
    with zipfile.ZipFile(open_) as package:
        parts = [package.read(name).decode("utf-8") for name in package.namelist() if name.endswith(".xml")]
    assert not any(re.search(r"North:? 3\b", part) for part in parts)


def test_the_tables_come_as_a_workbook_too(sampled: Engine, tmp_path: Path) -> None:
    _term(sampled)
    file = tmp_path / "paper.xlsx"
    _write(sampled, file)
    book = load_workbook(file)
    assert book["Exceptions"].cell(1, 1).value == "Ref"
    assert "Results of rounds" in book.sheetnames
    with reading(sampled) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        paper = load_paper(session, plan, DAY, LONDON, meeting=None, board=False)
    with pytest.raises(DocumentError, match=r"none of \.docx and \.xlsx"):
        write_paper(paper, tmp_path / "a.pdf", {})


def test_a_council_s_own_template_is_used(sampled: Engine, tmp_path: Path) -> None:
    template, file = tmp_path / "council.docx", tmp_path / "paper.docx"
    own = Document()
    own.styles["Heading 1"].font.name = "Gill Sans"
    own.save(str(template))
    with reading(sampled) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        paper = load_paper(session, plan, DAY, LONDON, meeting=None, board=False)
        write_paper(paper, file, {}, template)
        assert Document(str(file)).styles["Heading 1"].font.name == "Gill Sans"
        template.write_bytes(b"not a document")
        with pytest.raises(DocumentError, match="not a Word template"):
            write_paper(paper, file, {}, template)
        with pytest.raises(Refused, match="was approved on 19 Jul 2016"):
            load_paper(session, plan, date(2016, 7, 1), LONDON, meeting=None, board=False)


def test_the_command_writes_it(run: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.on_samples()
    ran = run("plan", "report", "jtai2016", "--out", "paper.docx", "--at", "2016-12-17")
    assert (ran.code, ran.err) == (0, "")
    assert "as at 17 Dec 2016 is written" in ran.out
    assert _texts(tmp_path / "paper.docx")[0] == "JTAI 2016: progress"
    assert run("plan", "report", "jtai2016", "--out", "p.docx", "--at", "soon").code == 1
    assert (
        "no meeting “Cabinet”"
        in run("plan", "report", "jtai2016", "--out", "p.docx", "--meeting", "Cabinet").err
    )
