"""What waits for a decision, in one list with its buttons."""

from tests.cast import COORDINATOR, DEPUTY, LEAD
from tests.conftest import Running


def test_everything_that_waits_is_listed_with_its_button(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 31/03/2017: cohort starts in January")
    slack.ask(LEAD, "/action update 2.3.5 complete: issued https://example.org/templates")
    text = slack.ask(COORDINATOR, "/plan waiting").text
    assert "2.3.1 Aspiring Seniors" in text
    assert f"<@{LEAD}> asks for 31 Mar 2017: cohort starts in January" in text
    assert "Sign-offs (1)" in text
    assert "Roles that nobody holds" in text
    assert "Doubts of imports" in text

    listed = slack.ask(COORDINATOR, "/plan waiting jtai2016")
    slack.press(COORDINATOR, listed, "due_grant")
    slack.press(COORDINATOR, listed, "sign_off")
    text = slack.ask(COORDINATOR, "/plan waiting jtai2016").text
    assert "New dates" not in text
    assert "Sign-offs" not in text


def test_anybody_may_read_it_and_only_a_coordinator_gets_the_buttons(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 31/03/2017: cohort starts in January")
    listed = slack.ask(LEAD, "/plan waiting")

    assert "asks for 31 Mar 2017" in listed.text
    assert "due_grant" not in str(listed.blocks)


def test_a_plan_with_nothing_to_decide_says_so(slack: Running) -> None:
    text = slack.ask(COORDINATOR, "/plan waiting ofsted2014").text
    assert "New dates" not in text
    assert "Sign-offs" not in text


def test_a_newer_request_replaces_the_older_one(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 31/03/2017: one")
    slack.ask(LEAD, "/action due 2.3.1 30/04/2017: two")
    text = slack.ask(COORDINATOR, "/plan waiting").text

    assert "New dates (1)" in text
    assert "asks for 30 Apr 2017: two" in text


def test_undoing_a_request_opens_only_the_one_that_it_replaced(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 31/03/2017: one")
    slack.ask(LEAD, "/action due 2.3.1 30/04/2017: two")
    slack.ask(LEAD, "/action undo")
    assert "asks for 31 Mar 2017: one" in slack.ask(COORDINATOR, "/plan waiting").text

    slack.ask(LEAD, "/action due 2.3.1 30/04/2017: two")
    listed = slack.ask(COORDINATOR, "/plan waiting")
    assert slack.fill_form(COORDINATOR, listed, "due_refuse", note="no room") == {}
    slack.ask(LEAD, "/action due 2.3.1 31/05/2017: three")
    slack.ask(LEAD, "/action undo")
    assert "New dates" not in slack.ask(COORDINATOR, "/plan waiting").text


def test_who_asked_first_is_told_that_their_request_waits_again(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 31/03/2017: one")
    slack.ask(DEPUTY, "/action due 2.3.1 30/04/2017: two")
    slack.tick()
    slack.ask(DEPUTY, "/action undo")
    direct = slack.sandbox.space.direct(LEAD).id
    told = [one.text for one in slack.messages_after(slack.tick) if one.channel == direct]

    assert any("waits" in one and "31 Mar 2017" in one for one in told), told


def test_the_home_tab_of_a_coordinator_has_what_waits(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 31/03/2017: cohort starts in January")
    assert "*New dates* (1)" in _home(slack, COORDINATOR)
    assert "*New dates*" not in _home(slack, LEAD)


def _home(slack: Running, person: str) -> str:
    space = slack.sandbox.space
    version = space.version
    slack.sandbox.users.open_home(person)
    assert space.wait_past(version)
    return str(space.homes[person])
