"""What Slack tells without being asked for an answer: who opened, wrote, changed or shared what."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slackblocks import Block, HomeTabView

from db.errors import PersonalDataFound, Refused
from handlers import nudges
from handlers.actions import own_actions
from handlers.core.access import identify
from handlers.core.answers import render_answer
from handlers.core.deadline import Deadline, run_before_deadline
from handlers.core.errors import error_reply as answer_to
from handlers.core.errors import run_after_ack
from handlers.core.people import AccessDenied
from handlers.core.requests import AlreadyHandled, Services
from messages.actions import RenderContext
from messages.limits import Answer, escape, section
from messages.plans import home

log = structlog.get_logger(__name__)

Body = Mapping[str, Any]


def register(app: App, services: Services) -> None:
    """Bind every event."""
    app.event("app_home_opened")(_home(services))
    app.event("message")(_reply(services))
    app.event("user_change")(_user_change(services))
    app.event("channel_shared")(_channel_change(services))
    app.event("channel_unshared")(_channel_change(services))


def _home(services: Services) -> Callable[..., None]:
    def act(body: Body, deadline: Deadline) -> Sequence[Block]:
        try:
            ask = identify(services, body, deadline)
        except AccessDenied as outsider:
            return [section(escape(str(outsider)))]
        with ask.reading() as session:
            held, mine = own_actions(session, ask)
            return home(ask.person.user, mine, held, RenderContext(ask.today, services.zone))

    def show(body: Body, client: WebClient, blocks: Sequence[Block]) -> None:
        try:
            client.views_publish(user_id=body["event"]["user"], view=HomeTabView(list(blocks))._resolve())
        except (SlackClientError, OSError) as lost:
            log.warning("home not shown", error=type(lost).__name__)

    def opened(body: Body, client: WebClient) -> None:
        show(body, client, run_before_deadline(services.pool, lambda deadline: act(body, deadline)))

    def listen(body: Body, client: WebClient) -> None:
        if body["event"].get("tab") == "home" and body["event"].get("user"):
            # No address comes with it: what goes wrong is shown where it was looked for.
            run_after_ack(
                services, {}, lambda: opened(body, client), lambda reply: show(body, client, reply.blocks)
            )

    return listen


def _answer(services: Services, body: Body, event: Body, deadline: Deadline) -> dict[str, Any] | None:
    """What is said to something written to the bot; None where Slack has sent it before."""
    ask = identify(services, {**body, "channel": {"id": event["channel"]}}, deadline)
    try:
        said = render_answer(ask, nudges.reply(ask, event.get("thread_ts"), str(event.get("text") or "")))
    except (PersonalDataFound, Refused) as refused:
        # Told as an answer, so that it too is told once.
        said = answer_to(refused).body()
    try:
        # Nothing is changed yet, but an event that comes twice is answered once.
        with ask.writing():
            pass
    except AlreadyHandled:
        return None
    return said


def _post(event: Body, client: WebClient, arguments: Mapping[str, Any]) -> None:
    thread = event.get("thread_ts") or event.get("ts")
    try:
        client.chat_postMessage(channel=event["channel"], thread_ts=thread, **arguments)
    except (SlackClientError, OSError) as lost:
        log.warning("answer lost", error=type(lost).__name__)


def _reply(services: Services) -> Callable[..., None]:
    """Something written to the bot itself: an answer to a reminder, or what nobody would read."""

    def written(body: Body, event: Body, client: WebClient) -> None:
        said = run_before_deadline(services.pool, lambda deadline: _answer(services, body, event, deadline))
        if said is not None:
            _post(event, client, said)

    def told(event: Body, client: WebClient) -> Callable[[Answer], None]:
        return lambda reply: _post(event, client, reply.body())

    def listen(body: Body, event: Body, client: WebClient) -> None:
        # An edit, a deletion, a file's arrival have a subtype; the bot's own messages have its ID.
        own = event.get("bot_id") or event.get("subtype")
        if event.get("channel_type") == "im" and event.get("user") and not own:
            run_after_ack(services, {}, lambda: written(body, event, client), told(event, client))

    return listen


def _user_change(services: Services) -> Callable[..., None]:
    def listen(event: Body) -> None:
        services.people.forget((event.get("user") or {}).get("id", ""))

    return listen


def _channel_change(services: Services) -> Callable[..., None]:
    def listen(event: Body) -> None:
        services.channels.forget(event.get("channel", ""))

    return listen
