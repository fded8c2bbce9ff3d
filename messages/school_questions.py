"""Schools' questions about a reminder: the form, what the coordinators see, and the answer."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from slackblocks import ModalView

from db.models import School, SchoolQuestion
from messages.blocks import (
    BUTTON_VALUE,
    Answer,
    button,
    buttons,
    escape,
    mention,
    section,
    words,
)
from messages.note_form import note_form
from messages.times import moment_text

QUESTION_FORM = "school_ask"
ANSWER_FORM = "school_answer"
NO_DETAILS = (
    "Do not name or describe a child. If a child is at immediate risk call 999; to refer, use the MASH."
)


# The next answer goes to the person, because Slack refuses the place.
_NOT_SENT = (
    "*The answer did not reach the school*: Slack refuses the channel. Press *Answer* to send it to the "
    "person who asked, or tell them another way and press *No answer needed*."
)


def question_form(school: School, receipt: str) -> ModalView:
    """The form for a question to the coordinators; its field is `note`."""
    return note_form(
        "Ask a question",
        callback_id=QUESTION_FORM,
        about=f"*{NO_DETAILS}*",
        label="Your question",
        then=(
            f"It goes to the partnership's coordinators, from {escape(school.name)}. The answer comes to "
            "the reminder's thread."
        ),
        submit="Send",
        receipt=receipt,
    )


def asked(school: School) -> Answer:
    text = (
        f"I've sent your question to the coordinators, from {escape(school.name)}. Their answer comes to the "
        "reminder's thread here."
    )
    return Answer([section(text)])


def question(one: SchoolQuestion, zone: ZoneInfo, *, again: bool = False) -> Answer:
    """A question to a coordinator, with *Answer*; once it has one, who answered.

    `again`: a second time.
    """
    asked_at = moment_text(one.asked_at, zone)
    waits = "asks about thresholds"
    if again and one.answered_at is None:
        waits = "*still waits for an answer* to this question"
    blocks = [
        section(f"{mention(one.asked_by)} of {escape(one.school.name)} {waits} ({asked_at}):"),
        section(f">{words(one.text, 2500)}"),
    ]
    if one.answered_at is None:
        if one.answer:
            blocks.append(section(_NOT_SENT + f"\n>{words(one.answer, 2500)}"))
        offered = [
            button("Answer", "question_answer", str(one.id), style="primary"),
            button("No answer needed", "question_close", str(one.id)),
        ]
        return Answer(blocks, buttons(offered))
    if not one.answer:
        closed = f"Closed without an answer by {mention(one.answered_by or '')}"
        return Answer([*blocks, section(f"{closed}, {moment_text(one.answered_at, zone)}.")])
    by = f"Answered by {mention(one.answered_by or '')}, {moment_text(one.answered_at, zone)}:"
    return Answer([*blocks, section(f"{by}\n>{words(one.answer or '', 2500)}")])


def taken_as_answer(waiting: Sequence[SchoolQuestion]) -> Answer:
    """To a coordinator who wrote in a reminder's thread: whether that answers the question there."""
    if len(waiting) == 1:
        asked = f"{mention(waiting[0].asked_by)}: {words(waiting[0].text, 200)}"
        return Answer([section(f"I've recorded that as the answer to {asked}")])
    text = (
        f"{len(waiting)} questions wait in this thread, so I can't tell which one that answers. Press "
        "*Answer* under each: `/plan waiting`."
    )
    return Answer([section(text)])


def answer_offer(one: SchoolQuestion, text: str) -> Answer:
    """What a coordinator wrote under a question, with the button that sends it as the answer."""
    value = f"{one.id}\n{text}"
    if len(value) > BUTTON_VALUE:
        return Answer(
            [section("That is too long to send from here. Press *Answer* under the question and paste it.")],
            buttons([button("Answer", "question_answer", str(one.id), style="primary")]),
        )
    asked = f"{mention(one.asked_by)} of {escape(one.school.name)}: {words(one.text, 200)}"
    return Answer(
        [
            section(f"Shall I send this as the answer to {asked}\nNothing is sent yet."),
            section(f">{words(text, 2500)}"),
        ],
        buttons([button("Send the answer", "question_send", value, style="primary")]),
    )


def answer_form(one: SchoolQuestion, line: str | None) -> ModalView:
    """The form for the answer; its field is `note`. `line` is the command of the list that opened it."""
    return note_form(
        "Answer a school",
        callback_id=ANSWER_FORM,
        about=f"*{escape(one.school.name)}* asks:\n>{words(one.text, 2000)}",
        label="Your answer",
        initial=one.answer,
        then=(
            "It goes to the person who asked, as a direct message."
            if one.answer
            else "It is posted in the reminder's thread, where everybody in the channel reads it."
        ),
        submit="Send",
        question=str(one.id),
        line=line,
    )


def answer(one: SchoolQuestion, *, private: bool) -> Answer:
    """The answer as the school gets it, in the thread of the reminder that it asked about.

    `private`: as a direct message to the person who asked.
    """
    by = f" by {mention(one.answered_by)}" if one.answered_by else ""
    text = (
        f"{mention(one.asked_by)}, your question is answered{by}:\n>{words(one.text, 600)}\n"
        f"{words(one.answer or '', 2000)}"
    )
    return Answer([section(text)], thread_ts=None if private else one.thread_ts)
