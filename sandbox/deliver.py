"""Delivery to the app, as Slack does it: a signed POST, three seconds to answer."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

ANSWER_WITHIN = 3.0


class NoAnswer(Exception):
    """The app did not answer as it must; the text is what Slack tells the person."""


@dataclass(frozen=True)
class App:
    """An installed app: where it listens and with what secret it is told who speaks."""

    url: str
    secret: str


def sign(secret: str, body: str, timestamp: str) -> str:
    """Slack's signature, version 0: HMAC-SHA256 over version, time and raw body."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def send(app: App, body: str, content_type: str, extra: dict[str, str] | None = None) -> bytes:
    """Deliver and return the answer's body. Raises `NoAnswer`."""
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(app.secret, body, timestamp),
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        **(extra or {}),
    }
    request = urllib.request.Request(app.url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as answer:
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as wrong:
        raise NoAnswer(f"http_service_error ({wrong.code})") from wrong
    except TimeoutError as late:
        raise NoAnswer("operation_timeout") from late
    except (urllib.error.URLError, ConnectionError) as away:
        reason = "operation_timeout" if "timed out" in str(away) else "dispatch_failed"
        raise NoAnswer(reason) from away


def send_form(app: App, fields: dict[str, str]) -> dict[str, Any]:
    """Deliver a form; the answer as JSON, a plain one as `text`, an empty one as nothing."""
    answer = send(app, urlencode(fields), "application/x-www-form-urlencoded").decode().strip()
    if not answer:
        return {}
    try:
        told = json.loads(answer)
    except ValueError:
        return {"text": answer}
    return told if isinstance(told, dict) else {"text": answer}


def send_event(app: App, envelope: dict[str, Any]) -> None:
    send(app, json.dumps(envelope), "application/json")
