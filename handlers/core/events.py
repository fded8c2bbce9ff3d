"""Binds the events that Slack sends: the Home tab opened, a message, a person or a channel changed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slackblocks import Block, HomeTabView
from sqlalchemy.exc import SQLAlchemyError

from handlers.core.deadline import run_before_deadline
from handlers.core.errors import run_after_ack
from handlers.core.replies import post_and_keep_place
from handlers.core.requests import Services
from handlers.home import answer_message, home_blocks

log = structlog.get_logger(__name__)

Body = Mapping[str, Any]


def register(app: App, services: Services) -> None:
    """Bind every event."""
    app.event("app_home_opened")(_home_opened(services))
    app.event("message")(_message(services))
    app.event("user_change")(_user_change(services))
    app.event("channel_shared")(_channel_change(services))
    app.event("channel_unshared")(_channel_change(services))


def _home_opened(services: Services) -> Callable[..., None]:
    def listen(body: Body, client: WebClient) -> None:
        event = body["event"]

        def show(blocks: Sequence[Block]) -> None:
            try:
                client.views_publish(user_id=event["user"], view=HomeTabView(list(blocks))._resolve())
            except (SlackClientError, OSError) as lost:
                log.warning("home not shown", error=type(lost).__name__)

        def open_home() -> None:
            show(run_before_deadline(services.pool, lambda deadline: home_blocks(services, body, deadline)))

        if event.get("tab") == "home" and event.get("user"):
            # An event has no response_url: an error is shown in the tab itself.
            run_after_ack(services, {}, open_home, lambda reply: show(reply.blocks))

    return listen


def _message(services: Services) -> Callable[..., None]:
    """A direct message to the bot."""

    def listen(body: Body, event: Body) -> None:
        def post(content: Mapping[str, Any]) -> None:
            thread = event.get("thread_ts") or event.get("ts")
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

        # An edit, a deletion, a file's arrival have a subtype; the bot's own messages have its id.
        not_a_persons = event.get("bot_id") or event.get("subtype")
        if event.get("channel_type") == "im" and event.get("user") and not not_a_persons:
            run_after_ack(services, {}, answer, lambda reply: post(reply.body()))

    return listen


def _user_change(services: Services) -> Callable[..., None]:
    def listen(event: Body) -> None:
        services.people.forget((event.get("user") or {}).get("id", ""))

    return listen


def _channel_change(services: Services) -> Callable[..., None]:
    def listen(event: Body) -> None:
        services.channels.forget(event.get("channel", ""))

    return listen
