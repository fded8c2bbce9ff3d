"""Answers to errors: one sentence, and a number to quote."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from slack_bolt import App, BoltContext, BoltResponse
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.engine import is_out_of_room
from db.errors import DisclosureFound, PersonalDataFound, Refused
from handlers.core.arguments import CommandNotUnderstood, NothingNamed
from handlers.core.deadline import OutcomeUnknown, RecordedButUnanswered, TimedOut
from handlers.core.forms import fault_at_field
from handlers.core.people import AccessDenied
from handlers.core.replies import Place, Recipient, ephemeral_json, json_response, show_privately
from handlers.core.requests import AlreadyHandled, Services
from handlers.updates import NeedsChoice
from messages.blocks import Answer, escape, section, text_answer

# Their text is the sentence for the person.
_FOR_THE_PERSON = (
    CommandNotUnderstood,
    Refused,
    AccessDenied,
    PersonalDataFound,
    AlreadyHandled,
)

_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (TimedOut, "Not recorded: it took too long. Please try again."),
    (
        RecordedButUnanswered,
        "Recorded, but the answer was lost on its way to you. Please do not send it again.",
    ),
    (
        OutcomeUnknown,
        (
            "I can't tell whether this was recorded: the database stopped answering. Before you send it "
            "again, look with `/action history REF` or `/plan changes since today`."
        ),
    ),
    (OperationalError, "Not recorded: the database is busy or down. Please try again."),
    (PoolTimeout, "Not recorded: the database is busy or down. Please try again."),
    (SQLAlchemyError, "Not recorded: the database refused it. Please tell the coordinator."),
    (Exception, "Something went wrong, and nothing was recorded. Please try again."),
)

log = structlog.get_logger(__name__)


def error_reply(error: Exception, contact: str) -> Answer:
    """The answer for any error. `contact` is who to call about a child, from the settings.

    One that is no mistake of the person's is logged under its number. Nothing
    that anybody typed is logged, nor an error's own text, which may quote it.
    """
    if isinstance(error, NeedsChoice | NothingNamed):
        return error.answer
    if isinstance(error, DisclosureFound):
        return text_answer(f"*{escape(str(DisclosureFound(contact)))}*")
    if isinstance(error, _FOR_THE_PERSON):
        return text_answer(escape(str(error)[:1].upper() + str(error)[1:]))
    number = structlog.contextvars.get_contextvars().get("request") or uuid.uuid4().hex[:8]
    # What has to be mended is what went wrong after the change was recorded.
    cause = error.__cause__ if isinstance(error, RecordedButUnanswered) and error.__cause__ else error
    log.error("listener failed", request=number, error=type(cause).__name__, where=_where(cause))
    sentence = next(text for kind, text in _SENTENCES if isinstance(error, kind))
    if is_out_of_room(error):
        sentence = "Not recorded: there is no room left on the bot's disk. Please tell the coordinator."
    return text_answer(f"{sentence} (Reference {number})")


def with_visible(reply: Answer) -> Answer:
    """A refusal of what somebody wrote where others read it: nothing is stored, but it stands there."""
    text = "*Your message still stands in this channel, where others read it. Please delete it now.*"
    return replace(reply, blocks=[*reply.blocks, section(text)])


def _where(error: BaseException) -> str:
    """The innermost place of our own code in the traceback, as `file:line function`."""
    place, frame = "", error.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        if "site-packages" not in code.co_filename:
            place = f"{code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno} {code.co_name}"
        frame = frame.tb_next
    return place


def run_after_ack(
    services: Services,
    body: Mapping[str, Any],
    work: Callable[[], None],
    reply: Callable[[Answer], object] | None = None,
) -> None:
    """Go on after the acknowledgement. An error is shown at the response_url in `body`.

    Where there is none, `reply` says how the error is shown.
    """

    def run() -> None:
        try:
            work()
        except Exception as error:  # the person is waiting, whatever went wrong
            (reply or partial(_show, services, body))(error_reply(error, services.safeguarding_contact))

    services.background.submit(run)


def _show(services: Services, body: Mapping[str, Any], answer: Answer) -> None:
    user = body.get("user_id") or (body.get("user") or {}).get("id")
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    to = Recipient(services, user, channel, body.get("response_url"))
    if not show_privately(to, answer.body(), Place.NEW):
        log.warning("error not shown", reason="Slack took it in no place")


def register(app: App, services: Services) -> None:
    @app.error
    def answer(error: Exception, body: Mapping[str, Any], context: BoltContext) -> BoltResponse:
        """Answer for a listener that raised, where the person is waiting.

        Before a command or a form was acknowledged that is the acknowledgement, after it the
        response_url.
        """
        reply = error_reply(error, services.safeguarding_contact)
        if context.ack.response is None and "command" in body:
            return json_response(ephemeral_json(reply.body()))
        if context.ack.response is None and body.get("type") == "view_submission":
            sentence = error.why if isinstance(error, Refused) else str(reply.body()["text"]).strip("*")
            return json_response(json.dumps(fault_at_field(body["view"], error, sentence)))
        services.background.submit(_show, services, body, reply)
        return BoltResponse(status=200, body="")
