"""Forms: opening one, and reading what comes back."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from slack_sdk import WebClient
from slackblocks import ModalView

from db import text_checks
from db.errors import DisclosureFound, PersonalDataFound, Refused
from db.rules.links import link_fault
from handlers.core.typed_text import straighten


def open_form(client: WebClient, body: Mapping[str, Any], form: ModalView) -> None:
    """Open a form. It carries the channel and response_url that its answer goes to."""
    view = form._resolve()
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id") or ""
    where = {"channel": channel, "response_url": body.get("response_url") or ""}
    metadata = json.dumps({**where, **json.loads(view["private_metadata"])})
    client.views_open(trigger_id=body["trigger_id"], view={**view, "private_metadata": metadata})


def form_metadata(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a form carries with it; nothing for one that has none or is not ours."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def form_fields(view: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was filled in, by block id; each of our fields has the same block and action id."""
    return (view.get("state") or {}).get("values") or {}


def form_text(fields: Mapping[str, Any], name: str) -> str | None:
    """What was typed into a field, if anything, cleaned as a command is."""
    return straighten((_field(fields, name)).get("value") or "") or None


def fault_at_field(view: Mapping[str, Any], error: Exception, sentence: str) -> dict[str, Any]:
    """The acknowledgement that shows what is wrong with a form at the field that it is about.

    Where the error names no field of this form that is the one with the personal data in it, else the last,
    which is next to the button that was pressed.
    """
    inputs = [block["block_id"] for block in view.get("blocks") or () if block.get("type") == "input"]
    named = getattr(error, "field", None)
    if named not in inputs:
        fields = form_fields(view)
        named = next((one for one in inputs if _is_unfit(form_text(fields, one) or "")), None)
    field = named or (inputs[-1] if inputs else "note")
    return {"response_action": "errors", "errors": {field: sentence}}


def _is_unfit(text: str) -> bool:
    try:
        text_checks.check_text(text, frozenset)
    except (PersonalDataFound, DisclosureFound, Refused):
        return True
    return False


def form_link(fields: Mapping[str, Any], name: str) -> str | None:
    """The link that was typed into a field, if any. Raises `Refused` for what is no link to keep."""
    link = form_text(fields, name)
    fault = link_fault(link) if link else None
    if fault:
        raise Refused(f"That link {fault}.", field=name)
    return link


def form_choice(fields: Mapping[str, Any], name: str) -> str | None:
    """The value of the option that was chosen in a menu, if any."""
    return (_field(fields, name).get("selected_option") or {}).get("value")


def form_date_or_none(fields: Mapping[str, Any], name: str) -> date | None:
    """The day that was picked in a field that may be left empty."""
    return form_date(fields, name) if _field(fields, name).get("selected_date") else None


def form_date(fields: Mapping[str, Any], name: str) -> date:
    """The day that was picked. Raises `Refused` where none was."""
    # As Slack writes it: `2017-03-31`, where Python also reads other forms.
    picked = _field(fields, name).get("selected_date") or ""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", picked, re.ASCII):
        raise Refused("Choose a date.", field=name)
    return date.fromisoformat(picked)


def _field(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return (fields.get(name) or {}).get(name) or {}
