"""Delivery to the app, as Slack does it: a signed POST, three seconds to answer."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

ANSWER_WITHIN = 3.0


class NoAnswer(Exception):
    """The app did not answer as it must; the text is what Slack tells the person."""


class Door(Protocol):
    """A way to an installed app: over HTTP, or over a connection that it keeps open."""

    def form(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """Deliver a command or an interaction; what it is answered with. Raises `NoAnswer`."""

    def event(self, envelope: Mapping[str, Any]) -> None:
        """Deliver an event. Raises `NoAnswer`."""


@dataclass(frozen=True)
class App:
    """An app that listens on HTTP: where, and with what secret it is told who speaks."""

    url: str
    secret: str

    def form(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """The answer as JSON, a plain one as `text`, an empty one as nothing. Raises `NoAnswer`."""
        answer = send(self, urlencode(fields), "application/x-www-form-urlencoded").decode().strip()
        if not answer:
            return {}
        try:
            told = json.loads(answer)
        except ValueError:
            return {"text": answer}
        return told if isinstance(told, dict) else {"text": answer}

    def event(self, envelope: Mapping[str, Any]) -> None:
        send(self, json.dumps(envelope), "application/json")


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
