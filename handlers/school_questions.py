"""Schools' questions: asked by form or in a reminder's thread, answered by a coordinator."""

import re
from collections.abc import Mapping
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import school_questions, text_checks
from db.engine import reading
from db.errors import Refused
from db.models import SchoolQuestion
from handlers.core.access import coordinators_only
from handlers.core.forms import form_fields, form_metadata, form_text
from handlers.core.requests import Request, Services
from handlers.core.typed_text import as_typed, row_number
from handlers.reminders import places_of_press, receipt_by_value, receipt_here
from messages import school_questions as render
from messages.blocks import Answer
from messages.own_words import nothing_to_answer

_UNKNOWN = "I can't find that question any more."
# What is said and asks nothing: such a reply is left alone.
_THANKS = re.compile(
    r"(?:(?:many )?thanks?(?: you)?(?: (?:so|very) much)?|ta|cheers|ok(?:ay)?|noted|received|great|perfect"
    r"|lovely|will do|got it|done|yes|no|seen|all good|no problem|you're welcome|:\w+:|[\W_]"
    r"|(?:to )?(?:all|both|everyone)|for (?:this|that|letting us know|the (?:reminder|answer|update)))+",
    re.IGNORECASE,
)


def question_form(request: Request, value: str) -> ModalView:
    places = places_of_press(request)
    with request.reading() as session:
        return render.question_form(receipt_here(session, places, value).school, value)


def submit_question(request: Request, view: Mapping[str, Any]) -> Answer:
    """Record a school's question and send it to the coordinators. Raises `PersonalDataFound`."""
    text = form_text(form_fields(view), "note")
    if text is None:
        raise Refused("Write your question first.")
    with request.writing() as session:
        receipt = receipt_by_value(session, str(form_metadata(view).get("receipt")))
        coordinators = sorted(request.services.coordinators)
        school_questions.ask(session, request.author, receipt, text, coordinators)
        return render.asked(receipt.school)


def is_reminder_thread(services: Services, channel: str, thread: str) -> bool:
    """Whether a thread begins with a reminder to a school. Most threads that the bot sees do not."""
    with reading(services.engine) as session:
        return school_questions.receipt_in_thread(session, channel, thread) is not None


def asks_nothing(text: str) -> bool:
    """Whether a reply is only thanks or the like, and is left alone."""
    return not text or _THANKS.fullmatch(text) is not None


def ask_in_thread(request: Request, thread: str, text: str) -> Answer | None:
    """Take what somebody wrote in a reminder's thread as a question; None for what is none.

    What a coordinator writes there is the answer to the one question that waits in the thread.
    """
    text = as_typed(request.cleaned(text)).strip()
    if asks_nothing(text):
        return None
    with request.writing() as session:
        receipt = school_questions.receipt_in_thread(session, request.channel or "", thread)
        if receipt is None:
            return None
        if request.is_coordinator:
            waiting = school_questions.open_questions_in_thread(session, receipt)
            if len(waiting) == 1:
                school_questions.take_as_answer(session, request.author, waiting[0], text)
            return render.taken_as_answer(waiting) if waiting else None
        coordinators = sorted(request.services.coordinators)
        school_questions.ask(
            session, request.author, receipt, text, coordinators, (request.channel or "", thread)
        )
        return render.asked(receipt.school)


def _question(session: Session, value: str) -> SchoolQuestion:
    number = row_number(value)
    found = None if number is None else school_questions.question_by_id(session, number)
    if found is None:
        raise Refused(_UNKNOWN)
    return found


def is_question_thread(request: Request, thread: str) -> bool:
    """Whether a thread of the asker's direct messages begins with a school's question."""
    with request.reading() as session:
        return school_questions.question_in_thread(session, request.channel or "", thread) is not None


def offer_answer(request: Request, thread: str, text: str) -> Answer:
    """Offer to send what a coordinator wrote under a school's question as its answer.

    Nothing is sent before they press. Raises `PersonalDataFound`, and `Refused` for a question that has an
    answer.
    """
    coordinators_only(request, "answer a school's question")
    text = as_typed(request.cleaned(text)).strip()
    if asks_nothing(text):
        return nothing_to_answer()
    with request.reading() as session:
        found = school_questions.question_in_thread(session, request.channel or "", thread)
        if found is None:
            raise Refused(_UNKNOWN)
        school_questions.check_open(found)
        text_checks.refuse_unfit(session, [text])
        return render.answer_offer(found, text)


def send_answer(request: Request, value: str) -> Answer:
    """Send what was offered. Raises `PersonalDataFound`, and `Refused` for a question that has an answer."""
    number, _, text = value.partition("\n")
    return _answer(request, number, text)


def answer_form(request: Request, value: str, line: str | None) -> ModalView:
    coordinators_only(request, "answer a school's question")
    with request.reading() as session:
        found = _question(session, value)
    school_questions.check_open(found)
    return render.answer_form(found, line)


def close(request: Request, value: str) -> Answer:
    """Record that a question needs no answer."""
    coordinators_only(request, "close a school's question")
    with request.writing() as session:
        found = _question(session, value)
        school_questions.close(session, request.author, found)
        session.flush()
        return render.question(found, request.services.zone)


def submit_answer(request: Request, view: Mapping[str, Any]) -> Answer:
    """Send the answer to the school, and show the question with it. Raises `PersonalDataFound`."""
    text = form_text(form_fields(view), "note")
    if text is None:
        raise Refused("Write your answer first.")
    return _answer(request, str(form_metadata(view).get("question")), text)


def _answer(request: Request, number: str, text: str) -> Answer:
    coordinators_only(request, "answer a school's question")
    with request.writing() as session:
        found = _question(session, number)
        school_questions.answer(session, request.author, found, text)
        session.flush()
        return render.question(found, request.services.zone)
