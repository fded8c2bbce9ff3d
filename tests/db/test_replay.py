"""A row that was changed behind the bot's back is found, and both values are named."""

import sqlite3
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from db import audit_checks, audit_log, erasure, health, replay, school_questions
from db.engine import reading, writing
from db.models import Action, DueRequest, Entry, Kpi, Lead, Observation, Receipt, Role, Signer
from tests.cast import CHAIR, COORDINATOR, LEAD, LONDON, NOW, SCHOOL, SCHOOL_CHANNEL
from tests.conftest import Program, Running


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[misc,arg-type]


def _differences(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [str(one) for one in replay.find_differences(session)]


def test_the_samples_are_what_the_record_says(sampled: Engine) -> None:
    assert _differences(sampled) == []


def test_whatever_people_and_files_change_the_record_says_it(slack_on_both: Running) -> None:
    slack = slack_on_both
    for person, line in (
        (LEAD, "/action update 2.3.5 complete: templates issued https://example.org/t"),
        (LEAD, "/action outcome 2.3.5 on track: first audit is better"),
        (LEAD, "/action undo"),
        (LEAD, "/action snooze 2.3.1 until 9 Jan 2017"),
        (LEAD, "/action due 2.2.1 31 Mar 2017: cohort starts in January"),
        (LEAD, "/action due 2.3.1 31 Mar 2017: cohort starts in January"),
        (LEAD, "/action due 2.3.1 30 Apr 2017: cohort starts in February"),
        (COORDINATOR, "/action due 2.1.2 31 Mar 2017: agreed"),
        (COORDINATOR, '/plan role set "CSC Area Managers" @chair from 1 Dec'),
        (COORDINATOR, '/plan role set "CSC Area Managers" @school'),
        (COORDINATOR, "/action undo"),
        (COORDINATOR, "/kpi record looked after 580 30 Nov 2016: weekly list"),
        (COORDINATOR, "/kpi record looked after 581 30 Nov 2016: corrected"),
        (COORDINATOR, "/action undo"),
        (COORDINATOR, "/kpi record camhs referrals 1,234,567.25 2015/16: a long number"),
        (COORDINATOR, "/plan allow @outsider"),
        (COORDINATOR, "/plan board here"),
        (COORDINATOR, "/plan use jtai2014"),
    ):
        slack.ask(person, line)
    slack.tick(london(2017, 1, 6, 10))
    _ask_and_answer(slack)
    slack.press(COORDINATOR, slack.ask(COORDINATOR, "/action status 2.3.5"), "sign_off")

    assert _differences(slack.engine) == []


def _ask_and_answer(slack: Running) -> None:
    """A school asks under its reminder, and a coordinator answers."""
    with writing(slack.engine) as session:
        audit_log.take_write_lock(session)
        receipt = session.exec(select(Receipt)).first()
        assert receipt is not None
        author = audit_log.Author(SCHOOL, slack.store.clock())
        question = school_questions.ask(session, author, receipt, "Does the matrix cover neglect?", [])
        author = audit_log.Author(COORDINATOR, slack.store.clock())
        school_questions.answer(session, author, question, "Yes, on its second page.")


_CAMHS = "kpi_id = (select id from kpi where code = 'camhs-12-weeks')"
_NEGLECT = "(select id from kpi where code = 'cp-neglect')"
_AUDITS = "action_id = (select id from action where ref = '2.3.4')"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            "action SET progress = 'complete' WHERE ref = '2.3.5'",
            "2.3.5: progress is “complete”, but the record says “not started”",
        ),
        (
            "action SET due = '2019-01-31' WHERE ref = '2.3.5'",
            "2.3.5: due is “2019-01-31”, but the record says “2016-09-30”",
        ),
        (
            "action SET title = 'Nothing to do' WHERE ref = '2.3.5'",
            "2.3.5: title is “Nothing to do”, but the record says “Supervision templates”",
        ),
        (
            "action SET signed_off_by = 'U0009FORGED' WHERE ref = '1.1' AND plan_id = 1",
            "1.1: signed off by is “U0009FORGED”, but the record says nothing",
        ),
        (
            "action SET evidence = 'https://example.org/forged' WHERE ref = '1.2' AND plan_id = 1",
            "evidence is “https://example.org/forged”",
        ),
        (f"measure SET value = 10 WHERE value = 75 AND {_AUDITS}", "2.3.4: measures is"),
        (
            f"observation SET value = 99 WHERE {_CAMHS}",
            "kpi:camhs-12-weeks: 2019-03-31 to 2019-03-31 is “99 final",
        ),
        (
            f"observation SET note = 'all is well' WHERE {_CAMHS}",
            "note of 2019-03-31 to 2019-03-31 is “all is well”",
        ),
        (
            f"observation SET period_end = '2020-03-31' WHERE {_CAMHS}",
            "2019-03-31 to 2020-03-31 is “34 final",
        ),
        (
            "kpi SET polarity = 'low' WHERE code = 'camhs-12-weeks'",
            "kpi:camhs-12-weeks: polarity is “low”, but the record says “high”",
        ),
        (
            "kpi SET disclosure = 'open' WHERE code = 'missing-children'",
            "kpi:missing-children: disclosure is “open”, but the record says “small_counts”",
        ),
        (
            f"target SET value = 30 WHERE value = 75 AND {_CAMHS}",
            "kpi:camhs-12-weeks: target is “at_least 30”, but the record says “at_least 75”",
        ),
        (
            f"comparator SET value = 1 WHERE name = 'national' AND kpi_id = {_NEGLECT}",
            "kpi:cp-neglect: national 2013/14 is “1”, but the record says “43”",
        ),
        ("holding SET slack_user = 'U0009FORGED' WHERE slack_user = 'U0001LEAD'", "holders is"),
        (
            "reminder SET message = 'Nothing new'",
            "reminder of jtai2016:1.6: message is “Nothing new”, but the record says “",
        ),
        ("reminder SET day = 40", "reminder of jtai2016:1.6: day is “40”, but the record says “"),
        (
            "reminder SET paused = true",
            "reminder of jtai2016:1.6: paused is “true”, but the record says “false”",
        ),
        (
            "school SET channel = 'C0009SPY' WHERE name = 'Riverside School'",
            f"Riverside School: channel is “C0009SPY”, but the record says “{SCHOOL_CHANNEL}”",
        ),
        ("termdate SET starts = '2017-03-01' WHERE starts >= '2017-01-01'", ": term is “"),
    ],
)
def test_a_value_changed_behind_the_bots_back_is_named_with_what_the_record_says(
    sampled: Engine, change: str, told: str
) -> None:
    with sampled.begin() as connection:
        changed = connection.execute(text(f"UPDATE {change}"))
        assert changed.rowcount >= 1
    found = _differences(sampled)

    assert [one for one in found if told in one], found


def test_a_schools_question_and_its_answer_are_compared(slack_on_both: Running) -> None:
    slack = slack_on_both
    slack.tick(london(2017, 1, 6, 10))
    _ask_and_answer(slack)
    assert _differences(slack.engine) == []
    with slack.engine.begin() as connection:
        connection.execute(text("UPDATE schoolquestion SET answer = 'No need.', text = 'All is well'"))
    found = _differences(slack.engine)

    asked = "question is “All is well”, but the record says “Does the matrix cover neglect?”"
    answered = "answer is “No need.”, but the record says “Yes, on its second page.”"
    assert [one.partition(": ")[2] for one in found] == [asked, answered]


@pytest.mark.parametrize("column", ["at", "note", "act"])
def test_a_damaged_entry_is_a_fault_of_the_record_in_one_line(run: Program, column: str) -> None:
    run.on_samples()
    with sqlite3.connect("partnership.db") as connection:
        connection.execute("DROP TRIGGER IF EXISTS entry_update")
        connection.execute(f"UPDATE entry SET {column} = x'00ff' WHERE seq = 7")
    told = run("audit", "verify")

    assert told.code == 1
    assert "entry 7 (" in told.err
    assert "was altered" in told.err
    assert "Traceback" not in told.err


def test_a_row_that_the_record_does_not_know_and_one_that_is_gone_are_named(sampled: Engine) -> None:
    with writing(sampled) as session:
        first = session.exec(select(Action).where(Action.ref == "2.3.5")).one()
        kpi = session.exec(select(Kpi).where(Kpi.code == "camhs-12-weeks")).one()
        session.add(
            Action(plan_id=first.plan_id, section_id=first.section_id, ref="2.3.99", title="Slipped in")
        )
        session.add(
            Observation(
                kpi_id=kpi.id or 0,
                period_start=date(2016, 3, 31),
                period_end=date(2016, 3, 31),
                value=80,
                recorded_at=london(2016, 4, 1),
            )
        )
        lac = session.exec(select(Kpi).where(Kpi.code == "lac-number")).one()
        for row in session.exec(select(Observation).where(Observation.kpi_id == lac.id)):
            session.delete(row)
        role = session.exec(select(Role).where(Role.name == "CSC Area Managers")).one()
        session.add(Lead(action_id=first.id, role_id=role.id, position=1))
    found = _differences(sampled)

    assert "jtai2016:2.3.99: action is “Slipped in”, but the record says nothing" in found
    assert "kpi:camhs-12-weeks: 2016-03-31 to 2016-03-31 is “80 final”, but the record says nothing" in found
    assert sum("kpi:lac-number" in one and "is nothing, but the record says" in one for one in found) == 11
    assert any("2.3.5: leads is" in one for one in found)


def test_a_receipt_and_a_decision_are_compared(slack_on_both: Running) -> None:
    slack = slack_on_both
    slack.ask(LEAD, "/action due 2.3.1 31 Mar 2017: cohort starts in January")
    slack.tick(london(2017, 1, 6, 10))
    with writing(slack.engine) as session:
        session.exec(select(DueRequest)).one().decision = "approved"
        receipt = session.exec(select(Receipt)).first()
        assert receipt is not None
        receipt.seen_by, receipt.seen_at = SCHOOL, slack.store.clock()
    found = _differences(slack.engine)

    assert "jtai2016:2.3.1: decision on a new date is “approved”, but the record says nothing" in found
    assert any(f"reminder seen by is “{SCHOOL}”, but the record says nothing" in one for one in found)


def test_who_may_read_and_which_channel_is_a_boards_are_compared(slack: Running) -> None:
    with slack.engine.begin() as connection:
        connection.execute(text("INSERT INTO guest (slack_user, allowed_by) VALUES ('U0009SPY', 'U0009SPY')"))
        connection.execute(text("INSERT INTO boardchannel (channel, marked_by) VALUES ('C0009', 'U0009SPY')"))
    found = _differences(slack.engine)

    assert "U0009SPY: may read is “yes”, but the record says “no”" in found
    assert "C0009: audience is “board”, but the record says “open”" in found


def test_an_erased_text_is_no_difference(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 in progress: the draft mentions somebody https://example.org/who")
    with slack.store.writing() as session:
        audit_log.take_write_lock(session)
        numbers = [one.seq for one in session.exec(select(Entry).where(Entry.who == LEAD)) if one.salt]
        for number in numbers[:1]:
            erasure.erase(session, audit_log.Author(CHAIR, slack.store.clock()), number, "by mistake")

    assert _differences(slack.engine) == []


def test_audit_verify_names_each_row_that_differs_and_both_values(run: Program) -> None:
    run.on_samples()
    assert "nothing differs from it" in run("audit", "verify").out
    with sqlite3.connect("partnership.db") as connection:
        connection.execute("UPDATE action SET progress = 'complete' WHERE ref = '2.3.5'")
        connection.execute("UPDATE action SET due = '2019-01-31' WHERE ref = '2.3.4'")
    told = run("audit", "verify")

    assert told.code == 1
    assert "2.3.5: progress is “complete”, but the record says “not started”" in told.err
    assert "2.3.4: due is “2019-01-31”, but the record says “2016-11-30”" in told.err


def test_a_nights_check_is_reported_and_done_once(slack_on_both: Running) -> None:
    slack = slack_on_both
    slack.tick(london(2016, 12, 16, 1, 59))
    with reading(slack.engine) as session:
        assert audit_checks.last_result(session) is None
    slack.tick(london(2016, 12, 16, 3))
    with reading(slack.engine) as session:
        checked = audit_checks.last_result(session)
        assert checked is not None
        assert checked.fault is None
        assert checked.entries > 100
        assert health.read_health(session, checked.at).wrong(checked.at) is None
    with slack.engine.begin() as connection:
        connection.execute(text("UPDATE action SET progress = 'complete' WHERE ref = '2.3.5'"))
    slack.tick(london(2016, 12, 16, 4))
    with reading(slack.engine) as session:
        assert health.read_health(session, NOW).record_fault is None
    night = london(2016, 12, 17, 3)
    slack.tick(night)
    with reading(slack.engine) as session:
        wrong = health.read_health(session, night).wrong(night)
    assert wrong == "record: differs from the record: jtai2016:2.3.5 progress"


def test_a_signer_whom_nobody_named_is_told(sampled: Engine) -> None:
    with writing(sampled) as session:
        session.add(Signer(slack_user=CHAIR, named_by=COORDINATOR))
    with reading(sampled) as session:
        told = [str(one) for one in replay.find_differences(session)]
    assert told == [f"{CHAIR}: may sign is “yes”, but the record says “no”"]
