"""Forms: opening one, and reading what comes back."""

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slackblocks import ModalView


class FormError(Exception):
    """What is wrong in a form: the field's id, and one sentence that is shown at the field."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


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
    """What was typed into a field, if anything."""
    return ((_field(fields, name)).get("value") or "").strip() or None


def form_choice(fields: Mapping[str, Any], name: str) -> str | None:
    """The value of the option that was chosen in a menu, if any."""
    return (_field(fields, name).get("selected_option") or {}).get("value")


def form_date(fields: Mapping[str, Any], name: str) -> str | None:
    """The day that was picked, as Slack writes it: `2017-03-31`."""
    return _field(fields, name).get("selected_date")


def _field(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return (fields.get(name) or {}).get(name) or {}
