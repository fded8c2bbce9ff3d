"""Binds the events that Slack sends: the Home tab opened, a message, a person or a channel changed."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_bolt import App, BoltContext
from slack_sdk.errors import SlackClientError
from sqlalchemy.exc import SQLAlchemyError

from handlers.core.deadline import Deadline, run_before_deadline
from handlers.core.errors import run_after_ack
from handlers.core.replies import post_and_keep_place, publish_home
from handlers.core.requests import Services
from handlers.home import (
    answer_mention,
    answer_message,
    answer_reply,
    answer_sent_files,
    has_files,
    home_page,
)
from handlers.school_questions import is_reminder_thread
from messages.threads import for_thread

log = structlog.get_logger(__name__)

Body = Mapping[str, Any]


def register(app: App, services: Services) -> None:
    """Bind every event."""
    app.event("app_home_opened")(_home_opened(services))
    app.event("app_mention")(_mention(services))
    app.event("message")(_message(services))
    app.event("user_change")(_user_change(services))
    app.event("channel_shared")(_channel_change(services))
    app.event("channel_unshared")(_channel_change(services))


def _home_opened(services: Services) -> Callable[..., None]:
    def listen(body: Body) -> None:
        event = body["event"]

        def open_home() -> None:
            page = run_before_deadline(services.pool, lambda deadline: home_page(services, body, deadline))
            publish_home(services, event["user"], page)

        if event.get("tab") == "home" and event.get("user"):
            # An event has no response_url: an error is shown in the tab itself.
            run_after_ack(services, {}, open_home, lambda reply: publish_home(services, event["user"], reply))

    return listen


# A person's own message may carry one of these: a file, a reply that is shown in the channel too, "/me".
_PERSONS_SUBTYPES = (None, "file_share", "thread_broadcast", "me_message")


def _message(services: Services) -> Callable[..., None]:
    """A direct message to the bot, or a reply in the thread of a reminder in a school's channel."""

    def listen(body: Body, event: Body, context: BoltContext) -> None:
        if not event.get("user") or event.get("bot_id") or event.get("subtype") not in _PERSONS_SUBTYPES:
            # An edit, a deletion, somebody who joins; the bot's own messages have its id.
            return
        bot = str(context.bot_user_id)
        if event.get("channel_type") == "im":
            _direct_message(services, body, event)
        elif event.get("thread_ts") and f"<@{bot}" not in str(event.get("text")):
            # What mentions the bot comes as an event of its own too.
            _thread_reply(services, body, event, bot)

    return listen


def _mention(services: Services) -> Callable[..., None]:
    """Words to the bot in a channel, answered for their author alone."""

    def listen(body: Body, event: Body, context: BoltContext) -> None:
        if event.get("user") and not event.get("bot_id"):
            bot = str(context.bot_user_id)
            _answer_privately(
                services, body, event, lambda deadline: answer_mention(services, body, deadline, bot)
            )

    return listen


def _direct_message(services: Services, body: Body, event: Body) -> None:
    sends_files = has_files(services, event)
    # Of several files each answer stays with its message; words are answered where they were written.
    thread = event.get("thread_ts") or (event.get("ts") if sends_files else None)

    def post(content: Mapping[str, Any]) -> None:
        content = for_thread(content) if event.get("thread_ts") else content
        try:
            post_and_keep_place(services, event["channel"], content, thread)
        except (SlackClientError, OSError, SQLAlchemyError) as lost:
            log.warning("answer lost", error=type(lost).__name__)

    def answer() -> None:
        content = run_before_deadline(
            services.pool, lambda deadline: answer_message(services, body, deadline)
        )
        if content is not None:
            post(content)

    def answer_files() -> None:
        for content in answer_sent_files(services, body):
            post(content)

    run_after_ack(services, {}, answer_files if sends_files else answer, lambda reply: post(reply.body()))


def _thread_reply(services: Services, body: Body, event: Body, bot: str) -> None:
    """A reply under a message of the bot's; other threads are nobody's business here."""

    def answer(deadline: Deadline) -> Mapping[str, Any] | None:
        if is_reminder_thread(services, event["channel"], event["thread_ts"]):
            return answer_reply(services, body, deadline)
        if event.get("parent_user_id") == bot:
            return answer_mention(services, body, deadline, bot)
        return None

    _answer_privately(services, body, event, answer)


def _answer_privately(
    services: Services, body: Body, event: Body, make: Callable[[Deadline], Mapping[str, Any] | None]
) -> None:
    """Answer for the author alone, in the thread if it was one."""
    thread = {"thread_ts": event["thread_ts"]} if event.get("thread_ts") else {}

    def show(content: Mapping[str, Any]) -> None:
        content = for_thread(content) if thread else content
        try:
            services.client.chat_postEphemeral(
                channel=event["channel"], user=event["user"], **thread, **content
            )
        except (SlackClientError, OSError) as lost:
            log.warning("answer lost", error=type(lost).__name__)

    def answer() -> None:
        content = run_before_deadline(services.pool, make)
        if content is not None:
            show(content)

    run_after_ack(services, {}, answer, lambda reply: show(reply.body()))


def _user_change(services: Services) -> Callable[..., None]:
    def listen(event: Body) -> None:
        services.people.forget((event.get("user") or {}).get("id", ""))

    return listen


def _channel_change(services: Services) -> Callable[..., None]:
    def listen(event: Body) -> None:
        services.channels.forget(event.get("channel", ""))

    return listen
