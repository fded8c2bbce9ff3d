"""Socket Mode: the bot connects to Slack, and gets requests over that connection."""

import logging
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_RDWR

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.base_handler import BaseSocketModeHandler
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.app import make_client
from bot.logs import one_request
from bot.settings import Settings, SettingsError
from handlers.core.deadline import ANSWER_SECONDS, COMMIT_SECONDS

_LIBRARY = "slack_sdk.socket_mode"
# How often the library pings. Slack answers at once.
_PING_SECONDS = 5
SILENT_SECONDS = 15.0
WATCH_SECONDS = 1
_END_SECONDS = 2

# Slack's errors about the token. Any other error is Slack's own and passes.
_REFUSALS = frozenset(
    (
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    )
)

log = structlog.get_logger(__name__)


class _Client(SocketModeClient):
    """The library's client, made safe for two threads that close one connection.

    Its reader closes a connection that hung up while another thread replaces it; the second close would
    fail half-way and leave a connection that Slack sends to and that is never read.
    """

    def connect(self) -> None:
        super().connect()
        session = self.current_session
        assert session is not None
        end = session.disconnect

        def disconnect() -> None:
            with suppress(AttributeError):
                end()

        session.disconnect = disconnect  # type: ignore[method-assign]


class _Handler(BaseSocketModeHandler):
    """Does what Bolt's own adapter does, and counts the requests being answered."""

    def __init__(self, app: App, client: SocketModeClient) -> None:
        self.app = app
        self.client = client
        self._change = threading.Condition()
        self._answering = 0
        client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]

    def wait_until_idle(self, seconds: float) -> None:
        with self._change:
            self._change.wait_for(lambda: self._answering == 0, seconds)

    def _count(self, by: int) -> None:
        with self._change:
            self._answering += by
            self._change.notify_all()

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        self._count(1)
        with one_request():
            try:
                send_response(client, req, run_bolt_app(self.app, req), time.time())
            except (SlackClientError, OSError) as lost:
                # Slack sends the request again over the next connection, or tells the person it failed.
                log.warning("answer lost", error=type(lost).__name__)
            except (ValueError, KeyError, TypeError, AttributeError) as malformed:
                # Without the error's text, which may quote what was sent.
                log.warning("request not understood", error=type(malformed).__name__)
            finally:
                self._count(-1)


class Socket:
    """The connection, opened again whenever it ends or goes silent.

    The library reopens a connection that was closed. It waits for ever on one that never got a message,
    and long on one that went silent; `watch` does not.
    """

    def __init__(self, settings: Settings, app: App, silent_seconds: float = SILENT_SECONDS) -> None:
        self._silent_seconds = silent_seconds
        self._client = _Client(
            settings.secret("slack_app_token"),
            logger=logging.getLogger(_LIBRARY),
            web_client=make_client(settings, waits=False),
            ping_interval=_PING_SECONDS,
            concurrency=settings.web_threads,
        )
        self._handler = _Handler(app, self._client)
        self._client.on_message_listeners.append(lambda _: self._hear())
        self._heard = 0.0
        self._hear()

    @property
    def connected(self) -> bool:
        """Whether a connection is open and something came over it lately."""
        return self._is_open() and self._silence() <= self._silent_seconds

    def _is_open(self) -> bool:
        """Whether the other end is there. The library takes a connection that just hung up for open."""
        session = self._client.current_session
        wire = session.sock if session is not None else None
        if wire is None:
            return False
        asked = select.poll()
        try:
            asked.register(wire.fileno(), getattr(select, "POLLRDHUP", select.POLLHUP))
        except (OSError, ValueError):
            return False
        # poll reports a hang-up or an error even when it is not asked for.
        return not asked.poll(0)

    def watch(self) -> None:
        """Connect if no connection is open, or nothing came over it for too long."""
        if self.connected:
            return
        if self._client.current_session is None:
            self._connect(self._client.connect)
        else:
            log.warning("socket closed or silent: opening another")
            self._connect(lambda: self._client.connect_to_new_endpoint(force=True))

    def close(self) -> None:
        """Finish the requests being answered, and close."""
        self._handler.wait_until_idle(ANSWER_SECONDS + COMMIT_SECONDS)
        self._client.auto_reconnect_enabled = False
        session = self._client.current_session
        if session is not None and session.sock is not None:
            # Else the library would first listen for the rest of its three seconds.
            with suppress(OSError):
                session.sock.shutdown(SHUT_RDWR)
        # The library waits for its reader thread, which may have missed the signal to stop and would run for
        # ever. So this closes the client again, and waits only briefly.
        ending = threading.Thread(target=self._client.close, name="socket-ends", daemon=True)
        ending.start()
        ending.join(_END_SECONDS)
        self._client.current_session_state.terminated = True

    def _connect(self, connect: Callable[[], None]) -> None:
        try:
            connect()
        except (SlackClientError, OSError) as away:
            log.warning("socket not opened", error=type(away).__name__)
        # Silence is counted from the attempt, so that a new connection has time to speak.
        self._hear()

    def _hear(self) -> None:
        self._heard = time.time()

    def _silence(self) -> float:
        """Seconds since the last message or ping."""
        session = self._client.current_session
        answered = session.last_ping_pong_time if session is not None else None
        return time.time() - max(self._heard, answered or 0.0)


def check_token(settings: Settings) -> None:
    """Ask Slack whether the app's token opens connections. Raises `SettingsError` when it says no.

    Raises `slack_sdk.errors.SlackClientError` or `OSError` when it cannot be asked.
    """
    client = make_client(settings, waits=False)
    try:
        client.apps_connections_open(app_token=settings.secret("slack_app_token"))
    except SlackApiError as refused:
        code = refused.response.get("error")
        if code not in _REFUSALS:
            raise
        raise SettingsError(
            f"SLACK_APP_TOKEN is refused by Slack ({code}): an app-level token begins with xapp- and has "
            "the scope connections:write"
        ) from refused
