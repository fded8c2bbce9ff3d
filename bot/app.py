"""The Bolt app, assembled."""

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from sqlalchemy import Engine

from bot.settings import Clock, Settings
from db import audit_log, text_checks
from db.audit_log import ChangeNumber
from db.engine import single_read
from handlers.core import errors, events, listeners
from handlers.core.answer_cache import AnswerCache
from handlers.core.channels import Channels
from handlers.core.deadline import Pool
from handlers.core.people import CANNOT_IDENTIFY, People
from handlers.core.requests import Services
from jobs.recipients import why_closed
from jobs.slack_client import SlackClient

# Seconds. Slack's limit for one channel asks for a wait of one; a longer wait would hold up a whole pass.
LONGEST_WAIT = 2
# For what is asked of Slack while somebody waits for an answer, which Slack drops after three seconds.
QUICK_SECONDS = 2


class _ShortWait(RateLimitErrorRetryHandler):
    """Waits where Slack asks for a short wait. A longer one is for the caller to plan."""

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
        return all(int(seconds) <= LONGEST_WAIT for seconds in _header(response, "retry-after"))


def _header(response: HttpResponse, name: str) -> list[str]:
    return [value for key, values in response.headers.items() if key.lower() == name for value in values]


def make_client(settings: Settings, timeout: int = 10, *, waits: bool = True) -> SlackClient:
    """A client for Slack's Web API with a timeout in seconds. Calls raise `SlackClientError` or `OSError`.

    The client retries only a rate limit, once, where Slack asks for no more than `LONGEST_WAIT` seconds;
    with `waits` off not even that. The library's own retry of a dropped connection could post a message
    twice, because nobody knows whether the first one arrived; the outbox finds that out.
    """
    return SlackClient(
        token=settings.secret("slack_bot_token"),
        base_url=settings.slack_api_url,
        timeout=timeout,
        retry_handlers=[_ShortWait(max_retry_count=1)] if waits else [],
    )


def _change_number(engine: Engine) -> ChangeNumber:
    with single_read(engine) as connection:
        return audit_log.current_change_number(connection)


def create_app(settings: Settings, engine: Engine, client: WebClient, clock: Clock) -> App:
    """The app with every listener, for HTTP and Socket Mode. It calls neither Slack nor the database yet."""
    app = App(
        # Else Bolt reads the source of every caller to name the app.
        name="partnership-bot",
        client=client,
        # Socket Mode does not use it; over HTTP `bot.web` requires it.
        signing_secret=settings.secret("slack_signing_secret") if settings.slack_signing_secret else None,
        token_verification_enabled=False,
        raise_error_for_unhandled_request=False,
        user_facing_authorize_error_message=CANNOT_IDENTIFY,
        # Else Bolt would wait for a listener in steps of 10 ms. Our listeners answer in the request's own
        # thread before Slack stops waiting, and leave what takes longer to a background thread.
        process_before_response=True,
    )
    quick_client = make_client(settings, timeout=QUICK_SECONDS, waits=False)
    services = Services(
        engine=engine,
        client=client,
        people=People(quick_client),
        channels=Channels(quick_client, lambda channel: why_closed(quick_client, channel)),
        pool=Pool(settings.web_threads, "answer"),
        background=Pool(settings.web_threads, "background"),
        answer_cache=AnswerCache(lambda: _change_number(engine)),
        clock=clock,
        zone=settings.zone,
        coordinators=frozenset(settings.coordinators),
        safeguarding_contact=settings.safeguarding_contact,
        board_channel=settings.board_channel,
    )
    text_checks.prepare()
    errors.register(app, services)
    listeners.register(app, services)
    events.register(app, services)
    return app
