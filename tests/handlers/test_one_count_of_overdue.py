"""What is overdue is one rule: every answer, message and paper of a day names the same actions."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from docx import Document

from db import daily_runs
from db.deliveries import DeliveryKind
from db.engine import writing
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, CHAIR, COORDINATOR, LEAD
from tests.conftest import Running, run_bot

_REF = re.compile(r"\b\d\.\d(?:\.\d+)?\b(?!\d)")


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples, a meeting in February and a ladder that ends at the board's channel."""
    with run_bot(copy_of("sqlite", True)) as running:
        with writing(running.engine) as session:
            daily_runs.mark_done(session, DeliveryKind.KPI, date.max)
        running.ask(COORDINATOR, "/plan meeting add 20 Feb 2017 Executive Group")
        ladder = f'coordinator 7 group 14 "Executive Group" <#{BOARD_CHANNEL}|board>'
        assert "Recorded" in running.ask(COORDINATOR, f"/plan ladder {ladder}").text
        yield running


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    assert found is not None, (pattern, text)
    return int(found[1])


def _refs(text: str) -> set[str]:
    return {ref for line in text.split("\n") if line.startswith("• ") for ref in _REF.findall(line)[:1]}


def _paper(slack: Running) -> tuple[str, set[str]]:
    """The summary of the paper that is sent, and the references that its exceptions call overdue."""
    slack.press(CHAIR, slack.ask(CHAIR, "/plan report"), "paper_send")
    file = list(slack.sandbox.space.files.values())[-1]
    document = Document(io.BytesIO(file.content))
    [exceptions] = [one for one in document.tables if one.rows[0].cells[-1].text == "Reason"]
    late = {row.cells[0].text for row in exceptions.rows if "overdue" in row.cells[4].text}
    return "\n".join(one.text for one in document.paragraphs), late


def _tick(slack: Running, day: str) -> list[Message]:
    slack.sandbox.clock.move(day)
    return slack.messages_after(slack.tick)


def _of_the_board(messages: list[Message], begins: str) -> str:
    [found] = [one.text for one in messages if one.channel == BOARD_CHANNEL and begins in one.text]
    return found


def test_summary_list_digests_and_paper_name_the_same_actions(slack: Running) -> None:
    _tick(slack, "2017-01-09")
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    slack.ask(LEAD, "/action update 2.3.1 blocked: no trainer until March")
    slack.ask(COORDINATOR, "/action due 2.2.6 31/03/2017: the cohort starts later")
    messages = _tick(slack, "2017-02-06")

    listed = slack.ask(CHAIR, "/plan overdue").text
    late = _number(r"(\d+) of 24 overdue", listed)
    summary = slack.ask(CHAIR, "/plan summary").text
    assert _number(r"(\d+) overdue", summary) == late
    assert _number(r"(\d+) overdue", _of_the_board(messages, "JTAI 2016 at 6 Feb 2017")) == late
    [due] = [one.text for one in messages if "Its paper" in one.text]
    assert _number(r"(\d+) actions are overdue", due) == late

    text, in_paper = _paper(slack)
    assert _number(r"(\d+) are overdue", text) == late
    assert len(in_paper) == late
    assert {ref for ref in _REF.findall(listed) if ref in in_paper} == in_paper
    assert "2.3.5" not in in_paper
    assert "2.2.6" not in in_paper
    # What climbed to the group, and what is on the exceptions list, is overdue in the paper too.
    climbed = _refs(_of_the_board(messages, "Executive Group: "))
    assert climbed
    assert climbed <= in_paper
    listed_as_exceptions = _refs(slack.ask(CHAIR, "/plan exceptions").text)
    assert listed_as_exceptions
    assert listed_as_exceptions <= in_paper
