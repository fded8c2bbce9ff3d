"""Meetings: what changed since the last one, decisions, a board's requests, and who has signed the plan."""

import io
from datetime import date

import pytest
from docx import Document

from db import meetings, plans
from db.board_paper import load_paper
from db.engine import reading
from db.replay import find_differences
from tests.cast import CHAIR, COORDINATOR, LEAD, LONDON
from tests.conftest import Running


def _ask(slack: Running, line: str, person: str = COORDINATOR) -> str:
    return slack.ask(person, line).text


def _holds(slack: Running) -> None:
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


@pytest.fixture
def met(slack_on_both: Running) -> Running:
    """The Executive Group met on 14 December, and meets again in March."""
    _ask(slack_on_both, "/plan meeting add 14 Dec 2016 Executive Group")
    _ask(slack_on_both, "/plan meeting add 17 March 2017 Executive Group")
    return slack_on_both


def test_a_meeting_is_where_changes_are_counted_from(met: Running) -> None:
    slack = met
    assert "nothing changed" in _ask(slack, "/plan changes since last meeting", CHAIR)
    _ask(slack, "/action update 2.3.5 in progress: drafted", LEAD)

    changes = _ask(slack, "/plan changes since last meeting", CHAIR)
    assert "changes since the Executive Group of 14 Dec 2016: 1" in changes
    assert "2.3.5" in changes
    assert "2.3.5" in _ask(slack, "/plan what has changed since the board last met", CHAIR)
    assert "as it was on 14 Dec 2016" in _ask(slack, "/action status 2.3.5 at last meeting", CHAIR)
    listed = _ask(slack, "/plan meetings", CHAIR)
    assert listed.index("17 Mar 2017") < listed.index("14 Dec 2016")
    _holds(slack)


def test_without_a_meeting_it_says_how_to_add_one(slack: Running) -> None:
    assert "I know of no last meeting" in _ask(slack, "/plan changes since last meeting", CHAIR)
    assert "has no meetings yet" in _ask(slack, "/plan meetings", CHAIR)
    assert "Only a coordinator can" in _ask(slack, "/plan meeting add 14 Dec 2016 Executive Group", LEAD)


def test_what_a_meeting_is_asked_stands_in_its_paper_alone(met: Running) -> None:
    slack = met
    said = slack.ask(COORDINATOR, "/plan recommend next meeting: to agree a new date for the training")
    assert "the Executive Group of 17 Mar 2017 (JTAI 2016) is asked “to agree a new date" in said.text
    _ask(slack, "/plan recommend Executive Group: to fund a trainer")
    assert "is over" in _ask(slack, "/plan recommend last meeting: too late")
    assert "Only a coordinator can" in _ask(slack, "/plan recommend next meeting: x", LEAD)
    assert "is asked: to fund a trainer" in _ask(slack, "/plan meetings", CHAIR)
    _holds(slack)

    with reading(slack.engine) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        held = meetings.meetings_of(session, plan)
        asked = {
            one.day: load_paper(session, plan, date(2016, 12, 15), LONDON, meeting=one, board=False)
            for one in held
        }
    assert [list(one.recommendations) for one in asked.values()] == [
        [],
        ["to agree a new date for the training", "to fund a trainer"],
    ]
    slack.press(COORDINATOR, said, "undo")
    assert "to agree a new date" not in _ask(slack, "/plan meetings", CHAIR)
    _holds(slack)


def test_a_decision_is_of_a_meeting_that_was(met: Running) -> None:
    slack = met
    said = slack.ask(COORDINATOR, "/plan decide Executive Group: the audit tool is bought in January")
    assert "decided by the Executive Group of 14 Dec 2016" in said.text
    assert "the audit tool is bought" in _ask(slack, "/plan meetings", CHAIR)
    assert "has decided nothing yet" in _ask(slack, "/plan decide 17 March 2017: too early")
    assert "has no meeting “Cabinet”" in _ask(slack, "/plan decide Cabinet: no")
    _holds(slack)
    slack.press(COORDINATOR, said, "undo")
    assert "the audit tool" not in _ask(slack, "/plan meetings", CHAIR)
    _holds(slack)


def test_a_request_is_chased_and_answered_like_an_action_and_counts_in_no_plan(met: Running) -> None:
    slack = met
    before = _ask(slack, "/plan summary", CHAIR).split("\n")[0]
    said = _ask(
        slack, "/plan request Principal Social Worker by next meeting: what happens after an exclusion"
    )
    assert "R1" in said
    assert "by 17 Mar 2017" in said
    assert _ask(slack, "/plan summary", CHAIR).split("\n")[0] == before
    assert "1 waits for an answer" in _ask(slack, "/plan requests", CHAIR)
    assert "R1" in _ask(slack, "/action mine", LEAD)
    assert "asked by the Executive Group of 14 Dec 2016" in _ask(
        slack, "/action history jtai2016-requests:R1"
    )
    slack.sandbox.clock.move("2017-03-20")
    assert "overdue" in _ask(slack, "/plan requests", CHAIR)
    _ask(slack, "/action update jtai2016-requests:R1 complete: hub figures are circulated", LEAD)
    listed = _ask(slack, "/plan requests", CHAIR)
    assert "0 wait for an answer" in listed
    assert "Answered (1)" in listed
    _holds(slack)


def test_who_has_signed_and_who_has_not(met: Running) -> None:
    slack = met
    _ask(slack, "/plan sign-up MASH Steering Group on 5 July 2016")
    said = slack.ask(COORDINATOR, "/plan sign-up Oxford Health")
    assert "has still to sign" in said.text
    listed = _ask(slack, "/plan sign-up", CHAIR)
    assert "1 of 2 have signed" in listed
    assert "MASH Steering Group: 5 Jul 2016" in listed
    assert listed.index("Not yet (1)") < listed.index("Oxford Health")
    _ask(slack, "/plan sign-up oxford health on 8 July 2016")
    assert "2 of 2 have signed" in _ask(slack, "/plan sign-up", CHAIR)
    _ask(slack, "/action undo")
    assert "1 of 2 have signed" in _ask(slack, "/plan sign-up", CHAIR)
    _holds(slack)


def test_the_paper_is_sent_to_the_asker_as_a_word_file(met: Running) -> None:
    slack = met
    _ask(slack, "/action update 2.3.5 complete: issued https://example.org/t", LEAD)
    offer = slack.ask(CHAIR, "/plan report")
    assert "Executive Group, 17 Mar 2017; as at 15 Dec 2016" in offer.text
    assert "1 complete" in offer.text
    assert "Small counts are hidden" in offer.text
    slack.press(CHAIR, offer, "paper_send")

    [file] = [one for one in slack.sandbox.space.files.values() if one.name.endswith(".docx")]
    assert file.name == "jtai2016-2016-12-15.docx"
    document = Document(io.BytesIO(file.content))
    assert document.paragraphs[0].text == "JTAI 2016: progress"
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any("issued" in text for text in cells)
    assert "has not come yet" in _ask(slack, "/plan report 1 Jan 2018", CHAIR)
    assert "as at 14 Dec 2016" in _ask(slack, "/plan report Executive Group", CHAIR)
    for named in ("next meeting", "17 March 2017"):
        assert "Executive Group, 17 Mar 2017; as at 15 Dec 2016" in _ask(
            slack, f"/plan report {named}", CHAIR
        )
    assert "Executive Group, 14 Dec 2016; as at 14 Dec 2016" in _ask(
        slack, "/plan report last meeting", CHAIR
    )


def test_the_paper_that_is_sent_is_for_the_meeting_that_was_named(met: Running) -> None:
    slack = met
    _ask(slack, "/plan meeting add 20 Feb 2017 Safeguarding Board")
    _ask(slack, "/plan recommend Safeguarding Board: to agree the board's own budget")
    _ask(slack, "/plan recommend 17 March 2017: to fund a trainer")
    offer = slack.ask(CHAIR, "/plan report 17 March 2017")
    assert "Executive Group, 17 Mar 2017" in offer.text
    slack.press(CHAIR, offer, "paper_send")

    file = list(slack.sandbox.space.files.values())[-1]
    texts = [one.text for one in Document(io.BytesIO(file.content)).paragraphs]
    assert texts[1] == "Executive Group, 17 Mar 2017; as at 15 Dec 2016"
    assert texts[-1] == "to fund a trainer"
