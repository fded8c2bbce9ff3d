"""Plans in Word, from a real file to the rows of the store."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from db.models import Progress
from documents.draft import Draft
from documents.numbering import number_and_link
from documents.plan_files import read_plan_file
from tests.conftest import shared_file
from tests.files import DUE, HEADINGS, ROWS, shade, word_plan, word_table

_JTAI_DUE = {
    "1.1": "2017-08-31", "1.2": "2017-01-31", "1.3": "2017-03-31", "1.4": "2017-02-28", "1.5": "2016-11-30",
    "1.6": "2016-09-01", "1.7": "2016-11-30", "1.8": "2017-04-30", "1.9": "2017-11-30", "2.1.1": "2017-08-31",
    "2.1.2": "2016-09-30", "2.2.1": "2016-11-30", "2.2.2": "2017-01-31", "2.2.3": "2016-07-31",
    "2.2.4": "2016-07-31", "2.2.5": "2016-09-30", "2.2.6": "2016-07-31", "2.3.1": "2016-11-30",
    "2.3.2": "2017-06-30", "2.3.3": "2016-07-31", "2.3.4": "2016-11-30", "2.3.5": "2016-09-30",
    "3.1.1": "2017-02-28", "3.2.1": "2016-07-31",
}  # fmt: skip
_JTAI_LEADS = {
    "Principal Social Worker": 10,
    "Chair of MASH Steering Group": 4,
    "Deputy Director CSC": 4,
    "Early Intervention Manager": 2,
    "CSC Area Managers": 2,
    "Independent Reviewing Officers": 1,
    "Best Practice Educators": 1,
    "Chair of Performance, Audit and Quality Assurance Sub-Group of OSCB": 1,
}
_JTAI_REFERS = {
    "1.5": ["1.4", "1.3", "1.2", "1.1"],
    "2.1.1": ["1"],
    "2.2.3": ["2.2.2"],
    "2.2.4": ["1.9"],
    "2.2.5": ["2.1.2", "2.3.4"],
    "2.2.6": ["2"],
}


def _read(path: Path) -> Draft:
    draft = read_plan_file(path)
    number_and_link(draft, set())
    return draft


def _check_jtai(actions: dict[str, Any]) -> None:
    """Check the facts of the 2016 plan, which do not depend on its wording."""
    assert {ref: str(action["due"]) for ref, action in actions.items()} == _JTAI_DUE
    assert [ref for ref, action in actions.items() if action["due_kind"] == "from"] == ["1.6"]
    leads = [lead for action in actions.values() for lead in action["leads"]]
    assert {name: leads.count(name) for name in leads} == _JTAI_LEADS
    refers = {ref: action["refers_to"] for ref, action in actions.items() if action["refers_to"]}
    assert refers == _JTAI_REFERS


def test_the_sample_of_the_2016_plan_has_its_facts(plan_of: Callable[[str], dict[str, Any]]) -> None:
    _check_jtai(plan_of("jtai2016"))


def test_the_sample_of_the_2016_plan_has_its_measures(plan_of: Callable[[str], dict[str, Any]]) -> None:
    measures = {
        ref: [(m["kind"], m["operator"], m["value"], m["unit"]) for m in action["measures"]]
        for ref, action in plan_of("jtai2016").items()
    }

    hundred = ("threshold", "=", 100, "%")
    assert measures["1.1"] == measures["2.1.1"] == [("trend", "rise", None, None)]
    assert measures["1.2"] == [("sample", None, 50, "cases")]
    assert measures["1.3"] == [hundred, hundred]
    assert measures["1.9"] == [("threshold", ">=", 60, "%")]
    assert measures["2.1.2"] == [("threshold", "=", 1, "per area"), hundred]
    assert measures["2.2.2"] == [("threshold", ">=", 90, "%")]
    assert (
        measures["2.3.1"] == measures["2.3.2"] == [("threshold", ">=", 70, "%"), ("threshold", ">=", 80, "%")]
    )
    assert measures["2.3.4"] == [("sample", None, 20, "case audits"), ("threshold", ">=", 75, "%")]
    assert [kind for kind, *_ in measures["2.2.5"]] == ["milestone", "by_reference"]
    assert {ref for ref, m in measures.items() if [k for k, *_ in m] == ["by_reference"]} == {
        "1.5",
        "2.2.3",
        "2.2.4",
    }
    assert [kind for kind, *_ in measures["3.1.1"]] == ["unquantified"]


def test_the_sample_of_the_2014_plan_has_its_progress_and_outcomes(
    plan_of: Callable[[str], dict[str, Any]],
) -> None:
    statuses = {
        ref: (a["recommendation"], a["progress"], a["outcome"]) for ref, a in plan_of("ofsted2014").items()
    }

    assert statuses == {
        "1.1": ("1", "complete", "achieved"),
        "1.2": ("9", "complete", "not assessed"),
        "2.1": ("2", "complete with exception", "achieved"),
        "2.2": ("3", "complete", "on track"),
        "3.1": ("4", "complete", "achieved"),
        "4.1": ("5", "complete", "ongoing"),
        "4.2": ("7", "in progress", "on track"),
        "5.1": ("6", "complete", "achieved"),
        "6.1": ("8", "complete", "achieved"),
        "6.2": ("10", "complete with exception", "achieved"),
    }


def test_the_published_word_plan_of_2016_is_read_right() -> None:
    path = shared_file("plans/jtai-2016.docx")
    if path is None:
        return
    draft = _read(path)

    _check_jtai(
        {
            a.ref or "": {
                "due": a.due.day,
                "due_kind": a.due.kind,
                "leads": a.leads,
                "refers_to": [target for r in a.references for target in r.targets],
            }
            for a in draft.actions
        }
    )
    assert [s.ref for s in draft.sections] == ["1", "2", "2.1", "2.2", "2.3", "3", "3.1", "3.2"]
    sections = [action.section for action in draft.actions]
    assert {ref: sections.count(ref) for ref in sections} == {
        "1": 9, "2.1": 2, "2.2": 6, "2.3": 5, "3.1": 1, "3.2": 1,
    }  # fmt: skip
    assert [text for _, text in draft.pointer_rows] == ["See 2.3 for audit work and observations."] * 2


def test_other_headings_colours_and_dates_are_read_right(tmp_path: Path) -> None:
    draft = _read(word_plan(tmp_path / "plan.docx"))

    assert {a.text: (a.due.day, a.due.kind) for a in draft.actions} == DUE
    assert [a.ref for a in draft.actions] == [
        *(f"1.{n}" for n in range(1, 6)),
        *(f"2.{n}" for n in range(1, 6)),
    ]
    assert [s.title for s in draft.sections] == ["Practice", "Systems"]
    assert draft.actions[0].leads == ["Head of Service", "Team Manager"]
    assert [a.rating for a in draft.actions] == [
        "blue", "green", "amber", "red", None, "green", "red", "amber", None, "green",
    ]  # fmt: skip
    assert draft.actions[0].progress is Progress.COMPLETE
    assert draft.actions[1].progress is Progress.IN_PROGRESS
    assert draft.actions[4].progress is None


def test_every_doubt_of_a_word_plan_is_raised_for_its_action(tmp_path: Path) -> None:
    draft = _read(word_plan(tmp_path / "plan.docx"))
    doubts = {action.text: [one.text for one in action.doubts] for action in draft.actions}

    assert any("joint leads" in text for text in doubts["Publish the new guide"])
    assert any("latest day it can" in text for text in doubts["Hold a joint event"])
    assert any("ASAP" in text for text in doubts["Replace the form"])
    assert any("right above" in text for text in doubts["Replace the form"])
    assert any("late 2015" in text for text in doubts["Close the old route"])
    assert any("not a real date" in text for text in doubts["Check the links"])
    assert all(
        any("by colour alone" in doubt.text for doubt in action.doubts)
        for action in draft.actions
        if action.rating
    )


def test_a_plans_own_colour_key_decides_what_its_colours_mean(tmp_path: Path) -> None:
    key = "Key: Green = complete; Amber = in progress; Red = not started; Blue = superseded"
    draft = _read(word_plan(tmp_path / "plan.docx", key))

    assert draft.actions[1].progress is Progress.COMPLETE
    assert draft.actions[3].progress is Progress.NOT_STARTED
    assert draft.actions[0].progress is Progress.SUPERSEDED
    assert not any("by colour alone" in doubt.text for a in draft.actions for doubt in a.doubts)


def test_an_issues_cell_may_hold_a_sub_section_and_be_merged_over_its_actions(tmp_path: Path) -> None:
    document = Document()
    headings = ["Issues raised", "Action", "How will we know", "Completion date", "Lead"]
    table = word_table(
        document,
        headings,
        [
            ["2. Standards of Practice"],
            [
                "2.1 Assessments\n• Assessments come late",
                "Revise the training",
                "Training revised",
                "09/2016",
                "Head",
            ],
            ["", "See 2.2 for audit work.", "", "", ""],
            ["", "Audit the files", "See above.", "12/2016", "Head"],
            headings,
            ["2.1 Assessments (continued)", "Share the results", "Results shared", "01/2017", "Head"],
            [
                "2.2 Supervision\n• Supervision is thin",
                "Observe supervision",
                "75% of cases",
                "01/2017",
                "Head",
            ],
        ],
    )
    table.cell(2, 0).merge(table.cell(4, 0))
    document.save(str(tmp_path / "plan.docx"))
    draft = _read(tmp_path / "plan.docx")

    assert [(s.ref, s.title, s.findings) for s in draft.sections] == [
        ("2", "Standards of Practice", []),
        ("2.1", "Assessments", ["Assessments come late"]),
        ("2.2", "Supervision", ["Supervision is thin"]),
    ]
    assert [a.ref for a in draft.actions] == ["2.1.1", "2.1.2", "2.1.3", "2.2.1"]
    assert draft.pointer_rows == [(4, "See 2.2 for audit work.")]
    assert [r.targets for r in draft.actions[1].references] == [("2.1.1",)]


def test_each_section_may_have_a_table_of_its_own_and_columns_without_headings(tmp_path: Path) -> None:
    document = Document()
    for section, ref, title in (
        ("1.0 Help and protection", "1.1", "Review of dual processes (1)"),
        ("2.0 Looked after children", "2.1", "More foster carers (2)"),
    ):
        document.add_paragraph(section)
        word_table(
            document,
            ["", "", "Actions", "Outcome", "Progress"],
            [
                [
                    ref,
                    title,
                    "Do the work",
                    "Children are safer",
                    "All actions completed. All outcomes achieved.",
                ]
            ],
        )
    document.save(str(tmp_path / "plan.docx"))
    draft = _read(tmp_path / "plan.docx")

    assert [(s.ref, s.title) for s in draft.sections] == [
        ("1.0", "Help and protection"),
        ("2.0", "Looked after children"),
    ]
    assert [(a.ref, a.title, a.recommendation) for a in draft.actions] == [
        ("1.1", "Review of dual processes", "1"),
        ("2.1", "More foster carers", "2"),
    ]
    assert draft.actions[0].progress is Progress.COMPLETE


def test_a_row_without_an_action_is_a_doubt_and_not_lost_silently(tmp_path: Path) -> None:
    document = Document()
    word_table(document, ["Action", "Lead", "When"], [["Do it", "Head", "09/2016"], ["", "Deputy Head", ""]])
    document.save(str(tmp_path / "plan.docx"))

    assert [doubt.row for doubt in _read(tmp_path / "plan.docx").doubts if "no action" in doubt.text] == [3]


def test_text_deleted_with_tracked_changes_is_not_read(tmp_path: Path) -> None:
    document = Document()
    table = word_table(document, ["Action", "Lead", "When"], [["Keep this", "Head", "09/2016"]])
    paragraph = table.cell(1, 0).paragraphs[0]
    deleted = paragraph._p.makeelement(
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}del", {}
    )
    deleted.append(paragraph.add_run(" and not this")._r)
    paragraph._p.append(deleted)
    document.save(str(tmp_path / "plan.docx"))

    assert _read(tmp_path / "plan.docx").actions[0].text == "Keep this"


@pytest.mark.parametrize(("colour", "rating"), [("BDD6EE", None), ("00B050", "green")])
def test_only_a_rating_colour_is_a_rating(tmp_path: Path, colour: str, rating: str | None) -> None:
    document = Document()
    table = word_table(document, HEADINGS, [[*ROWS[0][:4], ""]])
    shade(table.rows[1].cells[-1], colour)
    document.save(str(tmp_path / "plan.docx"))

    assert _read(tmp_path / "plan.docx").actions[0].rating == rating


def test_a_colour_with_two_meanings_in_the_key_gives_no_progress(tmp_path: Path) -> None:
    draft = _read(word_plan(tmp_path / "plan.docx", "Green = complete or on track; Blue = not yet due"))

    assert draft.actions[1].progress is None
    assert draft.actions[0].progress is Progress.NOT_STARTED
    assert any("does not give green one status" in one.text for one in draft.actions[1].doubts)


def test_a_table_that_is_not_a_plan_is_left_out(tmp_path: Path) -> None:
    document = Document()
    word_table(document, ["Action", "Lead", "When"], [["Do it", "Head", "09/2016"]])
    word_table(
        document, ["Version", "Date", "Author", "Changes"], [["0.1", "01/02/2016", "Clerk", "First draft"]]
    )
    document.tables[0].cell(1, 0).add_table(1, 2).cell(0, 0).text = "Milestone one"
    document.save(str(tmp_path / "plan.docx"))

    # What a table inside a cell says belongs to the cell.
    assert [a.text for a in _read(tmp_path / "plan.docx").actions] == ["Do it\nMilestone one"]
