"""Did it stick? What inspections found, what answered it, and what later documents say."""

import pytest
from sqlmodel import select

from db.audit_log import Author
from db.engine import reading, writing
from db.erasure import erase
from db.models import Entry, Finding
from db.replay import find_differences
from tests.cast import CHAIR, COORDINATOR, LEAD, YEAR_END
from tests.conftest import Running

_2018 = "Ofsted inspection of Oxfordshire children's services, 16 to 20 April 2018"


def _ask(slack: Running, line: str, person: str = CHAIR) -> str:
    return slack.ask(person, line).text


@pytest.fixture
def years_later(slack_on_both: Running) -> Running:
    slack_on_both.sandbox.clock.set(YEAR_END)
    return slack_on_both


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (
            "F1",
            [
                "answered by ofsted2014:3.1",
                "• 30 Jun 2014, found",
                "area for improvement 4",
                "• 5 Nov 2015, reported: Every action is complete, and the outcomes are achieved.",
                "item 7, action 3.1",
                "• 1 Jun 2018, came back",
                f"{_2018}, What needs to improve, third point",
            ],
        ),
        (
            "life-story",
            ["ofsted2014:2.2", "on track for the end of 2015", "a very small minority", "paragraph 14"],
        ),
        ("care leavers", ["ofsted2014:5.1", "came back", "lower than nationally", "paragraph 26"]),
        (
            "thresholds",
            [
                "jtai2016:1.6, 1.7, 1.8, 1.9",
                "• 19 Jul 2016, found",
                "• 1 Jun 2018, held",
                "paragraph 30",
                "• 1 Jun 2018, came back",
                "paragraph 3; What needs to improve, fourth point",
                "-26%, at 20 Apr 2018",
            ],
        ),
        ("neglect", ["56%, at 31 Mar 2015 → 70%, at 31 Mar 2019", "• 3 Jun 2019, came back"]),
    ],
)
def test_a_thread_has_each_document_with_its_date_and_place(
    years_later: Running, finding: str, told: list[str]
) -> None:
    answer = _ask(years_later, f"/plan findings {finding}")

    assert [one for one in told if one not in answer] == []


def test_what_came_back_is_told_first_and_what_is_not_known_with_the_figure_that_would_tell(
    years_later: Running,
) -> None:
    answer = _ask(years_later, "/plan stuck ofsted2014")

    assert "4 came back, 5 not yet known, 0 held" in answer
    came_back, unknown = answer.split("Not yet known")
    assert [one for one in ("F1", "F2", "F3", "F5") if f"• {one} " not in came_back] == []
    assert [one for one in ("F6", "F7", "F8", "F9", "F10") if f"• {one} " not in unknown] == []
    assert "3 Jun 2019, Neglect is the most frequent reason for a protection plan, at 70%" in came_back
    assert "F9 Case conferences: would show in Fathers attending" in unknown
    assert "F7 Domestic abuse: no figure is linked that would tell" in unknown
    assert "Came back" in _ask(years_later, "/plan did it stick")


def test_nothing_is_told_before_its_document_was_published(slack: Running) -> None:
    answer = _ask(slack, "/plan stuck ofsted2014")

    assert "0 came back, 4 not yet known, 0 held" in answer
    assert "2018" not in _ask(slack, "/plan findings F1")
    assert "not yet known" in _ask(slack, "/action status ofsted2014:3.1", LEAD)


def test_an_action_s_answer_has_one_line_about_it(years_later: Running) -> None:
    answer = _ask(years_later, "/action status ofsted2014:3.1", LEAD)

    assert f"Did it stick? Friends and family assessments: came back, 1 Jun 2018: {_2018}" in answer
    assert "Did it stick" not in _ask(years_later, "/action status ofsted2014:1.1", LEAD)
    earlier = _ask(years_later, "/action status ofsted2014:3.1 at 1 May 2018", LEAD)
    assert "Friends and family assessments: not yet known" in earlier


def test_a_person_says_which_action_answers_a_finding(years_later: Running) -> None:
    slack = years_later
    assert "Only a coordinator can" in _ask(slack, "/plan findings link F6 jtai2016:2.1.2", LEAD)
    assert "Say which actions answer it" in _ask(slack, "/plan findings link F6", COORDINATOR)
    several = "/plan findings link F6 jtai2016:2.1.2, ofsted2014:3.1"
    assert "of several plans" in _ask(slack, several, COORDINATOR)
    other = "/plan findings link F1 jtai2016:2.1.2"
    assert "answered by another plan" in _ask(slack, other, COORDINATOR)

    said = slack.ask(COORDINATOR, "/plan findings link F6 jtai2016:2.1.2 and jtai2016:2.1.1")
    assert "F6 is answered by 2.1.1, 2.1.2 of JTAI 2016" in said.text
    assert "jtai2016:2.1.1, 2.1.2" in _ask(slack, "/plan findings F6")
    assert "recorded already" in _ask(slack, "/plan findings link F6 jtai2016:2.1.1", COORDINATOR)
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []
    slack.press(COORDINATOR, said, "undo")
    assert "no action is linked" in _ask(slack, "/plan findings F6")
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


def test_a_finding_that_was_changed_beside_the_record_is_told_by_the_check(years_later: Running) -> None:
    with writing(years_later.engine) as session:
        session.exec(select(Finding).where(Finding.ref == "F6")).one().title = "Life story work"
    with reading(years_later.engine) as session:
        assert [str(one) for one in find_differences(session)] == [
            "F6: title is “Life story work”, but the record says “Pre-proceedings work”"
        ]


def test_a_statement_is_erased_from_the_record_and_its_row(years_later: Running) -> None:
    with writing(years_later.engine) as session:
        query = select(Entry).where(Entry.subject == "statement", Entry.ref == "F6")
        number = session.exec(query).one().seq
        erase(session, Author(COORDINATOR, YEAR_END), number, "it was not ours to keep")
    with reading(years_later.engine) as session:
        assert list(find_differences(session)) == []
    assert "unborn" not in _ask(years_later, "/plan findings F6")


def test_a_finding_that_is_not_there_is_told_with_those_that_are(years_later: Running) -> None:
    assert "No finding is called “xyz”. There are: F1 Friends" in _ask(years_later, "/plan findings xyz")
    assert "F1" in _ask(years_later, "/plan findings ofsted2014")
    assert "In no plan (6)" in _ask(years_later, "/plan findings ofsted2014")
