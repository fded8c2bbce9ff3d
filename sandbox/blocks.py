"""Slack's limits on blocks and forms: those that slackblocks knows, and those it cannot."""

from collections.abc import Iterable, Iterator
from typing import Any

from slackblocks import Block, InvalidUsageError

_MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
_EVERYWHERE = {"section", "header", "divider", "context", "actions", "input", "image", "rich_text"}
_SHOWN = {"table", "data_table", "data_visualization"}
_KNOWN = {
    "message": _EVERYWHERE | _SHOWN | {"markdown", "file"},
    "modal": _EVERYWHERE | {"alert"},
    "home": _EVERYWHERE | _SHOWN,
}
# Characters in all the cells of a message, and how many charts: no block can know of the others.
_CELLS = {"table": 10_000, "data_table": 20_000}
_CHARTS = 2
_ELEMENTS = {"actions": 25, "context": 10}
_IN_CONTEXT = {"mrkdwn", "plain_text", "image"}
_STYLES = {"primary", "danger"}
_TABLE = (100, 20)
_MENUS = ("static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow")
_ELEMENT_KINDS = {
    *(
        "button",
        "image",
        "datepicker",
        "timepicker",
        "datetimepicker",
        "plain_text_input",
        "email_text_input",
    ),
    *("url_text_input", "number_input", "users_select", "multi_users_select", "conversations_select"),
    *("channels_select", "external_select", "file_input", *_MENUS),
}
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
    for number, block in enumerate(blocks):
        known = isinstance(block, dict) and block.get("type") in _KNOWN[surface]
        _need(known, f"unsupported type: /blocks/{number}")
        try:
            _check_block(block)
        except (AttributeError, KeyError, TypeError) as wrong:
            raise Invalid(f"malformed [json-pointer:/blocks/{number}]") from wrong
        except Invalid as wrong:
            raise Invalid(f"{wrong} [json-pointer:/blocks/{number}]") from wrong
    _check_totals(blocks)


def _check_totals(blocks: list[dict[str, Any]]) -> None:
    """What only all blocks together can be wrong in."""
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    _need(len(ids) == len(set(ids)), "block_id must be unique")
    for block in blocks:
        if block["type"] == "table":
            rows = block.get("rows")
            _need(isinstance(rows, list) and 0 < len(rows) <= _TABLE[0], f"1 to {_TABLE[0]} rows allowed")
            _need(all(len(row) <= _TABLE[1] for row in block["rows"]), f"{_TABLE[1]} columns allowed")
    for kind, most in _CELLS.items():
        cells = [cell for block in blocks if block["type"] == kind for row in block["rows"] for cell in row]
        _need(sum(len(text) for cell in cells for text in _texts(cell)) <= most, f"{kind}: too much text")
    charts = sum(block["type"] == "data_visualization" for block in blocks)
    _need(charts <= _CHARTS, f"no more than {_CHARTS} charts allowed")


def _texts(told: Any) -> Iterator[str]:
    """Every text in a cell, however deep."""
    if isinstance(told, dict):
        yield from (text for name, one in told.items() if name != "type" for text in _texts(one))
    elif isinstance(told, list):
        yield from (text for one in told for text in _texts(one))
    elif isinstance(told, str):
        yield told


def _check_block(block: dict[str, Any]) -> None:
    try:
        # The library reads blocks without elements; those with elements are looked at here.
        Block.from_dict({name: value for name, value in block.items() if name != "accessory"})
    except NotImplementedError:
        pass
    except (InvalidUsageError, KeyError, TypeError, ValueError) as wrong:
        raise Invalid(str(wrong)) from wrong
    kind = block["type"]
    if kind == "header":
        _check_plain(block["text"], 150)
    elements = block.get("elements") or []
    if kind in _ELEMENTS:
        _need(0 < len(elements) <= _ELEMENTS[kind], f"1 to {_ELEMENTS[kind]} elements allowed")
        actions = [one["action_id"] for one in elements if one.get("action_id")]
        _need(len(actions) == len(set(actions)), "action_id must be unique in its block")
    if kind == "input":
        _check_text(block.get("label"), 2000)
        elements = [block.get("element") or {}]
    for element in [*elements, *filter(None, [block.get("accessory")])]:
        _need(isinstance(element, dict), "an element must be an object")
        if kind == "context":
            _need(element.get("type") in _IN_CONTEXT, "unsupported element in context")
        elif kind in ("actions", "input", "section"):
            _check_element(element)


def _check_text(text: Any, longest: int) -> None:
    _need(isinstance(text, dict) and text.get("type") in ("mrkdwn", "plain_text"), "text is missing")
    said = text.get("text")
    _need(isinstance(said, str) and 0 < len(said) <= longest, f"must be 1 to {longest} characters long")


def _check_plain(text: Any, longest: int) -> None:
    """A label: no marks are read in it."""
    _check_text(text, longest)
    _need(text["type"] == "plain_text", "must be plain_text")


def _check_element(element: dict[str, Any]) -> None:
    kind = element.get("type")
    _need(kind in _ELEMENT_KINDS, f"unsupported element: {kind}")
    _need(len(element.get("action_id") or "") <= 255, "action_id must be at most 255 characters")
    if kind == "button":
        _check_plain(element.get("text"), 75)
        _need(len(element.get("value", "")) <= 2000, "value must be at most 2000 characters")
        _need(len(element.get("url", "")) <= 3000, "url must be at most 3000 characters")
        _need(element.get("style") in (None, *_STYLES), "style must be primary or danger")
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
