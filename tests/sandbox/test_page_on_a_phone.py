"""The page on a screen as narrow as a phone's."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.demo import Demo
from sandbox.workspace import Workspace
from tests.cast import COORDINATOR, LEAD, PLAN_CHANNEL
from tests.sandbox.pages import become, menu, open_channel, post, row

WIDTH, HEIGHT = 390, 844


@pytest.fixture
def page(browser: Browser, running: Demo, space: Workspace) -> Iterator[Page]:
    with open_channel(browser, running.sandbox.url, WIDTH, HEIGHT) as opened:
        yield opened


def _box(place: Locator) -> tuple[float, float, float, float]:
    """The left, top, right and bottom of what is visible."""
    expect(place).to_be_visible()
    box = place.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def _scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.scrollingElement.scrollWidth > innerWidth"))


def test_the_head_bar_is_low_and_the_sidebar_is_a_drawer(page: Page) -> None:
    opener, nav = page.get_by_role("button", name="Channels"), page.locator("nav")
    assert _box(page.locator("body > header"))[3] <= HEIGHT / 5
    expect(page.locator("#now")).to_be_visible()
    expect(nav).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")

    opener.click()
    expect(nav).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("button", name="# action-plan")).to_be_focused()
    assert not _scrolls_sideways(page)
    page.keyboard.press("Escape")
    expect(nav).to_be_hidden()
    expect(opener).to_be_focused()

    opener.click()
    page.get_by_role("button", name="joint-work").click()
    expect(page.locator("#name")).to_have_text("#joint-work")
    expect(nav).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    # Beside the drawer.
    page.mouse.click(370, 500)
    expect(nav).to_be_hidden()


def test_the_person_and_the_clock_are_in_the_drawer_and_back_on_a_wide_screen(page: Page) -> None:
    expect(page.locator("#me")).to_be_hidden()
    page.get_by_role("button", name="Channels").click()
    become(page, COORDINATOR)
    page.get_by_role("button", name="Next day").click()
    expect(page.locator("#now")).to_contain_text("December 2016")
    expect(page.locator("#channels")).to_contain_text("board")
    page.set_viewport_size({"width": 1280, "height": 860})
    expect(page.locator("body > header #me")).to_be_visible()
    expect(page.get_by_role("button", name="Channels")).to_be_hidden()
    page.fill("#say", "not covered any more")
    expect(page.locator("#say")).to_have_value("not covered any more")


def test_what_lies_behind_the_drawer_takes_no_focus(page: Page) -> None:
    page.get_by_role("button", name="Channels").click()
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') === null")


def test_a_wide_table_scrolls_in_a_region_of_its_own(page: Page, space: Workspace) -> None:
    cells = [
        [{"type": "raw_text", "text": f"Column {row}{at} of the table"} for at in range(8)]
        for row in range(3)
    ]
    table = {"type": "data_table", "caption": "All the figures", "rows": cells}
    post(space, PLAN_CHANNEL, "A table", [table, {**table, "block_id": "again"}])
    region = page.get_by_role("region", name="All the figures", exact=True)
    expect(page.get_by_role("region", name="All the figures (2)")).to_be_visible()
    assert region.evaluate("(node) => node.scrollWidth > node.clientWidth")
    assert _box(region)[2] <= WIDTH
    region.focus()
    page.keyboard.press("ArrowRight")
    expect(region).to_be_focused()
    page.wait_for_function("document.querySelector('.scroll').scrollLeft > 0")
    assert not _scrolls_sideways(page)
    assert page.locator("#messages").evaluate("(node) => node.scrollWidth <= node.clientWidth")


def test_a_menu_stays_within_the_screen(page: Page, space: Workspace) -> None:
    options = menu("Ask for a new date for this action", "History", "Not mine")
    about = {"type": "section", "text": {"type": "mrkdwn", "text": "*2.3.1* Training"}, "accessory": options}
    for _ in range(8):
        post(space, PLAN_CHANNEL, "Options", [about, *row(options, text="Below")])
    for at in (0, -1):
        for label in ("2.3.1 Training", "Below"):
            opener = page.get_by_label(f"More options for {label}").nth(at)
            opener.scroll_into_view_if_needed()
            opener.click()
            choices = page.locator("details[open] .choices")
            expect(choices.get_by_role("button", name="Not mine")).to_be_in_viewport(ratio=1)
            # It may move a moment after it opens.
            page.wait_for_function(
                """() => {
                    const box = document.querySelector("details[open] .choices").getBoundingClientRect();
                    const place = document.querySelector("#messages").getBoundingClientRect();
                    const across = box.left >= 0 && box.right <= innerWidth;
                    return across && box.top >= place.top && box.bottom <= place.bottom;
                }"""
            )
            assert not _scrolls_sideways(page)
            page.keyboard.press("Escape")
            expect(opener).to_be_focused()


def test_a_thread_covers_the_screen_until_it_is_closed(page: Page, space: Workspace) -> None:
    first = post(space, PLAN_CHANNEL, "The first")
    post(space, PLAN_CHANNEL, "A reply", thread_ts=first.ts)
    page.get_by_role("button", name="1 reply").click()
    thread = page.locator("#thread")
    assert _box(thread) == (0, 0, WIDTH, HEIGHT)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main, header') === null")
    page.get_by_role("button", name="Close thread").click()
    expect(thread).to_be_hidden()
    expect(page.get_by_role("button", name="1 reply")).to_be_focused()


def test_a_form_and_long_words_fit(page: Page, space: Workspace) -> None:
    post(space, PLAN_CHANNEL, "https://example.org/" + "a" * 200)
    page.fill("#say", "/action update 2.3.5")
    page.press("#say", "Enter")
    left, _, right, _ = _box(page.get_by_role("dialog"))
    assert 0 <= left < right <= WIDTH
    assert not _scrolls_sideways(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#say")).to_be_focused()
    assert page.locator("#messages").evaluate("(node) => node.scrollWidth <= node.clientWidth")


def test_the_drawers_button_counts_what_is_unread(page: Page, space: Workspace) -> None:
    post(space, space.direct(LEAD).id, "Good morning")
    page.get_by_role("button", name="Channels, 1 unread").click()
    page.get_by_role("button", name="Partnership Bot, 1 unread").click()
    expect(page.get_by_role("button", name="Channels", exact=True)).to_be_focused()
