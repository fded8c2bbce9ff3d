"""Slack's limits in one place, and the answer that keeps within them: shortened, never refused by Slack.

An answer is built from blocks. Its top-level `text`, which is all that a screen reader or a notification
gets, is made from the same blocks, so that the two cannot differ.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    Element,
    HeaderBlock,
    Option,
    PlainText,
    SectionBlock,
    Text,
)

BLOCKS, HOME_BLOCKS = 50, 100
SECTION_TEXT, HEADER_TEXT = 3000, 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
INPUT_TEXT = 3000
MESSAGE_TEXT = 12_000
# Of a list so many lines and characters are a page.
PAGE_ROWS, PAGE_TEXT = 40, 9_000


def escape(text: str) -> str:
    """Escape somebody's words for mrkdwn: `<!channel>` in a note must not notify everybody."""
    return html.escape(text, quote=False)


def shorten(text: str, longest: int) -> str:
    """At most `longest` characters, cut at a word and marked with an ellipsis; no escape is cut in two."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    cut = re.sub(r"&[a-z]*$", "", cut)
    cut = re.sub(r"<[^>]*$", "", cut)
    kept = cut.rsplit(" ", 1)[0] if " " in cut[-40:] else cut
    return kept.rstrip() + "…"


def words(text: str, longest: int = 300) -> str:
    """Somebody's words on one line, escaped and shortened."""
    return shorten(escape(" ".join(text.split())), longest)


def link(url: str, label: str) -> str:
    """A link, to http(s) only; any other address is shown as text."""
    if not re.match(r"https?://[^\s<>|]+$", url, re.IGNORECASE):
        return escape(url)
    return f"<{escape(url)}|{escape(label)}>"


def mention(person: str) -> str:
    """A person by Slack ID as a mention; an e-mail address or a program's name as text."""
    return f"<@{person}>" if re.fullmatch(r"[UW][A-Z0-9]{2,}", person) else escape(person)


def section(text: str, accessory: Element | None = None) -> SectionBlock:
    return SectionBlock(Text(shorten(text, SECTION_TEXT)), accessory=accessory)


def context_block(text: str) -> ContextBlock:
    return ContextBlock([Text(shorten(text, SECTION_TEXT))])


def header(text: str) -> HeaderBlock:
    """A heading, which a screen reader can jump to. It has no formatting."""
    return HeaderBlock(PlainText(shorten(html.unescape(text), HEADER_TEXT)))


def divider() -> DividerBlock:
    return DividerBlock()


def button(label: str, action_id: str, value: str, **style: Any) -> Button:
    """A button. Raises `ValueError` for a value that is too long: cut, it would do something else."""
    if len(value) > BUTTON_VALUE:
        raise ValueError(f"the value of button {action_id} has {len(value)} characters")
    return Button(PlainText(shorten(label, BUTTON_TEXT)), action_id, value=value, **style)


def ask_buttons(choices: Iterable[tuple[str, str]]) -> list[Element]:
    """Buttons that each ask a command line: its label and the line. One too long for a button is left out."""
    return [
        button(label, f"ask_{at}", line)
        for at, (label, line) in enumerate(choices)
        if len(line) <= BUTTON_VALUE
    ]


def option(label: str, value: str) -> Option:
    return Option(PlainText(shorten(label, OPTION_TEXT)), value)


def buttons(elements: Sequence[Element], block_id: str | None = None) -> list[Block]:
    return [ActionsBlock(list(elements), block_id)] if elements else []


def buttons_of(rows: Iterable[Block]) -> list[Element]:
    """The buttons in rows of buttons, so that the rows of two answers can become one."""
    return [one for row in rows if isinstance(row, ActionsBlock) for one in row.elements or []]


def text_sections(many: Iterable[str]) -> list[Block]:
    """Lines gathered into as few sections as hold them."""
    blocks: list[Block] = []
    gathered = ""
    for line in many:
        line = shorten(line, SECTION_TEXT)
        if gathered and len(gathered) + len(line) + 1 > SECTION_TEXT:
            blocks.append(section(gathered))
            gathered = ""
        gathered += ("\n" if gathered else "") + line
    return blocks + ([section(gathered)] if gathered else [])


@dataclass(frozen=True)
class Answer:
    """What the bot says in one message. `more` says how to see what did not fit.

    `thread_ts` is the first message of the thread that it goes into, where the bot posts it by itself.
    `rows` are the lines of a list, which stand below the blocks, a `page` at a time; `line` is the command
    that gives the list, for the buttons that turn its pages.
    """

    blocks: Sequence[Block]
    footer: Sequence[Block] = field(default_factory=tuple)
    more: str = "narrow the question"
    thread_ts: str | None = None
    rows: Sequence[str] = ()
    page: int = 1
    line: str = ""

    def has(self, action_id: str) -> bool:
        """Whether it has a button with that id under it."""
        return any(getattr(one, "action_id", None) == action_id for one in buttons_of(self.footer))

    def without(self, action_id: str) -> "Answer":
        """The same answer without the button with that id."""
        footer = [one for one in buttons_of(self.footer) if getattr(one, "action_id", None) != action_id]
        return replace(self, footer=buttons(footer))

    def body(self, most_blocks: int = BLOCKS) -> dict[str, Any]:
        """`text` and `blocks` as Slack takes them, within its limits; a Home tab may have `HOME_BLOCKS`."""
        listed, turning = _page_of_rows(self)
        blocks = [*self.blocks, *listed]
        footer = buttons([*turning, *buttons_of(self.footer)]) if turning else list(self.footer)
        room = most_blocks - len(footer)
        if len(blocks) > room:
            blocks = [*blocks[: room - 1], context_block(f"… and more: {self.more}.")]
        rendered = [block._resolve() for block in [*blocks, *footer]]
        return {"text": shorten(plain_text(rendered), MESSAGE_TEXT), "blocks": rendered}


def _page_of_rows(answer: Answer) -> tuple[list[Block], list[Element]]:
    """The lines of an answer's page, where they are among all of them, and the buttons to other pages."""
    pages = list(_pages(answer.rows))
    if len(pages) < 2:
        return text_sections(answer.rows), []
    number = min(max(answer.page, 1), len(pages))
    page = pages[number - 1]
    turning: list[Element] = [
        button(label, f"page_{at}", f"{answer.line} page {other}")
        for at, (label, other) in enumerate((("Earlier", number - 1), ("Next", number + 1)))
        if answer.line and 0 < other <= len(pages) and len(answer.line) < BUTTON_VALUE - 10
    ]
    where = f"Page {number} of {len(pages)}."
    if not turning:
        where = f"… and {len(answer.rows) - len(page)} more: {answer.more}."
    return [*text_sections(page), context_block(where)], turning


def _pages(rows: Sequence[str]) -> Iterator[list[str]]:
    """The lines in pages that a reader, and the message's plain text, can hold."""
    page: list[str] = []
    room = PAGE_TEXT
    for row in rows:
        row = shorten(row, SECTION_TEXT)
        if page and (len(page) == PAGE_ROWS or len(row) > room):
            yield page
            page, room = [], PAGE_TEXT
        page.append(row)
        room -= len(row)
    if page:
        yield page


def text_answer(text: str, footer: Sequence[Element] = ()) -> Answer:
    """One sentence, and the buttons under it."""
    return Answer([section(text)], buttons(footer))


def plain_text(blocks: Iterable[dict[str, Any]]) -> str:
    """The words of blocks without markup, one block a line; buttons have none."""
    lines: list[str] = []
    for block in blocks:
        if block["type"] in ("section", "header"):
            lines.append(block.get("text", {}).get("text", ""))
            lines += [one["text"] for one in block.get("fields", [])]
        elif block["type"] == "context":
            lines.append(" ".join(one.get("text", "") for one in block["elements"]))
    text = "\n".join(filter(None, lines))
    text = re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"\1", text)
    # Nobody hears that words are struck out.
    text = re.sub(r"(?<![\w~])~([^~\n]+)~(?![\w~])", r"[no longer: \1]", text)
    text = re.sub(r"<(https?://[^|>]+)\|([^>]+)>", r"\2 (\1)", text)
    return re.sub(r":[a-z_]+: ", "", text)
