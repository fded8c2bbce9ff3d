"""Delivery to the app as Slack does it: a signed POST that the app must answer within three seconds."""

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

ANSWER_SECONDS = 3.0


class NoAnswer(Exception):
    """The app did not answer as Slack requires. The text is Slack's error code, as the person sees it."""


class AppConnection(Protocol):
    """How requests reach an installed app: over HTTP, or over a connection that the app keeps open."""

    def form(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """Deliver a command or an interaction; returns the answer. Raises `NoAnswer`."""

    def event(self, envelope: Mapping[str, Any]) -> None:
        """Deliver an event. Raises `NoAnswer`."""


@dataclass(frozen=True)
class App:
    """An app that listens on HTTP: its URL, and the secret that signs the requests to it."""

    url: str
    secret: str

    def form(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """Deliver a form. A JSON answer is returned as it is, plain text under `text`, no body as `{}`.

        Raises `NoAnswer`.
        """
        answer = send(self, urlencode(fields), "application/x-www-form-urlencoded").decode().strip()
        if not answer:
            return {}
        try:
            parsed = json.loads(answer)
        except ValueError:
            return {"text": answer}
        return parsed if isinstance(parsed, dict) else {"text": answer}

    def event(self, envelope: Mapping[str, Any]) -> None:
        send(self, json.dumps(envelope), "application/json")


def sign(secret: str, body: str, timestamp: str) -> str:
    """Slack's signature, version 0: HMAC-SHA256 over the version, the timestamp and the raw body."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def send(app: App, body: str, content_type: str, extra: dict[str, str] | None = None) -> bytes:
    """Post a signed request; returns the body of the answer. Raises `NoAnswer`."""
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
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as error:
        raise NoAnswer(f"http_service_error ({error.code})") from error
    except TimeoutError as error:
        raise NoAnswer("operation_timeout") from error
    except (urllib.error.URLError, ConnectionError) as error:
        reason = "operation_timeout" if "timed out" in str(error) else "dispatch_failed"
        raise NoAnswer(reason) from error
