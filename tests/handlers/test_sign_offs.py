"""Who signs off, what an outcome stands on, and several links to evidence."""

import pytest

from sandbox.workspace import Message
from tests.cast import CHAIR, COORDINATOR, DEPUTY, LEAD
from tests.conftest import Running


def _direct(slack: Running, person: str, messages: list[Message]) -> list[Message]:
    return [one for one in messages if one.channel == slack.sandbox.space.direct(person).id]


def test_whoever_may_sign_off_is_asked_when_there_is_evidence(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: templates issued")
    assert slack.messages_after(slack.tick) == []
    slack.ask(LEAD, "/action evidence 2.3.5 https://example.org/templates")
    [asked] = slack.messages_after(slack.tick)
    assert asked.channel == slack.sandbox.space.direct(COORDINATOR).id
    assert f"<@{LEAD}> has recorded 2.3.5" in asked.text

    slack.press(COORDINATOR, asked, "sign_off")
    assert "signed off" in slack.ask(LEAD, "/action status 2.3.5").text.lower()


def test_a_named_signer_signs_off_and_never_their_own_work(slack: Running) -> None:
    refused = slack.ask(LEAD, "/plan signer @chair")
    assert "Only a coordinator" in refused.text
    named = slack.ask(COORDINATOR, "/plan signer @chair")
    assert f"<@{CHAIR}> can sign off actions now" in named.text
    slack.ask(LEAD, "/action update 2.3.5 complete: issued https://example.org/templates")
    sent = slack.messages_after(slack.tick)
    assert len(_direct(slack, COORDINATOR, sent)) == 1
    [asked] = _direct(slack, CHAIR, sent)
    slack.press(CHAIR, asked, "sign_off")
    assert f"signed off by <@{CHAIR}>" in slack.ask(LEAD, "/action status 2.3.5").text

    slack.ask(COORDINATOR, "/plan signer @lead")
    slack.ask(LEAD, "/action update 2.3.1 complete: done https://example.org/cohort")
    answer = slack.ask(LEAD, "/action status 2.3.1")
    assert "sign_off" not in str(answer.blocks)


def test_a_signer_who_was_stopped_cannot_sign_with_an_old_button(slack: Running) -> None:
    slack.ask(COORDINATOR, "/plan signer @chair")
    slack.ask(LEAD, "/action update 2.3.5 complete: issued https://example.org/templates")
    [asked] = _direct(slack, CHAIR, slack.messages_after(slack.tick))
    slack.ask(COORDINATOR, "/plan signer @chair off")
    [refused] = slack.press(CHAIR, asked, "sign_off")

    assert "Only a coordinator, or somebody they have named" in refused.text


def test_someone_from_outside_is_not_named_to_sign(slack: Running) -> None:
    assert "not a member" in slack.ask(COORDINATOR, "/plan signer @outsider").text


def test_where_everybody_is_too_close_the_lead_is_told_whom_to_name(slack: Running) -> None:
    line = "/action update 2.3.5 complete: issued https://example.org/templates"
    answer = slack.ask(COORDINATOR, line)

    assert "Nobody can sign it off yet" in answer.text
    assert "/plan signer @user" in answer.text
    assert "sign_off" not in str(answer.blocks)
    assert slack.messages_after(slack.tick) == []


def test_an_outcome_is_achieved_only_on_a_ground(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    refused = slack.ask(LEAD, "/action outcome 2.3.5 achieved").text
    assert "Say what shows that 2.3.5 made its difference" in refused
    assert "not assessed" in slack.ask(LEAD, "/action status 2.3.5").text

    recorded = slack.ask(LEAD, "/action outcome 2.3.5 achieved: all 20 records had the review slots")
    assert "→ achieved" in recorded.text


def test_evidence_that_is_linked_is_ground_enough(slack: Running) -> None:
    slack.ask(LEAD, "/action evidence 2.3.5 https://example.org/audit: audit of all records")
    assert "→ achieved" in slack.ask(LEAD, "/action outcome 2.3.5 achieved").text


def test_several_links_are_kept_and_shown_and_given_as_a_list(slack: Running) -> None:
    slack.ask(LEAD, "/action evidence 2.3.5 https://example.org/one: the template")
    slack.ask(LEAD, "/action evidence 2.3.5 https://example.org/two: the minutes")
    text = slack.ask(LEAD, "/action status 2.3.5").text
    assert "https://example.org/one" in text
    assert "https://example.org/two" in text

    slack.ask(LEAD, "/action undo")
    text = slack.ask(LEAD, "/action status 2.3.5").text
    assert "https://example.org/one" in text
    assert "https://example.org/two" not in text


@pytest.mark.parametrize("who", [LEAD, DEPUTY, CHAIR])
def test_only_those_who_may_see_a_sign_off_button(slack: Running, who: str) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued https://example.org/templates")
    assert "sign_off" not in str(slack.ask(who, "/action status 2.3.5").blocks)
    assert "sign_off" in str(slack.ask(COORDINATOR, "/action status 2.3.5").blocks)


def test_an_achieved_outcome_stands_beside_the_figure_that_says_otherwise(slack: Running) -> None:
    slack.ask(COORDINATOR, "/kpi record ton-training 40% 2016-12-14")
    recorded = slack.ask(COORDINATOR, "/action outcome 1.8 achieved: every lead says so").text
    contradiction = (
        "But a measure is not met: Schools trained on the Threshold of Needs 40%, at 14 Dec 2016, target at "
        "least 100%"
    )

    assert contradiction in recorded
    assert contradiction in slack.ask(LEAD, "/action status 1.8").text
    assert "1.8" in slack.ask(CHAIR, "/plan summary jtai2016").text.split("not met", 1)[0]


@pytest.mark.parametrize("link", ["https://me:secret@intranet/a", "https:///minutes", "https://x.org:a/b"])
def test_what_is_no_link_is_no_evidence(slack: Running, link: str) -> None:
    said = slack.ask(LEAD, f"/action evidence 2.3.5 {link}").text
    assert "That link" in said
    assert "so nothing was recorded" in said
    assert "secret" not in said
    assert "nothing recorded" in slack.ask(LEAD, "/action status 2.3.5").text
