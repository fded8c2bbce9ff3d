"""What the tests of the page share: a page with nothing said yet, and what people and the bot do there."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from bot.demo import Demo, demo
from sandbox.workspace import Message, Workspace
from tests.browser import open_page
from tests.cast import LEAD
from tests.conftest import copy_sqlite


def with_samples(folder: Path, templates: dict[tuple[str, bool], str]) -> Path:
    """Put the database with the samples where a demo in that folder looks for it. Returns the folder."""
    copy_sqlite(templates["sqlite", True], folder / "partnership.db")
    return folder


@contextmanager
def start_demo(folder: Path) -> Iterator[Demo]:
    """A demo that has sent its first reminders: they come a moment after the start, in any test."""
    with demo(folder) as running:
        space = running.sandbox.space
        direct = space.direct(LEAD).id
        while not space.seen_by(LEAD, direct):
            assert space.wait_past(space.version, 20)
        yield running


def say_nothing(running: Demo) -> Workspace:
    """Forget what was said in earlier tests, which share the demo. Returns the workspace."""
    space = running.sandbox.space
    running.sandbox.users.read.clear()
    space.clear()
    return space


@contextmanager
def open_channel(browser: Browser, url: str, width: int = 1280, height: int = 860) -> Iterator[Page]:
    """Open the page, in the plan's channel."""
    with open_page(browser, url, width, height) as page:
        expect(page.locator("#name")).to_have_text("#action-plan")
        expect(page.locator("#say")).to_be_focused()
        yield page


def send(page: Page, text: str) -> None:
    page.fill("#say", text)
    page.press("#say", "Enter")


def become(page: Page, user: str) -> None:
    page.select_option("#me", user)
    # Wait until the page is redrawn: a click on the previous person's page would have no effect.
    expect(page.locator(f"body[data-me={user}]")).to_be_visible()


def button(label: str, action: str, value: str = "v") -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action, "value": value}


def menu(*labels: str) -> dict[str, Any]:
    options = [{"text": {"type": "plain_text", "text": label}, "value": label} for label in labels]
    return {"type": "overflow", "action_id": "more", "options": options}


def row(*elements: Mapping[str, Any], text: str = "") -> list[dict[str, Any]]:
    """A row of buttons and menus, below a text if there is one."""
    below: dict[str, Any] = {"type": "actions", "elements": list(elements)}
    above = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return [above, below] if text else [below]


def post(
    space: Workspace, channel: str, text: str, blocks: Sequence[dict[str, Any]] = (), **more: Any
) -> Message:
    """Post as the bot."""
    return space.post(channel, space.bot["id"], text, blocks=list(blocks), **more)


def update(space: Workspace, message: Message, text: str, blocks: Sequence[dict[str, Any]]) -> None:
    """Rewrite a message of the bot's, as the bot does after a press."""
    space.update(message.channel, message.ts, text, list(blocks))
