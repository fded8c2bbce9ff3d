"""Delivering a reply: in the acknowledgement, at the response_url, or the next best way.

A response_url may have expired; then the person gets an ephemeral message, and where the bot is not in the
channel a direct one.
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
from messages.blocks import HOME_BLOCKS, Answer, text_answer
from messages.home import HOME, HomePage, with_way_back
from messages.threads import for_thread

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
    return sent.status_code == 200 and not _says_no(sent.body)


def _says_no(body: str) -> bool:
    """Whether a response_url that answered 200 says in its body that it took nothing."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("ok") is False


_ASK_AGAIN = text_answer(
    "Slack did not take my answer in that channel. Please ask there again, or invite me with "
    "`/invite @partnership`."
).body()


@dataclass(frozen=True)
class Recipient:
    """Who is to see an answer alone, and where they are."""

    services: Services
    user: str | None
    channel: str | None
    response_url: str | None


def show_privately(
    to: Recipient, content: Mapping[str, Any], place: Place, *, for_this_channel: bool = False
) -> bool:
    """Show content in its place, else by direct message; whether Slack took it.

    Content that only this channel may see (`for_this_channel`) is not sent: the person reads that they can
    ask again.
    """
    if _show_here(to, content, place):
        return True
    if not to.user:
        return False
    try:
        direct = to.services.client.conversations_open(users=to.user)["channel"]["id"]
        post_and_keep_place(to.services, direct, _ASK_AGAIN if for_this_channel else content)
    except (SlackClientError, OSError, SQLAlchemyError) as refused:
        log.info("not shown", error=type(refused).__name__)
        return False
    return True


def _show_here(to: Recipient, content: Mapping[str, Any], place: Place) -> bool:
    """Show content at the response_url, else as an ephemeral message; whether Slack took it."""
    if post_to_response_url(to.response_url, {**place.options, **content}):
        return True
    if not (to.user and to.channel):
        return False
    try:
        to.services.client.chat_postEphemeral(channel=to.channel, user=to.user, **content)
    except (SlackClientError, OSError) as refused:
        log.info("not shown in the channel", error=type(refused).__name__)
        return False
    return True


def is_on_home(body: Mapping[str, Any]) -> bool:
    """Whether a press was on the Home tab, or a form was opened from there."""
    return (body.get("view") or {}).get("type") == "home" or body.get("line") == HOME


def publish_home(services: Services, user: str, page: Answer) -> bool:
    """Show a page on a person's Home tab; any but the Home page itself with a way back to that.

    Returns whether Slack took it.
    """
    page = page.without("share")
    page = page if isinstance(page, HomePage) else with_way_back(page)
    view = {"type": "home", "blocks": page.body(HOME_BLOCKS)["blocks"]}
    try:
        services.client.views_publish(user_id=user, view=view)
    except (SlackClientError, OSError) as lost:
        log.warning("home not shown", error=type(lost).__name__)
        return False
    return True


def deliver(request: Request, body: Mapping[str, Any], reply: Reply, place: Place = Place.NEW) -> None:
    """Deliver a reply to the person whose press or form is in `body`."""
    match reply:
        case Answer() if is_on_home(body):
            publish_home(request.services, request.person.user, reply)
        case Alternatives() if is_on_home(body):
            any(publish_home(request.services, request.person.user, one) for one in reply.answers)
        case Answer():
            if not _show(request, body, reply, place, anywhere=True):
                log.warning("answer lost", reason="Slack took it in no place")
        case ModalView():
            open_form(request.services.client, body, reply)
        case Alternatives():
            _show_first_taken(request, body, reply)


def _show(request: Request, body: Mapping[str, Any], answer: Answer, place: Place, *, anywhere: bool) -> bool:
    """Show an answer in its place, and with `anywhere` by direct message if not there.

    Returns whether Slack took it. What was to be shared and was not is told to the person who pressed, and
    never shown elsewhere.
    """
    content = render_answer(request, answer)
    if (body.get("container") or {}).get("thread_ts") and place is not Place.FOR_ALL:
        content = for_thread(content)
    to = Recipient(request.services, request.person.user, request.channel, body.get("response_url"))
    if not anywhere:
        return _show_here(to, content, place)
    if place is not Place.FOR_ALL:
        # Small numbers are for the board's channel; a direct message is none.
        return show_privately(to, content, place, for_this_channel=request.showed_small_counts)
    failed = _share(request, to.response_url, content)
    return failed is None or show_privately(to, text_answer(failed).body(), Place.NEW)


def _share(request: Request, response_url: str | None, content: Mapping[str, Any]) -> str | None:
    """Post an answer for everybody in the channel. Returns what to tell its sharer if that failed."""
    try:
        post_and_keep_place(request.services, request.channel or "", content)
    except SlackApiError as refused:
        error = str(refused.response.get("error"))
        # A response_url reaches a channel that the bot is not in.
        if error in _NOT_THERE and post_to_response_url(response_url, {**Place.FOR_ALL.options, **content}):
            return None
        return f"Not shared: Slack did not take it here ({error})."
    except (SlackClientError, OSError):
        # A second attempt could post it twice.
        return (
            "I can't tell whether that was shared: Slack did not answer. Look in the channel before you "
            "press again."
        )
    return None


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
    if any(_show(request, body, answer, Place.NEW, anywhere=False) for answer in best):
        return
    if reply.picture is not None and _send_picture(request, reply.picture):
        last = text_answer("Slack can't draw the chart here. I've sent you a picture in a direct message.")
    _show(request, body, last, Place.NEW, anywhere=True)


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
    except Exception as failed:  # whatever keeps a picture from being drawn, the words still come
        log.warning("picture not sent", error=type(failed).__name__)
        return False
    return True
