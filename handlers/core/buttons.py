"""The tables of buttons, forms and shortcuts: which function answers each, and where its answer goes.

A test compares the ids here with the ids that messages use: each must be in both. The tables are
dictionaries, so no id can be there twice.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slackblocks import ModalView
from sqlalchemy.exc import SQLAlchemyError

from db.errors import Refused
from handlers import (
    action_cards,
    actions,
    board_paper,
    charts,
    coverage,
    doubts,
    edit_requests,
    extension_requests,
    figures,
    home,
    imports,
    nudges,
    pending_changes,
    plan_edits,
    plans,
    reminders,
    report_card,
    rounds,
    school_questions,
    sign_offs,
    undo,
    updates,
)
from handlers.core.answers import answer_line
from handlers.core.arguments import CommandNotUnderstood
from handlers.core.forms import form_metadata
from handlers.core.replies import Place, Reply
from handlers.core.requests import Request
from messages.action_cards import (
    BLOCKED,
    DATE_FORM,
    EVIDENCE_FORM,
    NEW_DATE,
    NOT_MINE,
    REASON_FORM,
    SNOOZE,
)
from messages.blocks import Answer
from messages.doubts import DOUBT_FORM
from messages.edit_requests import EDIT_REFUSAL_FORM
from messages.extension_requests import REFUSAL_FORM
from messages.figures import RECORD_FORM
from messages.home import HOME
from messages.nudges import NUDGE
from messages.plan_edits import ADD_FORM, EDIT_FORM, SPLIT_FORM
from messages.rounds import RESULT_FORM
from messages.school_questions import ANSWER_FORM, QUESTION_FORM
from messages.sharing import shared
from messages.update_form import UPDATE_FORM


@dataclass(frozen=True)
class Press:
    """A press: the button's value, and whether its message is seen by one person alone."""

    value: str
    private: bool


@dataclass(frozen=True)
class Button:
    """What answers a button. A form that it returns is opened; the place is for an answer.

    A `slow` one reads a file, which may take longer than other answers may.
    With `only_if_private` the answer takes the message's place only where nobody else sees the message;
    else it is a new one for the person who pressed. `for_partners`: a partner may press it.
    """

    run: Callable[[Request, Press], Reply]
    place: Place = Place.NEW
    only_if_private: bool = False
    for_partners: bool = False
    slow: bool = False

    def place_for(self, press: Press) -> Place:
        return Place.NEW if self.only_if_private and not press.private else self.place


@dataclass(frozen=True)
class Form:
    """What takes a form that was sent in, and where its answer goes. Raises what its function raises.

    `for_partners`: a partner may send it in.
    """

    submit: Callable[[Request, Mapping[str, Any]], Answer]
    place: Place = Place.NEW
    for_partners: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A choice in the menu of a message: its name there, and the form that it opens.

    `open_form` gets the message's text and, where Slack tells it, the link to the message.
    """

    name: str
    about: str
    open_form: Callable[[Request, str, str | None], ModalView]
    for_partners: bool = False


def _share(request: Request, press: Press) -> Reply:
    """Ask the same again, for everybody in the channel."""
    # Slack may have told another process that the channel is shared now, and a post can't be taken back.
    if request.channel is None or not request.services.channels.is_internal_now(request.channel):
        raise Refused("People from outside read this channel, so answers stay private here.")
    # Who may sign off depends on the person.
    answer = ask_again(request, press.value).without("share").without("sign_off")
    # Nothing is changed, but a second tap must not post it twice.
    with request.writing():
        pass
    return shared(answer, request.person.user)


def ask_again(request: Request, line: str) -> Answer:
    """The answer to a command line, as it is now. Raises `CommandNotUnderstood` for one that opens a form."""
    if line.startswith(NUDGE):
        return nudges.redrawn(request, line)
    if line == HOME:
        return home.show_home(request)
    reply = answer_line(request, line)
    if not isinstance(reply, Answer):
        raise CommandNotUnderstood("That opens a form. Please type the command.")
    return reply


def with_redrawn(request: Request, line: str, done: Answer) -> Answer:
    """The result of a change, and below it the current state of the answer whose button was pressed.

    The result is shown in any case: the change is recorded, even if the rest can't be shown.
    """
    try:
        again = ask_again(request, line)
    except (SQLAlchemyError, Refused, CommandNotUnderstood):
        return done
    # A nudge's cards have the buttons for what was done.
    own = [] if line.startswith(NUDGE) else done.footer
    return replace(again, blocks=[*done.blocks, *own, *again.blocks])


def _history(request: Request, press: Press) -> Reply:
    line, _, refs = press.value.partition("\n")
    if "\n" not in refs:
        return actions.history(request, {"ref": refs})
    section = re.match(r"/action status (\S+)", line)
    if section is None:
        raise Refused("Open one action to see its history: `/action history REF`.")
    # Under a section's answer: the section that was asked for, not its actions one by one.
    return actions.history(request, {"ref": section[1]})


def _with_value(act: Callable[[Request, str], Reply]) -> Callable[[Request, Press], Reply]:
    """A button whose value is what it is about."""
    return lambda request, press: act(request, press.value)


def _then_redrawn(act: Callable[[Request, str], Reply]) -> Callable[[Request, Press], Reply]:
    """A button that may stand in a list: its value is the list's command, a line break and what it is about.

    What was done is shown above the list as it is then, unless everybody sees the message.
    """

    def run(request: Request, press: Press) -> Reply:
        line, _, value = press.value.rpartition("\n")
        done = act(request, value)
        if not (line and press.private and isinstance(done, Answer)):
            return done
        return with_redrawn(request, line, done)

    return run


def _with_line(form: Callable[[Request, str, str | None], Reply]) -> Callable[[Request, Press], Reply]:
    """A button that opens a form; the form's answer redraws the list that the button stands in."""

    def run(request: Request, press: Press) -> Reply:
        line, _, value = press.value.rpartition("\n")
        return form(request, value, line if line and press.private else None)

    return run


def _card_form(
    form: Callable[[Request, str, str, str], ModalView], which: str
) -> Callable[[Request, Press], Reply]:
    """A choice of a card's menu that opens a form of two uses, of which it is `which`."""

    def run(request: Request, press: Press) -> Reply:
        line, _, ref = press.value.rpartition("\n")
        return form(request, ref, line if press.private else "", which)

    return run


def _unchanged(request: Request, press: Press) -> Reply:
    line, _, which = press.value.partition("\n")
    return with_redrawn(request, line, action_cards.unchanged(request, line, which))


def _update_form(request: Request, press: Press) -> ModalView:
    """The form's answer redraws the message that the button is in, unless everybody sees that."""
    line, *refs = press.value.split("\n")
    return updates.form(request, refs, line=line if press.private else None)


def _accept_suggestion(request: Request, press: Press) -> Reply:
    ref, _, on_ref = press.value.partition("\n")
    return updates.accept_suggestion(request, ref, on_ref)


def _record_reply(request: Request, press: Press) -> Reply:
    number, _, ref = press.value.partition("\n")
    return pending_changes.record_reply(request, number, ref)


BUTTONS: Mapping[str, Button] = {
    "share": Button(_share, Place.FOR_ALL, for_partners=True),
    "history": Button(_history, for_partners=True),
    "sign_off": Button(_then_redrawn(sign_offs.sign_off), Place.IN_PLACE, only_if_private=True),
    "undo": Button(
        lambda request, press: undo.undo(request, {"act": press.value}), Place.IN_PLACE, for_partners=True
    ),
    "update_form": Button(_update_form, for_partners=True),
    "due_grant": Button(_then_redrawn(extension_requests.APPROVALS.approve), Place.IN_PLACE),
    "due_refuse": Button(_with_line(extension_requests.APPROVALS.refusal_form), Place.IN_PLACE),
    "edit_grant": Button(_then_redrawn(edit_requests.APPROVALS.approve), Place.IN_PLACE),
    "edit_refuse": Button(_with_line(edit_requests.APPROVALS.refusal_form), Place.IN_PLACE),
    "round_finish": Button(
        _with_value(rounds.finish_for_good),
        Place.IN_PLACE,
        for_partners=True,
    ),
    "coverage_ask": Button(
        _then_redrawn(coverage.ask), Place.IN_PLACE, only_if_private=True, for_partners=True
    ),
    "coverage_confirm": Button(_with_value(coverage.confirm), Place.IN_PLACE, for_partners=True),
    "round_form": Button(_with_line(rounds.form), for_partners=True),
    "suggestion_take": Button(_accept_suggestion, Place.IN_PLACE),
    "suggestion_leave": Button(
        lambda request, press: updates.decline_suggestion(request, press.value.partition("\n")[0]),
        Place.IN_PLACE,
    ),
    "action_done": Button(
        _then_redrawn(action_cards.done), Place.IN_PLACE, only_if_private=True, for_partners=True
    ),
    "action_evidence": Button(_with_line(action_cards.evidence_form), for_partners=True),
    "action_undo": Button(
        _then_redrawn(lambda request, act: undo.undo(request, {"act": act})),
        Place.IN_PLACE,
        for_partners=True,
    ),
    "action_blocked": Button(_card_form(action_cards.reason_form, BLOCKED), for_partners=True),
    "action_new_date": Button(_card_form(action_cards.date_form, NEW_DATE), for_partners=True),
    "action_not_mine": Button(_card_form(action_cards.reason_form, NOT_MINE), for_partners=True),
    "action_snooze": Button(_card_form(action_cards.date_form, SNOOZE), for_partners=True),
    "actions_unchanged": Button(_unchanged, Place.IN_PLACE, for_partners=True),
    "redraw": Button(_with_value(ask_again), Place.IN_PLACE, for_partners=True),
    # Everybody in a school's channel sees that the school has seen its reminder.
    "reminder_seen": Button(_with_value(reminders.seen), Place.IN_PLACE),
    "home_seen": Button(_then_redrawn(reminders.seen_at_home), Place.IN_PLACE),
    "reminder_contact": Button(_with_value(reminders.contact)),
    "reminder_ask": Button(_with_value(school_questions.question_form)),
    "question_answer": Button(_with_line(school_questions.answer_form)),
    "question_send": Button(_with_value(school_questions.send_answer), Place.IN_PLACE),
    "question_close": Button(_then_redrawn(school_questions.close), Place.IN_PLACE),
    "reminder_send": Button(_with_value(reminders.send_now)),
    "settle_other": Button(_with_line(doubts.form)),
    "file_import": Button(_with_value(imports.import_file), Place.IN_PLACE, slow=True),
    "file_preview": Button(_with_value(imports.preview), Place.IN_PLACE, slow=True),
    "file_doubts": Button(_with_value(imports.next_doubt), Place.IN_PLACE, slow=True),
    "file_settle_alike": Button(_with_value(imports.settle_alike), Place.IN_PLACE, slow=True),
    "file_settle_later": Button(_with_value(imports.leave_for_later), Place.IN_PLACE, slow=True),
    "file_settle_other": Button(_with_value(imports.form)),
    "file_cancel": Button(_with_value(imports.cancel), Place.IN_PLACE),
    "paper_send": Button(_with_value(board_paper.send), Place.IN_PLACE, only_if_private=True, slow=True),
    "card_send": Button(_with_value(report_card.send), Place.IN_PLACE, only_if_private=True, slow=True),
    "plan_chart": Button(_with_value(plans.chart)),
    "kpi_board_table": Button(_with_value(charts.board_table)),
    "kpi_chart": Button(_with_value(charts.chart)),
    "kpi_table": Button(_with_value(charts.table)),
    "kpi_record": Button(_with_value(figures.form)),
    "kpi_confirm": Button(_with_value(figures.confirm), Place.IN_PLACE),
}
# Several of these stand in one message, where ids must differ: they end in a number, `ask_0`, `ask_1` …
NUMBERED_BUTTONS: Mapping[str, Button] = {
    "ask": Button(_with_value(answer_line), Place.IN_PLACE, for_partners=True),
    "page": Button(_with_value(ask_again), Place.IN_PLACE, only_if_private=True, for_partners=True),
    "settle": Button(_then_redrawn(doubts.settle), Place.IN_PLACE, only_if_private=True),
    "file_settle": Button(_with_value(imports.settle), Place.IN_PLACE, slow=True),
    "record_reply": Button(_record_reply, Place.IN_PLACE, for_partners=True),
}


def _submit_doubt(request: Request, view: Mapping[str, Any]) -> Answer:
    """The answer to a doubt of a stored plan, or of a file that waits for its import."""
    submit = imports.submit if "pending" in form_metadata(view) else doubts.submit
    return submit(request, view)


FORMS: Mapping[str, Form] = {
    DOUBT_FORM: Form(_submit_doubt, Place.IN_PLACE),
    UPDATE_FORM: Form(updates.submit, for_partners=True),
    ADD_FORM: Form(plan_edits.submit_add),
    SPLIT_FORM: Form(plan_edits.submit_split),
    EDIT_REFUSAL_FORM: Form(edit_requests.APPROVALS.submit_refusal, Place.IN_PLACE),
    EDIT_FORM: Form(plan_edits.submit_edit),
    RESULT_FORM: Form(rounds.submit, for_partners=True),
    RECORD_FORM: Form(figures.submit),
    QUESTION_FORM: Form(school_questions.submit_question),
    ANSWER_FORM: Form(school_questions.submit_answer, Place.IN_PLACE),
    REFUSAL_FORM: Form(extension_requests.APPROVALS.submit_refusal, Place.IN_PLACE),
    REASON_FORM: Form(action_cards.submit_reason, for_partners=True),
    DATE_FORM: Form(action_cards.submit_date, for_partners=True),
    EVIDENCE_FORM: Form(action_cards.submit_evidence, for_partners=True),
}


SHORTCUTS: Mapping[str, Shortcut] = {
    "use_as_update": Shortcut(
        "Use as an update",
        "Record this message as the update of an action, with a link to it",
        updates.form_from_message,
        for_partners=True,
    ),
    "make_action": Shortcut(
        "Make this an action",
        "Add this message to the plan as an action, with a link to it (coordinators)",
        plan_edits.form_from_message,
    ),
}
