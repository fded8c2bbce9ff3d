"""The Bolt app, assembled."""

from http.client import HTTPException
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackRequestError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.web import SlackResponse
from sqlalchemy import Engine

from bot.settings import Clock, Settings
from db import audit_log
from db.audit_log import ChangeNumber
from db.engine import single_read
from handlers.core import errors, events, listeners
from handlers.core.answer_cache import AnswerCache
from handlers.core.channels import Channels
from handlers.core.deadline import Pool
from handlers.core.people import CANNOT_IDENTIFY, People
from handlers.core.requests import Services

# Seconds: as long as the pace of one channel, and no longer than a pass of the clock bears.
BRIEFLY = 2


class _Briefly(RateLimitErrorRetryHandler):
    """Waits where Slack asks for a moment; a longer wait is the caller's to plan."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        return all(int(seconds) <= BRIEFLY for seconds in _header(response, "retry-after"))


def _header(response: HttpResponse, name: str) -> list[str]:
    return [value for key, values in response.headers.items() if key.lower() == name for value in values]


class _Client(WebClient):
    def api_call(self, *args: Any, **kwargs: Any) -> SlackResponse:
        try:
            return super().api_call(*args, **kwargs)
        except HTTPException as cut:
            if isinstance(cut, OSError):
                raise
            # An answer that was cut short or garbled: Python's own error, which no caller expects.
            raise SlackRequestError(type(cut).__name__) from cut


def make_client(settings: Settings, timeout: int = 10, *, waits: bool = True) -> WebClient:
    """Slack's Web API, given up on after `timeout` seconds; it raises `SlackClientError` or `OSError`.

    Only "wait and come again" is retried by itself, once, where Slack says so for no more than
    `BRIEFLY` seconds; with `waits` off not even that.

    The library's own retry of a dropped connection may post a message twice: whether the first one
    arrived is not known, and finding out is the outbox's business.
    """
    return _Client(
        token=settings.secret("slack_bot_token"),
        base_url=settings.slack_api_url,
        timeout=timeout,
        retry_handlers=[_Briefly(max_retry_count=1)] if waits else [],
    )


def _turn(engine: Engine) -> ChangeNumber:
    with single_read(engine) as connection:
        return audit_log.current_change_number(connection)


def create_app(settings: Settings, engine: Engine, client: WebClient, clock: Clock) -> App:
    """The app with every listener, for both doors. Nothing here calls Slack or opens the database."""
    app = App(
        client=client,
        # Unused over a socket, where Slack needs not prove who it is; over HTTP it must be set (`bot.web`).
        signing_secret=settings.secret("slack_signing_secret") if settings.slack_signing_secret else None,
        token_verification_enabled=False,
        raise_error_for_unhandled_request=False,
        user_facing_authorize_error_message=CANNOT_IDENTIFY,
        # Bolt would wait for a listener in steps of 10 ms: ours answer in the request's own thread,
        # wait no longer than Slack does, and leave what may take longer to a thread behind it.
        process_before_response=True,
    )
    # Asked while somebody waits for the answer to a command, which Slack gives up on after three seconds.
    hurried = make_client(settings, timeout=2, waits=False)
    services = Services(
        engine=engine,
        client=client,
        people=People(hurried),
        channels=Channels(hurried),
        pool=Pool(settings.web_threads, "answer"),
        background=Pool(settings.web_threads, "behind"),
        answer_cache=AnswerCache(lambda: _turn(engine)),
        clock=clock,
        zone=settings.zone,
        coordinators=frozenset(settings.coordinators),
        board_channel=settings.board_channel,
    )
    errors.register(app, services)
    listeners.register(app, services)
    events.register(app, services)
    return app
