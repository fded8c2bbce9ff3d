"""The baseline of `make bench`: a Bolt app with one command that only acks, under the bot's gunicorn."""

from flask import Flask, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler

from bot.app import make_client
from bot.server import Server
from bot.settings import Settings, load


class _BareServer(Server):
    def load(self) -> Flask:
        return bare_app(self.settings)


def bare_app(settings: Settings) -> Flask:
    """A Bolt app as in Bolt's documentation: nothing between Slack and `ack`."""
    app = App(
        client=make_client(settings),
        signing_secret=settings.secret("slack_signing_secret"),
        token_verification_enabled=False,
    )
    app.command("/action")(lambda ack: ack("hello"))
    web = Flask(__name__)
    handler = SlackRequestHandler(app)

    @web.post("/slack/events")
    def events() -> Response:
        return handler.handle(request)

    @web.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n")

    return web


if __name__ == "__main__":
    _BareServer(load(), ticking=False).run()
