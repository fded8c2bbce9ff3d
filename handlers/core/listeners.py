"""Binds what Slack sends to the tables of commands, buttons, forms and shortcuts."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk.errors import SlackClientError
from slackblocks import ModalView

from db.errors import Refused
from handlers.core.access import for_partners, identify, identify_writer
from handlers.core.answers import render_command
from handlers.core.buttons import (
    BUTTONS,
    FORMS,
    NUMBERED_BUTTONS,
    SHORTCUTS,
    Button,
    Form,
    Press,
    Shortcut,
    with_redrawn,
)
from handlers.core.commands import COMMANDS
from handlers.core.deadline import Deadline, run_before_deadline
from handlers.core.errors import run_after_ack
from handlers.core.forms import form_metadata, open_form
from handlers.core.replies import Place, Reply, deliver, is_on_home, json_response, publish_home
from handlers.core.requests import Request, Services
from messages.blocks import Answer, text_answer

Body = Mapping[str, Any]


def register(app: App, services: Services) -> None:
    """Bind every command, button, form and shortcut, and last what is none of them any more."""
    for command in COMMANDS:
        app.command(command.name)(_command(services))
    for action_id, button in BUTTONS.items():
        app.action(action_id)(_button(services, button))
    for name, button in NUMBERED_BUTTONS.items():
        app.action(re.compile(rf"^{name}_\d+$"))(_button(services, button))
    for callback_id, form in FORMS.items():
        app.view(callback_id)(_form(services, form))
    app.action("action_menu")(_menu(services))
    for callback_id, shortcut in SHORTCUTS.items():
        app.message_shortcut(callback_id)(_shortcut(services, shortcut))
    app.action(_ANY)(_button(services, Button(_no_longer_there, for_partners=True)))
    app.view(_ANY)(_form(services, Form(_old_form, for_partners=True)))


_ANY = re.compile(r"[\s\S]*")


def _no_longer_there(request: Request, press: Press) -> Reply:
    return text_answer("That button is from an older version of me and does nothing now. Please ask again.")


def _old_form(request: Request, view: Mapping[str, Any]) -> Answer:
    raise Refused("This form is from an older version. Copy what you wrote, close it and ask again.")


def _command(services: Services) -> Callable[..., BoltResponse | None]:
    """A command is answered in its acknowledgement, or by a form that is opened after it."""

    def listen(ack: Ack, body: Body) -> BoltResponse | None:
        def work(deadline: Deadline) -> Any:
            text = body.get("text") or ""
            return render_command(identify_writer(services, body, text, deadline), body["command"], text)

        rendered = run_before_deadline(services.pool, work)
        if isinstance(rendered, str):
            return json_response(rendered)
        ack()
        run_after_ack(services, body, lambda: open_form(services.client, body, rendered))
        return None

    return listen


def _button(services: Services, button: Button) -> Callable[..., None]:
    """A press is acknowledged at once, and answered after that."""

    def listen(ack: Ack, body: Body) -> None:
        ack()
        press = Press(body["actions"][0].get("value") or "", _is_private(body))

        def work(deadline: Deadline) -> tuple[Request, Reply]:
            request = identify(services, body, deadline)
            for_partners(request, is_open=button.for_partners)
            return request, button.run(request, press)

        def answer() -> None:
            request, reply = work(Deadline()) if button.slow else run_before_deadline(services.pool, work)
            deliver(request, body, reply, button.place_for(press))

        def show_on_home(error: Answer) -> None:
            publish_home(services, (body.get("user") or {}).get("id") or "", error)

        # A press on the Home tab has no response_url: an error is shown in the tab itself.
        run_after_ack(services, body, answer, show_on_home if is_on_home(body) else None)

    return listen


def _menu(services: Services) -> Callable[..., None]:
    """A choice of a menu names the button that it stands for: the button's id, a line break and its value."""

    def listen(ack: Ack, body: Body) -> None:
        chosen = (body["actions"][0].get("selected_option") or {}).get("value") or ""
        action_id, _, value = chosen.partition("\n")
        button = BUTTONS.get(action_id) or Button(_no_longer_there, for_partners=True)
        _button(services, button)(ack, {**body, "actions": [{"value": value}]})

    return listen


def _is_private(body: Body) -> bool:
    """Whether one person alone sees it: an ephemeral or direct message, or the Home tab."""
    if is_on_home(body):
        return True
    direct = str((body.get("channel") or {}).get("id")).startswith("D")
    return direct or bool((body.get("container") or {}).get("is_ephemeral"))


def _shortcut(services: Services, shortcut: Shortcut) -> Callable[..., None]:
    """A shortcut is acknowledged at once; the form opens with the message's words and its link."""

    def listen(ack: Ack, body: Body) -> None:
        ack()
        message = body.get("message") or {}

        def work(deadline: Deadline) -> ModalView:
            request = identify(services, body, deadline)
            for_partners(request, is_open=shortcut.for_partners)
            link = _permalink(services, (body.get("channel") or {}).get("id"), message.get("ts"))
            return shortcut.open_form(request, str(message.get("text") or ""), link)

        def answer() -> None:
            open_form(services.client, body, run_before_deadline(services.pool, work))

        run_after_ack(services, body, answer)

    return listen


def _permalink(services: Services, channel: str | None, ts: str | None) -> str | None:
    """The link to a message; None where Slack does not tell it, as where the bot is not a member."""
    try:
        found = services.client.chat_getPermalink(channel=channel or "", message_ts=ts or "")
    except (SlackClientError, OSError):
        return None
    return str(found["permalink"])


def _form(services: Services, form: Form) -> Callable[..., None]:
    """A form is recorded before it is acknowledged, so that a fault can be shown at its field.

    One that was opened from an answer (`line`) then redraws that answer.
    """

    def listen(ack: Ack, body: Body) -> None:
        metadata = form_metadata(body["view"])
        line = metadata.get("line")

        def work(deadline: Deadline) -> tuple[Request, Answer]:
            request = identify(services, {**body, "channel": {"id": metadata.get("channel")}}, deadline)
            for_partners(request, is_open=form.for_partners)
            return request, form.submit(request, body["view"])

        def answer() -> None:
            if line:
                deliver(request, metadata, with_redrawn(request, line, done), Place.IN_PLACE)
            else:
                deliver(request, metadata, done, form.place)

        # What this raises is shown at the form's field, by `errors.register`.
        request, done = run_before_deadline(services.pool, work)
        ack()
        run_after_ack(services, metadata, answer)

    return listen
