"""`make pictures`: take the README's screenshots from a running demo."""

import tempfile
from pathlib import Path

from playwright.sync_api import expect

from bot.demo import demo
from tests.browser import open_browser, open_page

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="partnership-pictures-"))
    with (
        demo(folder) as running,
        open_browser() as browser,
        open_page(browser, running.sandbox.url, 1180, 760) as page,
    ):
        page.fill("#say", "/action status 2.3")
        page.press("#say", "Enter")
        expect(page.locator("article")).to_contain_text("5 actions, 4 overdue")
        page.screenshot(path=str(FOLDER / "status.png"))
        page.get_by_role("button", name="Update").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_label("Action", exact=True).select_option(label="2.3.5 Supervision templates")
        page.get_by_label("How far is it?").select_option(label="Complete")
        page.get_by_label("What happened?").fill("Templates issued to all teams")
        page.get_by_label("Link to evidence").fill("https://example.org/templates")
        page.screenshot(path=str(FOLDER / "update.png"))
        page.get_by_role("button", name="Record").click()
        expect(page.locator("article")).to_contain_text("not started → complete")
        page.screenshot(path=str(FOLDER / "recorded.png"))
        page.locator("#directs button").click()
        expect(page.locator("article", has_text="past their date")).to_be_visible(timeout=10_000)
        page.set_viewport_size({"width": 390, "height": 844})
        page.locator("article", has_text="past their date").scroll_into_view_if_needed()
        page.screenshot(path=str(FOLDER / "nudge.png"))
        page.set_viewport_size({"width": 1180, "height": 1180})
        page.get_by_role("button", name="Partnership Bot: Home").click()
        expect(page.locator("#messages")).to_contain_text("Your actions")
        page.screenshot(path=str(FOLDER / "home.png"))
        page.set_viewport_size({"width": 1180, "height": 760})
        page.select_option("#me", label=page.locator("#me option", has_text="Dan Whitfield").inner_text())
        page.locator("#channels button", has_text="school-riverside").click()
        page.get_by_label("Go to").fill("2017-01-06")
        reminder = page.locator("article", has_text="call 999")
        expect(reminder).to_be_visible(timeout=10_000)
        reminder.get_by_role("button", name="Seen").click()
        expect(reminder).to_contain_text("Seen by")
        page.fill("#say", "/reminder status 1.6")
        page.press("#say", "Enter")
        expect(page.locator("article", has_text="2 of 3 schools")).to_be_visible()
        page.screenshot(path=str(FOLDER / "reminder.png"))
        page.select_option("#me", label=page.locator("#me option", has_text="Ruth Adeyemi").inner_text())
        page.locator("#channels button", has_text="board").click()
        page.fill("#say", "/kpi looked after")
        page.press("#say", "Enter")
        page.get_by_role("button", name="Chart").click()
        expect(page.get_by_role("img", name="Looked-after children")).to_be_visible()
        page.get_by_role("button", name="Table").last.click()
        expect(page.get_by_role("table", name="Looked-after children")).to_be_visible()
        page.set_viewport_size({"width": 1180, "height": 1240})
        page.screenshot(path=str(FOLDER / "kpi.png"))


if __name__ == "__main__":
    main()
