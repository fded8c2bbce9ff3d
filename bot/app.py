"""The Bolt app, assembled."""

from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from sqlalchemy import Engine

from bot.settings import Clock, Settings
from handlers import errors, listeners
from handlers.asking import Bot
from handlers.people import UNSURE, People


def make_client(settings: Settings, timeout: int = 10, *, waits: bool = True) -> WebClient:
    """Slack's Web API, given up on after `timeout` seconds.

    Only "wait and come again" is retried by itself, once, after as long as Slack says; with
    `waits` off not even that.

    The library's own retry of a dropped connection may post a message twice: whether the first one
    arrived is not known, and finding out is the outbox's business.
    """
    return WebClient(
        token=settings.secret("slack_bot_token"),
        base_url=settings.slack_api_url,
        timeout=timeout,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=1)] if waits else [],
    )


def create_app(settings: Settings, engine: Engine, client: WebClient, clock: Clock) -> App:
    """The app with every listener. Nothing here calls Slack or opens the database."""
    app = App(
        client=client,
        signing_secret=settings.secret("slack_signing_secret"),
        token_verification_enabled=False,
        raise_error_for_unhandled_request=False,
        user_facing_authorize_error_message=UNSURE,
        # Bolt's own five would be held by five slow presses, and the next command would be late.
        listener_executor=ThreadPoolExecutor(settings.web_threads, "listener"),
    )
    # Asked while somebody waits for the answer to a command, which Slack gives up on after three seconds.
    people = People(make_client(settings, timeout=2, waits=False))
    bot = Bot(engine, client, people, clock, settings.zone, frozenset(settings.coordinators))
    errors.register(app)
    listeners.register(app, bot)
    return app
