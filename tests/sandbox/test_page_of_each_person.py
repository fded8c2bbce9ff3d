"""What each person does on the page: their Home tab, a nudge on a phone, a message used as an update."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.demo import demo
from tests.browser import open_page
from tests.cast import CHAIR, COORDINATOR, LEAD, SCHOOL
from tests.sandbox.pages import become, send

PHONE = (390, 844)


@pytest.fixture
def page(demo_folder: Path, browser: Browser) -> Iterator[Page]:
    with demo(demo_folder) as running, open_page(browser, running.sandbox.url) as opened:
        expect(opened.locator("#me option")).not_to_have_count(0)
        yield opened


def _home(page: Page) -> None:
    page.get_by_role("button", name="Partnership Bot: Home").click()


def test_home_is_a_to_do_list_for_each_person(page: Page) -> None:
    tab = page.locator("#messages")
    _home(page)
    expect(tab).to_contain_text("Late (8)")
    expect(tab.get_by_role("button", name="Done: 2.2.3")).to_have_count(1)
    tab.get_by_role("button", name="Done: 2.2.3").click()
    expect(tab).to_contain_text("Recorded: 2.2.3 not started → complete")
    expect(tab).to_contain_text("Late (7)")
    tab.locator("summary").first.click()
    tab.get_by_role("button", name="New date", exact=True).first.click()
    dialog = page.get_by_role("dialog", name="Ask for a new date")
    dialog.get_by_label("New date").fill("2017-03-31")
    dialog.get_by_label("Why?").fill("cohort starts in January")
    dialog.get_by_role("button", name="Ask").click()
    expect(tab).to_contain_text("Waiting for a coordinator")

    become(page, COORDINATOR)
    expect(tab).to_contain_text("asks for 31 Mar 2017: cohort starts in January")
    tab.get_by_role("button", name="Approve").click()
    expect(tab).not_to_contain_text("asks for 31 Mar 2017")

    become(page, CHAIR)
    expect(tab).to_contain_text("The plan at a glance")
    expect(tab).to_contain_text("1 complete (1 more)")
    tab.get_by_role("button", name="KPIs").click()
    expect(tab).to_contain_text("KPIs at 15 Dec 2016")
    tab.get_by_role("button", name="Back to Home").click()
    expect(tab).to_contain_text("The plan at a glance")

    become(page, SCHOOL)
    page.get_by_label("Go to").fill("2017-01-06")
    expect(page.locator("#now")).to_contain_text("6 January 2017")
    _wait_for_reminder(page)
    _home(page)
    expect(tab).to_contain_text("Not marked as seen yet")
    tab.get_by_role("button", name="Seen").first.click()
    expect(tab).to_contain_text("has seen its reminder")


def _wait_for_reminder(page: Page) -> None:
    page.locator("#channels button", has_text="school-riverside").click()
    expect(page.locator("article", has_text="call 999").first).to_be_visible(timeout=10_000)


def test_a_nudge_fits_a_phone(demo_folder: Path, browser: Browser) -> None:
    with demo(demo_folder) as running, open_page(browser, running.sandbox.url, *PHONE) as page:
        page.get_by_role("button", name="Channels").click()
        page.locator("#directs button").click()
        nudge = page.locator("article", has_text="past their date").first
        expect(nudge).to_be_visible(timeout=10_000)
        done = nudge.get_by_role("button", name="Done: ")
        expect(done).to_have_count(3)
        boxes = [done.nth(number).bounding_box() for number in range(3)]
        assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0] for box in boxes)
        # The three most urgent fit one screen.
        first, last = boxes[0], boxes[2]
        assert first is not None
        assert last is not None
        assert last["y"] + last["height"] - first["y"] < PHONE[1] * 0.6
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]

        done.first.click()
        expect(nudge).to_contain_text("progress: not started → complete")
        nudge.get_by_role("button", name="Add evidence: 2.2.3").click()
        dialog = page.get_by_role("dialog", name="Add evidence")
        dialog.get_by_label("Link to evidence").fill("https://example.org/prompts")
        dialog.get_by_role("button", name="Add").click()
        expect(nudge).to_contain_text("evidence linked")
        nudge.get_by_role("button", name="Show 4 more").click()
        expect(done).to_have_count(7)
        page.once("dialog", lambda box: box.accept())
        nudge.get_by_role("button", name="All as last week").click()
        expect(done).to_have_count(0)
        expect(nudge).to_contain_text("Recorded that nothing has changed")


def test_a_message_is_used_as_an_update(page: Page) -> None:
    become(page, CHAIR)
    send(page, "Templates for 2.3.5 went to all teams today")
    expect(page.locator("article")).to_contain_text("went to all teams")
    become(page, LEAD)
    message = page.locator("article", has_text="went to all teams").first
    message.locator("summary").click()
    message.get_by_role("button", name="Use as an update").click()
    dialog = page.get_by_role("dialog", name="Update an action")
    expect(dialog.get_by_label("What happened?")).to_have_value("Templates for 2.3.5 went to all teams today")
    dialog.get_by_label("How far is it?").select_option(label="Complete")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_be_hidden()
    answer = page.locator("article[data-private=yes]")
    expect(answer).to_contain_text("2.3.5 not started → complete")
    expect(answer).to_contain_text("evidence linked")


def test_a_coordinator_makes_an_action_of_a_message_and_words_it_anew(page: Page) -> None:
    private = page.locator("article[data-private=yes]")
    send(page, "We should publish the guide for new starters")
    become(page, COORDINATOR)
    message = page.locator("article", has_text="publish the guide for new starters").first
    message.get_by_label("More actions for this message").click()
    message.get_by_role("button", name="Make this an action").click()
    dialog = page.get_by_role("dialog", name="Add an action")
    expect(dialog.get_by_label("What will be done")).to_have_value(
        "We should publish the guide for new starters"
    )
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_text("Fill in this field.")).to_have_count(1)
    dialog.get_by_label("Section").select_option(label="2.3 Supervision (JTAI 2016)")
    dialog.get_by_label("Who leads it?").select_option(label="Principal Social Worker")
    dialog.get_by_label("Done by").fill("2017-03-31")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_be_hidden()
    expect(private.last).to_contain_text("Added 2.3.6")

    send(page, "/action edit 2.3.6")
    dialog = page.get_by_role("dialog", name="Edit an action")
    dialog.get_by_label("Title").fill("Guide for new starters")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_be_hidden()
    expect(private.last).to_contain_text("Changed the wording of 2.3.6")
    send(page, "/action status 2.3")
    expect(private.last).to_contain_text("6 actions")
    expect(private.last).to_contain_text("Guide for new starters")
