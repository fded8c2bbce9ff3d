"""Delivering a reply: in the acknowledgement, at the response_url, or the next best way.

A response_url may have expired, or the bot may not be in the channel; then the person gets an ephemeral
message where that is possible.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPException
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient
from slackblocks import ModalView
from sqlalchemy.exc import SQLAlchemyError

from db import erasure
from db.engine import writing
from handlers.core.forms import open_form
from handlers.core.requests import Request, Services
from messages.blocks import Answer, text_answer

log = structlog.get_logger(__name__)

_SECONDS = 5
# Slack's errors for a channel that the bot is not in.
_NOT_THERE = frozenset(("not_in_channel", "channel_not_found"))


class Place(Enum):
    """Where a reply goes; the value is what Slack's response_url takes for it."""

    NEW = ("ephemeral", False)
    IN_PLACE = (None, True)
    FOR_ALL = ("in_channel", False)

    @property
    def options(self) -> dict[str, Any]:
        response_type, replaces = self.value
        kind = {} if response_type is None else {"response_type": response_type}
        return {**kind, "replace_original": replaces}


@dataclass(frozen=True)
class Picture:
    """A picture for where Slack draws nothing; `draw` makes the PNG."""

    draw: Callable[[], bytes]
    title: str
    text: str


@dataclass(frozen=True)
class Alternatives:
    """The same content in several ways, the best first: the first that Slack takes is shown.

    A picture goes by direct message, because a file in a channel is seen by everybody there. It comes
    before the last answer, which is text alone.
    """

    answers: tuple[Answer, ...]
    picture: Picture | None = None


Reply = Answer | ModalView | Alternatives


def render_answer(request: Request, answer: Answer) -> dict[str, Any]:
    """An answer as Slack takes it, with *Share in channel* only where it may be shared."""
    if answer.has("share") and not request.may_share:
        answer = answer.without("share")
    return answer.body()


def json_response(content: str) -> BoltResponse:
    """An acknowledgement that carries its answer, as JSON."""
    return BoltResponse(status=200, body=content, headers={"content-type": "application/json"})


def ephemeral_json(body: Mapping[str, Any]) -> str:
    return json.dumps({"response_type": "ephemeral", **body})


def post_to_response_url(url: str | None, body: Mapping[str, Any]) -> bool:
    """Post once to a response_url, which may have expired; whether Slack took it.

    Without the library's own retry: after a dropped connection it would share an answer twice.
    """
    if not url:
        return False
    try:
        sent = WebhookClient(url, timeout=_SECONDS, retry_handlers=[]).send_dict(dict(body))
    except (SlackClientError, OSError, HTTPException, ValueError):
        return False
    return sent.status_code == 200


def deliver(request: Request, body: Mapping[str, Any], reply: Reply, place: Place = Place.NEW) -> None:
    """Deliver a reply to the person whose press or form is in `body`."""
    match reply:
        case Answer():
            if not _show(request, body, reply, place):
                log.warning("answer lost", reason="Slack took it in no place")
        case ModalView():
            open_form(request.services.client, body, reply)
        case Alternatives():
            _show_first_taken(request, body, reply)


def _show(request: Request, body: Mapping[str, Any], answer: Answer, place: Place) -> bool:
    """Show an answer at the response_url, else as an ephemeral message; whether Slack took it."""
    content = render_answer(request, answer)
    if place is Place.FOR_ALL and (posted := _post_for_all(request, content)) is not None:
        return posted
    if post_to_response_url(body.get("response_url"), {**place.options, **content}):
        return True
    if not request.channel:
        return False
    try:
        request.services.client.chat_postEphemeral(
            channel=request.channel, user=request.person.user, **content
        )
    except (SlackClientError, OSError) as refused:
        log.info("not shown", error=type(refused).__name__)
        return False
    return True


def _post_for_all(request: Request, content: Mapping[str, Any]) -> bool | None:
    """Post an answer for everybody in the channel; whether Slack took it.

    None where the bot may not post: a response_url reaches that channel all the same.
    """
    if not request.channel:
        return None
    try:
        post_and_keep_place(request.services, request.channel, content)
    except SlackApiError as refused:
        return None if refused.response.get("error") in _NOT_THERE else False
    except (SlackClientError, OSError):
        # It may have arrived: a second attempt could post it twice.
        return False
    return True


def post_and_keep_place(
    services: Services, channel: str, content: Mapping[str, Any], thread_ts: str | None = None
) -> None:
    """Post a message, and keep where it is, so that it can be taken down. Raises what slack_sdk raises.

    Its channel is kept first: after a crash in between, somebody can still look there.
    """
    with writing(services.engine) as session:
        number = erasure.note_posted(session, channel, thread_ts, services.clock())
    sent = services.client.chat_postMessage(
        channel=channel, thread_ts=thread_ts, unfurl_links=False, **content
    )
    try:
        with writing(services.engine) as session:
            erasure.note_ts(session, number, str(sent["ts"]))
    except SQLAlchemyError as lost:
        # The answer is there; only that it can be found again is lost.
        log.warning("place of an answer not kept", error=type(lost).__name__)


def _show_first_taken(request: Request, body: Mapping[str, Any], reply: Alternatives) -> None:
    *best, last = reply.answers
    if any(_show(request, body, answer, Place.NEW) for answer in best):
        return
    if reply.picture is not None and _send_picture(request, reply.picture):
        last = text_answer("Slack can't draw the chart here. I've sent you a picture in a direct message.")
    _show(request, body, last, Place.NEW)


def _send_picture(request: Request, picture: Picture) -> bool:
    """Send a picture to the person alone, by direct message; whether Slack took it."""
    client = request.services.client
    try:
        channel = client.conversations_open(users=request.person.user)["channel"]["id"]
        client.files_upload_v2(
            channel=channel,
            file=picture.draw(),
            filename="chart.png",
            title=picture.title,
            alt_txt=picture.text[:1000],
            initial_comment=picture.text,
        )
    except (SlackClientError, OSError) as refused:
        log.warning("picture not sent", error=type(refused).__name__)
        return False
    return True
