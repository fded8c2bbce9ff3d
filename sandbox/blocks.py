"""Slack's own limits on blocks and forms, as far as they are documented; over them it refuses."""

from collections.abc import Iterable
from typing import Any

_MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
_KNOWN = frozenset(
    {
        *(
            "section",
            "header",
            "divider",
            "context",
            "actions",
        ),
        *(
            "input",
            "image",
            "rich_text",
            "markdown",
            "table",
        ),
    }
)
_TEXTS = {"section": 3000, "header": 150}
_ELEMENTS = {"actions": 25, "context": 10}
_MENUS = ("static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow")
_OPTIONS = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}


class Invalid(Exception):
    """Blocks that Slack refuses: what is wrong, as it says it."""


def _need(holds: bool, wrong: str) -> None:
    if not holds:
        raise Invalid(wrong)


def check_blocks(blocks: Any, surface: str = "message") -> None:
    """Raises `Invalid` with Slack's kind of message for blocks that it would not take."""
    _need(isinstance(blocks, list), "must be an array")
    _need(len(blocks) <= _MOST_BLOCKS[surface], f"no more than {_MOST_BLOCKS[surface]} items allowed")
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    _need(len(ids) == len(set(ids)), "block_id must be unique")
    for number, block in enumerate(blocks):
        _need(isinstance(block, dict) and block.get("type") in _KNOWN, f"unsupported type: /blocks/{number}")
        try:
            _check_block(block)
        except Invalid as wrong:
            raise Invalid(f"{wrong} [json-pointer:/blocks/{number}]") from wrong


def _check_block(block: dict[str, Any]) -> None:
    kind = block["type"]
    if kind in _TEXTS and (kind == "header" or "text" in block or "fields" not in block):
        _check_text(block.get("text"), _TEXTS[kind])
    for one in block.get("fields") or []:
        _check_text(one, 2000)
    _need(len(block.get("fields") or []) <= 10, "no more than 10 fields allowed")
    elements = block.get("elements") or []
    if kind in _ELEMENTS:
        _need(0 < len(elements) <= _ELEMENTS[kind], f"1 to {_ELEMENTS[kind]} elements allowed")
        actions = [one["action_id"] for one in elements if one.get("action_id")]
        _need(len(actions) == len(set(actions)), "action_id must be unique in its block")
    if kind == "input":
        _check_text(block.get("label"), 2000)
        elements = [block.get("element") or {}]
    for element in [*elements, *filter(None, [block.get("accessory")])]:
        if kind in ("actions", "input", "section"):
            _check_element(element)


def _check_text(text: Any, longest: int) -> None:
    _need(isinstance(text, dict) and text.get("type") in ("mrkdwn", "plain_text"), "text is missing")
    _need(0 < len(text.get("text", "")) <= longest, f"must be 1 to {longest} characters long")


def _check_element(element: dict[str, Any]) -> None:
    kind = element.get("type")
    _need(bool(kind), "element without a type")
    if kind == "button":
        _check_text(element.get("text"), 75)
        _need(len(element.get("value", "")) <= 2000, "value must be at most 2000 characters")
    if kind in _MENUS:
        options = element.get("options") or []
        _need(0 < len(options) <= _OPTIONS.get(str(kind), 100), "too many or no options")
        _check_options(options)
        initial = element.get("initial_option")
        _need(initial is None or initial in options, "initial_option must be one of the options")
    if kind == "plain_text_input":
        _need(len(element.get("initial_value") or "") <= 3000, "initial_value too long")


def _check_options(options: Iterable[dict[str, Any]]) -> None:
    for option in options:
        _check_text(option.get("text"), 75)
        _need(0 < len(option.get("value", "")) <= 150, "option value must be 1 to 150 characters")


def check_view(view: Any, kind: str) -> None:
    """Raises `Invalid` for a form or a Home tab that Slack would not take."""
    _need(isinstance(view, dict) and view.get("type") == kind, f"view must be a {kind}")
    check_blocks(view.get("blocks"), kind)
    _need(len(view.get("private_metadata") or "") <= 3000, "private_metadata must be at most 3000 characters")
    if kind == "modal":
        _check_text(view.get("title"), 24)
        inputs = any(block["type"] == "input" for block in view["blocks"])
        _need(not inputs or "submit" in view, "a modal with inputs needs a submit button")
        for name in ("submit", "close"):
            if name in view:
                _check_text(view[name], 24)
