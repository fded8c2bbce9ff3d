"""An agency's question: the actions that its roles lead."""

import re

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
    assert _refs(led) < _refs(own) < _refs(everything)
    # It does 1.1 with the police and health, whoever leads it.
    assert "*1.1*" not in led
    assert "1.1 MASH" in own
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
    assert _refs(slack.ask(LEAD, "/action list all agency CSC").text) > _refs(
        slack.ask(LEAD, "/action list all lead CSC").text
    )


@pytest.mark.parametrize(
    ("agency", "refs"), [("police", ["1.1", "2.1.1"]), ("NPS", ["2.1.1"]), ("health", ["1.1", "1.9"])]
)
def test_a_party_is_found_by_the_actions_words(slack: Running, agency: str, refs: list[str]) -> None:
    listed = slack.ask(CHAIR, f"/action list all agency {agency}").text
    assert re.findall(r"\b\d(?:\.\d+)+\b", listed) == refs
    assert "done by CSC, Police, Health" in slack.ask(CHAIR, "/action status 1.1").text


def test_an_unknown_agency_is_refused_with_those_there_are(slack: Running) -> None:
    text = slack.ask(COORDINATOR, "/plan overdue agency Fire").text

    assert "I can't find an agency called “Fire”" in text
    assert AGENCY in text
