"""Answering at a response address, which may be worn out or out of reach."""

from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

_SECONDS = 5


def post_to_response_url(url: str | None, arguments: Mapping[str, Any]) -> bool:
    """Send to a response address, once; whether it was taken.

    Without the library's own retry: a dropped connection would share an answer twice.
    """
    if not url:
        return False
    try:
        sent = WebhookClient(url, timeout=_SECONDS, retry_handlers=[]).send_dict(dict(arguments))
    except (SlackClientError, OSError, HTTPException, ValueError):
        return False
    return sent.status_code == 200
