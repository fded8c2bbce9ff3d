"""The Home tab, and what somebody writes to the bot."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackClientError
from slackblocks import Block
from sqlmodel import Session

from db import actions, disclosure, plans, reminders
from db.actions import end_of_day
from db.board_changes import board_changes_since
from db.errors import DisclosureFound, PersonalDataFound, Refused
from db.models import Action, Plan
from db.rules.harm import describes_harm
from db.rules.personal_data import LONGEST
from db.rules.weekly_news import weekly_news
from db.rules.worries import speaks_of_worry
from db.school_questions import questions_of_school
from handlers import imports, nudges, school_questions
from handlers.actions import own_actions
from handlers.core.access import for_partners, identify, identify_writer
from handlers.core.answers import answer_words
from handlers.core.arguments import CommandNotUnderstood
from handlers.core.deadline import Deadline
from handlers.core.errors import error_reply, with_visible
from handlers.core.people import AccessDenied
from handlers.core.replies import render_answer
from handlers.core.requests import AlreadyHandled, Request, Services
from handlers.plans import summary_of
from handlers.reminders import own_places
from handlers.updates import NeedsChoice
from handlers.waiting import waiting_in
from messages import home as render
from messages.actions import RenderContext
from messages.blocks import Answer, escape, section, text_answer
from messages.home import HOME, HomePage, SchoolNews
from messages.plans import news_blocks


def home_page(services: Services, body: Mapping[str, Any], deadline: Deadline) -> Answer:
    """What the Home tab shows to the person who opened it."""
    try:
        return show_home(identify(services, body, deadline))
    except AccessDenied as denied:
        return HomePage([section(escape(str(denied)))])


_WEEK = timedelta(days=7)
# Somebody may be in the channels of several schools.
_MOST_SCHOOLS = 3


def show_home(request: Request) -> HomePage:
    """The Home tab as it is now, with the parts that are there for the asker."""
    places = frozenset() if request.is_partner else own_places(request)
    may_decide = not request.is_partner and request.may_sign
    context = RenderContext(request.today, request.services.zone, line=HOME)
    parts: list[Sequence[Block]] = []
    with request.reading() as session:
        roles, rows = own_actions(session, request)
        if roles:
            actions.load_related(session, rows, Action.due_requests)
            asked = [one for action in rows if (one := action.pending_request()) is not None]
            parts.append(render.your_actions(rows, asked, context))
        plan = None if request.is_partner else plans.default_plan(session, None)
        if plan is not None and may_decide:
            waiting = waiting_in(session, request, None, HOME)
            parts.append(render.waits_for_you(waiting, _news(session, request, plan, context)))
        # A coordinator is in every school's channel.
        schools = [] if request.is_coordinator else reminders.schools_of_places(session, places)
        for school in schools[:_MOST_SCHOOLS]:
            receipts = reminders.receipts_of_school(session, school)
            questions = questions_of_school(session, school)
            parts.append(render.of_school(SchoolNews(school, receipts, questions), request.services.zone))
        is_board = not places.isdisjoint(disclosure.board_channels(session, request.services.board_channel))
        if plan is not None and (is_board or not (roles or schools)):
            parts.append(render.at_a_glance(summary_of(session, request, plan)))
    return render.home(
        request.person.user,
        roles,
        parts,
        is_coordinator=request.is_coordinator,
        is_school=bool(schools),
        may_ask=not request.is_partner,
    )


def _news(session: Session, request: Request, plan: Plan, context: RenderContext) -> list[Block]:
    since = request.today - _WEEK
    before = end_of_day(since - timedelta(days=1), request.services.zone)
    entries = board_changes_since(session, plan, before)
    news = weekly_news(plans.actions_of(session, plan, in_full=False), entries, since, request.today)
    return news_blocks(plan, news, since, context)


def answer_reply(services: Services, body: Mapping[str, Any], deadline: Deadline) -> dict[str, Any] | None:
    """The answer to a reply in a reminder's thread, which is a question; None for one that asks nothing."""
    event = body["event"]
    request = _writer(services, body, deadline)
    try:
        answer = school_questions.ask_in_thread(request, event["thread_ts"], str(event.get("text") or ""))
        return None if answer is None else render_answer(request, answer)
    except AlreadyHandled:
        return None
    except (DisclosureFound, PersonalDataFound) as refused:
        return with_visible(error_reply(refused, services.safeguarding_contact)).body()
    except Refused as refused:
        return error_reply(refused, services.safeguarding_contact).body()


def _writer(services: Services, body: Mapping[str, Any], deadline: Deadline | None = None) -> Request:
    """The request behind a message that somebody wrote. Raises what `identify_writer` raises."""
    event = body["event"]
    where = {**body, "channel": {"id": event["channel"]}}
    return identify_writer(services, where, str(event.get("text") or ""), deadline)


# Of a conversation so many messages are looked through for the question before "Why?".
_EARLIER_MESSAGES = 20
# Of the files in one message so many are looked at.
_MOST_FILES = 5
# Somebody who may not import is told that, and not misunderstood.
_ASKS_TO_IMPORT = re.compile(r"\s*(?:new plan\b|(?:an? |the )?(?:update|new version) of\b)", re.IGNORECASE)
_IMPORTED = (".docx", ".xlsx", ".csv", ".ics")


def has_files(services: Services, event: Mapping[str, Any]) -> bool:
    """Whether a direct message brings a file to import.

    Words with a picture, under a nudge, or from somebody who may import nothing and does not ask to are read
    as words. So are words that tell of harm to a child: whoever writes them has to be told at once who to
    call.
    """
    files, text = event.get("files") or [], str(event.get("text") or "")[:LONGEST]
    if not files or not text:
        return bool(files)
    if describes_harm(text) or speaks_of_worry(text):
        return False
    asks_to_import = _ASKS_TO_IMPORT.match(text) is not None
    to_import = any(str(one.get("name")).lower().endswith(_IMPORTED) for one in files)
    may_import = asks_to_import or event.get("user") in services.coordinators
    return to_import and not event.get("thread_ts") and may_import


def answer_sent_files(services: Services, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer to each file of a direct message. Reading one may take longer than other answers may."""
    event = body["event"]
    if len(event["files"]) > _MOST_FILES:
        text = f"I read {_MOST_FILES} files of a message. Please send the others in another one."
        yield text_answer(text).body()
    for at, file in enumerate(event["files"][:_MOST_FILES]):
        request = _writer(services, body)
        for_partners(request, is_open=False)
        # Each file of a message is looked at once, also where Slack sends the message twice.
        request = replace(request, key=request.key and f"{request.key}:{at}")
        try:
            yield imports.receive(request, str(file.get("id")), str(event.get("text") or "")).body()
        except AlreadyHandled:
            continue
        except (DisclosureFound, PersonalDataFound, Refused) as refused:
            yield error_reply(refused, services.safeguarding_contact).body()


def answer_mention(
    services: Services, body: Mapping[str, Any], deadline: Deadline, bot: str
) -> dict[str, Any] | None:
    """The answer to what somebody wrote in a channel to the bot, or under one of its messages.

    `bot` is its Slack ID. None where Slack has sent the message before, or where it asks nothing.
    """
    event = body["event"]
    request = _writer(services, body, deadline)
    text = re.sub(rf"<@{bot}(?:\|[^>]*)?>", " ", str(event.get("text") or "")).strip()
    if event.get("type") != "app_mention" and school_questions.asks_nothing(text):
        return None
    return _answer_once(request, lambda: answer_words(request, text or "help"))


def _answer_once(request: Request, answer: Callable[[], Answer]) -> dict[str, Any] | None:
    """The content of an answer, or of the refusal; None where Slack has sent the message before."""
    contact = request.services.safeguarding_contact
    try:
        shown = answer()
    except (DisclosureFound, PersonalDataFound) as refused:
        shown = error_reply(refused, contact)
        shown = shown if _is_direct(request) else with_visible(shown)
    except (CommandNotUnderstood, NeedsChoice, Refused) as refused:
        shown = error_reply(refused, contact)
    content = render_answer(request, shown)
    return content if _is_first_time(request) else None


def _is_first_time(request: Request) -> bool:
    """Mark a message as answered of which nothing was recorded. False where Slack has sent it before."""
    try:
        with request.writing():
            return True
    except AlreadyHandled:
        return False


def _is_direct(request: Request) -> bool:
    return (request.channel or "").startswith("D")


# Under a nudge words are an update of one of its actions. These say more, and are read as anywhere else.
_SENTENCE = re.compile(
    r"\s*(?:(?:[a-z][\w-]*:)?\d+(?:\.\d+)+,?\s+(?:is|are|has|have|was|and|isn['’]?t|will|needs?|to)\b|"
    r"(?:undo|snooze|due|outcome|evidence|move|what|who|how|when|why|which)\b)",
    re.IGNORECASE,
)
_WHY = re.compile(r"(?:but )?why(?: is that| did you say that| that)?[?!. ]*", re.IGNORECASE)


def _asked_before(services: Services, event: Mapping[str, Any]) -> str:
    """What the person wrote before "Why?", as a question how it was read; "help" where nothing is found."""
    window = {"channel": event["channel"], "latest": event["ts"], "limit": _EARLIER_MESSAGES}
    try:
        found = services.client.conversations_history(**window)
    except (SlackClientError, OSError):
        return "help"
    written = [one for one in found["messages"] if one.get("user") == event["user"] and one.get("text")]
    written = [one for one in written if float(one["ts"]) < float(event["ts"])]
    last = max(written, key=lambda one: float(one["ts"]), default=None)
    return f"{last['text']} --why" if last is not None else "help"


def answer_message(services: Services, body: Mapping[str, Any], deadline: Deadline) -> dict[str, Any] | None:
    """The answer to a direct message; None where Slack has sent the message before."""
    event = body["event"]
    thread = event.get("thread_ts")
    if thread and school_questions.is_reminder_thread(services, event["channel"], thread):
        # A school whose reminder goes to a person.
        return answer_reply(services, body, deadline)
    text = str(event.get("text") or "")
    request = _writer(services, body, deadline)
    if not thread and _WHY.fullmatch(text.strip()):
        text = _asked_before(services, event)
    if thread and school_questions.is_question_thread(request, thread):
        return _answer_once(request, lambda: school_questions.offer_answer(request, thread, text))
    if not (thread and nudges.is_nudge_thread(request, thread)) or _SENTENCE.match(text):
        return _answer_once(request, lambda: answer_words(request, text or "help"))
    try:
        return render_answer(request, nudges.reply(request, thread, text))
    except AlreadyHandled:
        return None
    except (DisclosureFound, PersonalDataFound, Refused) as refused:
        content = error_reply(refused, services.safeguarding_contact).body()
    return content if _is_first_time(request) else None
