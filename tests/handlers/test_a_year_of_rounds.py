"""A year of the 2016 plan as its leads live it: results, coverage, nudges and what becomes of each measure.

One test, read from top to bottom like a diary. The day of each entry is the workspace's.
"""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from db import daily_runs
from db.audit_log import Author
from db.deliveries import DeliveryKind
from db.engine import reading, writing
from db.replay import find_differences
from documents.member_register import MemberRow, apply_members
from sandbox.workspace import Message
from tests.cast import CHAIR, COORDINATOR, DEPUTY, LEAD, NOW
from tests.conftest import Running, controls, run_bot

TEAMS = [
    MemberRow("North Team", "CSC", DEPUTY, None, None),
    MemberRow("South Team", "CSC", None, None, None),
    MemberRow("Central Team", "CSC", CHAIR, None, None),
]


class Diary:
    """What the people of the partnership write on a day, and what they read."""

    def __init__(self, slack: Running) -> None:
        self.slack = slack
        self.heard: list[Message] = []

    def on(self, day: str) -> None:
        """The clock reaches nine o'clock of a day, and the bot sends what is due."""
        if date.fromisoformat(day) > self.slack.sandbox.clock.local().date():
            self.slack.sandbox.clock.move(day)
        self.heard = self.slack.messages_after(self.slack.tick)

    def lead(self, line: str, person: str = LEAD) -> str:
        return self.slack.ask(person, line).text

    def nudge(self, person: str) -> str:
        """What a person is nudged about on this day; nothing for no message."""
        place = self.slack.sandbox.space.direct(person).id
        return "\n".join(one.text for one in self.heard if one.channel == place)


@pytest.fixture
def diary(copy_of: Callable[[str, bool], str]) -> Iterator[Diary]:
    with run_bot(copy_of("sqlite", True)) as running:
        with writing(running.engine) as session:
            for kind in (DeliveryKind.KPI, DeliveryKind.DIGEST):
                daily_runs.mark_done(session, kind, date.max)
            apply_members(session, "teams", TEAMS, Author("import:teams.csv", NOW))
        for role in ("Chair of MASH Steering Group", "CSC Area Managers", "Independent Reviewing Officers"):
            running.ask(COORDINATOR, f'/plan role set "{role}" @chair')
        for role in ("Deputy Director CSC", "Early Intervention Manager"):
            running.ask(COORDINATOR, f'/plan role set "{role}" @deputy')
        yield Diary(running)


def test_a_year(diary: Diary) -> None:
    # Thursday 15 December 2016. The plan is five months old, and much of it is late.
    diary.on("2016-12-15")
    assert "2.2.6" in diary.nudge(LEAD)
    assert "2.3.4" in diary.nudge(CHAIR)

    # 2.3.4, the 20 case audits: a result, judged, and the next audit in a year.
    said = diary.lead("/action result 2.3.4 16 of 20: two files had no chronology", CHAIR)
    assert "80%: met (at least 75%)" in said
    assert "next round is due 30 Nov 2017" in said

    # 2.3.3 has two rhythms: supervision every six weeks, and its audit twice a year.
    assert "94.4%: not met" in diary.lead("/action result 2.3.3 17 of 18 practitioners", CHAIR)
    assert "due 31 Jul 2016" in diary.lead("/action status 2.3.3")
    assert "100%: met" in diary.lead("/action result 2.3.3 18 of 18 observations", CHAIR)
    assert "due 26 Jan 2017" in diary.lead("/action status 2.3.3")

    # 2.3.1 is met when both of its measures are.
    assert "60%: not met (at least 70%)" in diary.lead("/action result 2.3.1 12 of 20 managers")
    assert "85%: met (at least 80%)" in diary.lead("/action result 2.3.1 17 of 20 domains")
    assert "All 2 measures: not met (1 of 2 missed)" in diary.lead("/action status 2.3.1")

    # 2.2.1, training for managers, of whom no names are held.
    assert "14 of 20 managers, 70%: not met" in diary.lead("/action covered 2.2.1 14 of 20 on 30 Nov 2016")

    # 2.2.6, the briefing: one team is known to have had it, the others are asked.
    assert "1 of 3 teams covered" in diary.lead("/action covered 2.2.6 North Team on 5 Dec 2016")
    shown = diary.slack.ask(LEAD, "/action coverage 2.2.6")
    diary.slack.press(LEAD, shown, "coverage_ask")
    diary.slack.tick()
    [asked] = [one for one in diary.slack.sandbox.space.messages if controls(one.blocks, "coverage_confirm")]
    diary.slack.press(CHAIR, asked, "coverage_confirm")
    assert "2 of 3 teams covered" in diary.lead("/action coverage 2.2.6")
    assert "South Team (CSC): no contact" in diary.lead("/action coverage 2.2.6")

    # Wednesday 18 January 2017. The spring term's reminder has gone to the schools (1.6).
    for day in ("2017-01-11", "2017-01-18"):
        diary.on(day)
    covered = diary.lead("/action coverage 1.6")
    assert "Spring 2017: 2 of 3 schools covered, 66.7%: not met (100%)" in covered
    assert "Meadow Lane School: no channel" in covered

    # 1.2, the first audit of the way in: a sample of 50 with no pass mark is not judged.
    said = diary.lead("/action result 1.2 44 of 50: response was the weak point", CHAIR)
    assert "not judged, the plan gives no pass mark" in said
    assert "next round is due 31 Jul 2017" in said

    # 2.2.2, the audit of strategy meetings, once.
    said = diary.lead("/action result 2.2.2 18 of 20", CHAIR)
    assert "90%: met (at least 90%)" in said
    diary.lead("/action update 2.2.2 complete: report to the IRO meeting https://example.org/audit", CHAIR)

    # Friday 27 January. Supervision was due again yesterday.
    diary.on("2017-01-27")
    assert "2.3.3" in diary.nudge(CHAIR)
    assert "1 day overdue" in diary.lead("/action rounds 2.3.3")
    assert "100%: met" in diary.lead("/action result 2.3.3 18 of 18 practitioners", CHAIR)
    assert "next" in diary.lead("/action rounds 2.3.3").lower()

    # Friday 31 March. 1.3 has two measures; each round needs both.
    diary.on("2017-03-31")
    said = diary.lead("/action result 1.3 50 of 50 audited cases", CHAIR)
    assert "This round still needs a result for: referrals" in said
    assert "98%: not met (100%)" in diary.lead("/action result 1.3 49 of 50 referrals", CHAIR)
    assert "due 30 Sep 2017" in diary.lead("/action status 1.3")

    # 1.1: the MASH's response has to rise each quarter for a year.
    quarters = (
        ("2017-04-05", "Q3 2016/17", 80, "the first, to be bettered in 4 rounds"),
        ("2017-04-06", "Q4 2016/17", 82, "1 of 4 rounds so far"),
        ("2017-07-04", "Q1 2017/18", 85, "2 of 4 rounds so far"),
        ("2017-10-03", "Q2 2017/18", 85, "not met (went the right way in 2 of 4 rounds)"),
    )
    for day, quarter, number, verdict in quarters[:2]:
        diary.on(day)
        assert verdict in diary.lead(f"/action result 1.1 {number} of 100 {quarter}", CHAIR)

    # Tuesday 2 May. 1.8, the schools' training, by name.
    diary.on("2017-05-02")
    said = diary.lead("/action covered 1.8 all but Meadow Lane School on 28 Apr 2017", DEPUTY)
    assert "2 of 3 schools covered, 66.7%: not met (100%)" in said
    assert "3 of 3 schools covered, 100%: met" in diary.lead("/action covered 1.8 Meadow Lane School", DEPUTY)
    assert "The measure: met" in diary.lead("/action status 1.8")

    # Summer and autumn: the second audit of the way in is noticed when it is due.
    for day, quarter, number, verdict in quarters[2:3]:
        diary.on(day)
        assert verdict in diary.lead(f"/action result 1.1 {number} of 100 {quarter}", CHAIR)
    diary.on("2017-08-01")
    assert "1.2" in diary.nudge(CHAIR)
    diary.lead("/action result 1.2 47 of 50", CHAIR)
    assert "31 Jan 2018" in diary.lead("/action rounds 1.2")
    for day, quarter, number, verdict in quarters[3:]:
        diary.on(day)
        assert verdict in diary.lead(f"/action result 1.1 {number} of 100 {quarter}", CHAIR)
    assert "The measure: not met" in diary.lead("/action status 1.1")

    # Monday 6 November. 1.9, the survey: 62 of 100 answered, and at least 60% have to.
    diary.on("2017-11-06")
    assert "62%: met (at least 60%)" in diary.lead("/action result 1.9 62 of 100: sent to 100", DEPUTY)
    diary.lead("/action update 1.9 complete: report https://example.org/survey", DEPUTY)
    assert "62%" in diary.lead("/kpi threshold survey")

    # Friday 1 December. A year on, the case audits are due again, and late since yesterday.
    diary.on("2017-12-01")
    assert "2.3.4" in diary.nudge(CHAIR)
    rounds = diary.lead("/action rounds 2.3.4")
    assert "15 Dec 2016: 16 of 20 cases, 80%: met" in rounds
    assert "Next round due 30 Nov 2017, 1 day overdue" in rounds
    assert "65%: not met" in diary.lead("/action result 2.3.4 13 of 20", CHAIR)
    assert "The measure: not met" in diary.lead("/action status 2.3.4")
    # As it stood in the summer, the last audit was a good one.
    assert "16 of 20 cases, 80%: met" in diary.lead("/action status 2.3.4 at 1 Jul 2017")

    # The board reads it in one place, and the record proves every row of it.
    board = diary.lead("/kpi board")
    assert "2.3.4 20 case audits: 13 of 20 cases, 65%: not met" in board
    with reading(diary.slack.engine) as session:
        assert list(find_differences(session)) == []
