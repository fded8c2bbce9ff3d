"""Coverage of a register: by name, by number, asked of each member, confirmed by a button."""

import pytest
from sqlmodel import col, select

from db.audit_log import Author
from db.engine import reading, writing
from db.models import Covered
from db.replay import find_differences
from documents.member_register import MemberRow, apply_members
from tests.cast import CHAIR, COORDINATOR, LEAD, NOW
from tests.conftest import Running, controls

TEAMS = [
    MemberRow("North Team", "CSC", CHAIR, None, None),
    MemberRow("South Team", "CSC", None, None, None),
    MemberRow("Central Team", "CSC", LEAD, None, None),
]


def _with_teams(slack: Running) -> Running:
    with writing(slack.engine) as session:
        assert apply_members(session, "teams", TEAMS, Author("import:teams.csv", NOW)) == 3
        assert apply_members(session, "teams", TEAMS, Author("import:teams.csv", NOW)) == 0
    return slack


def _ask(slack: Running, line: str) -> str:
    return slack.ask(COORDINATOR, line).text


def _holds(slack: Running) -> None:
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


def test_who_is_covered_is_known_by_name(slack_on_both: Running) -> None:
    slack = _with_teams(slack_on_both)
    assert "none of 3 teams is recorded as covered yet" in _ask(slack, "/action coverage 2.2.6")

    answer = _ask(slack, "/action covered 2.2.6 North Team, south on 1 Dec 2016: in their meetings")
    assert "covered North Team, South Team on 1 Dec 2016" in answer
    assert "2 of 3 teams covered, 66.7%: not met (100%)" in answer
    assert "Still missing: Central Team" in answer

    shown = _ask(slack, "/action coverage 2.2.6")
    assert shown.index("Central Team") < shown.index("North Team")
    status = _ask(slack, "/action status 2.2.6")
    assert "Not yet: Central Team" in status
    assert "The measure: not met" in status
    assert "in progress" in status
    _ask(slack, "/action covered 2.2.6 all")
    assert "3 of 3 teams covered, 100%: met" in _ask(slack, "/action coverage 2.2.6")
    assert "The measure: met" in _ask(slack, "/action status 2.2.6")
    assert "covered: North Team, South Team (teams, on 1 Dec 2016)" in _ask(
        slack, "/plan changes since 14 Dec"
    )
    _holds(slack)


def test_it_is_taken_back_by_undo_or_by_name(slack_on_both: Running) -> None:
    slack = _with_teams(slack_on_both)
    answer = slack.ask(COORDINATOR, "/action covered 2.2.6 all but Central Team")
    slack.press(COORDINATOR, answer, "undo")
    assert "none of 3 teams" in _ask(slack, "/action coverage 2.2.6")
    assert "not started" in _ask(slack, "/action status 2.2.6")
    _holds(slack)

    _ask(slack, "/action covered 2.2.6 North Team and South Team")
    gone = slack.ask(COORDINATOR, "/action covered 2.2.6 not South Team: they had the old one")
    assert "has not covered South Team after all" in gone.text
    assert "1 of 3 teams" in _ask(slack, "/action coverage 2.2.6")
    _holds(slack)
    slack.press(COORDINATOR, gone, "undo")
    assert "2 of 3 teams" in _ask(slack, "/action coverage 2.2.6")
    _holds(slack)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("Nort, South Team", "“Nort” is not on the register of teams. Did you mean North Team?"),
        ("Team", "“Team” may be Central Team or North Team or South Team"),
        ("North Team on 1 Jan 2017", "has not come yet"),
        ("", "Say who is covered"),
    ],
)
def test_a_name_that_is_not_clear_records_nothing(slack: Running, names: str, said: str) -> None:
    _with_teams(slack)
    assert said in _ask(slack, f"/action covered 2.2.6 {names}")
    with reading(slack.engine) as session:
        assert session.exec(select(Covered)).first() is None


def test_where_no_names_are_held_it_is_a_number(slack: Running) -> None:
    assert "no register of them is held" in _ask(slack, "/action coverage 2.2.1")
    assert "By number" in _ask(slack, "/action covered 2.2.1 North Team")
    assert "14 of 20 managers, 70%: not met (100%)" in _ask(
        slack, "/action covered 2.2.1 14 of 20 on 1 Dec 2016"
    )
    assert "Last result, 1 Dec 2016: 14 of 20 managers" in _ask(slack, "/action coverage 2.2.1")


def test_each_member_is_asked_once_and_confirms_for_itself(slack_on_both: Running) -> None:
    slack = _with_teams(slack_on_both)
    shown = slack.ask(LEAD, "/action coverage 2.2.6")
    slack.press(LEAD, shown, "coverage_ask")
    assert slack.tick()["sent"] == 2
    said = _ask(slack, "/action coverage 2.2.6")
    assert "North Team (CSC): asked on 15 Dec 2016, no answer yet" in said
    assert "South Team (CSC): no contact" in said

    [message] = [
        one for one in slack.sandbox.space.messages if "North Team*: has this reached" in str(one.blocks)
    ]
    [(block, button)] = controls(message.blocks, "coverage_confirm")
    slack.press(CHAIR, message, "coverage_confirm")
    assert f"North Team (CSC): 15 Dec 2016, by <@{CHAIR}>" in _ask(slack, "/action coverage 2.2.6")
    assert "not started" in _ask(slack, "/action status 2.2.6")
    # Pressed again, by whoever sees an old copy of the message: it is recorded once.
    slack.sandbox.users.press(CHAIR, message.channel, message.ts, block, button)
    with reading(slack.engine) as session:
        assert len(session.exec(select(Covered).where(col(Covered.withdrawn_act).is_(None))).all()) == 1
    again = slack.ask(LEAD, "/action coverage 2.2.6")
    assert controls(again.blocks, "coverage_ask") == []
    _holds(slack)


def test_the_reminders_to_schools_are_coverage_too(slack: Running) -> None:
    said = _ask(slack, "/action coverage 1.6")
    assert "Spring 2017" in said
    assert "Hilltop Primary School: not sent yet" in said
    assert "I count myself" in _ask(slack, "/action covered 1.6 Hilltop Primary School")


def test_schools_are_a_register(slack: Running) -> None:
    answer = _ask(slack, "/action covered 1.8 Hilltop Primary School, Riverside School on 1 Dec 2016")
    assert "2 of 3 schools covered" in answer
    assert "Still missing: Meadow Lane School" in answer


def test_who_left_the_register_counts_no_more(slack: Running) -> None:
    _with_teams(slack)
    _ask(slack, "/action covered 2.2.6 North Team, Central Team")
    left = [MemberRow("South Team", "CSC", None, None, NOW.date())]
    with writing(slack.engine) as session:
        apply_members(session, "teams", left, Author("import:teams.csv", NOW))
    slack.sandbox.clock.move("2016-12-16")
    assert "2 of 2 teams covered, 100%: met" in _ask(slack, "/action coverage 2.2.6")
    assert "1 Dec" not in _ask(slack, "/action coverage 2.2.6")
    _holds(slack)
