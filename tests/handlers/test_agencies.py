"""An agency's question: the actions that its roles lead."""

import pytest

from tests.cast import CHAIR, COORDINATOR, LEAD
from tests.conftest import Running

# The agency of the Principal Social Worker in the sample register of people.
AGENCY = "Children's Social Care"


def _refs(text: str) -> set[str]:
    return {word.strip("*:,.") for word in text.split() if word[:1].isdigit() and word.count(".") == 2}


def test_a_list_has_only_the_actions_of_an_agency(slack: Running) -> None:
    everything = slack.ask(CHAIR, "/action list all").text
    own = slack.ask(CHAIR, f"/action list all agency {AGENCY}").text
    led = slack.ask(CHAIR, "/action list all lead Principal Social Worker").text

    assert f"agency “{AGENCY}”" in own
    assert _refs(own) == _refs(led) < _refs(everything)
    assert _refs(slack.ask(CHAIR, "/action list all agency social care").text) == _refs(own)


@pytest.mark.parametrize("command", ["/plan summary", "/plan overdue", "/plan exceptions"])
@pytest.mark.parametrize("code", ["", "jtai2016 "])
def test_a_plans_answers_are_those_of_an_agency(slack: Running, command: str, code: str) -> None:
    own = slack.ask(CHAIR, f"{command} {code}agency social care")

    assert "agency “social care”" in own.text
    assert own.text != slack.ask(CHAIR, f"{command} {code}").text
    [shared] = slack.press(CHAIR, own, "share") if "share" in str(own.blocks) else [own]
    assert "agency “social care”" in shared.text


def test_a_role_without_an_agency_counts_by_its_name(slack: Running) -> None:
    assert _refs(slack.ask(LEAD, "/action list all agency CSC").text) == _refs(
        slack.ask(LEAD, "/action list all lead CSC").text
    )


def test_an_unknown_agency_is_refused_with_those_there_are(slack: Running) -> None:
    text = slack.ask(COORDINATOR, "/plan overdue agency Fire").text

    assert "I can't find an agency called “Fire”" in text
    assert AGENCY in text
