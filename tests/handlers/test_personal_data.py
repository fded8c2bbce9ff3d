"""What must not be stored is not quoted back either, and a disclosure is answered with who to call."""

import json

import pytest
from sqlmodel import select

from db.engine import reading
from db.models import Delivery, Entry, PendingChange
from tests.cast import COORDINATOR, GUEST, JOINT_CHANNEL, LEAD, OUTSIDER
from tests.conftest import Running

_NHS = "943 476 5919"
_HARM = "Jamie came in with bruises and says his stepdad hit him. Do I refer?"


def _stored(slack: Running) -> list[str]:
    """Every text in the record, the outbox and what waits to be confirmed."""
    with reading(slack.engine) as session:
        rows = [
            *session.exec(select(Entry)),
            *session.exec(select(Delivery)),
            *session.exec(select(PendingChange)),
        ]
        return [json.dumps(row.model_dump(), default=str) for row in rows]


_COMMANDS = (
    "/action note 2.3.5: NHS {}",
    "/action update 2.3.5 complete by {}",
    "/action update 2.3.5 {}",
    "/action status NHS {}",
    "/action outcome 2.3.5 NHS {}",
    "/action snooze 2.3.5 until NHS {}",
    "/action due 2.3.5 NHS {}",
    "/action list lead NHS {}",
    "/action history NHS {}",
    "/action NHS {}",
    '/plan role set "NHS {}" <@U0001LEAD>',
    "/plan changes since NHS {}",
    "/plan silent NHS {}",
    "/plan use NHS {}",
    "/plan summary NHS {}",
    "/plan NHS {}",
    "/kpi NHS {}",
    "/kpi history NHS {}",
    "/kpi list NHS {}",
    "/kpi record NHS {} 36% 2019/20",
    "/kpi record camhs 12 weeks 36% 2019/20: NHS {}",
    "/reminder status NHS {}",
)


def test_a_refused_detail_is_not_quoted_back_nor_put_into_a_button(slack: Running) -> None:
    before = len(_stored(slack))
    for command in _COMMANDS:
        answer = slack.ask(COORDINATOR, command.format(_NHS))
        shown = answer.text + json.dumps(answer.blocks)
        assert "an NHS number" in answer.text, command
        # With its spaces: the ids of blocks are random, and may have any three digits.
        assert "943 476" not in shown, command
        assert "476 5919" not in shown, command
    assert len(_stored(slack)) == before


@pytest.mark.parametrize(
    "command", ["/action note 2.3.5: {}", "/action update 2.3.5 in progress: {}", "/kpi {}", "/action {}"]
)
def test_a_disclosure_in_a_command_is_answered_with_whom_to_ring(slack: Running, command: str) -> None:
    before = _stored(slack)
    answer = slack.ask(LEAD, command.format(_HARM))

    assert answer.text.lstrip("*").startswith(
        "If a child is in danger now, call 999. Otherwise ring the MASH"
    )
    assert answer.only_for == LEAD
    assert "Jamie" not in answer.text
    assert _stored(slack) == before


def test_a_disclosure_in_a_form_is_answered_under_the_field(slack: Running) -> None:
    before = _stored(slack)
    view = slack.open_form(LEAD, slack.ask(LEAD, "/action status 2.3.5"))
    errors = slack.fill(LEAD, view, action="2.3.5", progress="in progress", note=_HARM)

    assert errors["note"].lstrip("*").startswith("If a child is in danger now, call 999.")
    assert _stored(slack) == before


def test_a_link_with_a_detail_is_refused(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action evidence 2.3.5 https://example.org/t?nhs=943-476-5919")

    assert "an NHS number" in answer.text
    assert "943-476" not in answer.text + json.dumps(answer.blocks)


def test_a_text_that_is_too_long_is_refused_at_once(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action note 2.3.5: " + "1 " * 20_000)

    assert "is too long. At most 20,000 can be stored" in answer.text


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (OUTSIDER, "a boy I see told me his dad beats him"),
        (GUEST, "a child told me he is being hurt at home"),
        (GUEST, "I am worried about a girl in my class"),
    ],
)
@pytest.mark.parametrize("command", [True, False])
def test_whoever_writes_of_a_child_at_risk_hears_who_to_call(
    slack: Running, person: str, words: str, *, command: bool
) -> None:
    """Also those who may not use the bot: else they would get a refusal and no number."""
    if command:
        answer = slack.ask(person, f"/action {words}", JOINT_CHANNEL)
    else:
        answer = slack.write(person, slack.sandbox.space.direct(person).id, words)

    assert "999" in answer.text
    assert words not in answer.text
    assert "not open to" in slack.ask(person, "/action status 2.3", JOINT_CHANNEL).text
