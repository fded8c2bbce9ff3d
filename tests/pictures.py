"""`make pictures`: the README's pictures, taken from the running demo."""

import tempfile
from pathlib import Path

from playwright.sync_api import expect

from bot.demo import demo
from tests.browser import open_page

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="partnership-pictures-"))
    with demo(folder) as running, open_page(running.sandbox.url, 1180, 760) as page:
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


if __name__ == "__main__":
    main()
