"""What Slack sends, taken to the functions that answer it. Every listener passes `access` first."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slackblocks import HomeTabView, ModalView

from handlers import dues, updates
from handlers.access import Outsider, People, asked_by
from handlers.actions import history, mine_of
from handlers.asking import Ask, Bot
from handlers.commands import COMMANDS, Reply, answer, answer_line, by_name
from handlers.updates import FormFault
from messages.actions import Known
from messages.forms import UPDATE
from messages.limits import Answer, buttons, context, elements, escape, mention, section
from messages.plans import home

Body = Mapping[str, Any]


def register(app: App, bot: Bot) -> None:
    """Bind every command, button, form and event."""
    people = People(bot.client)
    for command in COMMANDS:
        app.command(command.name)(_command(bot, people))
    for action_id, press in _BUTTONS.items():
        app.action(action_id)(_button(bot, people, press))
    app.action(re.compile(r"^ask_\d+$"))(_button(bot, people, _ask))
    app.action("update_form")(_form_button(bot, people))
    app.view(UPDATE)(_form(bot, people))
    app.event("app_home_opened")(_home(bot, people))
    app.event("user_change")(_user_change(people))


def _command(bot: Bot, people: People) -> Callable[..., None]:
    """A command: answered in its acknowledgement, or by a form."""

    def listen(ack: Ack, body: Body, client: WebClient) -> None:
        ask = asked_by(bot, people, body)
        reply = answer(ask, by_name(body["command"]), body.get("text") or "")
        if isinstance(reply, ModalView):
            ack()
            _open(client, body, reply, {"response_url": body["response_url"]})
        else:
            ack(response_type="ephemeral", **reply.body())

    return listen


def _open(client: WebClient, body: Body, form: ModalView, about: Mapping[str, str]) -> None:
    """Open a form, which carries with it where its answer goes."""
    view = form._resolve()
    kept = {**json.loads(view["private_metadata"]), **about}
    client.views_open(trigger_id=body["trigger_id"], view={**view, "private_metadata": json.dumps(kept)})


Press = Callable[[Ask, str], tuple[Answer, dict[str, Any]]]


def _button(bot: Bot, people: People, press: Press) -> Callable[..., None]:
    """A button that answers: at once acknowledged, then told through its message's address."""

    def listen(ack: Ack, body: Body, respond: Respond) -> None:
        ack()
        ask = asked_by(bot, people, body)
        reply, how = press(ask, body["actions"][0].get("value") or "")
        respond(**how, **reply.body())

    return listen


_NEW: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False}
_IN_PLACE: dict[str, Any] = {"replace_original": True}


def _only_answer(reply: Reply) -> Answer:
    return reply if isinstance(reply, Answer) else Answer([section("Use the button to open the form.")])


def _ask(ask: Ask, value: str) -> tuple[Answer, dict[str, Any]]:
    """A place that was offered: answered where it was offered."""
    return _only_answer(answer_line(ask, value)), _IN_PLACE


def _share(ask: Ask, value: str) -> tuple[Answer, dict[str, Any]]:
    """The same question asked again, for everybody in the channel, without its *Share* button."""
    reply = _only_answer(answer_line(ask, value))
    foot = [one for one in elements(reply.foot) if getattr(one, "action_id", None) != "share"]
    said = [*reply.blocks, context(f"Shared by {mention(ask.person.user)}")]
    return Answer(said, buttons(foot), reply.more), {"response_type": "in_channel", "replace_original": False}


def _history(ask: Ask, value: str) -> tuple[Answer, dict[str, Any]]:
    line, _, refs = value.partition("\n")
    if "\n" in refs:
        # Under a section's answer: what was asked for, not its actions one by one.
        place = re.match(r"/action status (\S+)", line)
        if place is None:
            return Answer([section("Open one action to see its history: `/action history REF`.")]), _NEW
        return history(ask, {"ref": place[1]}), _NEW
    return history(ask, {"ref": refs}), _NEW


def _sign_off(ask: Ask, value: str) -> tuple[Answer, dict[str, Any]]:
    line, _, ref = value.partition("\n")
    done = updates.sign_off(ask, ref)
    return _redrawn(ask, line, done), _IN_PLACE


def _undo(ask: Ask, value: str) -> tuple[Answer, dict[str, Any]]:
    return updates.undo(ask, {}), _IN_PLACE


def _grant(ask: Ask, value: str) -> tuple[Answer, dict[str, Any]]:
    return dues.decide(ask, int(value), grant=True), _IN_PLACE


def _refuse(ask: Ask, value: str) -> tuple[Answer, dict[str, Any]]:
    return dues.decide(ask, int(value), grant=False), _IN_PLACE


def _take_suggestion(ask: Ask, value: str) -> tuple[Answer, dict[str, Any]]:
    ref, _, on_ref = value.partition("\n")
    return updates.part(ask, ref, on_ref), _IN_PLACE


def _leave_suggestion(ask: Ask, value: str) -> tuple[Answer, dict[str, Any]]:
    return updates.left_blocked(ask, value.partition("\n")[0]), _IN_PLACE


_BUTTONS: Mapping[str, Press] = {
    "share": _share,
    "history": _history,
    "sign_off": _sign_off,
    "undo": _undo,
    "due_grant": _grant,
    "due_refuse": _refuse,
    "suggestion_take": _take_suggestion,
    "suggestion_leave": _leave_suggestion,
}


def _redrawn(ask: Ask, line: str, done: Answer) -> Answer:
    """What was done, and under it the answer it was done from, as it is now."""
    if not line:
        return done
    again = _only_answer(answer_line(ask, line))
    return Answer(
        [*done.blocks, *again.blocks], buttons([*elements(done.foot), *elements(again.foot)]), again.more
    )


def _form_button(bot: Bot, people: People) -> Callable[..., None]:
    """A button that opens a form; the form's answer redraws the message that the button is in."""

    def listen(ack: Ack, body: Body, client: WebClient) -> None:
        ack()
        ask = asked_by(bot, people, body)
        line, *refs = body["actions"][0]["value"].split("\n")
        form = updates.form(ask, refs)
        _open(client, body, form, {"response_url": body["response_url"], "line": line})

    return listen


def _form(bot: Bot, people: People) -> Callable[..., None]:
    """A filled-in form: recorded, then the answer that it was opened from is drawn anew."""

    def listen(ack: Ack, body: Body) -> None:
        kept = json.loads(body["view"]["private_metadata"])
        ask = asked_by(bot, people, {**body, "channel": {"id": kept.get("channel")}})
        try:
            done = updates.submit(ask, body["view"])
        except FormFault as fault:
            ack(response_action="errors", errors={fault.where: str(fault)})
            return
        ack()
        reply = _redrawn(ask, kept.get("line", ""), done)
        how: dict[str, Any] = {"replace_original": "line" in kept, "response_type": "ephemeral"}
        if kept.get("response_url"):
            Respond(response_url=kept["response_url"])(**how, **reply.body())

    return listen


def _home(bot: Bot, people: People) -> Callable[..., None]:
    def listen(event: Body, client: WebClient) -> None:
        if event.get("tab") != "home":
            return
        try:
            ask = asked_by(bot, people, {"event": event})
            with ask.reading() as session:
                held, mine = mine_of(session, ask)
                known = Known(ask.today, bot.zone)
                blocks = home(event["user"], mine, held, known)
        except Outsider as outsider:
            blocks = [section(escape(str(outsider)))]
        client.views_publish(user_id=event["user"], view=HomeTabView(blocks)._resolve())

    return listen


def _user_change(people: People) -> Callable[..., None]:
    def listen(event: Body) -> None:
        people.forget(event["user"]["id"])

    return listen
