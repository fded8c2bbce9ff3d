"""The Home tab: what is yours to do, what waits for you, how the plan stands, and what you can ask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from slackblocks import Block, Element

from db.models import Action, DueRequest, DueState, Receipt, School, SchoolQuestion
from db.rules.dates import day_text
from messages.action_cards import card
from messages.actions import CARDS, RenderContext, sort_by_urgency
from messages.blocks import (
    Answer,
    ask_buttons,
    button,
    buttons,
    buttons_of,
    context_block,
    divider,
    escape,
    header,
    mention,
    section,
    text_sections,
    words,
)
from messages.reminders import contact
from messages.times import moment_text

# What a control of the Home tab carries in place of a command, to redraw the tab.
HOME = "home"
_NEXT = 3
_REMINDERS = 3
_QUESTIONS = 5
# What anybody may ask, and what fits those who lead, coordinate or read for a school.
_QUESTIONS_OF_ALL = (
    ("What is late?", "/action list overdue"),
    ("How do our figures stand?", "/kpi board"),
    ("Who leads what?", "/plan roles"),
)
_QUESTIONS_OF_LEAD = (
    ("What do I lead?", "/action mine"),
    ("What is due next month?", "/action list due next month"),
    ("How does the plan stand?", "/plan summary"),
)
_QUESTIONS_OF_COORDINATOR = (
    ("Who gave no update?", "/plan silent 30"),
    ("Who has not replied?", "/plan exceptions"),
    ("What changed since Monday?", "/plan changes since last Monday"),
)
_QUESTIONS_OF_SCHOOL = (
    ("What is due soon?", "/action list soon"),
    ("Who do we call about a child?", "/reminder contact"),
    ("How does the plan stand?", "/plan summary"),
)

QUESTIONS = (_QUESTIONS_OF_ALL, _QUESTIONS_OF_LEAD, _QUESTIONS_OF_COORDINATOR, _QUESTIONS_OF_SCHOOL)


@dataclass(frozen=True)
class HomePage(Answer):
    """The Home tab itself. Any other answer that is shown there gets a way back to it."""


def with_way_back(page: Answer) -> Answer:
    """An answer that is shown on the Home tab, with a button that leads back."""
    back = button("Back to Home", "redraw", HOME)
    return replace(page, footer=buttons([*buttons_of(page.footer), back]))


@dataclass(frozen=True)
class SchoolNews:
    """What a school was sent and asked: its last reminders and its questions, the newest first."""

    school: School
    receipts: Sequence[Receipt]
    questions: Sequence[SchoolQuestion]


def home(
    person: str,
    roles: Sequence[str],
    parts: Sequence[Sequence[Block]],
    *,
    is_coordinator: bool = False,
    is_school: bool = False,
    may_ask: bool = True,
) -> HomePage:
    """The whole tab: a greeting, the parts that are there for this person, and what they can ask."""
    as_what = f" You hold: {escape(', '.join(roles))}." if roles else ""
    blocks: list[Block] = [section(f"Hello {mention(person)}.{as_what}")]
    for part in parts:
        blocks += [divider(), *part] if part else []
    if not may_ask:
        return HomePage(blocks)
    if is_coordinator:
        questions = _QUESTIONS_OF_COORDINATOR
    elif roles:
        questions = _QUESTIONS_OF_LEAD
    else:
        questions = _QUESTIONS_OF_SCHOOL if is_school else _QUESTIONS_OF_ALL
    return HomePage([*blocks, divider(), *_ask(questions)])


def _ask(questions: Sequence[tuple[str, str]]) -> list[Block]:
    """Three things to ask, as buttons: nobody should have to learn commands first."""
    text = "Ask in your own words under *Messages*, for example “what is late in section 1?”. Or press:"
    return [header("Ask me"), section(text), *buttons(ask_buttons(questions))]


def your_actions(
    actions: Sequence[Action], asked: Sequence[DueRequest], context: RenderContext
) -> list[Block]:
    """A lead's late and next actions as cards, and their requests that a coordinator has not decided."""
    overdue, later = sort_by_urgency(actions, context.day)
    coming = [one for one in later if one.due_state(context.day) in (DueState.DUE_SOON, DueState.NOT_YET_DUE)]
    late, coming = overdue[:CARDS], coming[:_NEXT]
    blocks: list[Block] = [header("Your actions")]
    if not (late or coming):
        return [*blocks, section("Nothing of yours is late or has a date to come.")]
    for title, group in ((f"Late ({len(overdue)})", late), ("Next", coming)):
        blocks += [section(f"*{title}*")] if group else []
        for action in group:
            blocks += card(action, context.day, HOME, first=action is (late or coming)[0])
        if group is late and len(overdue) > len(late):
            rest = ", ".join(action.ref for action in overdue[len(late) :])
            blocks.append(context_block(f"Also late: {rest}"))
    requests = [f"• *{one.action.ref}*: {day_text(one.asked_due)} asked for" for one in asked]
    blocks += text_sections(["*Waiting for a coordinator*", *requests]) if requests else []
    return [*blocks, *buttons([button("All your actions", "ask_0", "/action mine")])]


def waits_for_you(waiting: Answer, news: Sequence[Block]) -> list[Block]:
    """A coordinator's list of what waits, with its buttons, and what the week brought."""
    return [header("Waiting"), *waiting.blocks, *([header("This week"), *news] if news else [])]


def at_a_glance(summary: Answer) -> list[Block]:
    """How the plan stands, for the chair and for everybody who leads nothing."""
    offered = [("Overdue", "/plan overdue"), ("Exceptions", "/plan exceptions"), ("KPIs", "/kpi board")]
    return [header("The plan at a glance"), *summary.blocks, *buttons(ask_buttons(offered))]


def of_school(news: SchoolNews, zone: ZoneInfo) -> list[Block]:
    """A school's reminders with *Seen* and *Ask*, its contact, and its questions with their answers."""
    blocks: list[Block] = [header(words(news.school.name, 140)), *contact(news.school).blocks]
    if not news.receipts:
        blocks.append(section("No reminder has been sent yet. They come at the beginning of each term."))
    for receipt in news.receipts[:_REMINDERS]:
        blocks += _reminder(receipt, zone)
    lines = [_question(one, zone) for one in news.questions[:_QUESTIONS]]
    return [*blocks, *(text_sections(["*Your questions*", *lines]) if lines else [])]


def _reminder(receipt: Receipt, zone: ZoneInfo) -> list[Block]:
    sent = receipt.delivery.sent_at if receipt.delivery else None
    when = f", {moment_text(sent, zone)}" if sent else ""
    link = receipt.delivery.permalink if receipt.delivery else None
    where = f" <{link}|Open it>." if link else ""
    seen = f"Seen by {mention(receipt.seen_by)}" if receipt.seen_by else "*Not marked as seen yet*"
    text = f"Reminder of {escape(receipt.term)}{when}: {words(receipt.reminder.message, 200)}{where}\n{seen}."
    offered: list[Element] = [button("Ask", "reminder_ask", str(receipt.id))]
    if not receipt.seen_by:
        offered.insert(0, button("Seen", "home_seen", f"{HOME}\n{receipt.id}", style="primary"))
    return [section(text), *buttons(offered)]


def _question(one: SchoolQuestion, zone: ZoneInfo) -> str:
    asked = f"• “{words(one.text, 200)}”, {moment_text(one.asked_at, zone)}"
    if one.answered_at is None:
        return f"{asked}: waits for an answer"
    if not one.answer:
        return f"{asked}: closed without an answer"
    return f"{asked}. {mention(one.answered_by or '')}: {words(one.answer, 300)}"
