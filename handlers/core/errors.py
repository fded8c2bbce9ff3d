"""What a person is told when something went wrong: one sentence and a reference number."""

import json
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog
from slack_bolt import App, BoltContext, BoltResponse
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.errors import PersonalDataFound, Refused
from handlers.core.deadline import OutcomeUnknown, RecordedButUnanswered, TimedOut
from handlers.core.grammar import CommandNotUnderstood
from handlers.core.people import AccessDenied
from handlers.core.requests import AlreadyHandled, GuestMayNotChange, Services
from handlers.core.response_url import post_to_response_url
from handlers.updates import NeedsChoice
from messages.limits import Answer, escape, text_answer

# Faults of the person's own making: their text is the sentence to be told.
_OWN = (CommandNotUnderstood, Refused, AccessDenied, PersonalDataFound, AlreadyHandled, GuestMayNotChange)

_SENTENCES: Mapping[type[Exception], str] = {
    TimedOut: "Not recorded: it took too long here. Please try again.",
    RecordedButUnanswered: "It is recorded, but the answer got lost on its way here. Please do not send it again.",
    OutcomeUnknown: (
        "It is not certain that this was recorded: the store stopped answering while it wrote. Please look, "
        "with `/action history REF` or `/plan changes since today`, before you send it again."
    ),
}

log = structlog.get_logger(__name__)


def error_reply(error: Exception) -> Answer:
    """The sentence for any error. What is no fault of the person's is logged under its number.

    Nothing that anybody typed is logged, nor an error's own text, which may quote it.
    """
    if isinstance(error, NeedsChoice):
        return error.answer
    if isinstance(error, _OWN):
        return text_answer(escape(str(error)[:1].upper() + str(error)[1:]))
    number = structlog.contextvars.get_contextvars().get("request") or uuid.uuid4().hex[:8]
    # What went wrong after the change was recorded is the cause of that error, and what is to be mended.
    cause = error.__cause__ if isinstance(error, RecordedButUnanswered) and error.__cause__ else error
    log.error("listener failed", request=number, error=type(cause).__name__, where=_where(cause))
    known = next((words for kind, words in _SENTENCES.items() if isinstance(error, kind)), None)
    if known is not None:
        return text_answer(f"{known} (Reference {number})")
    if isinstance(error, OperationalError | PoolTimeout):
        return text_answer(f"Not recorded: the store is busy or away. Please try again. (Reference {number})")
    if isinstance(error, SQLAlchemyError):
        return text_answer(
            f"Not recorded: the store refused it. Please tell the coordinator. (Reference {number})"
        )
    return text_answer(
        f"That went wrong here, and nothing was recorded. Please try again. (Reference {number})"
    )


def _where(error: BaseException) -> str:
    """The innermost place of our own in the traceback, as `file:line`."""
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
    act: Callable[[], None],
    tell: Callable[[Answer], None] | None = None,
) -> None:
    """Go on after the acknowledgement; what goes wrong is told at the address that came with `body`.

    Where no address came, `tell` says how it is told instead.
    """

    def run() -> None:
        try:
            act()
        except Exception as error:
            (tell or partial(_send, body))(error_reply(error))

    services.background.submit(run)


def _send(body: Mapping[str, Any], reply: Answer) -> None:
    said = {"response_type": "ephemeral", "replace_original": False, **reply.body()}
    if not post_to_response_url(body.get("response_url"), said):
        log.warning("nobody told", reason="no address that takes an answer")


def json_response(content: str) -> BoltResponse:
    """An acknowledgement that carries its answer, as JSON."""
    return BoltResponse(status=200, body=content, headers={"content-type": "application/json"})


def register(app: App, services: Services) -> None:
    @app.error
    def answer(error: Exception, body: Mapping[str, Any], context: BoltContext) -> BoltResponse:
        """The one catch-all: listeners raise, and whoever asked is told here, wherever they wait.

        Before a command or a form was acknowledged the answer goes into the acknowledgement, after
        it to the address that came with it.
        """
        reply = error_reply(error)
        if context.ack.response is None and "command" in body:
            return json_response(json.dumps({"response_type": "ephemeral", **reply.body()}))
        if context.ack.response is None and body.get("type") == "view_submission":
            wrong = {"response_action": "errors", "errors": {"note": reply.body()["text"]}}
            return json_response(json.dumps(wrong))
        services.background.submit(_send, body, reply)
        return BoltResponse(status=200, body="")
