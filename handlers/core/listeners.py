"""What Slack sends, taken to the functions that answer it. Every listener passes `access` first."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slackblocks import ModalView
from sqlalchemy.exc import SQLAlchemyError

from db.errors import Refused
from db.models import Progress
from handlers import extension_requests, kpis, nudges, reminders, updates
from handlers.actions import history
from handlers.core.access import identify
from handlers.core.answers import answer_command_line, command_named, render_answer, render_command
from handlers.core.commands import COMMANDS, Reply
from handlers.core.deadline import Deadline, run_before_deadline
from handlers.core.errors import json_response, run_after_ack
from handlers.core.grammar import CommandNotUnderstood
from handlers.core.requests import Request, Services
from handlers.core.response_url import post_to_response_url
from handlers.updates import FormError
from messages.figures import RECORD
from messages.limits import Answer, buttons, buttons_of, context_block, mention, text_answer
from messages.nudges import NEW_DATE
from messages.reminders import ASK
from messages.update_form import UPDATE

log = structlog.get_logger(__name__)

Body = Mapping[str, Any]


def register(app: App, services: Services) -> None:
    """Bind every command, button and form."""
    for command in COMMANDS:
        app.command(command.name)(_command(services))
    for action_id, press in _BUTTONS.items():
        app.action(action_id)(_button(services, press))
    app.action(re.compile(r"^ask_\d+$"))(_offer(services))
    app.action("update_form")(_form_button(services))
    app.action("reminder_ask")(_opens(services, reminders.ask_form))
    app.action("nudge_new_date")(_opens(services, nudges.date_form))
    app.action("kpi_record")(_opens(services, kpis.form))
    app.view(RECORD)(_filled(services, kpis.submit, _NEW))
    app.view(UPDATE)(_form(services))
    app.view(ASK)(_filled(services, reminders.submit_question, _NEW))
    app.view(NEW_DATE)(_filled(services, nudges.submit_date, _IN_PLACE))


def _command(services: Services) -> Callable[..., BoltResponse | None]:
    """A command: answered in its acknowledgement, or by a form."""

    def listen(ack: Ack, body: Body, client: WebClient) -> BoltResponse | None:
        command, said = command_named(body["command"]), body.get("text") or ""
        reply = run_before_deadline(
            services.pool, lambda deadline: render_command(identify(services, body, deadline), command, said)
        )
        if isinstance(reply, str):
            return json_response(reply)
        ack()
        run_after_ack(services, body, lambda: _open(client, body, reply))
        return None

    return listen


def _open(client: WebClient, body: Body, form: ModalView, **about: str) -> None:
    """Open a form, which carries with it where its answer goes."""
    view = form._resolve()
    where = body.get("response_url") or ""
    kept = {**json.loads(view["private_metadata"]), "response_url": where, **about}
    client.views_open(trigger_id=body["trigger_id"], view={**view, "private_metadata": json.dumps(kept)})


_NEW: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False}
_IN_PLACE: dict[str, Any] = {"replace_original": True}
_FOR_ALL: dict[str, Any] = {"response_type": "in_channel", "replace_original": False}


def _tell(request: Request, url: str | None, how: Mapping[str, Any], reply: Answer) -> None:
    """Answer at a response address; where it is worn out, in a message for this person alone."""
    body = render_answer(request, reply)
    if post_to_response_url(url, {**how, **body}) or not request.channel:
        return
    try:
        request.services.client.chat_postEphemeral(channel=request.channel, user=request.person.user, **body)
    except (SlackClientError, OSError) as lost:
        log.warning("answer lost", error=type(lost).__name__)


Press = Callable[[Request, str, bool], tuple[Answer, Mapping[str, Any]]]


def _button(services: Services, press: Press) -> Callable[..., None]:
    """A button that answers: at once acknowledged, then told through its message's address.

    `press` is given the button's value and whether its message is seen by one person alone: a message
    that all can see is not overwritten with what one of them did.
    """

    def pressed(body: Body) -> None:
        def act(deadline: Deadline) -> tuple[Request, Answer, Mapping[str, Any]]:
            ask = identify(services, body, deadline)
            return ask, *press(ask, _value(body), _is_private(body))

        ask, reply, how = run_before_deadline(services.pool, act)
        _tell(ask, body.get("response_url"), how, reply)

    def listen(ack: Ack, body: Body) -> None:
        ack()
        run_after_ack(services, body, lambda: pressed(body))

    return listen


def _value(body: Body) -> str:
    return body["actions"][0].get("value") or ""


def _is_private(body: Body) -> bool:
    """Whether the message is seen by one person alone: an ephemeral one, or a direct message."""
    direct = str((body.get("channel") or {}).get("id")).startswith("D")
    return direct or bool((body.get("container") or {}).get("is_ephemeral"))


def _offer(services: Services) -> Callable[..., None]:
    """A place that was offered: what was typed is asked again with it, where it was offered."""

    def pressed(body: Body, client: WebClient) -> None:
        def act(deadline: Deadline) -> tuple[Request, Reply]:
            ask = identify(services, body, deadline)
            return ask, answer_command_line(ask, _value(body))

        ask, reply = run_before_deadline(services.pool, act)
        if isinstance(reply, ModalView):
            _open(client, body, reply)
        else:
            _tell(ask, body.get("response_url"), _IN_PLACE, reply)

    def listen(ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        run_after_ack(services, body, lambda: pressed(body, client))

    return listen


def _asked_again(request: Request, line: str) -> Answer:
    """The answer to a command that answers; raises `Misunderstood` for one that opens a form."""
    if line.startswith("nudge:"):
        return nudges.redrawn(request, line.removeprefix("nudge:"))
    reply = answer_command_line(request, line)
    if isinstance(reply, ModalView):
        raise CommandNotUnderstood("That opens a form: type the command")
    return reply


def _share(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    """The same question asked again, for everybody in the channel, without its *Share* button."""
    # Slack told another process, perhaps, that the channel is shared: what is posted is not taken back.
    if request.channel is None or not request.services.channels.may_share_now(request.channel):
        raise Refused("Answers stay private here: the channel is shared with another organisation")
    reply = _asked_again(request, value).without("share")
    # Nothing is changed, but a second tap must not post it twice.
    with request.writing():
        pass
    said = [*reply.blocks, context_block(f"Shared by {mention(request.person.user)}")]
    return replace(reply, blocks=said), _FOR_ALL


def _history(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    line, _, refs = value.partition("\n")
    place = re.match(r"/action status (\S+)", line)
    if "\n" not in refs:
        return history(request, {"ref": refs}), _NEW
    if place is None:
        return text_answer("Open one action to see its history: `/action history REF`."), _NEW
    # Under a section's answer: what was asked for, not its actions one by one.
    return history(request, {"ref": place[1]}), _NEW


def _sign_off(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    line, _, ref = value.partition("\n")
    done = updates.sign_off(request, ref)
    return (_redrawn(request, line, done), _IN_PLACE) if private else (done, _NEW)


def _undo(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    return updates.undo(request, {"act": value}), _IN_PLACE


def _grant(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    return extension_requests.decide(request, value, approve=True), _IN_PLACE


def _refuse(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    return extension_requests.decide(request, value, approve=False), _IN_PLACE


def _take_suggestion(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    ref, _, on_ref = value.partition("\n")
    return updates.accept_suggestion(request, ref, on_ref), _IN_PLACE


def _leave_suggestion(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    return updates.decline_suggestion(request, value.partition("\n")[0]), _IN_PLACE


def _seen(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    """In place even where all can see it: that a school has answered is for the whole channel."""
    return reminders.seen(request, value), _IN_PLACE


def _contact(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    return reminders.contact(request, value), _NEW


def _send_reminder(request: Request, value: str, private: bool) -> tuple[Answer, Mapping[str, Any]]:
    return reminders.send_now(request, value), _NEW


_BUTTONS: Mapping[str, Press] = {
    "share": _share,
    "history": _history,
    "sign_off": _sign_off,
    "undo": _undo,
    "due_grant": _grant,
    "due_refuse": _refuse,
    "suggestion_take": _take_suggestion,
    "suggestion_leave": _leave_suggestion,
    "nudge_done": lambda ask, value, private: (nudges.progress(ask, value, Progress.COMPLETE), _IN_PLACE),
    "nudge_blocked": lambda ask, value, private: (nudges.progress(ask, value, Progress.BLOCKED), _IN_PLACE),
    "nudge_not_mine": lambda ask, value, private: (nudges.not_mine(ask, value), _IN_PLACE),
    "kpi_confirm": lambda ask, value, private: (kpis.confirm(ask, value), _IN_PLACE),
    "reminder_seen": _seen,
    "reminder_contact": _contact,
    "reminder_send": _send_reminder,
}


def _redrawn(request: Request, line: str, done: Answer) -> Answer:
    """What was done, and under it the answer it was done from, as it is now.

    What was done is told in any case: it is in the record, whether or not it can be shown.
    """
    if not line:
        return done
    try:
        again = _asked_again(request, line)
    except (SQLAlchemyError, Refused, CommandNotUnderstood):
        return done
    foot = [*buttons_of(done.foot), *buttons_of(again.foot)]
    return Answer([*done.blocks, *again.blocks], buttons(foot), again.more)


def _form_button(services: Services) -> Callable[..., None]:
    """A button that opens a form; the form's answer redraws the message that the button is in.

    Unless all can see that message: then the answer is a new one for this person alone.
    """

    def pressed(body: Body, client: WebClient) -> None:
        line, *refs = _value(body).split("\n")
        about = {"line": line} if _is_private(body) else {}
        form = run_before_deadline(
            services.pool, lambda deadline: updates.form(identify(services, body, deadline), refs)
        )
        _open(client, body, form, **about)

    def listen(ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        run_after_ack(services, body, lambda: pressed(body, client))

    return listen


def _form(services: Services) -> Callable[..., None]:
    """A filled-in form: recorded, then the answer that it was opened from is drawn anew."""

    def listen(ack: Ack, body: Body) -> None:
        kept = updates.form_metadata(body["view"])

        def act(deadline: Deadline) -> tuple[Request, Answer]:
            ask = identify(services, {**body, "channel": {"id": kept.get("channel")}}, deadline)
            return ask, updates.submit(ask, body["view"])

        try:
            ask, done = run_before_deadline(services.pool, act)
        except FormError as fault:
            ack(response_action="errors", errors={fault.where: str(fault)})
            return
        ack()
        if kept.get("response_url"):
            run_after_ack(services, kept, lambda: redraw(ask, kept, done))

    def redraw(request: Request, kept: Mapping[str, str], done: Answer) -> None:
        how = {**_NEW, "replace_original": "line" in kept}
        _tell(request, kept["response_url"], how, _redrawn(request, kept.get("line", ""), done))

    return listen


def _opens(services: Services, make: Callable[[Request, str], ModalView]) -> Callable[..., None]:
    """A button that opens a form about its value."""

    def pressed(body: Body, client: WebClient) -> None:
        form = run_before_deadline(
            services.pool, lambda deadline: make(identify(services, body, deadline), _value(body))
        )
        _open(client, body, form, channel=(body.get("channel") or {}).get("id") or "")

    def listen(ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        run_after_ack(services, body, lambda: pressed(body, client))

    return listen


def _filled(
    services: Services, submit: Callable[[Request, Mapping[str, Any]], Answer], how: Mapping[str, Any]
) -> Callable[..., None]:
    """A form that is done with once it is sent in: recorded, then answered where it was opened."""

    def listen(ack: Ack, body: Body) -> None:
        kept = updates.form_metadata(body["view"])

        def act(deadline: Deadline) -> tuple[Request, Answer]:
            ask = identify(services, {**body, "channel": {"id": kept.get("channel")}}, deadline)
            return ask, submit(ask, body["view"])

        ask, done = run_before_deadline(services.pool, act)
        ack()
        run_after_ack(services, kept, lambda: _tell(ask, kept.get("response_url"), how, done))

    return listen
