"""Slack's limits on blocks and forms: those that slackblocks checks, and those that it cannot check."""

from collections.abc import Iterable, Iterator
from typing import Any

from slackblocks import Block, InvalidUsageError

_MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
_EVERYWHERE = {"section", "header", "divider", "context", "actions", "input", "image", "rich_text"}
_DISPLAY_ONLY = {"table", "data_table", "data_visualization"}
_TYPES_BY_SURFACE = {
    "message": _EVERYWHERE | _DISPLAY_ONLY | {"markdown", "file"},
    "modal": _EVERYWHERE | {"alert"},
    "home": _EVERYWHERE | _DISPLAY_ONLY,
}
# Limits over all blocks of a message: characters in the cells of its tables, and charts.
_CELL_CHARACTERS = {"table": 10_000, "data_table": 20_000}
_MAX_CHARTS = 2
_MAX_ELEMENTS = {"actions": 25, "context": 10}
_IN_CONTEXT = {"mrkdwn", "plain_text", "image"}
_STYLES = {"primary", "danger"}
_MAX_ROWS, _MAX_COLUMNS = 100, 20
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
_MAX_OPTIONS = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}


class InvalidBlocks(Exception):
    """Slack refuses these blocks. The text says why, in Slack's words."""


def _require(condition: bool, error: str) -> None:
    if not condition:
        raise InvalidBlocks(error)


def check_blocks(blocks: Any, surface: str = "message") -> None:
    """Raise `InvalidBlocks`, with a message like Slack's, for blocks that Slack would refuse."""
    _require(isinstance(blocks, list), "must be an array")
    _require(len(blocks) <= _MAX_BLOCKS[surface], f"no more than {_MAX_BLOCKS[surface]} items allowed")
    for number, block in enumerate(blocks):
        supported = isinstance(block, dict) and block.get("type") in _TYPES_BY_SURFACE[surface]
        _require(supported, f"unsupported type: /blocks/{number}")
        try:
            _check_block(block)
        except (AttributeError, KeyError, TypeError) as error:
            raise InvalidBlocks(f"malformed [json-pointer:/blocks/{number}]") from error
        except InvalidBlocks as error:
            raise InvalidBlocks(f"{error} [json-pointer:/blocks/{number}]") from error
    _check_totals(blocks)


def _check_totals(blocks: list[dict[str, Any]]) -> None:
    """Check the limits over all blocks together."""
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    _require(len(ids) == len(set(ids)), "block_id must be unique")
    for block in blocks:
        if block["type"] == "table":
            rows = block.get("rows")
            fits = isinstance(rows, list) and 0 < len(rows) <= _MAX_ROWS
            _require(fits, f"1 to {_MAX_ROWS} rows allowed")
            fits = all(len(row) <= _MAX_COLUMNS for row in block["rows"])
            _require(fits, f"{_MAX_COLUMNS} columns allowed")
    for kind, limit in _CELL_CHARACTERS.items():
        cells = [cell for block in blocks if block["type"] == kind for row in block["rows"] for cell in row]
        _require(sum(len(text) for cell in cells for text in _texts(cell)) <= limit, f"{kind}: too much text")
    charts = sum(block["type"] == "data_visualization" for block in blocks)
    _require(charts <= _MAX_CHARTS, f"no more than {_MAX_CHARTS} charts allowed")


def _texts(cell: Any) -> Iterator[str]:
    """Every text in a cell, at any depth."""
    if isinstance(cell, dict):
        yield from (text for name, part in cell.items() if name != "type" for text in _texts(part))
    elif isinstance(cell, list):
        yield from (text for part in cell for text in _texts(part))
    elif isinstance(cell, str):
        yield cell


def _check_block(block: dict[str, Any]) -> None:
    try:
        # The library cannot read blocks with elements; the code below checks those.
        Block.from_dict({name: value for name, value in block.items() if name != "accessory"})
    except NotImplementedError:
        pass
    except (InvalidUsageError, KeyError, TypeError, ValueError) as error:
        raise InvalidBlocks(str(error)) from error
    kind = block["type"]
    if kind == "header":
        _check_plain(block["text"], 150)
    elements = block.get("elements") or []
    if kind in _MAX_ELEMENTS:
        _require(0 < len(elements) <= _MAX_ELEMENTS[kind], f"1 to {_MAX_ELEMENTS[kind]} elements allowed")
        actions = [one["action_id"] for one in elements if one.get("action_id")]
        _require(len(actions) == len(set(actions)), "action_id must be unique in its block")
    if kind == "input":
        _check_text(block.get("label"), 2000)
        elements = [block.get("element") or {}]
    for element in [*elements, *filter(None, [block.get("accessory")])]:
        _require(isinstance(element, dict), "an element must be an object")
        if kind == "context":
            _require(element.get("type") in _IN_CONTEXT, "unsupported element in context")
        elif kind in ("actions", "input", "section"):
            _check_element(element)


def _check_text(text: Any, longest: int) -> None:
    _require(isinstance(text, dict) and text.get("type") in ("mrkdwn", "plain_text"), "text is missing")
    content = text.get("text")
    _require(
        isinstance(content, str) and 0 < len(content) <= longest, f"must be 1 to {longest} characters long"
    )


def _check_plain(text: Any, longest: int) -> None:
    """Check a label, which has no formatting."""
    _check_text(text, longest)
    _require(text["type"] == "plain_text", "must be plain_text")


def _check_element(element: dict[str, Any]) -> None:
    kind = element.get("type")
    _require(kind in _ELEMENT_KINDS, f"unsupported element: {kind}")
    _require(len(element.get("action_id") or "") <= 255, "action_id must be at most 255 characters")
    if kind == "button":
        _check_plain(element.get("text"), 75)
        _require(len(element.get("value", "")) <= 2000, "value must be at most 2000 characters")
        _require(len(element.get("url", "")) <= 3000, "url must be at most 3000 characters")
        _require(element.get("style") in (None, *_STYLES), "style must be primary or danger")
    if kind in _MENUS:
        options = element.get("options") or []
        _require(0 < len(options) <= _MAX_OPTIONS.get(str(kind), 100), "too many or no options")
        _check_options(options)
        initial = element.get("initial_option")
        _require(initial is None or initial in options, "initial_option must be one of the options")
    if kind == "plain_text_input":
        _require(len(element.get("initial_value") or "") <= 3000, "initial_value too long")


def _check_options(options: Iterable[dict[str, Any]]) -> None:
    for option in options:
        _check_text(option.get("text"), 75)
        _require(0 < len(option.get("value", "")) <= 150, "option value must be 1 to 150 characters")


def check_view(view: Any, kind: str) -> None:
    """Raise `InvalidBlocks` for a form or a Home tab that Slack would refuse."""
    _require(isinstance(view, dict) and view.get("type") == kind, f"view must be a {kind}")
    check_blocks(view.get("blocks"), kind)
    _require(
        len(view.get("private_metadata") or "") <= 3000, "private_metadata must be at most 3000 characters"
    )
    if kind == "modal":
        _check_text(view.get("title"), 24)
        inputs = any(block["type"] == "input" for block in view["blocks"])
        _require(not inputs or "submit" in view, "a modal with inputs needs a submit button")
        for name in ("submit", "close"):
            if name in view:
                _check_text(view[name], 24)
