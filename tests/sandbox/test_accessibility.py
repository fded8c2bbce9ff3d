"""Every screen of the demo's page, light and dark, as axe-core judges it."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from bot.demo import Demo
from tests.browser import open_page
from tests.cast import LEAD, PLAN_CHANNEL

WIDE: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
OPTIONS = [{"text": {"type": "plain_text", "text": f"Choice {at}"}, "value": str(at)} for at in (1, 2)]
MENU = {"type": "overflow", "action_id": "more", "options": OPTIONS}


@pytest.fixture(scope="module")
def opened(browser: Browser, running: Demo) -> Iterator[Page]:
    with open_page(browser, running.sandbox.url) as page:
        expect(page.locator("#name")).to_have_text("#action-plan")
        yield page


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    """The page in the plan's channel, with nothing open."""
    opened.set_viewport_size(WIDE)
    opened.locator("#channels button").first.click()
    yield opened
    for _ in range(2):
        opened.keyboard.press("Escape")


def _check(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"


def _send(page: Page, text: str) -> None:
    page.fill("#say", text)
    page.press("#say", "Enter")


def test_a_channel_with_an_answer_and_an_open_menu(running: Demo, page: Page) -> None:
    space = running.sandbox.space
    about = {"type": "mrkdwn", "text": "*2.3.1* `Aspiring Seniors` for <@U0001LEAD>\n> quoted ~struck~"}
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "This week"}},
        *({"type": "section", "text": about, "accessory": MENU} for _ in range(2)),
        {"type": "actions", "elements": [{**MENU, "type": "static_select"}, {**MENU, "action_id": "other"}]},
    ]
    space.post(PLAN_CHANNEL, space.bot["id"], "This week", blocks=blocks)
    _send(page, "/action status 2.3")
    expect(page.get_by_role("button", name="Share in channel")).to_be_visible()
    page.get_by_label("More options for 2.3.1 Aspiring Seniors").first.click()
    expect(page.get_by_role("button", name="Choice 1")).to_be_visible()
    _check(page)


def test_the_direct_messages_with_the_bot(running: Demo, page: Page) -> None:
    page.locator("#directs button").click()
    expect(page.locator("article", has_text="past their date")).to_be_visible(timeout=10_000)
    page.get_by_label("More options for").last.click()
    expect(page.get_by_role("button", name="Not mine")).to_be_visible()
    _check(page)


def test_an_empty_place(running: Demo, page: Page) -> None:
    page.locator("#channels button", has_text="joint-work").click()
    expect(page.get_by_text("There are no messages here yet")).to_be_visible()
    _check(page)


def test_the_home_tab(page: Page) -> None:
    page.get_by_role("button", name="Partnership Bot: Home").click()
    expect(page.locator("#messages")).to_contain_text("Late (8)")
    _check(page)


def test_a_thread(running: Demo, page: Page) -> None:
    space = running.sandbox.space
    first = space.post(PLAN_CHANNEL, LEAD, "How is the plan?")
    space.post(PLAN_CHANNEL, space.bot["id"], "Under way", thread_ts=first.ts)
    page.locator("article", has_text="How is the plan?").get_by_role("button", name="1 reply").click()
    expect(page.locator("#thread article")).to_have_count(2)
    _check(page)


def test_an_open_form(page: Page) -> None:
    _send(page, "/action status 2.3")
    page.get_by_role("button", name="Update", exact=True).last.click()
    dialog = page.get_by_role("dialog", name="Update an action")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog.get_by_text("Fill in this field.")).to_have_count(2)
    _check(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_form_with_every_kind_of_field(running: Demo, page: Page) -> None:
    kinds: list[dict[str, Any]] = [
        *({"type": kind, "options": OPTIONS} for kind in ("static_select", "radio_buttons", "checkboxes")),
        *({"type": kind} for kind in ("datepicker", "plain_text_input", "url_text_input")),
    ]
    fields = [
        {
            "type": "input",
            "block_id": f"field_{at}",
            "label": {"type": "plain_text", "text": f"Field {at}"},
            "element": {"action_id": "a", **kind},
        }
        for at, kind in enumerate(kinds)
    ]
    title, done = ({"type": "plain_text", "text": text} for text in ("All fields", "Send"))
    view = running.sandbox.space.open_view(
        LEAD, {"type": "modal", "title": title, "submit": done, "blocks": fields}
    )
    dialog = page.get_by_role("dialog", name="All fields")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("Fill in this field.")).to_have_count(len(kinds))
    expect(dialog.get_by_label("Field 0")).to_be_focused()
    _check(page)
    running.sandbox.space.close_view(view.id)
    expect(dialog).to_be_hidden()


def test_the_list_of_commands(page: Page) -> None:
    page.fill("#say", "/")
    page.press("#say", "ArrowDown")
    expect(page.locator("#hints").get_by_role("option", selected=True)).to_be_visible()
    _check(page)
    page.fill("#say", "")


def test_the_drawer_on_a_phone_with_unread_messages(running: Demo, page: Page) -> None:
    space = running.sandbox.space
    page.set_viewport_size(PHONE)
    space.post(space.direct(LEAD).id, space.bot["id"], "A reminder")
    page.get_by_role("button", name="Channels, 1 unread").click()
    expect(page.get_by_role("button", name="Partnership Bot, 1 unread")).to_be_visible()
    _check(page)


def test_figures_as_chart_and_table(page: Page) -> None:
    # Last: the clock does not go back.
    page.get_by_role("button", name="June 2019: the year's figures").click()
    expect(page.locator("#now")).to_contain_text("June 2019")
    _send(page, "/kpi looked after")
    answer = page.locator("article", has_text="Up 13% from 690")
    for count in (1, 2):
        answer.get_by_role("button", name="Chart").first.click()
        expect(page.get_by_role("img", name="Looked-after children")).to_have_count(count)
        page.get_by_role("button", name="Table").last.click()
        expect(page.get_by_role("table", name="Looked-after children")).to_have_count(count)
    expect(page.get_by_role("region", name="Looked-after children (2)")).to_be_visible()
    _check(page)
