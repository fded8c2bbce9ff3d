"""Answers in a thread, where Slack runs no commands: words that can be written there, and buttons."""

import re
from collections.abc import Mapping
from typing import Any

from messages.blocks import BLOCKS, BUTTON_VALUE, ask_buttons, buttons

_COMMAND = re.compile(r"`(?P<line>/(?P<name>action|plan|kpi|reminder) (?P<words>[^`\n]+))`")
# What only asks may be a button. An example of a change, pressed, would record something that is not so.
_ASKING = re.compile(
    r"/(?:action (?:status|mine|list|history|rounds|coverage)|"
    r"reminder (?:list|status|preview|contact)|kpi (?!record\b)|"
    r"plan (?:summary|overdue|exceptions|silent|check|changes|waiting|roles|list|meetings|requests|"
    r"stuck|findings(?! link)))",
)
# A placeholder, such as `REF` or `…`: the line is a form of words and no question.
_PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b|…|\|")
_MOST = 4


def for_thread(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of an answer as it is shown in a thread.

    A command loses its slash, because its words can be written there; a question becomes a button too.
    """
    # It has the same words as the blocks.
    text = str(content.get("text") or "")
    blocks = [_without_commands(block) for block in content.get("blocks", ())]
    carried = {
        element.get("value")
        for block in blocks
        for element in (block.get("elements") or () if block["type"] == "actions" else ())
    }
    lines = dict.fromkeys(found["line"] for found in _COMMAND.finditer(text))
    asked = [line for line in lines if _is_question(line) and line not in carried][:_MOST]
    if asked and len(blocks) < BLOCKS:
        offered = ask_buttons((line.partition(" ")[2], line) for line in asked)
        blocks += [row._resolve() for row in buttons(offered)]
    return {**content, "text": _unquoted(text), "blocks": blocks}


def _is_question(line: str) -> bool:
    return bool(_ASKING.match(line)) and not _PLACEHOLDER.search(line) and len(line) <= BUTTON_VALUE


def _without_commands(block: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(block)
    if block["type"] in ("section", "header") and block.get("text"):
        changed["text"] = {**block["text"], "text": _unquoted(block["text"]["text"])}
    if block["type"] == "context":
        changed["elements"] = [
            {**one, "text": _unquoted(one["text"])} if one.get("text") else one for one in block["elements"]
        ]
    return changed


def _unquoted(text: str) -> str:
    """KPIs are asked for by their name alone, everything else by its words."""
    return _COMMAND.sub(lambda found: f"“{found['words']}”", text)
